import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '#core/quota.ts';
import { type ForecastFacts, forecastQuota } from '#core/quota-forecast.ts';

const HOUR = 1_000;
const NOW_MS = HOUR * HOUR_MS;

/** @param calls by how many hours ago */
function facts(calls: Readonly<Record<number, number>>, change: Partial<ForecastFacts> = {}) {
  const uses = Object.entries(calls).map(([ago, count]) => ({
    hourMs: (HOUR - Number(ago)) * HOUR_MS,
    purpose: 'check' as const,
    calls: count,
  }));
  return { uses, nowMs: NOW_MS, cap: 10_000, others: 0, pauseAt: 100_000, ...change };
}

const everyHour = (calls: number) =>
  Object.fromEntries(Array.from({ length: 24 }, (_, ago) => [ago + 1, calls]));

describe('the forecast of API requests', () => {
  it('stays where it is at an even pace', () => {
    expect(forecastQuota(facts(everyHour(100)))).toEqual({ inOneDay: 2_400, peak: 2_400 });
  });

  it('falls when nothing is called any more', () => {
    const idle = { ...everyHour(100), 1: 0, 2: 0, 3: 0 };
    expect(forecastQuota(facts(idle))).toEqual({ inOneDay: 0, peak: 2_100 });
  });

  it('says when our cap is reached: 900 calls, 300 more each hour, 3,000 allowed', () => {
    const burst = { 1: 300, 2: 300, 3: 300 };
    expect(forecastQuota(facts(burst, { cap: 3_000 }))).toMatchObject({
      inOneDay: 7_200,
      capReachedAtMs: NOW_MS + 7 * HOUR_MS,
    });
    expect(forecastQuota(facts(burst))).not.toHaveProperty('capReachedAtMs');
    expect(forecastQuota(facts(burst, { cap: 900 }))).not.toHaveProperty('capReachedAtMs');
  });

  it('says when the use of all comes to where spending pauses', () => {
    const given = facts({ 1: 300, 2: 300, 3: 300 }, { others: 80_000, pauseAt: 81_800 });
    expect(forecastQuota(given)).toMatchObject({ pauseReachedAtMs: NOW_MS + 3 * HOUR_MS });
    expect(forecastQuota({ ...given, others: 81_000 })).not.toHaveProperty('pauseReachedAtMs');
  });

  it('takes an hour that has begun for the part of it that has passed', () => {
    const nowMs = NOW_MS + HOUR_MS / 2;
    const given = { ...facts({ 0: 50, 1: 100, 2: 100, 3: 100 }), nowMs };
    // Twenty-four hours and the half that the window begins in, at 100 an hour.
    expect(forecastQuota(given).inOneDay).toBe(2_450);
  });
});
