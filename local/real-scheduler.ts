import type { MovableScheduler } from './scheduler.ts';
import { TimerQueue } from './timer-queue.ts';

export interface RealScheduler extends MovableScheduler {
  /** Drops every waiting task. Nothing runs afterwards. */
  close(): void;
}

export interface RealSchedulerOptions {
  /** Told of every task that throws; the scheduler goes on. */
  readonly onError: (label: string, error: unknown) => void;
}

/** Longest delay that `setTimeout` takes; farther tasks are looked at again when it ends. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** The machine's clock plus an offset that `advance` pushes forward; tasks run in due order, one after the other. */
export function createRealScheduler(options: RealSchedulerOptions): RealScheduler {
  const queue = new TimerQueue();
  let offsetMs = 0;
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

  async function run(label: string, task: () => void | Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      options.onError(label, error);
    }
  }

  /** Does not wait for asynchronous tasks: a slow callout must not hold up the other timers. */
  function startDueTasks(): void {
    const untilMs = now();
    for (let task = queue.takeDue(untilMs); task !== undefined; task = queue.takeDue(untilMs)) {
      void run(task.label, task.run);
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
        await run(task.label, task.run);
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
