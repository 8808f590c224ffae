import { instantOf, localIso } from '../runtime/time-zones.ts';
import { utcMs } from '../temporal.ts';

/**
 * Cron expressions of `System.schedule`: seconds minutes hours day-of-month month day-of-week [year], with the special
 * characters the platform allows in each. Source: Apex Developer Guide, "Using the System.schedule Method".
 */
export interface Cron {
  readonly second: number;
  readonly minute: number;
  readonly hours: readonly number[];
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number> | null;
  /** The days of a month (from 1) on which it fires. */
  days(year: number, month: number): ReadonlySet<number>;
}

export class CronError extends Error {
  override readonly name = 'CronError';
}

interface Range {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names that stand for numbers, the first for `from`. */
  readonly words?: readonly string[];
}

const HOURS: Range = { name: 'Hours', from: 0, to: 23 };
const DAYS: Range = { name: 'Day of month', from: 1, to: 31 };
const MONTHS: Range = {
  name: 'Month',
  from: 1,
  to: 12,
  words: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const WEEKDAYS: Range = {
  name: 'Day of week',
  from: 1,
  to: 7,
  words: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};
const LAST_YEAR = 2099;
const YEARS: Range = { name: 'Year', from: 1970, to: LAST_YEAR };

/** @throws CronError saying which part cannot be read */
export function parseCron(expression: string): Cron {
  const parts = expression.trim().toUpperCase().split(/\s+/);
  const [seconds, minutes, hours, monthDays, months, weekdays, years] = parts;
  if (weekdays === undefined || parts.length > 7) {
    throw new CronError('Unexpected end of expression.');
  }
  const exact = [seconds, minutes].every((part) => /^\d+$/.test(part ?? ''));
  if (!exact || Number(seconds) > 59 || Number(minutes) > 59) {
    throw new CronError(`Seconds and minutes must be specified as integers: ${expression}`);
  }
  return {
    second: Number(seconds),
    minute: Number(minutes),
    hours: [...numbers(hours ?? '', HOURS)].sort((a, b) => a - b),
    months: numbers(months ?? '', MONTHS),
    years: years === undefined ? null : numbers(years, YEARS),
    days: daysOf(monthDays ?? '', weekdays),
  };
}

/** When it fires next after `afterMs`; undefined when it never does again. Milliseconds since the epoch, UTC. */
export function nextFireTime(cron: Cron, afterMs: number, timeZone: string): number | undefined {
  const [startYear = 0, startMonth = 0] = localIso(afterMs, timeZone).split('-').map(Number);
  for (let year = startYear; year <= LAST_YEAR; year += 1) {
    for (let month = year === startYear ? startMonth : 1; month <= 12; month += 1) {
      const found = fires(cron, year, month)
        ? firstInMonth(cron, { year, month }, afterMs, timeZone)
        : undefined;
      if (found !== undefined) {
        return found;
      }
    }
  }
  return undefined;
}

function fires(cron: Cron, year: number, month: number): boolean {
  return cron.months.has(month) && (cron.years === null || cron.years.has(year));
}

function firstInMonth(
  cron: Cron,
  { year, month }: { readonly year: number; readonly month: number },
  afterMs: number,
  timeZone: string,
): number | undefined {
  const days = [...cron.days(year, month)].sort((a, b) => a - b);
  for (const day of days) {
    for (const hour of cron.hours) {
      const clockMs = (hour * 60 + cron.minute) * 60_000 + cron.second * 1000;
      const instant = instantOf(utcMs(year, month, day) + clockMs, timeZone);
      if (instant > afterMs) {
        return instant;
      }
    }
  }
  return undefined;
}

// ------------------------------------------------------------------ days

/** One of the two day fields must be `?`: the other one decides. */
function daysOf(monthDays: string, weekdays: string): Cron['days'] {
  if (weekdays === '?') {
    return daysOfMonth(monthDays);
  }
  if (monthDays === '?' || monthDays === '*') {
    return daysOfWeek(weekdays);
  }
  throw new CronError(
    'Support for specifying both a day-of-week AND a day-of-month parameter is not implemented.',
  );
}

function daysOfMonth(text: string): Cron['days'] {
  if (text === 'L') {
    return (year, month) => new Set([lengthOf(year, month)]);
  }
  if (text === 'LW') {
    return (year, month) => new Set([nearestWorkday(year, month, lengthOf(year, month))]);
  }
  const workday = /^(\d+)W$/.exec(text)?.[1];
  if (workday !== undefined) {
    const wanted = inRange(Number(workday), DAYS);
    return (year, month) =>
      new Set(wanted > lengthOf(year, month) ? [] : [nearestWorkday(year, month, wanted)]);
  }
  const days = numbers(text, DAYS);
  return (year, month) => new Set([...days].filter((day) => day <= lengthOf(year, month)));
}

function daysOfWeek(text: string): Cron['days'] {
  const last = /^(\w+?)L$/.exec(text)?.[1];
  if (last !== undefined) {
    const weekday = numberOf(last, WEEKDAYS);
    return (year, month) => new Set(weekdaysIn(year, month, weekday).slice(-1));
  }
  const nth = /^(\w+)#([1-5])$/.exec(text);
  if (nth !== null) {
    const weekday = numberOf(nth[1] ?? '', WEEKDAYS);
    const index = Number(nth[2]) - 1;
    return (year, month) => new Set(weekdaysIn(year, month, weekday).slice(index, index + 1));
  }
  const weekdays = numbers(text === 'L' ? '7' : text, WEEKDAYS);
  return (year, month) =>
    new Set([...weekdays].flatMap((weekday) => weekdaysIn(year, month, weekday)));
}

function lengthOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** From 1 for Sunday. */
function weekdayOf(year: number, month: number, day: number): number {
  return new Date(utcMs(year, month, day)).getUTCDay() + 1;
}

function weekdaysIn(year: number, month: number, weekday: number): number[] {
  const days = Array.from({ length: lengthOf(year, month) }, (_, index) => index + 1);
  return days.filter((day) => weekdayOf(year, month, day) === weekday);
}

/** Monday to Friday, in the same month. */
function nearestWorkday(year: number, month: number, day: number): number {
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) {
    return day === 1 ? day + 2 : day - 1;
  }
  if (weekday === 1) {
    return day === lengthOf(year, month) ? day - 2 : day + 1;
  }
  return day;
}

