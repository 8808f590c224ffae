import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { createKey } from '#usecases/api-keys.ts';
import { packageVersion } from '../../local/org/api/packaging/package-version.ts';
import { parseFault } from '../../local/org/faults.ts';
import { readSourceFolders } from '../../local/org/source-files.ts';
import {
  connectSetUpOrg,
  createVirtualOrg,
  installPackage,
  openSetUpOrg,
  type SetUpOrg,
} from './set-up-org.ts';
import { addSyncUser, SYNC_APP, type SyncUser } from './sync-user.ts';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** Longer than it takes to become quiet, to be read by Bulk API, and to be examined. */
export const SILENT_MS = 40 * MINUTE_MS;
export const DATA = '/services/data/v66.0';
export const SITE = 'remoteSiteSettings/Mixmax_Gateway.remoteSite-meta.xml';
export const FORCE_APP = ['force-app/main', 'force-app/site'];

/** An org, its Sync User, and a key of its API. */
export interface Connected {
  readonly world: SetUpOrg;
  readonly sync: SyncUser;
  readonly key: string;
}

let opened: Connected | undefined;

/** To be called after each test. */
export async function closeOpened(): Promise<void> {
  if (opened === undefined) return;
  const { world } = opened;
  opened = undefined;
  // What a fault slowed down ends first.
  world.org.faults.clearAll();
  await world.pass(2 * MINUTE_MS);
  await world.close();
  expect(world.faults).toEqual([]);
}

export type Options = Parameters<typeof openSetUpOrg>[0];

export async function open(options: Options = {}): Promise<Connected> {
  const world = await openSetUpOrg({ connectedApps: [SYNC_APP], sources: FORCE_APP, ...options });
  const sync = await addSyncUser(world);
  const { key } = await createKey(world.receiver.ports, world.orgId, 'test');
  opened = { world, sync, key };
  return opened;
}

/** Connected, read once, and Apex heard of a moment ago. */
export async function active(options: Options = {}): Promise<Connected> {
  const connected = await open(options);
  await connectSetUpOrg(connected.world);
  await connected.world.until(phaseIs(connected.world, 'active'), HOUR_MS);
  await save(connected.world, 'first');
  await connected.world.until(async () => isMirrored(connected.world, 'first'), MINUTE_MS);
  return connected;
}

export const phaseIs = (world: SetUpOrg, phase: string) => async () =>
  (await world.state()).phase === phase;

const addressOf = (name: string) => `${name}@acme.example`;

export async function save(world: SetUpOrg, name: string): Promise<void> {
  const contact = { LastName: name, Email: addressOf(name) };
  const { status } = await world.ask('POST', `${DATA}/sobjects/Contact`, contact);
  expect(status).toBe(201);
}

export async function isMirrored({ receiver, orgId }: SetUpOrg, name: string): Promise<boolean> {
  return (await receiver.ports.mirror.findByEmail(orgId, addressOf(name))).length === 1;
}

export async function statusOf({ world, key }: Connected) {
  return (await world.api.call('GET', `/v1/orgs/${world.orgId}/status`, { key })).body;
}

export const stateIs = (connected: Connected, state: string) => async () =>
  (await statusOf(connected)).state === state;

export async function rowId({ ask }: SetUpOrg, soql: string): Promise<string> {
  const { body } = await ask('GET', `${DATA}/query?q=${encodeURIComponent(soql)}`);
  return String(body.records[0].Id);
}

export async function settings(world: SetUpOrg, fields: object): Promise<void> {
  const soql = `SELECT Id FROM Mixmax_Settings__c WHERE SetupOwnerId = '${world.orgId}'`;
  const path = `${DATA}/sobjects/Mixmax_Settings__c/${await rowId(world, soql)}`;
  expect((await world.ask('PATCH', path, fields)).status).toBe(204);
}

export function fault(world: SetUpOrg, given: object): void {
  world.org.faults.arm(parseFault(given));
}

export function deploy(world: SetUpOrg, path: string, change: (text: string) => string): void {
  const folder = path === SITE ? 'force-app/site' : 'force-app/main/default';
  world.org.deploy([{ path, text: change(readFileSync(`${folder}/${path}`, 'utf8')) }]);
}

/** The package's source as a version that may be installed; the code tells the same version. */
export async function versionOf(major: number, minor: number) {
  const files = await readSourceFolders(FORCE_APP);
  const told = files.map((file) =>
    /\/RtsNotice\.cls$/.test(file.path)
      ? { ...file, text: file.text.replace("'1.0.0'", `'${major}.${minor}.0'`) }
      : file,
  );
  return packageVersion('Mixmax Real-Time Sync', { major, minor, patch: 0, build: 1 }, told);
}

/** An org with a package of version 0.9. */
export async function tooOld(): Promise<Connected> {
  const version = await versionOf(0, 9);
  const connected = await open({ sources: [], packages: [version] });
  await installPackage(connected.world.org, version.id);
  await connectSetUpOrg(connected.world);
  await connected.world.until(phaseIs(connected.world, 'active'), HOUR_MS);
  await connected.world.pass(61 * MINUTE_MS);
  return connected;
}

/** An org whose place another one has taken, at the same address. */
export async function refreshedSandbox(): Promise<Connected> {
  const connected = await active();
  const { world } = connected;
  const before = world.org;
  const sender = {
    send: async () => ({ status: 202, statusText: '', headers: {}, body: Buffer.alloc(0) }),
  };
  world.org = await createVirtualOrg(world.scheduler, sender, world.faults, {
    orgId: '00DDp0000000002MAA',
    connectedApps: [SYNC_APP],
    sources: FORCE_APP,
  });
  before.close();
  await addSyncUser(world);
  await world.pass(61 * MINUTE_MS);
  return connected;
}
