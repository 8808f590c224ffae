import { promisesSettled } from './promises-settled.ts';
import type { MovableScheduler } from './scheduler.ts';
import { seededRandom } from './seeded-random.ts';
import { type DueTask, TimerQueue } from './timer-queue.ts';

export interface VirtualScheduler extends MovableScheduler {
  /**
   * Runs tasks, moving the clock from one to the next, until none waits.
   * @throws Error when more than `maxTasks` ran: something reschedules itself for ever
   */
  runUntilIdle(maxTasks?: number): Promise<void>;
  /** Runs the next task that falls due at or before `untilMs`; false when there is none. */
  step(untilMs?: number): Promise<boolean>;
  readonly pending: number;
}

export interface VirtualSchedulerOptions {
  /** Milliseconds since the epoch, UTC, at the start. */
  readonly startMs: number;
  /** Decides the order of tasks due at the same millisecond; without it they run in the order they were set. */
  readonly seed?: string;
  /** Told of every task that throws. Without it the error ends the run. */
  readonly onError?: (label: string, error: unknown) => void;
}

/** A clock that stands still until it is driven: one seed, one order of events. */
export function createVirtualScheduler(options: VirtualSchedulerOptions): VirtualScheduler {
  const queue = new TimerQueue();
  const random = options.seed === undefined ? undefined : seededRandom(options.seed);
  let nowMs = options.startMs;
  const failures: unknown[] = [];
  let nextOrder = 0;

  /** Not awaited: a task may wait for a later one. Its promise chain runs until the clock must move. */
  async function run(task: DueTask): Promise<void> {
    try {
      await task.run();
    } catch (error) {
      if (options.onError === undefined) failures.push(error);
      else options.onError(task.label, error);
    }
  }

  async function step(untilMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    await promisesSettled();
    const task = queue.takeDue(untilMs);
    if (task !== undefined) {
      nowMs = Math.max(nowMs, task.dueMs);
      void run(task);
      await promisesSettled();
    }
    if (failures.length > 0) throw failures.shift();
    return task !== undefined;
  }

  return {
    now: () => nowMs,
    get pending() {
      return queue.size;
    },
    schedule(delayMs, label, task) {
      const order = random === undefined ? nextOrder++ : random.next();
      return queue.add({ dueMs: nowMs + Math.max(delayMs, 0), order, label, run: task });
    },
    step,
    async advance(byMs) {
      const targetMs = nowMs + byMs;
      while (await step(targetMs));
      nowMs = Math.max(nowMs, targetMs);
    },
    async runUntilIdle(maxTasks = 1_000_000) {
      for (let count = 0; await step(); count += 1) {
        if (count >= maxTasks) {
          throw new Error(`The virtual scheduler is not idle after ${maxTasks} tasks.`);
        }
      }
    },
  };
}