// ------------------------------------------------------------------ numbers

/** `*`, `5`, `1,5`, `1-5`, `2/3`, `1-10/3`, with names where the field has them. */
function numbers(text: string, range: Range): ReadonlySet<number> {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [span = '', step, ...rest] = part.split('/');
    if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) {
      throw unreadable(text, range);
    }
    const [from, to] = spanOf(span, range, step !== undefined);
    for (let value = from; value <= to; value += Number(step ?? 1)) {
      found.add(value);
    }
  }
  return found;
}

function spanOf(span: string, range: Range, stepped: boolean): readonly [number, number] {
  if (span === '*') {
    return [range.from, range.to];
  }
  const [first = '', last, ...rest] = span.split('-');
  const from = numberOf(first, range);
  const to = last === undefined ? (stepped ? range.to : from) : numberOf(last, range);
  if (rest.length > 0 || to < from) {
    throw unreadable(span, range);
  }
  return [from, to];
}

function numberOf(text: string, range: Range): number {
  const word = range.words?.indexOf(text) ?? -1;
  if (word >= 0) {
    return range.from + word;
  }
  if (!/^\d+$/.test(text)) {
    throw unreadable(text, range);
  }
  return inRange(Number(text), range);
}

function inRange(value: number, range: Range): number {
  if (value < range.from || value > range.to) {
    throw new CronError(`${range.name} values must be between ${range.from} and ${range.to}`);
  }
  return value;
}

function unreadable(text: string, { name }: Range): CronError {
  return new CronError(`Illegal cron expression format: ${name} cannot be ${text}`);
}
