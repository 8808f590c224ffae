import type { LedgerEntry, LedgerRow } from '#core/activities/ledger-entry.ts';
import type { Settlement } from '#core/activities/ledger-steps.ts';
import { requireReadyMirror } from '#core/activities/mirror-ready.ts';
import { type RowResult, settlementOf } from '#core/activities/settlement-of.ts';
import type { OrgShape } from '#core/activities/task-fields.ts';
import { AppError } from '#core/errors.ts';
import { failureReason } from '#core/failure-reason.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Purpose } from '#core/quota.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { type Claimed, claimActivities } from './claim-activities.ts';
import { countCalendarChanges } from './count-calendar-changes.ts';
import { expandSeries, seriesOf } from './expand-series.ts';
import { findLostRows } from './find-lost-rows.ts';
import { isPassing } from './notice-trouble.ts';
import { openWriters, type WriterPorts } from './open-writers.ts';
import { type ActivityPlan, planActivities } from './plan-activities.ts';
import { queueActivities } from './queue-activities.ts';
import { type RowEnd, saveRows } from './save-rows.ts';
import { settleActivities } from './settle-activities.ts';

export type WriteActivitiesPorts = Pick<
  Ports,
  'orgs' | 'mirror' | 'activityLedger' | 'activityQueue' | 'activitySettings'
> &
  WriterPorts & {
    /** What an org's Tasks and Events look like; may be some minutes old. */
    readonly orgShapes: (orgId: OrgId, salesforce: Salesforce) => Promise<OrgShape>;
  };

/** R14: what people did goes before what was tracked. */
const URGENCIES: readonly Purpose[] = ['activities', 'tracking'];
const TRACKED: ReadonlySet<string> = new Set(['email.opened', 'email.clicked', 'email.downloaded']);
/** Whoever is writing an activity is done by then, or asked about again. */
const BUSY_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 900;

/**
 * Writes activities of one org to Salesforce, each once. Safe to repeat and to run several times at once: what others
 * have claimed is put back on the queue, what was settled is left alone, and what an earlier try may have left in the
 * org is looked for first.
 *
 * @throws what is no AppError; the activities are then as if they had not been tried
 */
export async function writeActivities(
  ports: WriteActivitiesPorts,
  orgId: OrgId,
  ids: readonly string[],
): Promise<void> {
  const org = await ports.orgs.get(orgId);
  if (org === undefined || org.phase === 'removed') {
    ports.telemetry.warn('ActivitiesOfRemovedOrg', { orgId, activities: ids.length });
    return;
  }
  const { claimed, busy } = await claimActivities(ports, orgId, ids);
  await queueActivities(ports, orgId, busy, { delaySeconds: BUSY_SECONDS });
  for (const purpose of URGENCIES) {
    const group = claimed.filter(({ entry }) => purposeOf(entry) === purpose);
    if (group.length > 0) await writeGroup(ports, org, group, purpose);
  }
}

function purposeOf({ activity }: LedgerEntry): Purpose {
  return TRACKED.has(activity.kind) ? 'tracking' : 'activities';
}

async function writeGroup(
  ports: WriteActivitiesPorts,
  org: OrgState,
  group: readonly Claimed[],
  purpose: Purpose,
): Promise<void> {
  let settlements: ReadonlyMap<LedgerEntry, Settlement>;
  try {
    settlements = await tryGroup(ports, org, group, purpose);
  } catch (error) {
    await putBack(ports, org.orgId, group, error);
    return;
  }
  await finish(ports, org.orgId, settlements, undefined);
}

async function tryGroup(
  ports: WriteActivitiesPorts,
  org: OrgState,
  group: readonly Claimed[],
  purpose: Purpose,
): Promise<ReadonlyMap<LedgerEntry, Settlement>> {
  requireReadyMirror(org);
  const [recurring, single] = split(group);
  const series = await expandSeries(ports, org.orgId, recurring);
  if (single.length === 0) return series;
  const salesforce = await ports.salesforce.forOrg(org, purpose);
  const shape = await ports.orgShapes(org.orgId, salesforce);
  const entries = single.map(({ entry }) => entry);
  const planned = await planActivities(ports, salesforce, org.orgId, entries, shape.task);
  const syncUser = { salesforce, shape };
  const writerOf = await openWriters(ports, org, purpose, syncUser, usersOf(planned));
  const lookFirst = new Set(single.flatMap((one) => (one.lookFirst ? [one.entry] : [])));
  const looked = await findLostRows(ports, salesforce, org, planned, lookFirst, writerOf);
  const { plans, doubtful } = looked;
  const ends = await saveRows(writerOf, plans, doubtful);
  return new Map([
    ...series,
    ...plans.map((plan) => [plan.entry, settlement(plan, ends)] as const),
  ]);
}

function split(group: readonly Claimed[]): readonly [readonly LedgerEntry[], readonly Claimed[]] {
  const recurs = ({ entry }: Claimed) => seriesOf(entry) !== undefined;
  return [
    group.filter(recurs).map(({ entry }) => entry),
    group.filter((claimed) => !recurs(claimed)),
  ];
}

