import { expect, it } from 'vitest';
import { isFault, parseActivity } from '../../lambdas/core/activities/parse-activity.ts';
import { SALES_PEOPLE, sampleDay } from '../../scripts/demo/sample-day.ts';

const NOW_MS = Date.parse('2026-11-20T07:15:00Z');

it('is a day that the API takes whole, of the day before, in its order', () => {
  const day = sampleDay(NOW_MS);
  expect(day.map(parseActivity).filter(isFault)).toEqual([]);
  const times = day.map(({ at }) => String(at));
  expect(times).toEqual(times.toSorted());
  expect(times.every((at) => at.startsWith('2026-11-19T'))).toBe(true);
  expect(new Set(day.map(({ id }) => id)).size).toBe(day.length);
});

it('is the day of several people, who do more than write', () => {
  const day = sampleDay(NOW_MS);
  const users = new Set(day.map(({ user }) => user));
  expect(users.size).toBe(2 + SALES_PEOPLE.length);
  expect(new Set(day.map(({ kind }) => kind)).size).toBeGreaterThan(10);
});
