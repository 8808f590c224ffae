import { createHash } from 'node:crypto';
import type { Ports } from '#ports/ports.ts';
import type { DelayName } from '../../local/org/apex/engine/delays.ts';
import type { Org } from '../../local/org/org.ts';
import { type Random, seededRandom } from '../../local/seeded-random.ts';
import { ActivityTraffic } from './activities/activity-traffic.ts';
import { ApiClient } from './api-client.ts';
import { type Claims, MirrorFacts } from './mirror-facts.ts';
import { NoticeChannel } from './notice-channel.ts';
import type { OracleView } from './oracle.ts';
import { createOrgTransport } from './org-transport.ts';
import { packageSettings } from './package-settings.ts';
import { QuotaWatch } from './quota-watch.ts';
import { ReachFacts } from './reach-facts.ts';
import { type FunctionName, SimulatedReceiver } from './receiver.ts';
import { SimulationTelemetry } from './receiver-world.ts';
import { GATEWAY_URL, ORG_URL, openSimulatedOrg, SYNC_USERNAME } from './simulated-org.ts';
import type { Trace } from './trace.ts';
import { createTracedScheduler, type SimulationScheduler } from './traced-scheduler.ts';

/** What kind of installation a seed has. */
export interface Setting {
  /** How busy the org's asynchronous queue is. */
  readonly delays: DelayName;
  /** Asynchronous Apex executions a day. */
  readonly asyncExecutions: number;
  /** API requests a day, of all users together. */
  readonly apiRequests: number;
  /** Our share of them, where an admin sets it. */
  readonly sharePercent?: number;
  readonly sweepEveryMs: number;
  /** The Sync User sees every record: only then are values of notices taken. */
  readonly viewAll: boolean;
  /** By View All Data, which shows every field, too; else object by object. */
  readonly viewAllData: boolean;
  /** In the end nobody asks for a sync: the receiver has to prove everything in its own time. */
  readonly patient: boolean;
  /** How far the org's clock is ahead of the receiver's; from the beginning on, as stamps never go back. */
  readonly skewSeconds: number;
  readonly startMs: number;
  /** How long its first records were there when the org is connected; just made when left out. */
  readonly agedMs?: number;
}

export type Sabotage = (ports: Ports, name: FunctionName, world: Pick<World, 'scheduler'>) => Ports;

export interface WorldOptions {
  readonly seed: string;
  readonly setting: Setting;
  readonly trace: Trace;
  readonly sabotage: Sabotage;
  /** Told of everything that happened, for the histogram. */
  readonly onReached: (what: string) => void;
}

/** A practice org with the package, a receiver, and the network between them, on one clock. */
export class World {
  readonly scheduler: SimulationScheduler;
  readonly setting: Setting;
  readonly random: Random;
  readonly trace: Trace;
  readonly receiver: SimulatedReceiver;
  readonly channel: NoticeChannel;
  readonly mirror: MirrorFacts;
  readonly reach: ReachFacts;
  readonly quota: QuotaWatch;
  readonly api: ApiClient;
  readonly activities: ActivityTraffic;
  readonly telemetry: SimulationTelemetry;
  readonly sight = new Sight();
  /** Told when the receiver's state was written. */
  onClaims: () => void = () => undefined;
  /** Told when something was saved with a stamp of the past. */
  onLateCommit: () => void = () => undefined;
  /** When somebody last changed a record, by the org's clock, ms. */
  lastEditMs = 0;
  /** When somebody last changed the package's settings in the org, ms. */
  settingsChangedMs = 0;
  /** When the last thing that is so for a while only is over, ms. */
  spellsUntilMs = 0;
  #codes = 0;
  /** Work of nobody's that failed: always a fault. */
  readonly errors: string[] = [];
  readonly reached: (what: string) => void;
  #org: Org | undefined;

