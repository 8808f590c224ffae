import { expect, it } from 'vitest';
import { midnightPassed } from '#core/local-day.ts';

it.each([
  // Pacific Daylight Time: midnight is 07:00 UTC.
  ['2026-07-01T06:59:00Z', '2026-07-01T07:00:00Z', true],
  ['2026-07-01T07:00:00Z', '2026-07-02T06:59:59Z', false],
  // Pacific Standard Time: midnight is 08:00 UTC.
  ['2026-12-01T07:00:00Z', '2026-12-01T07:59:59Z', false],
  ['2026-12-01T07:59:59Z', '2026-12-01T08:00:00Z', true],
  // The day that clocks go forward has 23 hours, the day they go back 25.
  ['2026-03-08T08:00:00Z', '2026-03-09T06:59:59Z', false],
  ['2026-03-09T06:59:59Z', '2026-03-09T07:00:00Z', true],
  ['2026-11-01T07:00:00Z', '2026-11-02T07:59:59Z', false],
  ['2026-11-02T07:59:59Z', '2026-11-02T08:00:00Z', true],
  ['2026-12-31T12:00:00Z', '2027-01-01T12:00:00Z', true],
])('from %s to %s a midnight in Los Angeles has passed: %s', (since, now, passed) => {
  expect(midnightPassed(Date.parse(since), Date.parse(now))).toBe(passed);
});
