import { expect, test } from 'vitest';
import { dateLiteralRange, isDateLiteral } from '../../../../local/org/soql/date-literals.ts';
import { instantOf, wallClock } from '../../../../local/org/soql/time-zone.ts';

/** A Wednesday. */
const now = Date.UTC(2026, 4, 6, 12, 0, 0);

test.each([
  ['YESTERDAY', 0, '2026-05-05', '2026-05-06'],
  ['TODAY', 0, '2026-05-06', '2026-05-07'],
  ['TOMORROW', 0, '2026-05-07', '2026-05-08'],
  ['LAST_WEEK', 0, '2026-04-26', '2026-05-03'],
  ['THIS_WEEK', 0, '2026-05-03', '2026-05-10'],
  ['NEXT_WEEK', 0, '2026-05-10', '2026-05-17'],
  ['LAST_MONTH', 0, '2026-04-01', '2026-05-01'],
  ['THIS_MONTH', 0, '2026-05-01', '2026-06-01'],
  ['NEXT_MONTH', 0, '2026-06-01', '2026-07-01'],
  ['LAST_90_DAYS', 0, '2026-02-05', '2026-05-07'],
  ['NEXT_90_DAYS', 0, '2026-05-07', '2026-08-05'],
  ['LAST_QUARTER', 0, '2026-01-01', '2026-04-01'],
  ['THIS_QUARTER', 0, '2026-04-01', '2026-07-01'],
  ['NEXT_FISCAL_QUARTER', 0, '2026-07-01', '2026-10-01'],
  ['LAST_YEAR', 0, '2025-01-01', '2026-01-01'],
  ['THIS_FISCAL_YEAR', 0, '2026-01-01', '2027-01-01'],
  ['NEXT_YEAR', 0, '2027-01-01', '2028-01-01'],
  ['LAST_N_DAYS', 1, '2026-05-05', '2026-05-07'],
  ['LAST_N_DAYS', 0, '2026-05-06', '2026-05-07'],
  ['NEXT_N_DAYS', 3, '2026-05-07', '2026-05-10'],
  ['N_DAYS_AGO', 2, '2026-05-04', '2026-05-05'],
  ['LAST_N_WEEKS', 2, '2026-04-19', '2026-05-03'],
  ['NEXT_N_WEEKS', 1, '2026-05-10', '2026-05-17'],
  ['N_WEEKS_AGO', 1, '2026-04-26', '2026-05-03'],
  ['LAST_N_MONTHS', 5, '2025-12-01', '2026-05-01'],
  ['NEXT_N_MONTHS', 8, '2026-06-01', '2027-02-01'],
  ['N_MONTHS_AGO', 1, '2026-04-01', '2026-05-01'],
  ['LAST_N_QUARTERS', 2, '2025-10-01', '2026-04-01'],
  ['N_QUARTERS_AGO', 1, '2026-01-01', '2026-04-01'],
  ['NEXT_N_YEARS', 2, '2027-01-01', '2029-01-01'],
  ['N_FISCAL_YEARS_AGO', 1, '2025-01-01', '2026-01-01'],
])('%s:%i is from %s to before %s', (name, count, firstDay, endDay) => {
  const range = dateLiteralRange(name, count, now, 'GMT');
  expect(range).toEqual({
    firstDay,
    endDay,
    start: `${firstDay}T00:00:00.000Z`,
    end: `${endDay}T00:00:00.000Z`,
  });
});

test.each([
  ['TODAY', false, true],
  ['TODAY', true, false],
  ['LAST_N_DAYS', true, true],
  ['LAST_N_DAYS', false, false],
  ['LAST_N_FISCAL_DAYS', true, false],
  ['N_FISCAL_QUARTERS_AGO', true, true],
  ['toString', false, false],
  ['THIS_DECADE', false, false],
])('%s with a number: %s is a literal: %s', (name, hasCount, expected) => {
  expect(isDateLiteral(name, hasCount)).toBe(expected);
});

test('days begin at midnight in the zone, also where the clock changes', () => {
  expect(
    dateLiteralRange('TODAY', 0, Date.UTC(2026, 2, 8, 20), 'America/Los_Angeles'),
  ).toMatchObject({
    firstDay: '2026-03-08',
    start: '2026-03-08T08:00:00.000Z',
    end: '2026-03-09T07:00:00.000Z',
  });
  expect(
    dateLiteralRange('TODAY', 0, Date.UTC(2026, 4, 6, 1), 'America/Los_Angeles').firstDay,
  ).toBe('2026-05-05');
});

test('an instant and its wall clock belong together', () => {
  const instant = Date.UTC(2026, 6, 1, 10, 30, 15, 250);
  expect(wallClock(instant, 'Asia/Kolkata')).toBe(Date.UTC(2026, 6, 1, 16, 0, 15, 250));
  expect(instantOf(wallClock(instant, 'Europe/Berlin'), 'Europe/Berlin')).toBe(instant);
});
