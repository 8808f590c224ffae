import type { LedgerEntry } from '#core/activities/ledger-entry.ts';
import type { OrgId } from '#core/ids.ts';
import type { ActivityLedger, LedgerCursor } from '#ports/activity-ledger.ts';

const PAGE = 200;

/** All entries of a state, longest in it first, page by page; what enters it meanwhile comes too. */
export async function* ledgerPages(
  ledger: Pick<ActivityLedger, 'list'>,
  orgId: OrgId,
  state: LedgerEntry['state'],
  from?: LedgerCursor,
): AsyncGenerator<readonly LedgerEntry[]> {
  let after = from;
  for (;;) {
    const options = { limit: PAGE, ...(after !== undefined && { after }) };
    const page = await ledger.list(orgId, state, options);
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    after = page.at(-1);
  }
}
