import type { DatabaseSync } from 'node:sqlite';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  ScheduledEvent,
} from 'aws-lambda';
import type { HttpTransport } from '#ports/http-transport.ts';
import type { OrgStore } from '#ports/org-store.ts';
import type { Ports } from '#ports/ports.ts';
import { makeActivity } from '../../lambdas/activity/wire.ts';
import { LogNotifier } from '../../lambdas/adapters/log-notifier.ts';
import { createSalesforceOrgs } from '../../lambdas/adapters/salesforce/salesforce-orgs.ts';
import { openDatabase } from '../../lambdas/adapters/sqlite/database.ts';
import { storesOver } from '../../lambdas/adapters/sqlite/open-sqlite-stores.ts';
import { RECEIVER_SHAPE } from '../../lambdas/adapters/sqlite/receiver-shape.ts';
import { SECRETS_SHAPE } from '../../lambdas/adapters/sqlite/sqlite-secrets.ts';
import { makeAdmin } from '../../lambdas/admin/wire.ts';
import { makeBulk } from '../../lambdas/bulk/wire.ts';
import { makeGateway } from '../../lambdas/gateway/wire.ts';
import { makeScheduler } from '../../lambdas/scheduler/wire.ts';
import { makeWorker } from '../../lambdas/worker/wire.ts';
import type { Random } from '../../local/seeded-random.ts';
import { type Environment, invoke } from './environment.ts';
import { Life } from './life.ts';
import { mortalPorts } from './mortal-ports.ts';
import { QueueFunction } from './queue-function.ts';
import { receiverClock, receiverRandom, type SimulationTelemetry } from './receiver-world.ts';
import type { Trace } from './trace.ts';
import type { SimulationScheduler } from './traced-scheduler.ts';

export type FunctionName = 'gateway' | 'worker' | 'bulk' | 'activity' | 'scheduler' | 'admin';

const QUEUE_FUNCTIONS = ['worker', 'bulk', 'activity'] as const;
const FUNCTIONS: readonly FunctionName[] = [...QUEUE_FUNCTIONS, 'gateway', 'scheduler', 'admin'];
type Queues = Readonly<Record<(typeof QUEUE_FUNCTIONS)[number], QueueFunction>>;

type HttpFunction = Environment<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;
type Stores = ReturnType<typeof storesOver>;

export interface ReceiverOptions {
  readonly scheduler: SimulationScheduler;
  readonly random: Random;
  readonly trace: Trace;
  readonly telemetry: SimulationTelemetry;
  readonly transport: HttpTransport;
  /** Where the practice org's sign-in is, `https://host`. */
  readonly loginUrl: string;
  readonly gatewayUrl: string;
  readonly sweepEveryMs: number;
  /** Spoils what a function's environment is given: how a mutant breaks a rule. */
  readonly sabotage: (ports: Ports, name: FunctionName) => Ports;
  /** Looks at what one process sends to the org. */
  readonly watching: (network: HttpTransport) => HttpTransport;
  /** Told when a process died. */
  readonly onDeath: () => void;
  readonly onRepeat: () => void;
  /** Told when an org's state was written: what the receiver claims may have changed. */
  readonly onClaims: () => void;
}

const HTTP_TIMEOUT_MS = 30_000;
const SWEEP_TIMEOUT_MS = 60_000;
const REPEATED_DELIVERIES = 0.02;
/** How often a call of a port lets others go first, and for how long at the most. */
const SLOW_CALLS = 0.15;
const LONGEST_CALL_MS = 30;

