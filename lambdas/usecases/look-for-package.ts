import type { Fault } from '#core/examination.ts';
import { failureReason } from '#core/failure-reason.ts';
import type { OrgId } from '#core/ids.ts';
import type { PackageLookMessage } from '#core/messages.ts';
import type { OrgState } from '#core/org.ts';
import {
  afterLook,
  awaitsPackage,
  LOOK_FOR_MS,
  LOOK_FOR_READER_MS,
  newLook,
  readerNeedsLook,
} from '#core/package-look.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { assignPermissionSets } from './assign-permission-sets.ts';
import { changeOrg } from './change-org.ts';
import { findPackage, type PackageSearch } from './find-package.ts';
import { isPassing } from './notice-trouble.ts';
import { type SetUpPackagePorts, setUpPackage } from './set-up-package.ts';

/** What lets the Sync User write settings and read what was logged. */
const SYNC_USER_SETS = ['Mixmax_RTS_Sync_User', 'Mixmax_RTS_Sync_User_Setup', 'Mixmax_RTS_Admin'];

export type LookForPackagePorts = SetUpPackagePorts & Pick<Ports, 'salesforce'>;

/** Begins to look for the package: every 10 seconds for `forMs`, then every 15 minutes (R17). */
export async function startLooking(
  ports: Pick<Ports, 'orgs' | 'bulkQueue' | 'clock'>,
  orgId: OrgId,
  forMs = LOOK_FOR_MS,
): Promise<void> {
  const nowMs = ports.clock.now();
  const org = await changeOrg(ports, orgId, (current) => ({
    ...current,
    look: newLook(current, nowMs, forMs),
  }));
  if (org?.look !== undefined) await sendLook(ports, orgId, org.look.chain, 0);
}

/** Who reads the status of an org without a package waits for it: it is looked for every 10 seconds (R17). */
export async function noteStatusReader(
  ports: Pick<Ports, 'orgs' | 'bulkQueue' | 'clock'>,
  org: OrgState,
): Promise<void> {
  if (!readerNeedsLook(org, ports.clock.now())) return;
  await startLooking(ports, org.orgId, LOOK_FOR_READER_MS);
}

/**
 * One look of a chain: sets the package up when it is there, else asks for the next look. A look of an older chain does
 * nothing, so that repeated messages and new chains never make two of them run side by side for long.
 */
export async function lookForPackage(
  ports: LookForPackagePorts,
  { orgId, chain }: PackageLookMessage,
): Promise<void> {
  const org = await ports.orgs.get(orgId);
  if (org === undefined || org.look?.chain !== chain || !awaitsPackage(org)) return;
  const obstacle = await lookOnce(ports, org);
  if (obstacle === 'set-up') return;
  const nowMs = ports.clock.now();
  const next = await changeOrg(ports, orgId, (current) =>
    current.look?.chain === chain
      ? { ...current, look: afterLook(current.look, nowMs, obstacle).look }
      : current,
  );
  if (next?.look === undefined || next.look.chain !== chain) return;
  const { againAfterMs } = afterLook(next.look, nowMs, obstacle);
  if (againAfterMs !== undefined) await sendLook(ports, orgId, chain, againAfterMs);
}

/** @returns `set-up`, or what is in the way, or undefined when the package is just not there */
async function lookOnce(
  ports: LookForPackagePorts,
  org: OrgState,
): Promise<'set-up' | Fault | undefined> {
  const { orgId } = org;
  try {
    const salesforce = await ports.salesforce.forOrg(org, 'admin');
    if (org.deploymentId !== undefined) await assignOwnSets(ports, salesforce, org);
    const search = await findPackage(salesforce);
    if (search.found === 'no') return undefined;
    if (search.found === 'hidden') return { code: 'package-not-visible', detail: search.version };
    const ready = await notePackage(ports, orgId, search);
    if (ready === undefined) return undefined;
    const setUp = await setUpPackage(ports, salesforce, ready);
    if (setUp.outcome === 'refused') return setUp.fault;
    await changeOrg(ports, orgId, ({ look: _, examination: __, problem: ___, ...found }) => found);
    return 'set-up';
  } catch (error) {
    if (!isPassing(error)) throw error;
    // The next look may find Salesforce again: through an outage the message would only fill the dead letters.
    ports.telemetry.warn('LookFailed', { orgId, reason: failureReason(error) });
    return { code: 'look-failed', detail: failureReason(error) };
  }
}

/** Source grants nobody anything, not even who deploys it. What is refused shows when the package is set up. */
async function assignOwnSets(
  ports: Pick<Ports, 'telemetry'>,
  salesforce: Salesforce,
  { orgId, syncUser }: OrgState,
): Promise<void> {
  const refusal = await assignPermissionSets(salesforce, SYNC_USER_SETS, syncUser.id);
  if (refusal !== undefined) ports.telemetry.warn('SetsNotAssigned', { orgId, reason: refusal });
}

/** What was found of the package; an org that had none is being set up from now on. */
async function notePackage(
  ports: Pick<Ports, 'orgs' | 'clock'>,
  orgId: OrgId,
  { namespace, version }: Extract<PackageSearch, { found: 'yes' }>,
): Promise<OrgState | undefined> {
  const nowMs = ports.clock.now();
  return await changeOrg(ports, orgId, (current) => {
    const { packageNamespace: _, ...rest } = current;
    const found = {
      ...rest,
      ...(namespace !== undefined && { packageNamespace: namespace }),
      ...(version !== undefined && { packageVersion: version }),
    };
    if (current.phase !== 'not-installed') return found;
    return { ...found, phase: 'setting-up', phaseSinceMs: nowMs };
  });
}

async function sendLook(
  ports: Pick<Ports, 'bulkQueue'>,
  orgId: OrgId,
  chain: number,
  delayMs: number,
): Promise<void> {
  const message = { type: 'package.look.v1', orgId, chain } as const;
  await ports.bulkQueue.send(orgId, [message], { delaySeconds: delayMs / 1000 });
}
