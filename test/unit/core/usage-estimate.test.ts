import { describe, expect, it } from 'vitest';
import { burstsOf, type ObservedChanges, withOverwritten } from '#core/observed-changes.ts';
import { estimateUsage, initialUsage } from '#core/usage-estimate.ts';
import { anOrgState } from '../../support/org-states.ts';
import { freshOrgId } from '../../support/salesforce-ids.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const FROM_MS = Date.UTC(2026, 10, 2);
const fieldSet = { fields: ['Name'], hash: '*' };
const ORG = anOrgState(freshOrgId(), {
  objects: { Contact: { fieldSet }, Lead: { fieldSet } },
});

/** One day with saves at these minutes, of so many contacts each. */
function dayOf(minutes: readonly number[], rows = 1): ObservedChanges {
  const stamps = minutes.flatMap((minute) =>
    Array.from({ length: rows }, () => FROM_MS + minute * MINUTE_MS),
  );
  const bursts = new Map([['Contact', burstsOf(stamps)]]);
  return { fromMs: FROM_MS, toMs: FROM_MS + DAY_MS, bursts };
}

const every = (minutes: number) =>
  Array.from({ length: Math.floor((24 * 60) / minutes) }, (_, place) => place * minutes);

describe('the estimate of a day', () => {
  it('counts an event, a job and a read for each single save', () => {
    const busy = estimateUsage(ORG, dayOf(every(10)), false);
    expect(busy.callsFor.notices).toBe(144);
    expect(busy.platformEvents).toBe(144);
    expect(busy.asyncApexExecutions).toBe(144);
    expect(busy.callsFor.interval).toBe(0);
  });

  it('reads nothing for notices where values travel', () => {
    const { callsFor, apiCalls } = estimateUsage(ORG, dayOf(every(10)), true);
    expect(callsFor.notices).toBe(0);
    expect(apiCalls).toBe(estimateUsage(ORG, dayOf(every(10)), false).apiCalls - 144);
  });

  it('counts events by two hundred records, jobs by what comes together, reads by two thousand', () => {
    const load = estimateUsage(ORG, dayOf([600], 5_000), false);
    const quiet = estimateUsage(ORG, dayOf([600]), false);
    expect(load.platformEvents - quiet.platformEvents).toBe(24);
    expect(load.asyncApexExecutions).toBe(quiet.asyncApexExecutions);
    expect(load.callsFor.notices).toBeGreaterThanOrEqual(2);
    expect(load.callsFor.notices).toBeLessThanOrEqual(3);
  });

  it('asks every half hour of a silent org, pings it, and starts no Bulk job', () => {
    const silent = estimateUsage(ORG, dayOf([]), false);
    expect(silent.bulkJobs).toBe(0);
    // From half past midnight on, two objects of three calls.
    expect(silent.callsFor.interval).toBe(47 * 2 * 3);
    expect(silent.platformEvents).toBe(47);
    expect(silent.callsFor.sweeps).toBe(0);
  });

  it('counts the rows of each object after each sweep', () => {
    const busy = Array.from({ length: 72 }, (_, n) => n * 20);
    const { sweeps } = estimateUsage(ORG, dayOf(busy), false).callsFor;
    // Every six hours from the sixth on: a window and a job of the object that changed, a window of the other.
    const one = 2 + 8 + 1 + (3 + 1);
    expect(sweeps % one).toBe(0);
    expect(sweeps / one).toBeGreaterThanOrEqual(3);
  });

  it('starts Bulk jobs for objects that changed before the org fell silent', () => {
    expect(estimateUsage(ORG, dayOf([600]), false).bulkJobs).toBeGreaterThan(0);
  });
});

describe('changes that later ones hide', () => {
  const window = { fromMs: FROM_MS, toMs: FROM_MS + 2 * DAY_MS };
  const bursts = burstsOf([FROM_MS, FROM_MS + DAY_MS, FROM_MS + DAY_MS + 5_000]);

  it('are added to earlier days by the share of records that was changed since', () => {
    const [first, ...later] = withOverwritten(bursts, 8, window);
    expect(first).toMatchObject({ rows: 1, times: 1 / (1 - 2 / 8) });
    expect(later.map(({ times }) => times)).toEqual([1, 1]);
  });

  it('are never taken for more than five times what shows', () => {
    expect(withOverwritten(bursts, 2, window)[0]?.times).toBeCloseTo(1 / (1 - 0.8 ** 5));
    expect(withOverwritten(bursts, 0, window)[0]?.rows).toBeLessThanOrEqual(5);
  });
});

it('the initial audit takes one Bulk job an object, and a call for every further page', () => {
  const { rows, bulkJobs, apiCalls } = initialUsage(
    new Map([
      ['Contact', 60_000],
      ['Lead', 10],
    ]),
  );
  expect({ rows, bulkJobs }).toEqual({ rows: 60_010, bulkJobs: 2 });
  expect(apiCalls).toBe(
    initialUsage(
      new Map([
        ['Contact', 10],
        ['Lead', 10],
      ]),
    ).apiCalls + 2,
  );
});
