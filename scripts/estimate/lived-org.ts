import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
  ScheduledEvent,
} from 'aws-lambda';
import type { HttpTransport } from '#ports/http-transport.ts';
import type { Ports } from '#ports/ports.ts';
import type { Telemetry } from '#ports/telemetry.ts';
import { LogNotifier } from '../../lambdas/adapters/log-notifier.ts';
import { createSalesforceOrgs } from '../../lambdas/adapters/salesforce/salesforce-orgs.ts';
import { openSqliteStores } from '../../lambdas/adapters/sqlite/open-sqlite-stores.ts';
import { makeAdmin } from '../../lambdas/admin/wire.ts';
import { makeBulk } from '../../lambdas/bulk/wire.ts';
import { makeGateway } from '../../lambdas/gateway/wire.ts';
import { makeScheduler } from '../../lambdas/scheduler/wire.ts';
import { makeWorker } from '../../lambdas/worker/wire.ts';
import { compileApex } from '../../local/org/apex/compile-apex.ts';
import { compileOnce } from '../../local/org/apex/compile-once.ts';
import type { CalloutSender } from '../../local/org/apex/engine/callout-sender.ts';
import { isStream, type OrgResponse, readAll } from '../../local/org/api/http.ts';
import { createOrg, type Org } from '../../local/org/org.ts';
import { readSourceFolders } from '../../local/org/source-files.ts';
import { lambdaContext } from '../../local/receiver/lambda-context.ts';
import { Pump, type PumpedQueue, type SqsHandler } from '../../local/receiver/pump.ts';
import { schedulerClock } from '../../local/receiver/scheduler-clock.ts';
import { type Random, seededRandom } from '../../local/seeded-random.ts';
import { createVirtualScheduler, type VirtualScheduler } from '../../local/virtual-scheduler.ts';
import { httpEvent } from '../simulate/http-event.ts';

const ORG_URL = 'https://practice.example';
const GATEWAY_URL = 'https://rts.example';
const FORCE_APP = join(import.meta.dirname, '../../force-app');
const SYNC_USERNAME = 'alex@practice.example';
/** Who makes all changes, so that the org's books tell the receiver's calls from theirs. */
const PEOPLE_USERNAME = 'sam@practice.example';
const APP = { clientId: 'receiver', clientSecret: 'hush' };
const FUNCTION_TIMEOUT_MS = 60_000;

/** As on AWS. */
const SWEEP_EVERY_MS = 60_000;
const SWEEP_EVENT: ScheduledEvent = {
  id: 'sweep',
  version: '0',
  account: '000000000000',
  time: '',
  region: 'local',
  resources: [],
  source: 'aws.scheduler',
  'detail-type': 'Scheduled Event',
  detail: {},
};

type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * A practice org and a receiver beside it, in one process on one virtual clock, in fair weather: nothing is lost, killed
 * or slow. The package is not in the org until it is installed.
 */
export class LivedOrg {
  readonly scheduler: VirtualScheduler;
  readonly org: Org;
  readonly ports: Ports;
  readonly #admin: HttpHandler;
  readonly #sweep: ReturnType<typeof makeScheduler>;
  readonly #stop: () => Promise<void>;
  #key = '';

  static async open(seed: string, startMs: number): Promise<LivedOrg> {
    const scheduler = createVirtualScheduler({ startMs, seed });
    let gateway: HttpHandler | undefined;
    const org = await createOrg({
      database: ':memory:',
      orgId: '00DDp0000000001MAA',
      instanceUrl: ORG_URL,
      compile,
      delays: 'default',
      seed,
      scheduler,
      sender: {
        send: async (callout) => {
          if (gateway === undefined) throw new Error('the receiver is not up yet');
          return await postTo(gateway, callout, contextOf(scheduler, 'gateway'));
        },
      },
      adminToken: 'unused',
      connectedApps: [{ ...APP, runAsUsername: SYNC_USERNAME }],
      onError: (error) => {
        throw error;
      },
    });
    const lived = new LivedOrg(seed, scheduler, org);
    gateway = makeGateway(lived.ports);
    return lived;
  }

