import type { OrgId } from '#core/ids.ts';
import type { HttpTransport } from '#ports/http-transport.ts';
import type { Ports } from '#ports/ports.ts';
import { connectOrg } from '#usecases/connect-org.ts';
import { LogNotifier } from '../../../lambdas/adapters/log-notifier.ts';
import { createSalesforceOrgs } from '../../../lambdas/adapters/salesforce/salesforce-orgs.ts';
// Loaded on first use elsewhere; here a load that takes real time would let the virtual clock run away.
import '../../../lambdas/adapters/salesforce/jsforce-writes.ts';
import { makeActivity } from '../../../lambdas/activity/wire.ts';
import { openSqliteStores } from '../../../lambdas/adapters/sqlite/open-sqlite-stores.ts';
import { SystemRandom } from '../../../lambdas/adapters/system-random.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { makeBulk } from '../../../lambdas/bulk/wire.ts';
import { makeGateway } from '../../../lambdas/gateway/wire.ts';
import { makeScheduler } from '../../../lambdas/scheduler/wire.ts';
import { makeWorker } from '../../../lambdas/worker/wire.ts';
import type { CalloutSender } from '../../../local/org/apex/engine/callout-sender.ts';
import { readAll } from '../../../local/org/api/http.ts';
import type { Org } from '../../../local/org/org.ts';
import { Cron } from '../../../local/receiver/cron.ts';
import { Pump, type PumpedQueue, type SqsHandler } from '../../../local/receiver/pump.ts';
import { schedulerClock } from '../../../local/receiver/scheduler-clock.ts';
import type { VirtualScheduler } from '../../../local/virtual-scheduler.ts';
import { ADMIN_USERNAME } from '../org/test-org.ts';
import { context, httpEvent, RecordingTelemetry } from '../test-receiver.ts';

type Callout = Parameters<CalloutSender['send']>[0];
type CalloutAnswer = Awaited<ReturnType<CalloutSender['send']>>;

const CLIENT = { clientId: 'receiver', clientSecret: 'hush' };
const GATEWAY_URL = 'https://rts.example';

/** What the practice org must know of the receiver: it signs in as an administrator. */
export const RECEIVER_APP = { ...CLIENT, runAsUsername: ADMIN_USERNAME };

/**
 * The receiver beside a practice org in one process and on one virtual clock: the real functions with their queues
 * and schedule, over SQLite in memory. It reads the org through the org's own HTTP handling.
 */
export interface ReceiverBeside {
  readonly ports: Ports;
  /** Takes what the package posts, as the gateway's address would. */
  receive(callout: Callout): Promise<CalloutAnswer>;
  readonly admin: ReturnType<typeof makeAdmin>;
  /** Connects the org, reads all of it, and resolves when it is active. */
  connect(): Promise<void>;
  close(): Promise<void>;
}

interface ReceiverBesideOptions {
  readonly scheduler: VirtualScheduler;
  /** Which org answers at an origin; not asked before `connect`. */
  readonly org: (origin: string) => Org;
  /** Where orgs may sign in; by default the one at https://org.example. */
  readonly loginHosts?: readonly string[];
  readonly onError: (error: unknown) => void;
}

export function openReceiverBeside(options: ReceiverBesideOptions): ReceiverBeside {
  const { scheduler, onError } = options;
  const clock = schedulerClock(scheduler);
  const { consumers, close, ...stores } = openSqliteStores(':memory:', clock);
  const telemetry = new RecordingTelemetry();
  const notifier = new LogNotifier(telemetry);
  const world = { clock, random: new SystemRandom(), telemetry, notifier };
  const salesforce = createSalesforceOrgs({
    ...world,
    transport: createTransport(options.org),
    secrets: stores.secrets,
    usage: stores.usage,
    loginHosts: options.loginHosts ?? ['https://org.example'],
  });
  const ports: Ports = { ...stores, ...world, salesforce };
  const gateway = makeGateway(ports);
  const pump = (queue: PumpedQueue, handler: SqsHandler, batchSize: number) =>
    new Pump({ queue, handler, scheduler, batchSize, concurrency: 1, timeoutMs: 60_000, onError });
  const running = [
    pump(consumers.notices, makeWorker(ports), 10),
    pump(consumers.bulk, makeBulk(ports), 1),
    pump(consumers.activities, makeActivity(ports), 10),
    new Cron(makeScheduler(ports), scheduler, onError),
  ];
  return {
    ports,
    receive: (callout) => post(gateway, callout),
    admin: makeAdmin(ports, { gatewayUrl: GATEWAY_URL }),
    connect: () => connect(ports, telemetry, options),
    async close() {
      await Promise.all(running.map((one) => one.stop()));
      await close();
    },
  };
}

function createTransport(org: ReceiverBesideOptions['org']): HttpTransport {
  return {
    async send({ method, url, headers, body = '' }) {
      const { origin, pathname, search } = new URL(url);
      const answer = await org(origin).handle({
        method,
        path: pathname + search,
        headers,
        body: Buffer.from(body),
      });
      const bytes = await readAll(answer.body);
      return { status: answer.status, headers: answer.headers, body: oneBy(bytes) };
    },
  };
}

async function* oneBy<Item>(item: Item): AsyncGenerator<Item, void, void> {
  yield item;
}

async function post(
  gateway: ReturnType<typeof makeGateway>,
  { method, url, headers, body }: Callout,
): Promise<CalloutAnswer> {
  const named = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const path = new URL(url).pathname;
  const event = httpEvent(method, path, named, { body: Buffer.from(body).toString('utf8') });
  const { statusCode, headers: answered, body: text } = await gateway(event, context());
  const texts = Object.entries(answered ?? {}).map(([name, value]) => [name, String(value)]);
  return {
    status: statusCode ?? 500,
    statusText: '',
    headers: Object.fromEntries(texts),
    body: Buffer.from(text ?? ''),
  };
}

const LONGEST_AUDIT_MS = 600_000;

async function connect(
  ports: Ports,
  telemetry: RecordingTelemetry,
  { scheduler, org }: ReceiverBesideOptions,
): Promise<void> {
  const { orgId, instanceUrl } = org('https://org.example');
  const connected = connectOrg(ports, {
    loginUrl: instanceUrl,
    credentials: { kind: 'client-credentials', ...CLIENT },
    gatewayUrl: GATEWAY_URL,
  });
  for (let waitedMs = 0; waitedMs < LONGEST_AUDIT_MS; waitedMs += 10_000) {
    await scheduler.advance(10_000);
    if ((await ports.orgs.get(orgId as OrgId))?.phase === 'active') {
      await connected;
      return;
    }
  }
  const [failure] = telemetry.lines.filter(({ level }) => level === 'error');
  throw new Error(`The receiver did not finish reading the org: ${JSON.stringify(failure)}`);
}
