import type { Random } from '../../../seeded-random.ts';

/**
 * How long work waits between a commit and its run. Salesforce documents none of these; the figures are the
 * assumptions of this project's queueing model and are frozen here so that measurements stay comparable.
 */
export interface Delays {
  /** From commit of an event to its delivery, milliseconds. */
  bus(random: Random): number;
  /** From commit of a job to its start, beyond the delay its caller asked for. */
  queue(random: Random): number;
  /** Before delivery number `retry` (from 1) of a batch that answered with a RetryableException. */
  redelivery(retry: number): number;
}

export type DelayName = 'zero' | 'default' | 'slow';

const REDELIVERY_MS = [5_000, 10_000, 20_000, 40_000] as const;

function redelivery(retry: number): number {
  return REDELIVERY_MS[Math.min(retry, REDELIVERY_MS.length) - 1] ?? REDELIVERY_MS[0];
}

function exponential(meanMs: number): (random: Random) => number {
  return (random) => Math.round(-meanMs * Math.log(1 - random.next()));
}

/**
 * `zero`: everything at once, for tests. `default`: an org whose queues are quick (mean 2 s). `slow`: an org whose
 * asynchronous queue is busy (mean 20 s).
 */
export const DELAYS: Readonly<Record<DelayName, Delays>> = {
  zero: { bus: () => 0, queue: () => 0, redelivery: () => 0 },
  default: { bus: () => 500, queue: exponential(2_000), redelivery },
  slow: { bus: () => 500, queue: exponential(20_000), redelivery },
};
