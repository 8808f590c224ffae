import type { Job } from './pass.ts';
import { halvesOf } from './slices.ts';

/*
 * The Bulk job as a state machine (R11): planned → submitted → importing → done, or failed. Pure: the use case does
 * what `jobStep` says, tells what came of it as an event, saves the next state, sends the next message.
 */

export type JobStep = 'submit' | 'poll' | 'read-page' | 'report';

/** What a job needs next. */
export function jobStep(job: Job): JobStep {
  switch (job.state) {
    case 'planned':
      return 'submit';
    case 'submitted':
      return 'poll';
    case 'importing':
      return 'read-page';
    case 'done':
    case 'failed':
      return 'report';
  }
}

export type JobEvent =
  | {
      readonly type: 'submitted';
      readonly salesforceJobId: string;
      readonly apiVersion: string;
      /** `createdDate`, Salesforce's clock, ms. */
      readonly createdAtMs: number;
    }
  /** The Bulk API does not serve the object; REST reads it. `readAtMs`: Salesforce's clock now. */
  | { readonly type: 'unserved'; readonly readAtMs: number }
  | { readonly type: 'still-running' }
  /** `rowsExpected` where Salesforce says how many it processed. */
  | { readonly type: 'completed'; readonly rowsExpected?: number }
  /** A whole page was applied. `next` null = the last one. */
  | { readonly type: 'page-imported'; readonly rows: number; readonly next: string | null }
  /** This Salesforce job will give no more: failed, aborted, expired, short. A new one may. */
  | {
      readonly type: 'broken';
      readonly reason: string;
      /** Salesforce's time was not enough for so many rows. */
      readonly timedOut?: boolean;
    }
  /** No job of this query can succeed, e.g. a field that is gone, a Sync User locked out. */
  | { readonly type: 'refused'; readonly reason: string }
  /** An outage or an exhausted quota: the same step again, later. */
  | { readonly type: 'stalled'; readonly reason: string; readonly retryAfterSeconds?: number };

export interface JobTransition {
  readonly next: Job;
  /** Seconds until the next step. */
  readonly delaySeconds: number;
  /** A Salesforce job that is not needed any more. */
  readonly discard?: string;
}

/** Salesforce jobs that may be given up before the job fails: each was followed by a fresh one. */
export const MAX_RESTARTS = 3;
/** A job that Salesforce has not finished by then, some seven hours of polling, is given up. */
const MAX_POLLS = 440;
/** A queue that knows only whole seconds rounds them up. */
const POLL_SECONDS: readonly number[] = [0, 0.2, 0.5, 1, 2, 5, 10, 30, 60];
const STALL_SECONDS: readonly number[] = [5, 10, 30, 60];
const MAX_DELAY_SECONDS = 900;

/**
 * The state after an event. An event that does not belong to the state (a late echo of a step that was done twice)
 * leaves it as it is.
 */
export function advanceJob(job: Job, event: JobEvent, nowMs: number): JobTransition {
  const { error: _, ...calm } = job;
  const moved: Job = { ...calm, stalls: 0, progressAtMs: nowMs };
  switch (event.type) {
    case 'stalled':
      return stalled(job, event, nowMs);
    case 'refused':
      return unfinished(job) ? failed(moved, event.reason) : stay(job);
    case 'broken':
      return unfinished(job) ? broken(moved, event.reason, event.timedOut) : stay(job);
    case 'submitted':
      return job.state === 'planned' ? submitted(moved, event) : stay(job);
    case 'unserved':
      return job.state === 'planned' ? byRest(moved, event.readAtMs) : stay(job);
    case 'still-running':
      return job.state === 'submitted' ? polled(moved) : stay(job);
    case 'completed':
      return job.state === 'submitted' ? completed(moved, event) : stay(job);
    case 'page-imported':
      return job.state === 'importing' ? pageImported(moved, event) : stay(job);
  }
}

function unfinished(job: Job): boolean {
  return job.state !== 'done' && job.state !== 'failed';
}

function stay(job: Job): JobTransition {
  return { next: job, delaySeconds: 0 };
}

function submitted(job: Job, event: Extract<JobEvent, { type: 'submitted' }>): JobTransition {
  const { salesforceJobId, apiVersion, createdAtMs } = event;
  const next: Job = {
    ...job,
    state: 'submitted',
    salesforceJobId,
    apiVersion,
    readAtMs: createdAtMs,
  };
  return { next, delaySeconds: pollDelay(0) };
}

/** There is no Salesforce job to wait for: the pages are asked for at once. */
function byRest(job: Job, readAtMs: number): JobTransition {
  return { next: { ...job, state: 'importing', rest: true, readAtMs }, delaySeconds: 0 };
}