function usersOf(plans: readonly ActivityPlan[]): readonly RecordId[] {
  return plans.flatMap(({ entry, rows }) => rows.map(({ ownerId }) => ownerId ?? entry.userId));
}

function settlement(
  { entry, rows, skips, ahead }: ActivityPlan,
  ends: ReadonlyMap<LedgerRow, RowEnd>,
): Settlement {
  if (ahead) return { state: 'ahead', rows: [], skips: [], uncertain: false };
  // What was to be removed and was never there is nothing to tell of.
  const real = rows.filter(({ remove, recordId }) => remove !== true || recordId !== undefined);
  const results = real.map((row) => resultOf(row, ends.get(row)));
  return settlementOf(results, skips, entry.refusals ?? 0);
}

function resultOf(planned: LedgerRow, end: RowEnd | undefined): RowResult {
  const recordId = end?.recordId ?? planned.recordId;
  const wrote = end !== undefined && 'wrote' in end ? end.wrote : planned.wrote;
  const row = {
    ...planned,
    ...(recordId !== undefined && { recordId }),
    ...(wrote !== undefined && { wrote }),
  };
  switch (end?.outcome) {
    case 'saved':
    case 'removed':
      return { row, outcome: end.outcome };
    case 'refused':
      return { row: unconfirmed(row, planned), ...refusalOf(end) };
    case 'uncertain':
    case 'not-tried': {
      const { message } = end.error;
      const retryable = isPassing(end.error);
      return { row: unconfirmed(row, planned), outcome: end.outcome, reason: message, retryable };
    }
    case undefined:
      throw new AppError('internal', 'A row of an activity was planned and forgotten.');
  }
}

/** What is there and could not be changed says something older: the next try must not take it for current. */
function unconfirmed(row: LedgerRow, planned: LedgerRow): LedgerRow {
  return planned.recordId === undefined ? row : { ...row, version: 0 };
}

function refusalOf({ reason, retryable, doubtful }: Extract<RowEnd, { outcome: 'refused' }>) {
  const outcome = 'refused' as const;
  return { outcome, reason, retryable, ...(doubtful !== undefined && { doubtful }) };
}

/** Nothing was written: passing trouble waits, another is shown, and what we do not know is left to the queue. */
async function putBack(
  ports: WriteActivitiesPorts,
  orgId: OrgId,
  group: readonly Claimed[],
  error: unknown,
): Promise<void> {
  const told = error instanceof AppError && error.code !== 'internal';
  const state = told && !isPassing(error) ? 'failed' : 'queued';
  const problem = failureReason(error);
  ports.telemetry.warn('ActivitiesWait', { orgId, activities: group.length, reason: problem });
  const settlements = new Map(
    group.map(({ entry, lookFirst }) => {
      const { rows, skips } = entry;
      return [entry, { state, rows, skips, uncertain: lookFirst, problem }] as const;
    }),
  );
  await finish(ports, orgId, settlements, error);
  if (!told) throw error;
}

/** Settles, and queues again what is to be tried again. */
async function finish(
  ports: WriteActivitiesPorts,
  orgId: OrgId,
  settlements: ReadonlyMap<LedgerEntry, Settlement>,
  error: unknown,
): Promise<void> {
  const settled = await settleActivities(ports, orgId, settlements);
  const again = settled.filter(({ state }) => state === 'queued');
  const tries = Math.max(0, ...again.map(({ attempts }) => attempts));
  await queueActivities(
    ports,
    orgId,
    again.map(({ id }) => id),
    { delaySeconds: pauseSeconds(error, tries) },
  );
  measure(ports, settled, [...settlements.keys()]);
  const written = settled.filter(({ state }) => state === 'written');
  await countCalendarChanges(ports, orgId, written);
}

/** Told at every try, so that a calendar change that is tried in vain grows old before everybody's eyes. */
function measure(
  { telemetry, clock }: WriteActivitiesPorts,
  settled: readonly LedgerEntry[],
  tried: readonly LedgerEntry[],
): void {
  const count = (wanted: LedgerEntry['state']) =>
    settled.filter(({ state }) => state === wanted).length;
  telemetry.metric('ActivitiesWritten', count('written'));
  telemetry.metric('ActivitiesFailed', count('failed'));
  const accepted = tried
    .filter(({ activity }) => activity.kind === 'calendar.event')
    .map(({ acceptedAtMs }) => acceptedAtMs);
  if (accepted.length === 0) return;
  const ageMinutes = (clock.now() - Math.min(...accepted)) / 60_000;
  telemetry.metric('CalendarChangeAgeMinutes', Math.max(0, Math.round(ageMinutes)));
}

function pauseSeconds(error: unknown, tries: number): number {
  const asked = error instanceof AppError ? error.retryAfterSeconds : undefined;
  return Math.min(LONGEST_PAUSE_SECONDS, asked ?? 5 * 2 ** Math.min(tries, 8));
}
