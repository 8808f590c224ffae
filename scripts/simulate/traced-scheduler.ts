import type { MovableScheduler } from '../../local/scheduler.ts';
import { createVirtualScheduler } from '../../local/virtual-scheduler.ts';
import type { Trace } from './trace.ts';

export interface SimulationScheduler extends MovableScheduler {
  /** Resolves when the clock has moved on by `ms` and this wait's turn has come. */
  pause(ms: number, label: string): Promise<void>;
}

/** The one clock of a simulation: every task it starts goes into the trace, every task that fails is reported. */
export function createTracedScheduler(
  seed: string,
  startMs: number,
  trace: Trace,
  onError: (label: string, error: unknown) => void,
): SimulationScheduler {
  const scheduler = createVirtualScheduler({ startMs, seed: `${seed}/ties`, onError });
  const schedule: MovableScheduler['schedule'] = (delayMs, label, task) =>
    scheduler.schedule(delayMs, label, () => {
      trace.note(scheduler.now(), label);
      return task();
    });
  return {
    now: () => scheduler.now(),
    advance: (byMs) => scheduler.advance(byMs),
    schedule,
    pause: (ms, label) =>
      new Promise((resolve) => {
        schedule(ms, label, resolve);
      }),
  };
}
