import type { Scheduler } from '../scheduler.ts';

/** The receiver's clock port on a scheduler, so that both move together when the scheduler is pushed forward. */
export function schedulerClock(scheduler: Scheduler) {
  return {
    now: () => scheduler.now(),
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted === true) return resolve();
        if (ms <= 0) return void setImmediate(resolve);
        const timer = scheduler.schedule(ms, 'sleep', () => done());
        const done = () => {
          timer.cancel();
          signal?.removeEventListener('abort', done);
          resolve();
        };
        signal?.addEventListener('abort', done, { once: true });
      }),
  };
}
