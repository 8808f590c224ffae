import { stateOf } from '#core/apply-plan.ts';
import type { RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { AuditFinding, Job } from '#core/pass.ts';
import type { WriteOutcome } from '#core/record.ts';
import type { VersionRow } from '#ports/mirror-store.ts';
import type { ApplyNoticesPorts } from './apply-notices.ts';
import { reread } from './verify-records.ts';

const ROWS_PER_READ = 1000;
const IDS_PER_VERIFY = 2000;

/**
 * After an audit: what the mirror holds alive and the audit did not show is gone, or invisible, or was changed within
 * seconds of the audit's start. Each such record is read again (R2) before this resolves: only then does the audit prove
 * anything, for deletes that nobody told of are in no other answer. A first audit has extras, too: notices that came
 * meanwhile, and all that was mirrored before the conditions were widened.
 *
 * @param redelivered an earlier try may have stopped between writing and announcing
 * @returns how many records were read again
 */
export async function verifyExtras(
  ports: ApplyNoticesPorts,
  org: OrgState,
  { passId, object, readAtMs }: Pick<Job, 'passId' | 'object' | 'readAtMs'>,
  redelivered: boolean,
): Promise<number> {
  const { orgId } = org;
  const state = stateOf(org, object);
  if (readAtMs === undefined || state === undefined) return 0;
  let extras: RecordId[] = [];
  let count = 0;
  let after: RecordId | undefined;
  do {
    const options = after === undefined ? {} : { after };
    const rows = await ports.mirror.versions(orgId, object, { ...options, limit: ROWS_PER_READ });
    const unseen = rows.filter((row) => isExtra(row, readAtMs, redelivered));
    extras.push(...unseen.map(({ id }) => id));
    after = rows.length < ROWS_PER_READ ? undefined : rows.at(-1)?.id;
    if (extras.length > 0 && (extras.length >= IDS_PER_VERIFY || after === undefined)) {
      const outcomes = await reread(ports, org, state, { object, ids: extras }, redelivered);
      await ports.jobs.addFindings(orgId, passId, findingsOf(outcomes, redelivered));
      count += extras.length;
      extras = [];
    }
  } while (after !== undefined);
  return count;
}

/** R12: what the mirror held alive and should not have. */
function findingsOf(outcomes: readonly WriteOutcome[], redelivered: boolean): AuditFinding[] {
  return outcomes.flatMap(({ outcome, record: { object, id, deleted, hidden } }) => {
    const changed = outcome === 'applied' || (redelivered && outcome === 'unchanged');
    if (!changed || !(deleted || hidden)) return [];
    return [{ object, id, kind: deleted ? 'extra' : 'hidden' }];
  });
}

/** After a try that stopped, also what it found gone: it may be written and not announced. */
function isExtra(row: VersionRow, readAtMs: number, redelivered: boolean): boolean {
  if (row.deleted || row.hidden) return redelivered && row.readAtMs >= readAtMs;
  return row.readAtMs < readAtMs;
}
