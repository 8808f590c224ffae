import { describe, expect, it } from 'vitest';
import { faultOfRecurrence, MAX_OCCURRENCES, occurrencesOf } from '#core/activities/recurrence.ts';

const at = (text: string) => Date.parse(text);
const occurrences = (
  rule: string,
  timeZone: string,
  [first, from, to]: readonly [string, string, string],
  except: readonly string[] = [],
) =>
  occurrencesOf({ rule, timeZone, except: [...except] }, at(first), at(from), at(to)).map((ms) =>
    new Date(ms).toISOString().slice(0, 16),
  );

describe('rules of recurrence', () => {
  it('keep the time of day when the clocks change', () => {
    const span = ['2026-10-19T07:00:00Z', '2026-10-18T00:00:00Z', '2026-11-10T00:00:00Z'] as const;
    expect(occurrences('FREQ=WEEKLY;BYDAY=MO', 'Europe/Berlin', span)).toEqual([
      '2026-10-19T07:00',
      '2026-10-26T08:00',
      '2026-11-02T08:00',
      '2026-11-09T08:00',
    ]);
    expect(occurrences('RRULE:FREQ=WEEKLY;BYDAY=MO', 'UTC', span)).toEqual([
      '2026-10-19T07:00',
      '2026-10-26T07:00',
      '2026-11-02T07:00',
      '2026-11-09T07:00',
    ]);
  });

  it('count days where the calendar is', () => {
    const span = ['2026-11-01T15:30:00Z', '2026-11-01T00:00:00Z', '2027-02-01T00:00:00Z'] as const;
    // Half past midnight of the second, in Tokyo.
    expect(occurrences('FREQ=MONTHLY;BYMONTHDAY=2', 'Asia/Tokyo', span)).toEqual([
      '2026-11-01T15:30',
      '2026-12-01T15:30',
      '2027-01-01T15:30',
    ]);
  });

  it('end by COUNT and UNTIL, leave exceptions out', () => {
    const span = ['2026-11-02T09:00:00Z', '2026-11-01T00:00:00Z', '2026-12-31T00:00:00Z'] as const;
    expect(occurrences('FREQ=DAILY;COUNT=3', 'UTC', span, ['2026-11-03T10:00:00+01:00'])).toEqual([
      '2026-11-02T09:00',
      '2026-11-04T09:00',
    ]);
    expect(occurrences('FREQ=DAILY;UNTIL=20261104T080000Z', 'Europe/Berlin', span)).toEqual([
      '2026-11-02T09:00',
      '2026-11-03T09:00',
    ]);
  });

  it('the last Friday of a month, from long ago, within the window only', () => {
    const span = ['2016-01-29T09:00:00Z', '2026-11-20T00:00:00Z', '2027-01-20T00:00:00Z'] as const;
    expect(occurrences('FREQ=MONTHLY;BYDAY=-1FR', 'UTC', span)).toEqual([
      '2026-11-27T09:00',
      '2026-12-25T09:00',
    ]);
    const years = ['2026-01-01T09:00:00Z', '2026-01-01T00:00:00Z', '2036-01-01T00:00:00Z'] as const;
    expect(occurrences('FREQ=DAILY', 'UTC', years)).toHaveLength(MAX_OCCURRENCES);
  });

  it.each([
    [{ rule: 'FREQ=WEEKLY', timeZone: 'Mars/Olympus' }, '/recurrence/timeZone'],
    [{ rule: 'FREQ=SOMETIMES', timeZone: 'UTC' }, '/recurrence/rule'],
    [{ rule: 'COUNT=3', timeZone: 'UTC' }, '/recurrence/rule'],
    [{ rule: 'FREQ=MINUTELY', timeZone: 'UTC' }, '/recurrence/rule'],
  ])('%j is refused at %s', (recurrence, pointer) => {
    expect(faultOfRecurrence(recurrence)?.pointer).toBe(pointer);
  });

  it('a well-formed one is not', () => {
    const recurrence = { rule: 'FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU', timeZone: 'UTC' };
    expect(faultOfRecurrence(recurrence)).toBeUndefined();
  });
});
