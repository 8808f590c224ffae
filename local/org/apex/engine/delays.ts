import type { Random } from '../../../seeded-random.ts';

/**
 * How long work waits between a commit and its run, on the org's clock.
 *
 * Salesforce documents none of these figures. They are the assumptions of a queueing model, not measurements; they stand
 * here and nowhere else, and do not change, so that two measurements were made under the same assumptions.
 *
 * | what                              | distribution                                       |
 * | --------------------------------- | -------------------------------------------------- |
 * | event, commit → delivery          | always 0.5 s                                       |
 * | job, commit → start               | exponential, mean 2 s (`default`) or 20 s (`slow`) |
 * | batch sent back → delivered again | 5, 10, 20, then 40 s each time                     |
 */
export interface Delays {
  /** From commit of an event (of that object) to its delivery, milliseconds. */
  bus(random: Random, object?: string): number;
  /** From commit of a job (of that class) to its start, beyond the delay its caller asked for. */
  queue(random: Random, className?: string): number;
  /** Before delivery number `retry` (from 1) of a batch that answered with a RetryableException. */
  redelivery(retry: number): number;
}

export type DelayName = 'zero' | 'default' | 'slow';

const BUS_MS = 500;
const QUICK_QUEUE_MEAN_MS = 2_000;
const BUSY_QUEUE_MEAN_MS = 20_000;
const FIRST_REDELIVERIES_MS = Object.freeze([5_000, 10_000, 20_000]);
const LATER_REDELIVERIES_MS = 40_000;

/**
 * `zero`: everything at once, for tests. `default`: an org whose queues are quick, and what an org has that is not told
 * otherwise. `slow`: an org whose job queue is busy.
 */
export const DELAYS: Readonly<Record<DelayName, Delays>> = Object.freeze({
  zero: Object.freeze({ bus: () => 0, queue: () => 0, redelivery: () => 0 }),
  default: Object.freeze({ bus, queue: exponential(QUICK_QUEUE_MEAN_MS), redelivery }),
  slow: Object.freeze({ bus, queue: exponential(BUSY_QUEUE_MEAN_MS), redelivery }),
});

function bus(): number {
  return BUS_MS;
}

function redelivery(retry: number): number {
  return FIRST_REDELIVERIES_MS[retry - 1] ?? LATER_REDELIVERIES_MS;
}

/** Inverse transform sampling, to whole milliseconds. */
function exponential(meanMs: number): (random: Random) => number {
  return (random) => Math.round(-meanMs * Math.log(1 - random.next()));
}
