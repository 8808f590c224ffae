import { setTimeout as realTime, setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import {
  type ConnectedSyncUser,
  type ConnectOrgInput,
  connectSyncUser,
} from '#usecases/connect-org.ts';
import type { CalloutSender } from '../../local/org/apex/engine/callout-sender.ts';
import { createOrg, type Org } from '../../local/org/org.ts';
import type { OrgOptions } from '../../local/org/org-options.ts';
import { readSourceFolders } from '../../local/org/source-files.ts';
import { createVirtualScheduler, type VirtualScheduler } from '../../local/virtual-scheduler.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { GATEWAY_URL } from './notice-path.ts';
import { ADMIN_USERNAME } from './org/test-org.ts';
import { APP } from './org-receiver.ts';
import { ORG_ID } from './package/package-org.ts';
import {
  openReceiverBeside,
  RECEIVER_APP,
  type ReceiverBeside,
} from './package/receiver-beside.ts';

export const INSTANCE_URL = 'https://org.example';
const STEP_MS = 1_000;

/** An org, connected or not, and a receiver with its API, in one process and on one virtual clock. */
export interface SetUpOrg {
  /** The org that answers at `INSTANCE_URL`. */
  org: Org;
  readonly scheduler: VirtualScheduler;
  readonly receiver: ReceiverBeside;
  readonly orgId: OrgId;
  readonly api: ApiClient;
  /** Failures of work that nobody waits for. */
  readonly faults: string[];
  /** Lets time pass while something is awaited. */
  during<T>(work: Promise<T>, longestMs?: number): Promise<T>;
  /** Lets time pass, second by second, until something holds. @returns how long it took, ms */
  until(holds: () => Promise<boolean>, longestMs: number): Promise<number>;
  pass(ms: number): Promise<void>;
  state(): Promise<OrgState>;
  /** Sends a request to the org as an administrator. */
  ask(method: string, path: string, body?: unknown): Promise<OrgAnswer>;
  close(): Promise<void>;
}

export interface OrgAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  readonly body: any;
}

export async function openSetUpOrg(options: Partial<OrgOptions> = {}): Promise<SetUpOrg> {
  const faults: string[] = [];
  const scheduler = createVirtualScheduler({
    startMs: Date.UTC(2026, 10, 21, 8),
    seed: 'set-up',
    onError: (label, error) => void faults.push(`${label}: ${String(error)}`),
  });
  const world: { org: Org; receiver: ReceiverBeside } = Object.create(null);
  const sender: CalloutSender = { send: (callout) => world.receiver.receive(callout) };
  world.org = await createVirtualOrg(scheduler, sender, faults, options);
  world.receiver = openReceiverBeside({
    scheduler,
    org: () => opened.org,
    onError: (error) => void faults.push(`receiver: ${String(error)}`),
  });
  const { receiver } = world;
  const orgId = world.org.orgId as OrgId;
  const opened: SetUpOrg = {
    org: world.org,
    scheduler,
    receiver,
    orgId,
    api: apiClient(receiver.admin),
    faults,
    during: (work, longestMs = 60_000) => during(scheduler, work, longestMs),
    until: (holds, longestMs) => until(scheduler, holds, longestMs),
    pass: (ms) => pass(scheduler, ms),
    async state() {
      const state = await receiver.ports.orgs.get(orgId);
      if (state === undefined) throw new Error('The org is not connected.');
      return state;
    },
    ask: (method, path, body) => askOrg(opened.org, method, path, body),
    async close() {
      await receiver.close();
      opened.org.close();
    },
  };
  return opened;
}

/**
 * Opens worlds for the tests of a file, one a test; each is closed behind its test, which fails if work that nobody
 * waited for has failed.
 */
export function setUpOrgs(): (options?: Partial<OrgOptions>) => Promise<SetUpOrg> {
  let opened: SetUpOrg | undefined;
  afterEach(async () => {
    const faults = opened?.faults ?? [];
    await opened?.close();
    opened = undefined;
    expect(faults).toEqual([]);
  });
  return async (options) => {
    opened = await openSetUpOrg(options);
    return opened;
  };
}

/** Connects the org as an admin does, by the receiver's own app unless other credentials are given. */
export function connectSetUpOrg(
  world: SetUpOrg,
  input: Partial<Pick<ConnectOrgInput, 'credentials' | 'pollOnly'>> = {},
): Promise<ConnectedSyncUser> {
  const { ports } = world.receiver;
  const own = { loginUrl: INSTANCE_URL, credentials: APP, gatewayUrl: GATEWAY_URL };
  return world.during(connectSyncUser(ports, { ...own, ...input }));
}

