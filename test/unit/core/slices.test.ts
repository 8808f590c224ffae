import { describe, expect, it } from 'vitest';
import { advanceJob, type JobEvent } from '#core/job-machine.ts';
import type { Job } from '#core/pass.ts';
import { halvesOf, type Slice, sliceCondition, soqlOf, WHOLE_OBJECT } from '#core/slices.ts';
import { planSlices } from '#usecases/plan-slices.ts';
import { aJob } from '../../support/passes-and-jobs.ts';
import { orgIdOf } from '../../support/salesforce-ids.ts';

const NOW = Date.UTC(2026, 10, 22);
const {
  salesforceJobId: _s,
  readAtMs: _r,
  locator: _l,
  rowsExpected: _e,
  ...fresh
} = aJob(orgIdOf(1), 'j', { rowsImported: 0, slices: [WHOLE_OBJECT] });
const PLANNED: Job = { ...fresh, state: 'planned', polls: 0 };

function jobAfter(job: Job, ...events: JobEvent[]): Job {
  return events.reduce((current, event) => advanceJob(current, event, NOW).next, job);
}

const submitted = (createdAtMs: number): JobEvent => ({
  type: 'submitted',
  salesforceJobId: `75000000000000${createdAtMs}AAA`,
  apiVersion: '66.0',
  createdAtMs,
});
const timedOut: JobEvent = { type: 'broken', reason: 'too slow', timedOut: true };
const page = (rows: number): JobEvent => ({ type: 'page-imported', rows, next: null });

/** Whether the slices hold every time exactly once. */
function expectWhole(slices: readonly Slice[]): void {
  expect(slices[0]?.fromMs).toBeNull();
  expect(slices.at(-1)?.toMs).toBeNull();
  for (const [index, slice] of slices.slice(1).entries()) {
    expect(slice.fromMs).toBe(slices[index]?.toMs);
    expect(slice.fromMs).not.toBeNull();
  }
}

describe('slices of a Bulk query', () => {
  it('a job that timed out is asked for in halves, again and again, and every time stays covered', () => {
    let job = PLANNED;
    for (let n = 1; n <= 8; n += 1) {
      job = jobAfter(job, submitted(n), timedOut);
      expect(job).toMatchObject({ state: 'planned', failures: 0, rowsImported: 0 });
      expect(job.slices).toHaveLength(n + 1);
      expectWhole(job.slices ?? []);
    }
    expect(soqlOf(job)).toMatch(/ AND CreatedDate < \S+Z$/);
  });

  it('reads slice after slice, counts rows of each by itself, and was read since the first', () => {
    const split = jobAfter(PLANNED, submitted(1), timedOut);
    const first = jobAfter(split, submitted(2), { type: 'completed', rowsExpected: 3 }, page(3));
    expect(first).toMatchObject({ state: 'planned', rowsImported: 3, slices: [{ toMs: null }] });
    const short = jobAfter(first, submitted(3), { type: 'completed', rowsExpected: 4 }, page(2));
    expect(short).toMatchObject({ state: 'planned', failures: 1, rowsImported: 3 });
    const done = jobAfter(short, submitted(4), { type: 'completed', rowsExpected: 4 }, page(4));
    expect(done).toMatchObject({ state: 'done', rowsImported: 7, readAtMs: 2 });
  });

  it('what is too short to split, or has no CreatedDate, fails after its fresh jobs', () => {
    const short = { fromMs: NOW - 60_000, toMs: NOW };
    expect(halvesOf(short, NOW)).toBeUndefined();
    const { slices: _, ...unsliced } = PLANNED;
    for (const job of [{ ...PLANNED, slices: [short] }, unsliced]) {
      const ended = [1, 2, 3, 4].reduce(
        (one, n) => jobAfter(one, submitted(n), timedOut),
        job as Job,
      );
      expect(ended).toMatchObject({ state: 'failed', error: 'too slow' });
    }
  });

  it('are cut by counting until each is small enough', async () => {
    const times = Array.from({ length: 1_000 }, (_, n) => Date.UTC(2024, 0, 1) + n * 3_600_000);
    let calls = 0;
    const salesforce = {
      count: async (_object: string, where = '') => {
        calls += 1;
        const from = Date.parse(/>= (\S+)/.exec(where)?.[1] ?? '1990-01-01');
        const to = Date.parse(/< (\S+)/.exec(where)?.[1] ?? '2100-01-01');
        return times.filter((time) => time >= from && time < to).length;
      },
    };
    const options = { all: false, nowMs: NOW, rowsPerSlice: 150 };
    const slices = await planSlices(salesforce, 'Contact', undefined, options);
    expectWhole(slices);
    for (const slice of slices) {
      expect(await salesforce.count('Contact', sliceCondition(slice))).toBeLessThanOrEqual(150);
    }
    expect(slices.length).toBeGreaterThan(6);
    calls = 0;
    await planSlices(salesforce, 'Contact', undefined, { ...options, rowsPerSlice: 1_000 });
    expect(calls).toBe(1);
  });
});
