import { AppError } from '#core/errors.ts';
import type { Examination } from '#core/examination.ts';
import { failureReason } from '#core/failure-reason.ts';
import { isSwept } from '#core/field-sets.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { changeOrg } from './change-org.ts';
import { checkSyncUser } from './check-sync-user.ts';
import { packageClient } from './package-client.ts';
import { isPackageThere, publishPing } from './package-rows.ts';
import { readPackageState } from './read-package-state.ts';

export type ExamineOrgPorts = Pick<
  Ports,
  'orgs' | 'mirror' | 'secrets' | 'salesforce' | 'clock' | 'telemetry'
>;

/** getUpdated looks back 30 days. */
const LOOK_BACK_MS = 29 * 24 * 60 * 60_000;
const MIN_WINDOW_MS = 2 * 60_000;
/** Records looked at of an object: one that was not told suffices. */
const MAX_LOOKED_AT = 10_000;

/**
 * R8, R18: tries what the Sync User must be allowed to and, while Apex is quiet, finds out why. Sends a ping through the org's own Apex, asks getUpdated of each object what changed
 * since Apex was last seen, and reads the settings, triggers and remote site that the path depends on. To be run after
 * an interval pass: what it brought was not told. Costs about 20 calls. While
 * changes are told it only looks at the Sync User, settings, triggers and remote site: about 12 calls.
 */
export async function examineOrg(ports: ExamineOrgPorts, orgId: OrgId): Promise<void> {
  const org = await ports.orgs.get(orgId);
  // Requests are scarce then, and what an examination would explain waits anyway.
  if (org?.phase !== 'active' || org.quotaPause !== undefined) return;
  const glance = org.mode.name === 'realtime';
  const salesforce = await ports.salesforce.forOrg(org, glance ? 'check' : 'ping');
  const { signIn } = await checkSyncUser(ports, salesforce, org);
  // Without a package there is no way through Apex to look at.
  if (signIn !== undefined || org.pollOnly) return;
  const atMs = ports.clock.now();
  const examined = (await isPackageThere(packageClient(salesforce, org)))
    ? await examinePackage(ports, salesforce, org, atMs, glance)
    : { atMs, faults: [{ code: 'package-gone' } as const] };
  const untold = glance ? [] : await untoldObjects(ports, salesforce, org, atMs);
  const examination: Examination = {
    untold,
    lacks: lacking(org),
    ...(glance && { glance }),
    ...examined,
  };
  await changeOrg(ports, orgId, (current) => ({ ...current, examination }));
  const faults = examination.faults.map(({ code }) => code).join(',');
  ports.telemetry.info('OrgExamined', { orgId, faults, untold: untold.join(',') });
}

async function examinePackage(
  ports: ExamineOrgPorts,
  salesforce: Salesforce,
  org: OrgState,
  atMs: number,
  glance: boolean,
): Promise<Pick<Examination, 'atMs' | 'pingedAtMs' | 'faults' | 'disabled'>> {
  const secrets = await ports.secrets.find(org.orgId);
  const state = await readPackageState(salesforce, org, secrets, atMs);
  const pingedAtMs = glance ? undefined : await ping(ports, salesforce, org);
  return { atMs, ...state, ...(pingedAtMs !== undefined && { pingedAtMs }) };
}

/** A ping that cannot be published is itself a finding; an outage is not. */
async function ping(
  ports: ExamineOrgPorts,
  salesforce: Salesforce,
  org: OrgState,
): Promise<number | undefined> {
  try {
    await publishPing(packageClient(salesforce, org));
    return ports.clock.now();
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    ports.telemetry.warn('PingNotPublished', { orgId: org.orgId, reason: failureReason(error) });
    return undefined;
  }
}

/** Objects of which a Bulk pass brought something that changed after Apex was last seen. */
async function untoldObjects(
  ports: ExamineOrgPorts,
  salesforce: Salesforce,
  org: OrgState,
  nowMs: number,
): Promise<readonly string[]> {
  const { lastApexSeenAtMs } = await ports.orgs.liveness(org.orgId);
  const sinceMs = Math.max(lastApexSeenAtMs ?? org.phaseSinceMs, nowMs - LOOK_BACK_MS);
  const untold: string[] = [];
  for (const object of Object.keys(org.objects)) {
    if (isSwept(object)) continue;
    if (await hasUntold(ports, salesforce, org, object, sinceMs)) untold.push(object);
  }
  return untold;
}

async function hasUntold(
  ports: ExamineOrgPorts,
  salesforce: Salesforce,
  { orgId }: OrgState,
  object: string,
  sinceMs: number,
): Promise<boolean> {
  const endMs = await salesforce.clockMs();
  const startMs = Math.min(sinceMs, endMs - MIN_WINDOW_MS);
  const { ids } = await salesforce.updatedIds(object, startMs, endMs);
  const held = await ports.mirror.getMany(orgId, object, ids.slice(0, MAX_LOOKED_AT));
  return [...held.values()].some(
    ({ version, lastChange }) => lastChange.via === 'bulk' && version.modstampMs > sinceMs,
  );
}

/** Without View All records are read one by one, and what is not shared with the Sync User is not mirrored. */
function lacking({ objects }: OrgState): readonly string[] {
  return Object.entries(objects)
    .filter(([object, { viewAll }]) => viewAll !== true && !isSwept(object))
    .map(([object]) => `View All on ${object}: records not shared with the Sync User are missed`);
}
