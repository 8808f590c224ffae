import {
  type ApplyPlan,
  type Delivery,
  type ObjectPlan,
  planNotices,
  stateOf,
} from '#core/apply-plan.ts';
import type { OrgId } from '#core/ids.ts';
import type { ObjectState, OrgState } from '#core/org.ts';
import type { RecordWrite, WriteOutcome } from '#core/record.ts';
import { stageCounters } from '#core/stage-latency.ts';
import type { Ports } from '#ports/ports.ts';
import { claimClosing } from './claim-closing.ts';
import { fillGap, MAX_READS, readByWindow } from './fill-gaps.ts';
import { noteInconsistency } from './note-inconsistency.ts';
import { clearTrouble } from './notice-trouble.ts';
import { queueReappeared } from './queue-verify.ts';
import { readRecords } from './read-records.ts';
import type { StartPassPorts } from './start-pass.ts';
import { withKnownFields } from './with-known-fields.ts';
import { type WriteRecordsPorts, writeRecords } from './write-records.ts';

export type ApplyNoticesPorts = WriteRecordsPorts & StartPassPorts & Pick<Ports, 'salesforce'>;

/**
 * Applies queued notices of one org to its mirror: values that may be trusted (R3) are written, other records read,
 * deletes become tombstones, merges and undeletes have their surroundings read again (R4, R5). All notices of the
 * batch go through one plan, so that a record is read once.
 *
 * Repeatable: resolves only when all is written and announced; if it throws, every delivery must come again.
 */
export async function applyNotices(
  ports: ApplyNoticesPorts,
  orgId: OrgId,
  deliveries: readonly Delivery[],
): Promise<void> {
  const org = await ports.orgs.get(orgId);
  if (org === undefined || org.phase === 'removed') {
    ports.telemetry.warn('NoticesOfRemovedOrg', { orgId, notices: deliveries.length });
    return;
  }
  for (const { message } of deliveries) {
    ports.telemetry.info('NoticeApplies', { orgId, webhookId: message.webhookId });
  }
  const plan = planNotices(org, deliveries);
  for (const [object, part] of plan.objects) await applyObject(ports, org, object, part);
  if (plan.gapSinceMs !== undefined) await fillGap(ports, org, plan.gapSinceMs);
  await noteProgress(ports, org, plan, deliveries);
  await clearTrouble(ports, org);
  // R7: the sweep would see it too, up to a minute later.
  if (deliveries.some((delivery) => endsInterval(org, delivery))) await claimClosing(ports, orgId);
}

/** A change that came in since interval sync began; one that was on its way before proves nothing. */
function endsInterval({ mode }: OrgState, { message }: Delivery): boolean {
  const { notice, receivedAtMs } = message;
  if (mode.name !== 'interval' || notice.type !== 'salesforce.changes') return false;
  return receivedAtMs > mode.sinceMs;
}

async function applyObject(
  ports: ApplyNoticesPorts,
  org: OrgState,
  object: string,
  plan: ObjectPlan,
): Promise<void> {
  const state = stateOf(org, object);
  if (state === undefined) return;
  const read = await readPlanned(ports, org, object, state, plan);
  const writes = [...plan.values, ...plan.tombstones, ...read];
  const outcomes = await writeRecords(ports, org, object, writes, plan.redelivered);
  measure(ports, plan, outcomes);
  await noteInconsistency(ports, org, object, state, plan, outcomes);
  // What a window is to be read for is not applied yet.
  if (plan.reads.size <= MAX_READS) await ports.orgs.noteLive(org.orgId, object, plan.newestMs);
}

function measure(
  ports: ApplyNoticesPorts,
  plan: ObjectPlan,
  outcomes: readonly WriteOutcome[],
): void {
  const { telemetry } = ports;
  const count = (name: WriteOutcome['outcome']) =>
    outcomes.filter(({ outcome }) => outcome === name).length;
  telemetry.metric('WritesApplied', count('applied'));
  telemetry.metric('WritesStale', count('stale'));
  telemetry.metric('WritesTied', count('tie'));
  const lagMs = ports.clock.now() - plan.newestMs;
  telemetry.metric('NoticeLagSeconds', Math.max(0, Math.round(lagMs / 1_000)));
}

async function readPlanned(
  ports: ApplyNoticesPorts,
  org: OrgState,
  object: string,
  state: ObjectState,
  plan: ObjectPlan,
): Promise<readonly RecordWrite[]> {
  if (plan.reads.size === 0) return [];
  if (plan.reads.size > MAX_READS) {
    await readByWindow(ports, org, object, plan);
    return [];
  }
  const salesforce = await ports.salesforce.forOrg(org, 'notices');
  const read = await withKnownFields(ports, org, object, state, (known) =>
    readRecords(ports, salesforce, org, object, known, plan.reads, plan.redelivered),
  );
  await queueReappeared(ports, org.orgId, object, read.reappeared);
  if (read.invisible > 0) await ports.orgs.count(org.orgId, { invisible: read.invisible });
  return read.writes;
}

async function noteProgress(
  ports: ApplyNoticesPorts,
  org: OrgState,
  plan: ApplyPlan,
  deliveries: readonly Delivery[],
): Promise<void> {
  const notices = deliveries.length;
  const ignored = plan.ignored > 0 ? { changesIgnored: plan.ignored } : {};
  const stages = stageCounters(deliveries, ports.clock.now());
  await ports.orgs.count(org.orgId, { noticesApplied: notices, ...ignored, ...stages });
  ports.telemetry.metric('NoticesApplied', notices);
}
