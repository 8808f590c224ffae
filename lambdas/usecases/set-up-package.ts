import { AppError } from '#core/errors.ts';
import type { Fault } from '#core/examination.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgPhase, OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { changeOrg } from './change-org.ts';
import { packageClient } from './package-client.ts';
import { publishPing, writeSettings, writeSyncedFields } from './package-rows.ts';
import { originOf } from './read-package-state.ts';
import { startPass } from './start-pass.ts';

export type SetUpPackagePorts = Pick<
  Ports,
  'orgs' | 'secrets' | 'jobs' | 'bulkQueue' | 'clock' | 'random' | 'telemetry'
>;

/** As `force-app/site` names it: deploying that folder by hand and setting up write the same setting. */
const REMOTE_SITE = 'Mixmax_Gateway';

export type SetUp =
  | { readonly outcome: 'done'; readonly phase: OrgPhase }
  /** The org did not take a part of it; nothing that was written before does harm. */
  | { readonly outcome: 'refused'; readonly fault: Fault };

/**
 * Makes a package that was found work (R17): remote site, synced fields, token, URL and org id, a ping, and the initial
 * audit of what was never audited. Every step may be repeated.
 */
export async function setUpPackage(
  ports: SetUpPackagePorts,
  salesforce: Salesforce,
  org: OrgState,
): Promise<SetUp> {
  const { orgId, gatewayUrl } = org;
  const token = (await ports.secrets.find(orgId, { fresh: true }))?.token;
  if (token === undefined || gatewayUrl === undefined) {
    throw new AppError('not-found', `The org ${orgId} is not connected.`);
  }
  const client = packageClient(salesforce, org);
  const fault =
    (await refusalOf('remote-site-refused', () => allowGateway(salesforce, gatewayUrl))) ??
    (await refusalOf('settings-refused', async () => {
      // In this order: whatever the package sends from its first notice on is known and verified here.
      await writeSyncedFields(client, org.conditions);
      await writeSettings(client, orgId, { gatewayUrl, token });
      await publishPing(client);
    }));
  if (fault !== undefined) return { outcome: 'refused', fault };
  const phase = await startAudit(ports, orgId);
  ports.telemetry.info('PackageSetUp', { orgId, phase });
  return { outcome: 'done', phase };
}

/** A refusal names what the Sync User may not do: an admin's matter, and no reason to give the message up. */
async function refusalOf(
  code: Fault['code'],
  step: () => Promise<void>,
): Promise<Fault | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable || error.code === 'unauthorized')
      throw error;
    return { code, detail: error.message };
  }
}

/**
 * Makes sure that Apex may call the gateway. A site that is there and not active was switched off, or declined at
 * installation, by somebody who may decide that: it is left as it is, and shown.
 */
async function allowGateway(salesforce: Salesforce, gatewayUrl: string): Promise<void> {
  const origin = originOf(gatewayUrl);
  const { remoteSites } = await salesforce.setup();
  if (remoteSites.some(({ url }) => originOf(url) === origin)) return;
  await salesforce.deployRemoteSite({ name: REMOTE_SITE, origin });
}

/** An org that was audited before needs no other initial audit; what is missing, the sweep finds. */
async function startAudit(ports: SetUpPackagePorts, orgId: OrgId): Promise<OrgPhase> {
  const nowMs = ports.clock.now();
  const org = await changeOrg(ports, orgId, (current) =>
    current.phase === 'setting-up'
      ? { ...current, phase: 'auditing', phaseSinceMs: nowMs }
      : current,
  );
  const open = Object.entries(org?.objects ?? {})
    .filter(([, { completeThroughMs }]) => completeThroughMs === undefined)
    .map(([object]) => object);
  if (org !== undefined && open.length > 0) {
    const reason = 'The org was connected.';
    const id = `audit-${org.revision}`;
    await startPass(ports, { orgId, kind: 'audit', id, reason, objects: open });
  }
  return org?.phase ?? 'removed';
}
