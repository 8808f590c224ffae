import type { Scheduler } from '../../../scheduler.ts';
import type { Random } from '../../../seeded-random.ts';
import { answerCallout } from './callout-driver.ts';
import type { CalloutSender } from './callout-sender.ts';
import type { Delays } from './delays.ts';
import { drive } from './drive.ts';
import type { EventDelivery } from './event-delivery.ts';
import type { JobExecution } from './job-execution.ts';
import type { QueuedJob } from './job-queue.ts';
import type { JobRunner } from './job-runner.ts';
import type { OrgServices } from './org-services.ts';
import type { Subscribers } from './subscribers.ts';

export interface AsyncRunnerOptions {
  readonly org: OrgServices;
  readonly jobs: JobRunner;
  readonly delivery: EventDelivery;
  readonly subscribers: Subscribers;
  readonly scheduler: Scheduler;
  readonly sender: CalloutSender;
  readonly delays: Delays;
  readonly random: Random;
  /** Told of faults of the engine itself. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Picks up what transactions leave behind: events for their triggers and queued jobs, when they are due. Everything
 * it knows it can read again from the database after a restart.
 */
export class AsyncRunner {
  readonly #options: AsyncRunnerOptions;
  /** When scheduled work falls due, by job key or trigger name. */
  readonly #due = new Map<string, number>();
  readonly #idleWaiters: (() => void)[] = [];
  #running = 0;
  #calloutsInFlight = 0;
  #stopped = false;

  constructor(options: AsyncRunnerOptions) {
    this.#options = options;
  }

  get calloutsInFlight(): number {
    return this.#calloutsInFlight;
  }

  /** Takes up what an earlier run of the org left. */
  start(): void {
    const { org, subscribers } = this.#options;
    for (const job of org.queue.all()) {
      this.#scheduleJob(job);
    }
    for (const { trigger, object, position, notBeforeMs } of subscribers.all()) {
      if (org.bus.tip(object) > position) {
        this.#scheduleDelivery(trigger, notBeforeMs);
      }
    }
  }

  /** Nothing new starts; what runs goes on until it would write. */
  stop(): void {
    this.#stopped = true;
  }

  jobAdded(key: string): void {
    const job = this.#options.org.queue.find(key);
    if (job !== undefined) {
      this.#scheduleJob(job);
    }
  }

  eventsAdded(object: string): void {
    const { subscribers, delays, random } = this.#options;
    for (const state of subscribers.of(object)) {
      const dueMs = this.#options.org.now() + delays.bus(random, object);
      this.#scheduleDelivery(state.trigger, Math.max(dueMs, state.notBeforeMs));
    }
  }

  /** Resolves when nothing runs and nothing is due; work that waits for a later time is not waited for. */
  async whenIdle(): Promise<void> {
    if (!this.#isIdle()) {
      await new Promise<void>((resolve) => {
        this.#idleWaiters.push(resolve);
      });
    }
  }

  #scheduleJob(job: QueuedJob): void {
    const { org, delays, random } = this.#options;
    const queueMs = job.kind === 'finalizer' ? 0 : delays.queue(random, job.className);
    const dueMs = Math.max(job.dueMs, org.now()) + queueMs;
    this.#schedule(`job ${job.key}`, dueMs, `${job.kind} ${job.className}`, () => {
      this.#runJob(job.key);
    });
  }

  #scheduleDelivery(trigger: string, dueMs: number): void {
    this.#schedule(`events ${trigger}`, dueMs, `events for ${trigger}`, () => {
      this.#deliver(trigger);
    });
  }

  /** One timer for each piece of work; a trigger that waits already will find the newer events too. */
  #schedule(key: string, dueMs: number, label: string, run: () => void): void {
    if (this.#stopped || this.#due.has(key)) {
      return;
    }
    const { scheduler } = this.#options;
    this.#due.set(key, dueMs);
    scheduler.schedule(Math.max(0, dueMs - scheduler.now()), label, () => {
      this.#due.delete(key);
      if (!this.#stopped) {
        run();
      }
      this.#settle();
    });
  }

  #deliver(trigger: string): void {
    const outcome = this.#options.delivery.deliver(trigger);
    if (outcome.kind === 'retry') {
      this.#scheduleDelivery(trigger, outcome.atMs);
    } else if (outcome.kind === 'done' && outcome.more) {
      this.#scheduleDelivery(trigger, this.#options.org.now());
    }
  }

  /** Not awaited by the scheduler: a job waits for callouts while other work goes on. */
  #runJob(key: string): void {
    const execution = this.#options.jobs.begin(key);
    if (execution !== undefined) {
      this.#running += 1;
      this.#drive(execution).catch((error: unknown) => {
        this.#options.onFault(error);
      });
    }
  }

  async #drive(execution: JobExecution): Promise<void> {
    const { sender, scheduler } = this.#options;
    const { context, realm } = execution.transaction;
    try {
      await drive(() => execution.code(), {
        onWait: () => {
          this.#calloutsInFlight += 1;
          context.cpu.pause();
        },
        onResume: () => {
          this.#calloutsInFlight -= 1;
          this.#checkRunning();
          context.cpu.resume();
          realm.system.forgetSettings();
        },
        answer: (suspension) => answerCallout(suspension, sender, scheduler),
        onReturn: () => {
          execution.succeed();
        },
        onThrow: (error) => {
          if (!(error instanceof Stopped)) {
            execution.fail(error);
          }
        },
      });
    } finally {
      this.#running -= 1;
      this.#settle();
    }
  }

  /** After a stop the database may be closed; the job is still in its queue and runs again after the next start. */
  #checkRunning(): void {
    if (this.#stopped) {
      throw new Stopped();
    }
  }

  #isIdle(): boolean {
    const now = this.#options.scheduler.now();
    return this.#running === 0 && [...this.#due.values()].every((dueMs) => dueMs > now);
  }

  #settle(): void {
    if (this.#idleWaiters.length > 0 && this.#isIdle()) {
      for (const resolve of this.#idleWaiters.splice(0)) {
        resolve();
      }
    }
  }
}

/** Ends a job that waited while the engine was stopped. */
class Stopped extends Error {}