/** Another org on the same clock, such as a copy that takes the first one's place. */
export function createVirtualOrg(
  scheduler: VirtualScheduler,
  sender: CalloutSender,
  faults: string[],
  options: Partial<OrgOptions>,
): Promise<Org> {
  return createOrg({
    database: ':memory:',
    orgId: ORG_ID,
    instanceUrl: INSTANCE_URL,
    delays: 'zero',
    seed: 'set-up',
    scheduler,
    sender,
    adminToken: 'unused',
    connectedApps: [RECEIVER_APP],
    onError: (error) => void faults.push(String(error)),
    ...options,
  });
}

async function pass(scheduler: VirtualScheduler, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 60_000) {
    await scheduler.advance(Math.min(left, 60_000));
    await turn();
  }
}

async function during<T>(
  scheduler: VirtualScheduler,
  work: Promise<T>,
  longestMs: number,
): Promise<T> {
  let settled = false;
  const noted = work.finally(() => {
    settled = true;
  });
  noted.catch(() => undefined);
  for (let waitedMs = 0; waitedMs < longestMs; waitedMs += STEP_MS) {
    // Signatures of sign-ins are made by threads of their own, which no virtual clock waits for.
    await realTime(1);
    if (settled) return await noted;
    await scheduler.advance(STEP_MS);
  }
  throw new Error(`Not done after ${longestMs} ms.`);
}

async function until(
  scheduler: VirtualScheduler,
  holds: () => Promise<boolean>,
  longestMs: number,
): Promise<number> {
  const startMs = scheduler.now();
  for (;;) {
    await turn();
    const tookMs = scheduler.now() - startMs;
    if (await holds()) return tookMs;
    if (tookMs >= longestMs) throw new Error(`Not so after ${longestMs} ms.`);
    await scheduler.advance(STEP_MS);
  }
}

export async function askOrg(
  org: Org,
  method: string,
  path: string,
  body: unknown,
): Promise<OrgAnswer> {
  const answer = await org.handle({
    method,
    path,
    headers: {
      authorization: `Bearer ${org.issueToken(ADMIN_USERNAME)}`,
      'content-type': 'application/json',
    },
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
  });
  const text = Buffer.from(answer.body as Uint8Array).toString('utf8');
  return {
    status: answer.status,
    headers: answer.headers,
    body: /json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(text) : text,
  };
}

/** Installs a registered package for all users, as an administrator does in a browser. */
export async function installPackage(
  org: Org,
  versionId: string,
  allowThirdParties = true,
): Promise<void> {
  const { page, cookie } = await logIn(org);
  const form = {
    p0: versionId,
    step: 'install',
    audience: 'all',
    ...(allowThirdParties && { grant: 'yes' }),
  };
  const { status } = await page('POST', '/packaging/installPackage.apexp', form, cookie);
  if (status !== 303) throw new Error(`The installation was answered ${status}.`);
}

/** Deploys source folders as they lie. */
export async function deploySource(org: Org, folders: readonly string[]): Promise<void> {
  org.deploy(await readSourceFolders(folders));
}

/** Uninstalls the only package that is installed, in the same way. */
export async function uninstallPackage(org: Org): Promise<void> {
  const { page, cookie } = await logIn(org);
  const installed = await page('GET', '/0A3', {}, cookie);
  const [, id = ''] = /\/0A3\/(\w+)\/uninstall/.exec(installed.text) ?? [];
  const { status } = await page('POST', `/0A3/${id}/uninstall`, { sure: 'yes' }, cookie);
  if (status !== 303) throw new Error(`The removal was answered ${status}.`);
}

async function logIn(org: Org) {
  const page = async (method: string, path: string, form: Record<string, string>, cookie = '') => {
    const { status, headers, body } = await org.handle({
      method,
      path,
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(new URLSearchParams(form).toString()),
    });
    return { status, headers, text: Buffer.from(body as Uint8Array).toString('utf8') };
  };
  const login = await page('POST', '/packaging/login?next=%2F0A3', { username: ADMIN_USERNAME });
  return { page, cookie: String(login.headers['set-cookie']).split(';')[0] ?? '' };
}
