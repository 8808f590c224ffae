/**
 * Time for everything that stands in for the clouds on one machine.
 *
 * The practice org and the receiver read the clock and set timers only through a `Scheduler`, so the same code
 * runs on the real clock, on the real clock moved forward ("31 minutes later"), and on a virtual clock that a
 * simulation drives step by step.
 */
export interface Scheduler {
  /** Milliseconds since the Unix epoch, UTC. Never goes backwards. */
  now(): number;
  /** Runs `task` once, `delayMs` from now. A task that throws is reported to the scheduler's error handler. */
  schedule(delayMs: number, label: string, task: () => void | Promise<void>): Timer;
}

export interface Timer {
  /** Does nothing when the task has already started. */
  cancel(): void;
}

/** A scheduler whose clock can be pushed forward; tasks that fall due on the way run. */
export interface MovableScheduler extends Scheduler {
  advance(byMs: number): Promise<void>;
}
