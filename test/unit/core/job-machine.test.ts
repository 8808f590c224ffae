import { describe, expect, it } from 'vitest';
import { advanceJob, type JobEvent, jobStep, MAX_RESTARTS } from '#core/job-machine.ts';
import type { Job } from '#core/pass.ts';
import { aJob } from '../../support/passes-and-jobs.ts';
import { orgIdOf } from '../../support/salesforce-ids.ts';

const NOW = 1_000_000;
const {
  salesforceJobId: _,
  readAtMs: _r,
  locator: _l,
  rowsExpected: _e,
  ...fresh
} = aJob(orgIdOf(1), 'j');
const PLANNED: Job = { ...fresh, state: 'planned', rowsImported: 0, polls: 0 };

const SUBMITTED: JobEvent = {
  type: 'submitted',
  salesforceJobId: '750000000000001AAA',
  apiVersion: '66.0',
  createdAtMs: 5,
};

/** Where a planned job is after the events. */
function jobAfter(...events: JobEvent[]): Job {
  return events.reduce((job, event) => advanceJob(job, event, NOW).next, PLANNED);
}

const COMPLETED: JobEvent = { type: 'completed', rowsExpected: 5 };

describe('job machine', () => {
  it('submits, polls with growing pauses, imports page by page, and is done', () => {
    expect(jobStep(PLANNED)).toBe('submit');
    let job = jobAfter(SUBMITTED);
    expect(job).toMatchObject({ state: 'submitted', readAtMs: 5, apiVersion: '66.0' });
    const pauses: number[] = [];
    for (let n = 0; n < 10; n++) {
      expect(jobStep(job)).toBe('poll');
      const { next, delaySeconds } = advanceJob(job, { type: 'still-running' }, NOW);
      pauses.push(delaySeconds);
      job = next;
    }
    expect(pauses).toEqual([0.2, 0.5, 1, 2, 5, 10, 30, 60, 60, 60]);
    job = advanceJob(job, COMPLETED, NOW).next;
    expect(jobStep(job)).toBe('read-page');
    job = advanceJob(job, { type: 'page-imported', rows: 3, next: 'L1' }, NOW).next;
    expect(job).toMatchObject({ state: 'importing', locator: 'L1', rowsImported: 3 });
    const end = advanceJob(job, { type: 'page-imported', rows: 2, next: null }, NOW);
    expect(end).toMatchObject({
      next: { state: 'done', locator: null, rowsImported: 5, progressAtMs: NOW },
      discard: '750000000000001AAA',
    });
    expect(jobStep(end.next)).toBe('report');
  });

  it('starts over with a new Salesforce job when rows are missing at the end', () => {
    const job = jobAfter(SUBMITTED, COMPLETED);
    const { next, discard, delaySeconds } = advanceJob(
      job,
      { type: 'page-imported', rows: 4, next: null },
      NOW,
    );
    expect(next).toMatchObject({ state: 'planned', rowsImported: 0, polls: 0, failures: 1 });
    expect(next).not.toHaveProperty('salesforceJobId');
    expect(next).not.toHaveProperty('locator');
    expect(next).not.toHaveProperty('rowsExpected');
    expect(next.error).toBe('4 rows came, Salesforce processed 5');
    expect(discard).toBe('750000000000001AAA');
    expect(delaySeconds).toBe(5);
  });

  it('counts on pages alone where Salesforce does not say how many rows it processed', () => {
    const job = jobAfter(SUBMITTED, { type: 'completed' });
    expect(advanceJob(job, { type: 'page-imported', rows: 4, next: null }, NOW).next.state).toBe(
      'done',
    );
  });

  it('fails after three fresh jobs, keeping the reason', () => {
    const broken: JobEvent = { type: 'broken', reason: 'aborted' };
    let job = PLANNED;
    for (let n = 0; n < MAX_RESTARTS; n++) {
      job = advanceJob(advanceJob(job, SUBMITTED, NOW).next, broken, NOW).next;
      expect(job.state).toBe('planned');
    }
    job = advanceJob(advanceJob(job, SUBMITTED, NOW).next, broken, NOW).next;
    expect(job).toMatchObject({ state: 'failed', error: 'aborted', failures: MAX_RESTARTS });
  });

  it('fails at once where no job can help', () => {
    const { next } = advanceJob(PLANNED, { type: 'refused', reason: 'no such field' }, NOW);
    expect(next).toMatchObject({ state: 'failed', error: 'no such field', failures: 0 });
  });

  it('waits through an outage without losing its place, as long as it is told to', () => {
    const job = jobAfter(SUBMITTED, COMPLETED, { type: 'page-imported', rows: 3, next: 'L1' });
    const stall = (from: Job, retryAfterSeconds?: number) =>
      advanceJob(
        from,
        {
          type: 'stalled',
          reason: 'down',
          ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        },
        NOW,
      );
    let stalled = stall(job);
    const pauses = [stalled.delaySeconds];
    for (let n = 0; n < 5; n++) {
      stalled = stall(stalled.next);
      pauses.push(stalled.delaySeconds);
    }
    expect(pauses).toEqual([5, 10, 30, 60, 60, 60]);
    expect(stalled.next).toMatchObject({
      locator: 'L1',
      rowsImported: 3,
      error: 'down',
      stalls: 6,
    });
    expect(stall(job, 300).delaySeconds).toBe(300);
    expect(stall(job, 86_400).delaySeconds).toBe(900);
    const going = advanceJob(stalled.next, { type: 'page-imported', rows: 2, next: null }, NOW);
    expect(going.next).toMatchObject({ state: 'done', stalls: 0 });
    expect(going.next).not.toHaveProperty('error');
  });

  it('gives up a job that Salesforce does not finish for hours', () => {
    let job = jobAfter(SUBMITTED);
    let waited = 0;
    while (job.state === 'submitted') {
      const step = advanceJob(job, { type: 'still-running' }, NOW);
      waited += step.delaySeconds;
      job = step.next;
    }
    expect(job).toMatchObject({ state: 'planned', failures: 1 });
    expect(waited / 3600).toBeGreaterThan(6);
  });

  it('ignores echoes of steps that are done', () => {
    const importing = jobAfter(SUBMITTED, COMPLETED);
    const done = jobAfter(SUBMITTED, COMPLETED, { type: 'page-imported', rows: 5, next: null });
    expect(advanceJob(importing, SUBMITTED, NOW).next).toBe(importing);
    expect(advanceJob(importing, { type: 'still-running' }, NOW).next).toBe(importing);
    for (const type of ['broken', 'refused', 'stalled'] as const) {
      expect(advanceJob(done, { type, reason: 'late' }, NOW).next).toBe(done);
    }
  });
});
