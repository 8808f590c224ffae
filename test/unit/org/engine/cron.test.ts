import { describe, expect, test } from 'vitest';
import { nextFireTime, parseCron } from '../../../../local/org/apex/engine/cron.ts';

function next(expression: string, after: string, timeZone = 'GMT'): string | undefined {
  const found = nextFireTime(parseCron(expression), Date.parse(after), timeZone);
  return found === undefined ? undefined : new Date(found).toISOString();
}

describe('the next time after an instant', () => {
  test.each([
    ['0 0 * * * ?', '2026-11-22T03:00:00Z', '2026-11-22T04:00:00.000Z'],
    ['15 30 8-10,20 * * ?', '2026-11-22T10:30:15Z', '2026-11-22T20:30:15.000Z'],
    ['0 0 0/6 * * ?', '2026-11-22T19:00:00Z', '2026-11-23T00:00:00.000Z'],
    ['0 0 12 L * ?', '2028-02-01T00:00:00Z', '2028-02-29T12:00:00.000Z'],
    ['0 0 12 LW * ?', '2026-05-01T00:00:00Z', '2026-05-29T12:00:00.000Z'],
    ['0 0 12 15W * ?', '2026-11-01T00:00:00Z', '2026-11-16T12:00:00.000Z'],
    ['0 0 12 1W * ?', '2026-08-01T00:00:00Z', '2026-08-03T12:00:00.000Z'],
    ['0 0 12 31 * ?', '2026-11-01T00:00:00Z', '2026-12-31T12:00:00.000Z'],
    ['0 0 12 ? * MON-FRI', '2026-11-20T12:00:00Z', '2026-11-23T12:00:00.000Z'],
    ['0 0 12 ? JAN,jul 6L', '2026-11-20T00:00:00Z', '2027-01-29T12:00:00.000Z'],
    ['0 0 12 ? * 2#1', '2026-11-03T00:00:00Z', '2026-12-07T12:00:00.000Z'],
    ['0 0 12 29 2 ? 2027-2032', '2026-01-01T00:00:00Z', '2028-02-29T12:00:00.000Z'],
  ])('%s after %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  test('is on the clock of the time zone, across its changes', () => {
    expect(next('0 0 9 * * ?', '2026-03-07T17:00:00Z', 'America/New_York')).toBe(
      '2026-03-08T13:00:00.000Z',
    );
    expect(next('0 0 9 * * ?', '2026-03-06T17:00:00Z', 'America/New_York')).toBe(
      '2026-03-07T14:00:00.000Z',
    );
  });

  test('is none when the years are over', () => {
    expect(next('0 0 12 1 1 ? 2020', '2026-01-01T00:00:00Z')).toBeUndefined();
  });
});

test.each([
  ['0 0 12 1', 'Unexpected end of expression.'],
  ['* * * * * ?', 'Seconds and minutes must be specified as integers: * * * * * ?'],
  ['0 60 12 * * ?', 'Seconds and minutes must be specified as integers'],
  ['0 0 24 * * ?', 'Hours values must be between 0 and 23'],
  ['0 0 12 1 * MON', 'both a day-of-week AND a day-of-month'],
  ['0 0 12 ? FOO *', 'Month cannot be FOO'],
  ['0 0 5-3 * * ?', 'Hours cannot be 5-3'],
  ['0 0 1/0 * * ?', 'Hours cannot be 1/0'],
  ['0 0 12 ? * 2#6', 'Day of week cannot be 2#6'],
])('%s cannot be read: %s', (expression, message) => {
  expect(() => parseCron(expression)).toThrow(message);
});
