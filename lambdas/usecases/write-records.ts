import type { RecordId } from '#core/ids.ts';
import type { RecordVerifyMessage } from '#core/messages.ts';
import type { OrgState } from '#core/org.ts';
import type { MirrorRecord, RecordWrite, WriteOutcome } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import { changeOrg } from './change-org.ts';
import { type PublishChangesPorts, publishChanges } from './publish-changes.ts';
import { queueVerify } from './queue-verify.ts';

export type WriteRecordsPorts = Pick<Ports, 'mirror' | 'noticeQueue'> & PublishChangesPorts;

/** R2: losing sight of more than this share of an object at once, and of more than a handful, stops and asks. */
const MAX_HIDDEN_SHARE = 0.01;
const ALWAYS_HIDDEN = 10;

/**
 * Writes what notices or reads brought of one object: applies it by the version rule, announces what changed (R15),
 * and has the org asked about ties (R1), doubtful deletes, and what hangs on deleted, merged and undeleted records.
 *
 * @param redelivered records whose message came before: their last change is announced again
 */
export async function writeRecords(
  ports: WriteRecordsPorts,
  org: OrgState,
  object: string,
  writes: readonly RecordWrite[],
  redelivered: ReadonlySet<RecordId>,
): Promise<readonly WriteOutcome[]> {
  const allowed = await withoutSightLoss(ports, org, object, writes);
  if (allowed.length === 0) return [];
  const outcomes = await ports.mirror.apply(org.orgId, allowed, ports.clock.now());
  await publishChanges(ports, org.orgId, outcomes, ({ id }) => redelivered.has(id));

  const asked = followUps(outcomes, allowed, redelivered);
  for (const [reason, ids] of asked) await queueVerify(ports, org.orgId, object, [...ids], reason);
  await ports.orgs.count(org.orgId, tally(outcomes));
  return outcomes;
}

type FollowUps = ReadonlyMap<RecordVerifyMessage['reason'], ReadonlySet<RecordId>>;

/**
 * What must be asked of the org because of these outcomes. Told from what the mirror now holds, so that a redelivered
 * message, whose follow-ups may not have been queued, asks for the same ones again.
 */
function followUps(
  outcomes: readonly WriteOutcome[],
  writes: readonly RecordWrite[],
  redelivered: ReadonlySet<RecordId>,
): FollowUps {
  const asked = new Map<RecordVerifyMessage['reason'], Set<RecordId>>();
  const ask = (reason: RecordVerifyMessage['reason'], id: RecordId) => {
    asked.set(reason, (asked.get(reason) ?? new Set()).add(id));
  };
  outcomes.forEach((result, index) => {
    const { outcome, record } = result;
    if (outcome === 'tie') ask('tie', record.id);
    if (isDoubtfulDelete(result, writes[index])) ask('missing', record.id);
    if (outcome === 'applied' || redelivered.has(record.id)) {
      askRelatives(record, ask);
    }
  });
  return asked;
}

/** R4, R5: deletes, merges and undeletes change other records without a trigger. */
function askRelatives(
  { id, lastChange, mergedInto, revision }: MirrorRecord,
  ask: (reason: RecordVerifyMessage['reason'], id: RecordId) => void,
): void {
  switch (lastChange.type) {
    case 'record.deleted':
      ask('cascade', id);
      return;
    case 'record.merged':
      ask('merge', id);
      if (mergedInto === undefined) return;
      ask('missing', mergedInto);
      // The winner gained children as an undeleted record regains its own.
      ask('undelete', mergedInto);
      return;
    case 'record.refreshed':
      if (revision > 1) ask('undelete', id);
      return;
    default:
      return;
  }
}

/**
 * A delete's time is that of the trigger, so a read may carry a newer stamp although the delete came last. If the
 * mirror shows such a record alive, the org is asked.
 */
function isDoubtfulDelete(result: WriteOutcome, write: RecordWrite | undefined): boolean {
  if (result.outcome !== 'stale' || result.record.deleted) return false;
  return write?.kind === 'tombstone' && write.via === 'notice';
}

/** A lost permission must not empty the mirror: hides are then left out, and the org's state says why. */
async function withoutSightLoss(
  ports: WriteRecordsPorts,
  org: OrgState,
  object: string,
  writes: readonly RecordWrite[],
): Promise<readonly RecordWrite[]> {
  const hides = writes.filter((write) => write.kind === 'hide' && write.again !== true).length;
  if (hides <= ALWAYS_HIDDEN) return writes;
  const { live } = await ports.mirror.counts(org.orgId, object);
  if (hides <= live * MAX_HIDDEN_SHARE) return writes;
  const problem = `The Sync User lost sight of ${hides} of ${live} records of ${object} at once: check its View All permission and the org's sharing. Nothing was hidden.`;
  await changeOrg(ports, org.orgId, (current) => ({ ...current, problem }));
  ports.telemetry.error('SightLost', { orgId: org.orgId, object, records: hides, live });
  return writes.filter(({ kind }) => kind !== 'hide');
}

const COUNTER = {
  applied: 'writesApplied',
  stale: 'writesStale',
  unchanged: 'writesUnchanged',
  tie: 'ties',
} as const;

function tally(outcomes: readonly WriteOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of outcomes) {
    const name = COUNTER[outcome];
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
