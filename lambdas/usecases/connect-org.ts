import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgPhase, OrgState } from '#core/org.ts';
import { newLook } from '#core/package-look.ts';
import type { Ports } from '#ports/ports.ts';
import type { ConnectingSalesforce } from '#ports/salesforce.ts';
import type { SalesforceCredentials } from '#ports/secrets.ts';
import { createKey } from './api-keys.ts';
import { changeOrg } from './change-org.ts';
import { checkSyncUser } from './check-sync-user.ts';
import { findPackage, type PackageSearch } from './find-package.ts';
import { startLooking } from './look-for-package.ts';
import { describeMirrored, mirroredStates, readViewAll } from './mirrored-objects.ts';
import { newToken } from './new-token.ts';
import { setUpPackage } from './set-up-package.ts';

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
  /** Looks for no package, now or later. */
  readonly pollOnly?: true;
  /** The org that is to be connected again; without it any org is taken. */
  readonly expectedOrgId?: OrgId;
}

export interface ConnectedSyncUser {
  readonly orgId: OrgId;
  readonly orgName: string;
  /** `not-installed`: the package is looked for, and set up once it is there. */
  readonly phase: OrgPhase;
}

export interface ConnectedOrg extends ConnectedSyncUser {
  /** `rts_…`, shown this once. */
  readonly apiKey: string;
}

export const DEFAULT_API_VERSION = '66.0';

/**
 * Connects an org and makes a key of the HTTP API for it: what a set-up code opens.
 *
 * @throws AppError as `connectSyncUser`
 */
export async function connectOrg(
  ports: ConnectOrgPorts,
  input: ConnectOrgInput,
): Promise<ConnectedOrg> {
  const connected = await connectSyncUser(ports, input);
  const { key } = await createKey(ports, connected.orgId, 'made by connecting');
  return { ...connected, apiKey: key };
}

/**
 * Connects an org as its Sync User: signs in, learns from Salesforce which org it is, and sets its package up, now or as
 * soon as it is installed (R17). Every step may be repeated; connecting an org again renews its credentials and settings,
 * and keeps its mirror, its conditions and its token.
 *
 * @throws AppError unauthorized when Salesforce refuses the credentials, invalid-input for a wrong URL, conflict for an
 *   org that real-time sync cannot serve, forbidden for another org than the expected one
 */
export async function connectSyncUser(
  ports: ConnectOrgPorts,
  input: ConnectOrgInput,
): Promise<ConnectedSyncUser> {
  const gatewayUrl = checkedGateway(input.gatewayUrl);
  const apiVersion = input.apiVersion ?? DEFAULT_API_VERSION;
  const { loginUrl, credentials } = input;
  const salesforce = await ports.salesforce.withCredentials(loginUrl, apiVersion, credentials);
  const identity = await salesforce.identity();
  requireServable(identity, input.expectedOrgId);
  const search = await findPackage(salesforce);
  if (input.pollOnly) requireNoPackage(search);
  const reach = {
    loginUrl,
    apiVersion,
    gatewayUrl,
    ...(input.pollOnly && { pollOnly: input.pollOnly }),
  };
  const org = await storeOrg(ports, salesforce, identity, reach, search);
  const { orgId } = org;
  await storeSecrets(ports, orgId, salesforce.credentials());
  const phase = search.found === 'yes' ? await setUp(ports, salesforce, org) : org.phase;
  await checkSyncUser(ports, salesforce, { ...org, phase });
  if (phase === 'not-installed' || phase === 'setting-up') await startLooking(ports, orgId);
  ports.telemetry.info('OrgConnected', { orgId, phase });
  return { orgId, orgName: org.name, phase };
}

/** What the org does not take is shown as what it is while the package is looked for again. */
async function setUp(
  ports: ConnectOrgPorts,
  salesforce: ConnectingSalesforce,
  org: OrgState,
): Promise<OrgPhase> {
  const outcome = await setUpPackage(ports, salesforce, org);
  if (outcome.outcome === 'done') return outcome.phase;
  const { fault } = outcome;
  const nowMs = ports.clock.now();
  await changeOrg(ports, org.orgId, (current) => ({
    ...current,
    phase: 'setting-up',
    look: { ...newLook(current, nowMs), obstacle: fault },
  }));
  return 'setting-up';
}

/** Editions whose customers cannot have Apex of their own, nor a package's that is not certified for them. */
const EDITIONS_WITHOUT_APEX: ReadonlySet<string> = new Set([
  'Base Edition',
  'Contact Manager Edition',
  'Essentials Edition',
  'Group Edition',
  'Personal Edition',
  'Professional Edition',
  'Starter Edition',
  'Team Edition',
]);