  static async open(options: WorldOptions): Promise<World> {
    const world = new World(options);
    world.#org = await openSimulatedOrg({
      ...options.setting,
      seed: options.seed,
      scheduler: world.scheduler,
      sender: world.channel,
      onError: (error) => world.#fail('org', error),
    });
    world.skewClock(options.setting.skewSeconds);
    return world;
  }

  private constructor({ seed, setting, trace, sabotage, onReached }: WorldOptions) {
    this.setting = setting;
    this.random = seededRandom(seed);
    this.trace = trace;
    this.reached = onReached;
    this.scheduler = createTracedScheduler(seed, setting.startMs, trace, (label, error) =>
      this.#fail(label, error),
    );
    this.telemetry = new SimulationTelemetry((text) => trace.note(this.scheduler.now(), text));
    this.channel = new NoticeChannel(
      () => this.receiver,
      this.scheduler,
      this.random.fork('channel'),
      onReached,
    );
    this.quota = new QuotaWatch({
      ...setting,
      sharePercent: setting.sharePercent,
      org: () => this.org,
      syncUsername: SYNC_USERNAME,
      reached: onReached,
    });
    this.receiver = new SimulatedReceiver({
      scheduler: this.scheduler,
      random: this.random.fork('receiver'),
      trace,
      telemetry: this.telemetry,
      transport: createOrgTransport(() => this.org, this.scheduler, this.random.fork('network')),
      loginUrl: ORG_URL,
      gatewayUrl: GATEWAY_URL,
      sweepEveryMs: setting.sweepEveryMs,
      sabotage: (ports, name) => sabotage(ports, name, this),
      watching: (network) => this.activities.watching(this.quota.watching(network)),
      onDeath: () => this.quota.noteDeath(),
      onRepeat: () => onReached('delivery-repeated'),
      onClaims: () => this.onClaims(),
    });
    this.mirror = new MirrorFacts(this.receiver.database);
    this.reach = new ReachFacts(this.receiver.database);
    this.api = new ApiClient(this.receiver);
    this.activities = new ActivityTraffic(this);
  }

  get org(): Org {
    if (this.#org === undefined) throw new Error('The org is not open yet.');
    return this.#org;
  }

  /** What the oracle looks at. */
  get view(): OracleView {
    const { org, mirror, sight } = this;
    return { org, mirror, ...sight };
  }

  noteEdit(): void {
    this.lastEditMs = this.org.clock.now();
  }

  /** What the package's settings in the org are now. */
  settings(): ReturnType<typeof packageSettings> {
    return packageSettings(this.org);
  }

  skewClock(seconds: number): void {
    if (seconds === 0) return;
    this.org.faults.arm({ kind: 'clock-skew', seconds });
    this.reached('fault-clock-skew');
  }

  /** What the receiver says of itself now. */
  get claims(): Claims {
    const claims = this.mirror.claims(this.org.orgId);
    if (claims === undefined) throw new Error('The org is not connected.');
    return claims;
  }

  /**
   * Connects the org as a deployment does, or connects it again.
   * @returns the status that the API answered
   */
  async connect(): Promise<number> {
    this.#codes += 1;
    const code = `set-up-code-${this.#codes}`;
    await this.receiver.stores.keys.addSetupCode(createHash('sha256').update(code).digest('hex'));
    return await this.api.connect(code);
  }

  /** Lets the clock run until the work has ended. */
  async running<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const ended = work.finally(() => {
      over = true;
    });
    // Its failure is thrown below; until then nobody waits for it.
    ended.catch(() => undefined);
    for (let steps = 0; !over && steps < MOST_STEPS; steps += 1) {
      await this.scheduler.advance(STEP_MS);
    }
    return await ended;
  }

  /** Disarms a fault of the org, and notes how often it struck. */
  clearFault(id: string): void {
    const found = this.org.faults.list().find((one) => one.id === id);
    if (found === undefined) return;
    for (let times = 0; times < found.applied; times += 1) {
      this.reached(`fault-${found.fault.kind}`);
    }
    this.org.faults.clear(id);
  }

  /** Has something put right after a while. */
  afterSpell(forMs: number, label: string, putRight: () => void): void {
    this.spellsUntilMs = Math.max(this.spellsUntilMs, this.scheduler.now() + forMs);
    this.scheduler.schedule(forMs, label, putRight);
  }

  /** Work that nobody waits for; its failure is a fault of the simulation or of what it tries. */
  background(label: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#fail(label, error));
  }

  /** Nothing is on its way from the org to the mirror. */
  get idle(): boolean {
    const { events, jobs, callouts } = this.org.engine.asyncCounts();
    return events + jobs + callouts + this.channel.held + this.mirror.queued() === 0;
  }

  close(): void {
    this.receiver.close();
    this.org.close();
  }

  #fail(where: string, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.errors.push(`${where}: ${text}`);
  }
}

const STEP_MS = 200;
/** An hour: no call of the API takes so long. */
const MOST_STEPS = 18_000;

/** What the org keeps out of the Sync User's sight. */
class Sight {
  /** Records that no client sees now. */
  readonly hidden = new Set<string>();
  /** Hidden or shown again: no stamp tells of it, so that only an audit proves them. */
  readonly unproven = new Set<string>();
  /** Fields that field-level security hides now, `Contact.Title`. */
  readonly withheld = new Set<string>();
  /** The Sync User lost its permissions for a while: nothing can be asked of the mirror until an audit. */
  blind = false;
}