/** The receiver: its six functions over SQLite in memory, in environments that may die at any await. */
export class SimulatedReceiver {
  /** For the oracle, which reads the tables by itself. */
  readonly database: DatabaseSync;
  readonly #secrets: DatabaseSync;
  readonly #options: ReceiverOptions;
  #stores: Stores;
  #queues: Queues;
  readonly #single = new Map<FunctionName, Life>();
  readonly #http = new Map<FunctionName, HttpFunction>();
  #sweeper: Environment<ScheduledEvent, unknown> | undefined;
  #born = 0;
  #closed = false;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.database = openDatabase(':memory:', RECEIVER_SHAPE);
    this.#secrets = openDatabase(':memory:', SECRETS_SHAPE);
    this.#stores = this.#openStores();
    this.#queues = this.#openQueues();
    this.#armSweep();
  }

  get stores(): Stores {
    return this.#stores;
  }

  /**
   * A request to the gateway or the API.
   * @throws Error when the process died over it: the client sees its connection break
   */
  async request(
    name: 'gateway' | 'admin',
    event: APIGatewayProxyEventV2,
  ): Promise<APIGatewayProxyStructuredResultV2> {
    const environment = this.#httpFunction(name);
    const invocation = await invoke(environment, event, this.#options.scheduler, HTTP_TIMEOUT_MS);
    if (invocation.outcome === 'answered') return invocation.answer;
    if (invocation.outcome === 'failed') throw invocation.error;
    throw new Error('Connection reset');
  }

  /** A process of the function dies at its n-th call from now; false when it has none now. */
  killOne(name: FunctionName, calls: number, when: 'before' | 'after'): boolean {
    const life = this.#livesOf(name).find(({ alive }) => alive);
    life?.killAt(calls, when);
    return life !== undefined;
  }

  /** Everything in memory is gone at once; the stores are opened again over the same data. */
  restart(): void {
    for (const life of this.#lives) life.kill();
    for (const name of QUEUE_FUNCTIONS) this.#queues[name].stop();
    this.#stores = this.#openStores();
    this.#queues = this.#openQueues();
  }

  close(): void {
    this.#closed = true;
    // A request that is under way would go on against closed databases.
    for (const life of this.#lives) life.end();
    for (const name of QUEUE_FUNCTIONS) this.#queues[name].stop();
    this.database.close();
    this.#secrets.close();
  }

  get #lives(): readonly Life[] {
    return FUNCTIONS.flatMap((name) => this.#livesOf(name));
  }

  #openStores(): Stores {
    const { scheduler, onClaims } = this.#options;
    const stores = storesOver(this.database, this.#secrets, receiverClock(scheduler));
    return { ...stores, orgs: announcingUpdates(stores.orgs, onClaims) };
  }

  #openQueues(): Queues {
    const { scheduler, random, onRepeat } = this.#options;
    const { consumers } = this.#stores;
    const shared = { scheduler, repeats: REPEATED_DELIVERIES, onRepeat };
    return {
      worker: new QueueFunction({
        ...shared,
        queue: consumers.notices,
        random: random.fork(`worker-${this.#born}`),
        newEnvironment: () => this.#environment('worker', makeWorker),
        batchSize: 10,
        concurrency: 2,
      }),
      bulk: new QueueFunction({
        ...shared,
        queue: consumers.bulk,
        random: random.fork(`bulk-${this.#born}`),
        newEnvironment: () => this.#environment('bulk', makeBulk),
        batchSize: 1,
        concurrency: 3,
      }),
      activity: new QueueFunction({
        ...shared,
        queue: consumers.activities,
        random: random.fork(`activity-${this.#born}`),
        newEnvironment: () => this.#environment('activity', makeActivity),
        batchSize: 10,
        concurrency: 2,
      }),
    };
  }

  #httpFunction(name: 'gateway' | 'admin'): HttpFunction {
    const known = this.#http.get(name);
    if (known?.life.alive) return known;
    const { gatewayUrl } = this.#options;
    const made: HttpFunction =
      name === 'gateway'
        ? this.#environment(name, makeGateway)
        : this.#environment(name, (ports) => makeAdmin(ports, { gatewayUrl }));
    this.#http.set(name, made);
    return made;
  }

  #livesOf(name: FunctionName): readonly Life[] {
    if (name === 'worker' || name === 'bulk' || name === 'activity') {
      return this.#queues[name].environments.map(({ life }) => life);
    }
    const life = this.#single.get(name);
    return life === undefined ? [] : [life];
  }

  #environment<E, A>(name: FunctionName, make: (ports: Ports) => Environment<E, A>['handler']) {
    this.#born += 1;
    const { scheduler, trace } = this.#options;
    const life = new Life(`${name}-${this.#born}`, trace, () => scheduler.now());
    life.onDeath(this.#options.onDeath);
    this.#single.set(name, life);
    return { life, handler: make(this.#portsOf(name, life)) };
  }

  #portsOf(name: FunctionName, life: Life): Ports {
    const { scheduler, telemetry, transport, watching, loginUrl, sabotage } = this.#options;
    const network = watching(transport);
    const draws = this.#options.random.fork(life.name);
    const turn = async () => {
      if (draws.next() >= SLOW_CALLS) return;
      await scheduler.pause(draws.integer(LONGEST_CALL_MS), `${life.name} waits`);
    };
    const clock = receiverClock(scheduler);
    const mortalClock = {
      ...clock,
      sleep: (ms: number, signal?: AbortSignal) => life.call(() => clock.sleep(ms, signal)),
    };
    const notifier = new LogNotifier(telemetry);
    const world = {
      clock: mortalClock,
      random: receiverRandom(draws.fork('ids')),
      telemetry,
      notifier,
    };
    const outside = mortalPorts({ ...this.#stores }, life, turn);
    const salesforce = createSalesforceOrgs({
      ...world,
      transport: { send: (request) => life.call(() => network.send(request)) },
      secrets: outside.secrets,
      usage: outside.usage,
      loginHosts: [loginUrl],
    });
    return sabotage({ ...outside, ...world, salesforce }, name);
  }

  /** EventBridge's rate: a run that fails or dies is followed by the next all the same. */
  #armSweep(): void {
    const { scheduler, sweepEveryMs } = this.#options;
    scheduler.schedule(sweepEveryMs, 'sweep', async () => {
      if (this.#closed) return;
      this.#armSweep();
      if (this.#sweeper?.life.alive !== true) {
        this.#sweeper = this.#environment('scheduler', makeScheduler);
      }
      await invoke(this.#sweeper, SWEEP_EVENT, scheduler, SWEEP_TIMEOUT_MS);
    });
  }
}

function announcingUpdates(orgs: OrgStore, onUpdate: () => void): OrgStore {
  return new Proxy(orgs, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        const answer: unknown = await member.apply(target, args);
        if (name === 'update') onUpdate();
        return answer;
      };
    },
  });
}

const SWEEP_EVENT: ScheduledEvent = {
  id: 'sweep',
  version: '0',
  account: '000000000000',
  time: '',
  region: 'simulation',
  resources: [],
  source: 'aws.scheduler',
  'detail-type': 'Scheduled Event',
  detail: {},
};
