import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeActivity } from '../../../lambdas/activity/wire.ts';
import { ConsoleTelemetry } from '../../../lambdas/adapters/console-telemetry.ts';
import { LogNotifier } from '../../../lambdas/adapters/log-notifier.ts';
import { createSalesforceOrgs } from '../../../lambdas/adapters/salesforce/salesforce-orgs.ts';
import { openSqliteStores } from '../../../lambdas/adapters/sqlite/open-sqlite-stores.ts';
import { systemClock } from '../../../lambdas/adapters/system-clock.ts';
import { SystemRandom } from '../../../lambdas/adapters/system-random.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { makeBulk } from '../../../lambdas/bulk/wire.ts';
import type { OrgId } from '../../../lambdas/core/ids.ts';
import type { HttpTransport } from '../../../lambdas/ports/http-transport.ts';
import type { Ports } from '../../../lambdas/ports/ports.ts';
import { createKey } from '../../../lambdas/usecases/api-keys.ts';
import { connectSyncUser } from '../../../lambdas/usecases/connect-org.ts';
import { connectUser } from '../../../lambdas/usecases/connect-user.ts';
import { startPass } from '../../../lambdas/usecases/start-pass.ts';
import { isStream, readAll } from '../../../local/org/api/http.ts';
import { createOrg, type Org } from '../../../local/org/org.ts';
import { createRealScheduler } from '../../../local/real-scheduler.ts';
import { Pump } from '../../../local/receiver/pump.ts';
import { createReceiverServer } from '../../../local/receiver/server.ts';

const ORG_URL = 'https://practice.example';
const SYNC_USERNAME = 'alex@practice.example';
const API_VERSION = '66.0';
const SECRET = 'bench';
const POLL_MS = 20;

/** What the org did for the receiver. */
interface Spent {
  calls: number;
  orgMs: number;
  /** Time that the processor worked meanwhile; on a busy machine less than what passed. */
  orgCpuMs: number;
}

/** A practice org in this process, and a receiver whose API takes activities over HTTP and writes them there. */
export interface ActivityWorld {
  readonly ports: Ports;
  /** A request to the org as its administrator; `/sobjects/…`. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Reads the whole org into the mirror. */
  mirrorAll(): Promise<void>;
  /** Has a user written as himself. */
  connectUser(username: string): Promise<void>;
  /** Posts activities to the receiver. */
  post(activities: readonly object[]): Promise<void>;
  /** Writes what was posted; resolves when nothing is left. */
  writeAll(): Promise<void>;
  /** What the receiver has spent in the org so far. */
  readonly spent: Spent;
  close(): Promise<void>;
}