  private constructor(seed: string, scheduler: VirtualScheduler, org: Org) {
    this.scheduler = scheduler;
    this.org = org;
    const { consumers, close, ...stores } = openSqliteStores(':memory:', schedulerClock(scheduler));
    this.ports = portsOver(stores, scheduler, org, seededRandom(`${seed}/receiver`));
    this.#admin = makeAdmin(this.ports, { gatewayUrl: GATEWAY_URL });
    const pump = (queue: PumpedQueue, handler: SqsHandler, batchSize: number) =>
      new Pump({
        queue,
        handler,
        scheduler,
        batchSize,
        concurrency: 1,
        timeoutMs: FUNCTION_TIMEOUT_MS,
        onError: fail,
      });
    const work = [
      pump(consumers.notices, makeWorker(this.ports), 10),
      pump(consumers.bulk, makeBulk(this.ports), 1),
    ];
    this.#sweep = makeScheduler(this.ports);
    this.#armSweep();
    this.#stop = async () => {
      const stopped = Promise.all(work.map((one) => one.stop()));
      await scheduler.advance(FUNCTION_TIMEOUT_MS);
      await stopped;
      await close();
    };
  }

  get peopleId(): string {
    return String(this.org.store.findByKey('User', 'Username', PEOPLE_USERNAME)[0]);
  }

  get syncUserId(): string {
    return String(this.org.store.findByKey('User', 'Username', SYNC_USERNAME)[0]);
  }

  /** A request to the org that the receiver has nothing to do with. */
  async request(method: string, path: string, body: string | object = ''): Promise<unknown> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await this.org.handle({
      method,
      path: `/services/data/v66.0${path}`,
      headers: {
        authorization: `Bearer ${this.org.issueToken(PEOPLE_USERNAME)}`,
        'content-type': typeof body === 'string' ? 'text/csv' : 'application/json',
      },
      body: Buffer.from(text),
    });
    const answer = Buffer.from(await readAll(response.body)).toString('utf8');
    if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
    return answer === '' ? undefined : JSON.parse(answer);
  }

  /** Connects the org by the receiver's API, as it is. */
  async connect(): Promise<void> {
    await this.ports.keys.addSetupCode(createHash('sha256').update('code').digest('hex'));
    const body = { loginUrl: ORG_URL, credentials: { kind: 'client-credentials', ...APP } };
    const answer = await this.#call('POST', '/v1/orgs', body, 'code');
    this.#key = String((answer as { apiKey: unknown }).apiKey);
  }

  /** Installs the package; connecting again sets it up at once. */
  async install(): Promise<void> {
    this.org.deploy(await readSourceFolders([join(FORCE_APP, 'main'), join(FORCE_APP, 'site')]));
    await this.connect();
  }

  /** The receiver's API, below `/v1/orgs/{orgId}`. */
  async api(method: string, path: string, body?: object): Promise<unknown> {
    return await this.#call(method, `/v1/orgs/${this.org.orgId}${path}`, body, this.#key);
  }

  async close(): Promise<void> {
    await this.#stop();
    this.org.close();
  }

  #armSweep(): void {
    this.scheduler.schedule(SWEEP_EVERY_MS, 'sweep', async () => {
      this.#armSweep();
      await this.#sweep(SWEEP_EVENT, contextOf(this.scheduler, 'scheduler'));
    });
  }

  async #call(method: string, path: string, body: object | undefined, bearer: string) {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    const event = httpEvent(method, path, headers, body === undefined ? '' : JSON.stringify(body));
    const answering = this.#admin(event, contextOf(this.scheduler, 'admin'));
    const answer = await this.#whileRunning(answering);
    const text = answer.body ?? '';
    if ((answer.statusCode ?? 500) >= 300) throw new Error(`${method} ${path}: ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }

  /** Lets the clock go on until an answer has come. */
  async #whileRunning<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const ended = work.finally(() => {
      over = true;
    });
    ended.catch(() => undefined);
    while (!over) await this.scheduler.advance(100);
    return await ended;
  }
}

const compile = compileOnce(compileApex);

function contextOf(scheduler: VirtualScheduler, name: string): Context {
  return lambdaContext(scheduler, name, `${name}-${scheduler.now()}`, FUNCTION_TIMEOUT_MS);
}

type Callout = Parameters<CalloutSender['send']>[0];

/** What the package posts, through the gateway's chain. */
async function postTo(
  gateway: HttpHandler,
  { method, url, headers, body }: Callout,
  context: Context,
): ReturnType<CalloutSender['send']> {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const text = Buffer.from(body).toString('utf8');
  const event = httpEvent(method, new URL(url).pathname, Object.fromEntries(lower), text);
  const { statusCode = 500, body: answered = '' } = await gateway(event, context);
  return { status: statusCode, statusText: '', headers: {}, body: Buffer.from(answered) };
}

function fail(error: unknown): never {
  throw error;
}

function portsOver(
  stores: Omit<ReturnType<typeof openSqliteStores>, 'consumers' | 'close'>,
  scheduler: VirtualScheduler,
  org: Org,
  random: Random,
): Ports {
  const telemetry: Telemetry = { info() {}, warn() {}, error() {}, metric() {} };
  const world = {
    clock: schedulerClock(scheduler),
    random: {
      uuid: () => crypto.randomUUID(),
      bytes: (length: number) => random.bytes(length),
      fraction: () => random.next(),
    },
    telemetry,
    notifier: new LogNotifier(telemetry),
  };
  const salesforce = createSalesforceOrgs({
    ...world,
    transport: transportTo(org),
    secrets: stores.secrets,
    usage: stores.usage,
    loginHosts: [ORG_URL],
  });
  return { ...stores, ...world, salesforce };
}

function transportTo(org: Org): HttpTransport {
  return {
    async send({ method, url, headers, body }) {
      const { pathname, search } = new URL(url);
      const sent = typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array());
      const response = await org.handle({ method, path: pathname + search, headers, body: sent });
      return { status: response.status, headers: response.headers, body: bodyOf(response) };
    },
  };
}

async function* bodyOf({ body }: OrgResponse): AsyncGenerator<Uint8Array, void, void> {
  if (isStream(body)) yield* body;
  else yield await readAll(body);
}
