import type { Scheduler } from '../../../scheduler.ts';
import type { Engine, SaveRequest, SaveResult } from '../../engine.ts';
import type { SubscriberConfig } from '../../schema/metadata.ts';
import type { FieldValues } from '../../schema/schema.ts';
import type {
  LeadConversionOutcome,
  LeadConversionRequest,
} from '../platform/system/system-services.ts';
import type { Program, ProgramInstance } from '../program.ts';
import type { Realm } from '../realm.ts';
import type { ApexValue, Suspendable } from '../values.ts';
import { ApiSaves } from './api-saves.ts';
import { AsyncRunner } from './async-runner.ts';
import { answerCallout } from './callout-driver.ts';
import type { CalloutSender } from './callout-sender.ts';
import type { Delays } from './delays.ts';
import { drive } from './drive.ts';
import { type DeliveryFaults, EventDelivery } from './event-delivery.ts';
import type { Quiddity } from './execution-context.ts';
import { JobRunner } from './job-runner.ts';
import { type RowLocks, saveAroundLocks } from './locked-rows.ts';
import { type OrgOptions, openOrgServices } from './open-org-services.ts';
import type { OrgServices } from './org-services.ts';
import type { RemoteOrigin } from './remote-sites.ts';
import { Subscribers } from './subscribers.ts';
import { freshTransactions, type TransactionSource } from './transactions.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export interface EngineOptions extends OrgOptions {
  readonly scheduler: Scheduler;
  /** How long events and jobs wait: `DELAYS.zero`, `DELAYS.default`, `DELAYS.slow` of `delays.ts`. */
  readonly delays: Delays;
  /** Batches of events that come again; none when left out. */
  readonly deliveryFaults?: DeliveryFaults;
  /** Records that saves by API find locked; none when left out. */
  readonly isLocked?: RowLocks;
  /** `createHttpCalloutSender()`, or the simulation's own. */
  readonly sender: CalloutSender;
  readonly subscriberConfigs: readonly SubscriberConfig[];
}

export interface ApexEngine extends Engine {
  /** Takes up the work that an earlier run left in the database. */
  start(): void;
  /** Starts nothing new; jobs that wait for a callout are left in the queue for the next start. */
  stop(): void;
  /** After a deploy: event triggers that gave up after too many retries run again. */
  resumeEventTriggers(): void;
  setRemoteSites(sites: readonly RemoteOrigin[]): void;
  /** Runs Apex in a transaction of its own, callouts included: anonymous blocks, REST resources. */
  execute<T extends ApexValue>(
    userId: string,
    code: (program: ProgramInstance, realm: Realm) => Suspendable<T>,
    options?: ExecuteOptions,
  ): Promise<T>;
}

interface ExecuteOptions {
  /** The deployed program with more in it; the deployed one when left out. */
  readonly program?: Program;
  /** How the transaction begins; as an anonymous block when left out. */
  readonly quiddity?: Quiddity;
  /** Told of what the transaction logs. */
  readonly onDebug?: (message: string) => void;
}

/** Puts the parts of the engine together. Nothing runs before `start`. */
export function createEngine(options: EngineOptions): ApexEngine {
  return new OrgEngine(options);
}

