import { promisesSettled } from './promises-settled.ts';
import type { MovableScheduler } from './scheduler.ts';
import { type DueTask, TimerQueue } from './timer-queue.ts';

export interface RealScheduler extends MovableScheduler {
  /** Drops every waiting task. Nothing runs afterwards. */
  close(): void;
}

export interface RealSchedulerOptions {
  /** Told of every task that throws; the scheduler goes on. */
  readonly onError: (label: string, error: unknown) => void;
  /** How far ahead of the machine's clock this one begins, ms; what an earlier run was advanced by. */
  readonly offsetMs?: number;
}

/** Longest delay that `setTimeout` takes; farther tasks are looked at again when it ends. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/**
 * The machine's clock plus an offset that `advance` pushes forward. Tasks start in due order. `advance` lets each task
 * run to its first real wait (network, another timer) before the clock moves on; it does not wait for its end.
 */
export function createRealScheduler(options: RealSchedulerOptions): RealScheduler {
  const queue = new TimerQueue();
  let offsetMs = options.offsetMs ?? 0;
  let latestMs = 0;
  let nextOrder = 0;
  let alarm: NodeJS.Timeout | undefined;
  let closed = false;

  function now(): number {
    latestMs = Math.max(latestMs, Date.now() + offsetMs);
    return latestMs;
  }

  function setAlarm(): void {
    clearTimeout(alarm);
    const first = queue.peek();
    if (first === undefined || closed) return;
    const waitMs = Math.min(Math.max(first.dueMs - now(), 0), LONGEST_TIMEOUT_MS);
    alarm = setTimeout(startDueTasks, waitMs);
  }

  /** Does not wait for its end: a slow callout must not hold up the other timers. */
  function start(task: DueTask): void {
    void (async () => task.run())().catch((error: unknown) => options.onError(task.label, error));
  }

  function startDueTasks(): void {
    const untilMs = now();
    for (let task = queue.takeDue(untilMs); task !== undefined; task = queue.takeDue(untilMs)) {
      start(task);
    }
    setAlarm();
  }

  return {
    now,
    schedule(delayMs, label, task) {
      const dueMs = now() + Math.max(delayMs, 0);
      const timer = queue.add({ dueMs, order: nextOrder++, label, run: task });
      if (queue.peek()?.dueMs === dueMs) setAlarm();
      return timer;
    },
    async advance(byMs) {
      const targetMs = now() + byMs;
      for (let task = queue.takeDue(targetMs); task !== undefined; task = queue.takeDue(targetMs)) {
        offsetMs += Math.max(task.dueMs - now(), 0);
        start(task);
        await promisesSettled();
      }
      offsetMs += Math.max(targetMs - now(), 0);
      setAlarm();
    },
    close() {
      closed = true;
      clearTimeout(alarm);
      queue.clear();
    },
  };
}
