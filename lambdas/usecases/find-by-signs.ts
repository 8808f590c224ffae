import type { LedgerRow } from '#core/activities/ledger-entry.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { Fields } from '#core/record.ts';
import { idsCondition, soqlSelect, soqlTime } from '#core/soql.ts';
import type { Ports } from '#ports/ports.ts';
import type { ReadRecord, Salesforce } from '#ports/salesforce.ts';
import { ledgerPages } from './ledger-pages.ts';

/** A row that may be in the org, and what was to be written of it. */
export interface Sought {
  readonly row: LedgerRow;
  readonly fields: Fields;
  /** When its activity was accepted: nothing of it was written before. */
  readonly sinceMs: number;
}

export interface FoundBySigns {
  readonly found: ReadonlyMap<LedgerRow, RecordId>;
  /** Several records could be it. */
  readonly ambiguous: ReadonlySet<LedgerRow>;
}

/** Clocks of org and receiver may differ. */
const SKEW_MS = 5 * 60_000;
const SIGNS = ['Subject', 'OwnerId', 'WhoId'] as const;

/**
 * Looks for rows that carry no key, because whoever wrote them may not write it: by owner, name and subject among what
 * was created since, without what other activities are known to have written. Costs a query, and pages of the ledger.
 *
 * @param writers who may have created them
 */
export async function findBySigns(
  ports: Pick<Ports, 'activityLedger'>,
  salesforce: Pick<Salesforce, 'query'>,
  orgId: OrgId,
  object: LedgerRow['object'],
  sought: readonly Sought[],
  writers: readonly RecordId[],
): Promise<FoundBySigns> {
  const sinceMs = Math.min(...sought.map((one) => one.sinceMs));
  const created = `CreatedDate >= ${soqlTime(sinceMs - SKEW_MS)}`;
  const where = `${created} AND ${idsCondition('CreatedById', [...new Set(writers)])}`;
  const taken = await knownRecords(ports, orgId, sinceMs - SKEW_MS);
  const free = new Map<string, RecordId[]>();
  for await (const { records } of salesforce.query(soqlSelect(object, ['Id', ...SIGNS], where))) {
    for (const record of records) {
      if (taken.has(record.id)) continue;
      const signs = signsOf(record.fields);
      free.set(signs, [...(free.get(signs) ?? []), record.id]);
    }
  }
  return assign(sought, free);
}

/** As many as are sought are those; fewer or none were not all written. More than that nobody can tell apart. */
function assign(
  sought: readonly Sought[],
  free: ReadonlyMap<string, readonly RecordId[]>,
): FoundBySigns {
  const found = new Map<LedgerRow, RecordId>();
  const ambiguous = new Set<LedgerRow>();
  const groups = Map.groupBy(sought, ({ fields }) => signsOf(fields));
  for (const [signs, group] of groups) {
    const ids = free.get(signs) ?? [];
    if (ids.length > group.length) for (const { row } of group) ambiguous.add(row);
    else {
      group.forEach(({ row }, place) => {
        const id = ids[place];
        if (id !== undefined) found.set(row, id);
      });
    }
  }
  return { found, ambiguous };
}

function signsOf(fields: ReadRecord['fields']): string {
  return JSON.stringify(SIGNS.map((name) => fields[name] ?? null));
}

/** Records that the ledger knows of activities that ended since then. */
async function knownRecords(
  { activityLedger }: Pick<Ports, 'activityLedger'>,
  orgId: OrgId,
  sinceMs: number,
): Promise<ReadonlySet<RecordId>> {
  const ids = new Set<RecordId>();
  for (const state of ['written', 'unresolved', 'ignored', 'failed'] as const) {
    const from = { stateSinceMs: sinceMs, id: '' };
    for await (const page of ledgerPages(activityLedger, orgId, state, from)) {
      for (const { rows } of page) {
        for (const { recordId } of rows) if (recordId !== undefined) ids.add(recordId);
      }
    }
  }
  return ids;
}