class OrgEngine implements ApexEngine {
  readonly #options: EngineOptions;
  readonly #org: OrgServices;
  readonly #transactions: TransactionSource;
  readonly #saves: ApiSaves;
  readonly #subscribers: Subscribers;
  readonly #runner: AsyncRunner;
  #outer: UnitOfWork | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#org = openOrgServices(
      options,
      () => options.scheduler.now(),
      (key) => {
        this.#runner.jobAdded(key);
      },
    );
    this.#transactions = freshTransactions(this.#org, () => this.#outer);
    this.#saves = new ApiSaves(this.#org, this.#transactions);
    this.#subscribers = new Subscribers(this.#org, options.subscriberConfigs);
    this.#runner = this.#createRunner();
    this.#org.bus.onAppended((object) => {
      this.#runner.eventsAdded(object);
    });
  }

  start(): void {
    this.#inUnit(() => {
      this.#subscribers.register();
    });
    this.#runner.start();
  }

  resumeEventTriggers(): void {
    this.#inUnit(() => {
      this.#subscribers.resume();
    });
  }

  stop(): void {
    this.#runner.stop();
  }

  save(request: SaveRequest): SaveResult[] {
    const { isLocked } = this.#options;
    const save = (one: SaveRequest): SaveResult[] => this.#saves.save(one);
    return isLocked === undefined ? save(request) : saveAroundLocks(request, isLocked, save);
  }

  merge(
    object: string,
    winner: FieldValues,
    loserIds: readonly string[],
    userId: string,
  ): SaveResult {
    return this.#saves.merge(object, winner, loserIds, userId);
  }

  convertLead(request: LeadConversionRequest, userId: string): LeadConversionOutcome {
    return this.#saves.convertLead(request, userId);
  }

  publish(
    object: string,
    events: readonly Readonly<Record<string, unknown>>[],
    userId: string,
  ): SaveResult[] {
    return this.#saves.save({
      operation: 'insert',
      records: events.map((input) => ({ object, input })),
      allOrNone: false,
      userId,
      source: 'rest',
    });
  }

  inTransaction<T>(work: () => T): T {
    const outer = this.#outer;
    const unit = this.#transactions.unit();
    this.#outer = unit;
    try {
      const result = work();
      this.#outer = outer;
      unit.commit();
      return result;
    } catch (error) {
      this.#outer = outer;
      unit.rollback();
      throw error;
    }
  }

  rehearse(work: () => void): void {
    const outer = this.#outer;
    const unit = this.#transactions.unit();
    this.#outer = unit;
    try {
      unit.open();
      work();
    } finally {
      this.#outer = outer;
      unit.dropEvents();
      unit.rollback();
    }
  }

  whenIdle(): Promise<void> {
    return this.#runner.whenIdle();
  }

  setRemoteSites(sites: readonly RemoteOrigin[]): void {
    this.#org.remoteSites.replace(sites);
  }

  execute<T extends ApexValue>(
    userId: string,
    code: (program: ProgramInstance, realm: Realm) => Suspendable<T>,
    {
      program = this.#org.program,
      quiddity = 'ANONYMOUS',
      onDebug = () => {},
    }: ExecuteOptions = {},
  ): Promise<T> {
    const { scheduler, sender } = this.#options;
    const transaction = freshTransactions({ ...this.#org, program }).open({
      profile: 'sync',
      quiddity,
      userId,
      onDebug,
    });
    const { realm, context } = transaction;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const ended = drive(() => code(realm.program, realm), {
      onWait: () => {
        context.cpu.pause();
      },
      onResume: () => {
        context.cpu.resume();
        realm.system.forgetSettings();
      },
      answer: (suspension) => answerCallout(suspension, sender, scheduler),
      onReturn: (value) => {
        transaction.commit();
        resolve(value);
      },
      onThrow: (error) => {
        transaction.rollback();
        reject(error);
      },
    });
    ended.catch(reject);
    return promise;
  }

  countAsyncExecutions(count: number): void {
    this.#org.asyncExecutions.add(count);
  }

  countPublishedEvents(count: number): void {
    this.#org.publishedEvents.add(count);
  }

  asyncCounts(): { readonly events: number; readonly jobs: number; readonly callouts: number } {
    const events = this.#subscribers
      .all()
      .map(({ object, position }) => this.#org.bus.tip(object) - position);
    return {
      jobs: this.#org.queue.all().length,
      events: events.reduce((sum, count) => sum + count, 0),
      callouts: this.#runner.calloutsInFlight,
    };
  }

  #inUnit(work: () => void): void {
    const unit = this.#transactions.unit();
    unit.open();
    work();
    unit.commit();
  }

  #createRunner(): AsyncRunner {
    const { scheduler, sender, delays, random, deliveryFaults } = this.#options;
    const source = freshTransactions(this.#org);
    return new AsyncRunner({
      org: this.#org,
      jobs: new JobRunner(this.#org, source),
      delivery: new EventDelivery({
        org: this.#org,
        subscribers: this.#subscribers,
        transactions: source,
        delays,
        ...(deliveryFaults === undefined ? {} : { faults: deliveryFaults }),
      }),
      subscribers: this.#subscribers,
      scheduler,
      sender,
      delays,
      random: random.fork('delays'),
      onFault: (error) => {
        this.#org.debug(`Fault of the engine: ${String(error)}`);
      },
    });
  }
}