export async function openActivityWorld(
  folder: string,
  usernames: readonly string[],
): Promise<ActivityWorld> {
  const onError = (error: unknown) => console.error(error);
  const scheduler = createRealScheduler({ onError: (_, error) => onError(error) });
  const org = await openOrg(scheduler, usernames, onError);
  const spent: Spent = { calls: 0, orgMs: 0, orgCpuMs: 0 };
  const telemetry = new ConsoleTelemetry({ level: 'ERROR', now: () => Date.now() });
  const { consumers, close, ...stores } = openSqliteStores(folder, systemClock);
  const world = { clock: systemClock, random: new SystemRandom(), telemetry };
  const { secrets, usage } = stores;
  const transport = countedTransport(org, spent);
  const loginHosts = [ORG_URL];
  const salesforce = createSalesforceOrgs({ ...world, transport, secrets, usage, loginHosts });
  const ports: Ports = { ...stores, ...world, notifier: new LogNotifier(telemetry), salesforce };
  const orgId = org.orgId as OrgId;
  const admin = makeAdmin(ports, {});
  const server = createReceiverServer({
    gateway: async () => ({ statusCode: 404 }),
    admin: (event, context) => admin(event, context),
    scheduler,
    onError,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const pumped = { scheduler, concurrency: 1, timeoutMs: 600_000, onError };
  const bulk = new Pump({
    ...pumped,
    queue: consumers.bulk,
    handler: makeBulk(ports),
    batchSize: 1,
  });
  const reach = { loginUrl: ORG_URL, apiVersion: API_VERSION };
  const app = (username: string) =>
    ({ kind: 'client-credentials', clientId: username, clientSecret: SECRET }) as const;
  await connectSyncUser(ports, {
    ...reach,
    credentials: app(SYNC_USERNAME),
    gatewayUrl: 'https://rts.example',
  });
  const { key } = await createKey(ports, orgId, 'bench');

  return {
    ports,
    spent,
    ask: (method, path, body) => askOrg(org, method, path, body),
    mirrorAll: async () => {
      await startPass(ports, { orgId, kind: 'audit', reason: 'bench' });
      for (;;) {
        const [pass] = await ports.jobs.listPasses(orgId, { limit: 1 });
        if (pass?.state === 'done') return;
        if (pass?.state === 'failed') throw new Error('the audit failed');
        await sleep(POLL_MS);
      }
    },
    connectUser: async (user) => {
      await connectUser(ports, { ...reach, orgId, user, credentials: app(user) });
    },
    post: async (activities) => {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/orgs/${orgId}/activities`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ activities }),
      });
      const { results } = (await answer.json()) as { results: { outcome: string }[] };
      const refused = results.find(({ outcome }) => outcome !== 'accepted');
      if (refused !== undefined) throw new Error(JSON.stringify(refused));
    },
    writeAll: async () => {
      const handler = makeActivity(ports);
      const queue = consumers.activities;
      const pump = new Pump({ ...pumped, queue, handler, batchSize: 10 });
      while (queue.depth().messages > 0) await sleep(POLL_MS);
      await pump.stop();
    },
    close: async () => {
      await bulk.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await close();
      org.close();
      scheduler.close();
    },
  };
}

function openOrg(
  scheduler: ReturnType<typeof createRealScheduler>,
  usernames: readonly string[],
  onError: (error: unknown) => void,
): Promise<Org> {
  const sender = {
    send: async () => ({ status: 202, statusText: '', headers: {}, body: Buffer.alloc(0) }),
  };
  return createOrg({
    database: ':memory:',
    orgId: '00DDp0000000001MAA',
    instanceUrl: ORG_URL,
    sources: ['force-app/main/default'],
    delays: 'zero',
    seed: 'bench',
    scheduler,
    sender,
    adminToken: 'unused',
    connectedApps: [SYNC_USERNAME, ...usernames].map((username) => ({
      clientId: username,
      clientSecret: SECRET,
      runAsUsername: username,
    })),
    onError,
  });
}

/** No sockets: what passes between asking and the end of the answer is the org's own work. */
function countedTransport(org: Org, spent: Spent): HttpTransport {
  return {
    async send({ method, url, headers, body = '' }) {
      const { pathname, search } = new URL(url);
      const startedMs = performance.now();
      const cpu = process.cpuUsage();
      const answer = await org.handle({
        method,
        path: pathname + search,
        headers,
        body: Buffer.from(body),
      });
      const bytes = isStream(answer.body) ? await readAll(answer.body) : answer.body;
      spent.orgMs += performance.now() - startedMs;
      spent.orgCpuMs += cpuMs(cpu);
      // What Salesforce counts tells how much is used.
      if (answer.headers['sforce-limit-info'] !== undefined) spent.calls += 1;
      return { status: answer.status, headers: answer.headers, body: oneOf(bytes) };
    },
  };
}

/** Since an earlier reading. */
export function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

async function askOrg(org: Org, method: string, path: string, body: unknown): Promise<unknown> {
  const answer = await org.handle({
    method,
    path: `/services/data/v${API_VERSION}${path}`,
    headers: {
      authorization: `Bearer ${org.issueToken(SYNC_USERNAME)}`,
      'content-type': 'application/json',
    },
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
  });
  const text = Buffer.from(await readAll(answer.body)).toString();
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