function polled(job: Job): JobTransition {
  const polls = job.polls + 1;
  if (polls >= MAX_POLLS)
    return broken(job, 'Salesforce did not finish the job within hours', true);
  return { next: { ...job, polls }, delaySeconds: pollDelay(polls) };
}

function pollDelay(polls: number): number {
  return POLL_SECONDS[Math.min(polls, POLL_SECONDS.length - 1)] ?? 60;
}

function completed(job: Job, event: Extract<JobEvent, { type: 'completed' }>): JobTransition {
  const { rowsExpected } = event;
  const next: Job = { ...job, state: 'importing' };
  return {
    next: rowsExpected === undefined ? next : { ...next, rowsExpected },
    delaySeconds: 0,
  };
}

function pageImported(
  job: Job,
  event: Extract<JobEvent, { type: 'page-imported' }>,
): JobTransition {
  const rowsImported = job.rowsImported + event.rows;
  const next: Job = { ...job, locator: event.next, rowsImported };
  if (event.next !== null) return { next, delaySeconds: 0 };
  const rows = rowsImported - (job.rowsOfSlices ?? 0);
  if (job.rowsExpected !== undefined && job.rowsExpected !== rows) {
    return broken(next, `${rows} rows came, Salesforce processed ${job.rowsExpected}`);
  }
  return sliceRead(next);
}

/** A job of its own for the next slice. At the end, what was read was read since the first slice's beginning. */
function sliceRead(job: Job): JobTransition {
  const { salesforceJobId, slices = [], rowsImported } = job;
  const firstReadAtMs = job.firstReadAtMs ?? job.readAtMs;
  const since = firstReadAtMs === undefined ? {} : { firstReadAtMs };
  if (slices.length <= 1) {
    const readAt = firstReadAtMs === undefined ? {} : { readAtMs: firstReadAtMs };
    return finished({ ...job, ...readAt, state: 'done' });
  }
  const next: Job = {
    ...startedOver(job),
    ...since,
    slices: slices.slice(1),
    rowsImported,
    rowsOfSlices: rowsImported,
  };
  return { next, delaySeconds: 0, ...discarded(salesforceJobId) };
}

/** Planned again, without what belonged to the Salesforce job. */
function startedOver(job: Job): Job {
  const { salesforceJobId: _s, readAtMs: _r, locator: _l, rowsExpected: _e, ...rest } = job;
  return { ...rest, state: 'planned', rowsImported: job.rowsOfSlices ?? 0, polls: 0 };
}

/**
 * Starts over with a new Salesforce job, some seconds later, three times at most. What took too long is asked for in
 * halves, which counts as no failure: it ends by itself.
 */
function broken(job: Job, reason: string, timedOut = false): JobTransition {
  const { salesforceJobId, slices: [slice, ...others] = [] } = job;
  const halves = timedOut && slice !== undefined ? halvesOf(slice, job.progressAtMs) : undefined;
  if (halves !== undefined) {
    const next = { ...startedOver(job), slices: [...halves, ...others], error: reason };
    return { next, delaySeconds: 5, ...discarded(salesforceJobId) };
  }
  if (job.failures >= MAX_RESTARTS) return failed(job, reason);
  const failures = job.failures + 1;
  const next: Job = { ...startedOver(job), failures, error: reason };
  return { next, delaySeconds: 5 * 2 ** (failures - 1), ...discarded(salesforceJobId) };
}

function failed(job: Job, reason: string): JobTransition {
  return finished({ ...job, state: 'failed', error: reason });
}

function finished(job: Job): JobTransition {
  return { next: job, delaySeconds: 0, ...discarded(job.salesforceJobId) };
}

function discarded(salesforceJobId: string | undefined): { readonly discard?: string } {
  return salesforceJobId === undefined ? {} : { discard: salesforceJobId };
}

/** Waits as long as Salesforce asks, else longer each time; never gives up: an outage ends. */
function stalled(
  job: Job,
  event: Extract<JobEvent, { type: 'stalled' }>,
  nowMs: number,
): JobTransition {
  if (!unfinished(job)) return stay(job);
  const own = STALL_SECONDS[Math.min(job.stalls, STALL_SECONDS.length - 1)] ?? 60;
  const delaySeconds = Math.min(Math.max(own, event.retryAfterSeconds ?? 0), MAX_DELAY_SECONDS);
  const next: Job = {
    ...job,
    stalls: job.stalls + 1,
    error: event.reason,
    progressAtMs: nowMs,
  };
  return { next, delaySeconds };
}
