import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgPhase, OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import type { ConnectingSalesforce } from '#ports/salesforce.ts';
import type { SalesforceCredentials } from '#ports/secrets.ts';
import { createKey } from './api-keys.ts';
import { changeOrg } from './change-org.ts';
import { describeMirrored, mirroredStates, readViewAll } from './mirrored-objects.ts';
import { newToken } from './new-token.ts';
import {
  isPackageInstalled,
  publishPing,
  writeSettings,
  writeSyncedFields,
} from './package-rows.ts';
import { startPass } from './start-pass.ts';

export type ConnectOrgPorts = Pick<
  Ports,
  | 'orgs'
  | 'secrets'
  | 'keys'
  | 'jobs'
  | 'bulkQueue'
  | 'salesforce'
  | 'clock'
  | 'random'
  | 'telemetry'
>;

export interface ConnectOrgInput {
  /** Login host or My Domain. */
  readonly loginUrl: string;
  readonly credentials: SalesforceCredentials;
  /** What Apex posts to, `https://host`, no slash at the end. */
  readonly gatewayUrl: string;
  /** Default 66.0. */
  readonly apiVersion?: string;
}

export interface ConnectedOrg {
  readonly orgId: OrgId;
  readonly orgName: string;
  /** `not-installed`: connect again once the package is there. */
  readonly phase: OrgPhase;
  /** `rts_…`, shown this once. */
  readonly apiKey: string;
}

const DEFAULT_API_VERSION = '66.0';

/**
 * Connects an org as its Sync User: signs in, learns from Salesforce which org it is, finds the package, writes its
 * settings, sends a ping, starts the initial audit. Every step may be repeated; connecting an org again renews its
 * credentials and settings, and keeps its mirror, its conditions and its token.
 *
 * @throws AppError unauthorized when Salesforce refuses the credentials, invalid-input for a wrong URL
 */
export async function connectOrg(
  ports: ConnectOrgPorts,
  input: ConnectOrgInput,
): Promise<ConnectedOrg> {
  const gatewayUrl = checkedGateway(input.gatewayUrl);
  const apiVersion = input.apiVersion ?? DEFAULT_API_VERSION;
  const { loginUrl, credentials } = input;
  const salesforce = await ports.salesforce.withCredentials(loginUrl, apiVersion, credentials);
  const installed = await isPackageInstalled(salesforce);
  const org = await storeOrg(ports, salesforce, loginUrl, apiVersion, gatewayUrl, installed);
  const token = await storeSecrets(ports, org.orgId, salesforce.credentials());
  let { phase } = org;
  if (installed) {
    // In this order: whatever the package sends from its first notice on is known and verified here.
    await writeSyncedFields(salesforce, org.conditions);
    await writeSettings(salesforce, org.orgId, { gatewayUrl, token });
    await publishPing(salesforce);
    phase = await startAudit(ports, org.orgId);
  }
  ports.telemetry.info('OrgConnected', { orgId: org.orgId, phase });
  const { key } = await createKey(ports, org.orgId, 'made by connecting');
  return { orgId: org.orgId, orgName: org.name, phase, apiKey: key };
}

function checkedGateway(url: string): string {
  if (/^https:\/\/[^/?#\s@]+$/.test(url)) return url;
  throw new AppError('invalid-input', 'gatewayUrl: must be https://host without a path.', {
    pointer: 'gatewayUrl',
  });
}

/** A new org waits as not installed or setting up; a known one keeps all but how it is reached. */
async function storeOrg(
  ports: ConnectOrgPorts,
  salesforce: ConnectingSalesforce,
  loginUrl: string,
  apiVersion: string,
  gatewayUrl: string,
  installed: boolean,
): Promise<OrgState> {
  const { orgId, userId, username, orgName } = await salesforce.identity();
  const describes = await describeMirrored(salesforce);
  const viewAll = await readViewAll(salesforce, userId);
  const reach = {
    name: orgName,
    instanceUrl: salesforce.instanceUrl,
    loginUrl,
    apiVersion,
    syncUser: { id: userId, username },
    gatewayUrl,
  };
  const nowMs = ports.clock.now();
  const known = await changeOrg(ports, orgId, (org) => {
    const objects = mirroredStates(describes, org.conditions, org.objects, viewAll);
    const { problem: _, examination: __, ...rest } = org;
    return { ...rest, ...reach, ...phaseOf(org, installed, nowMs), objects };
  });
  if (known !== undefined) return known;
  const conditions = { on: false } as const;
  const state: OrgState = {
    orgId,
    revision: 1,
    ...reach,
    phase: installed ? 'setting-up' : 'not-installed',
    phaseSinceMs: nowMs,
    mode: { name: 'realtime', sinceMs: nowMs, epoch: 1 },
    conditions,
    objects: mirroredStates(describes, conditions, {}, viewAll),
  };
  if ((await ports.orgs.create(state)) === 'created') return state;
  throw new AppError('conflict', `The org ${orgId} is being connected by somebody else.`, {
    retryable: true,
  });
}

function phaseOf(
  org: OrgState,
  installed: boolean,
  nowMs: number,
): Pick<OrgState, 'phase' | 'phaseSinceMs'> {
  const set = org.phase === 'auditing' || org.phase === 'active' || org.phase === 'setting-up';
  const phase = !installed ? 'not-installed' : set ? org.phase : 'setting-up';
  return { phase, phaseSinceMs: phase === org.phase ? org.phaseSinceMs : nowMs };
}

/** @returns the Mixmax Token: the one in force, else a new one */
async function storeSecrets(
  ports: ConnectOrgPorts,
  orgId: OrgId,
  credentials: SalesforceCredentials,
): Promise<string> {
  const known = await ports.secrets.find(orgId, { fresh: true });
  const token = known?.token ?? newToken(ports.random);
  await ports.secrets.put(orgId, { ...known, token, credentials });
  return token;
}

/** An org that was audited before needs no other initial audit; what is missing, the sweep finds. */
async function startAudit(ports: ConnectOrgPorts, orgId: OrgId): Promise<OrgPhase> {
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