function requireServable(
  { orgId, edition }: Awaited<ReturnType<ConnectingSalesforce['identity']>>,
  expectedOrgId: OrgId | undefined,
): void {
  if (expectedOrgId !== undefined && orgId !== expectedOrgId) {
    throw new AppError(
      'forbidden',
      `This user belongs to the org ${orgId}, not to ${expectedOrgId}: sign in as a user of the org that is to be connected.`,
      { pointer: 'orgId' },
    );
  }
  if (EDITIONS_WITHOUT_APEX.has(edition)) {
    throw new AppError(
      'conflict',
      `The org is of the ${edition}, which has no Apex: real-time sync needs Enterprise, Performance, Unlimited or Developer Edition.`,
    );
  }
}

function requireNoPackage({ found }: PackageSearch): void {
  if (found === 'no') return;
  throw new AppError(
    'conflict',
    'The Mixmax package is in the org: connect it without pollOnly, or remove the package first.',
    { pointer: 'pollOnly' },
  );
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
  identity: Awaited<ReturnType<ConnectingSalesforce['identity']>>,
  given: Pick<OrgState, 'loginUrl' | 'apiVersion' | 'pollOnly'> & { readonly gatewayUrl: string },
  search: PackageSearch,
): Promise<OrgState> {
  const { orgId, userId, username, orgName } = identity;
  const mirrored = Object.keys((await ports.orgs.get(orgId))?.objects ?? {});
  const describes = await describeMirrored(salesforce, mirrored);
  const viewAll = await readViewAll(salesforce, userId, describes);
  const reach = {
    name: orgName,
    instanceUrl: salesforce.instanceUrl,
    ...given,
    syncUser: { id: userId, username },
    ...packageOf(search),
  };
  const nowMs = ports.clock.now();
  const kind = given.pollOnly ? 'polled' : search.found === 'yes' ? 'installed' : 'awaited';
  const known = await changeOrg(ports, orgId, (org) => {
    const objects = mirroredStates(describes, org.conditions, org.objects, viewAll);
    const { problem: _, examination: __, packageNamespace: ___, look: ____, ...rest } = org;
    const { pollOnly: _____, ...kept } = rest;
    return { ...kept, ...reach, ...standingOf(kind, org, nowMs), objects };
  });
  if (known !== undefined) return known;
  const conditions = { on: false } as const;
  const state: OrgState = {
    orgId,
    revision: 1,
    ...reach,
    ...standingOf(kind, undefined, nowMs),
    conditions,
    objects: mirroredStates(describes, conditions, {}, viewAll),
  };
  if ((await ports.orgs.create(state)) === 'created') return state;
  throw new AppError('conflict', `The org ${orgId} is being connected by somebody else.`, {
    retryable: true,
  });
}

function packageOf(search: PackageSearch): Pick<OrgState, 'packageNamespace' | 'packageVersion'> {
  if (search.found !== 'yes') return {};
  const { namespace, version } = search;
  return {
    ...(namespace !== undefined && { packageNamespace: namespace }),
    ...(version !== undefined && { packageVersion: version }),
  };
}

/** The package is there, is looked for, or is not wanted. */
type Kind = 'installed' | 'awaited' | 'polled';
type Standing = Pick<OrgState, 'phase' | 'phaseSinceMs' | 'mode'>;

/** How far an org has come, and how it is kept in step, once it is connected, for the first time or again. */
function standingOf(kind: Kind, org: Standing | undefined, nowMs: number): Standing {
  const before = org ?? {
    phase: 'not-installed',
    phaseSinceMs: nowMs,
    mode: { name: 'realtime', sinceMs: nowMs, epoch: 0 } as const,
  };
  const phase = phaseOf(kind, before.phase);
  const phaseSinceMs = phase === before.phase ? before.phaseSinceMs : nowMs;
  const name = kind === 'polled' ? 'interval' : before.mode.name;
  const isSame = org !== undefined && name === org.mode.name;
  const mode = isSame ? org.mode : { name, sinceMs: nowMs, epoch: before.mode.epoch + 1 };
  return { phase, phaseSinceMs, mode };
}

function phaseOf(kind: Kind, before: OrgPhase): OrgPhase {
  const isAudited = before === 'auditing' || before === 'active';
  switch (kind) {
    case 'awaited':
      return 'not-installed';
    case 'installed':
      return isAudited ? before : 'setting-up';
    case 'polled':
      return isAudited ? before : 'auditing';
  }
}

/** Keeps the Mixmax Token in force, or makes the first one. */
async function storeSecrets(
  ports: ConnectOrgPorts,
  orgId: OrgId,
  credentials: SalesforceCredentials,
): Promise<void> {
  const known = await ports.secrets.find(orgId, { fresh: true });
  const token = known?.token ?? newToken(ports.random);
  await ports.secrets.put(orgId, { ...known, token, credentials });
}
