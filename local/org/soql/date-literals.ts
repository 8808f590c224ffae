import { instantOf, wallClock } from './time-zone.ts';

/**
 * The ranges that date literals such as `LAST_N_DAYS:30` stand for. Days begin at midnight in the user's time zone,
 * weeks on Sunday, the fiscal year in January.
 */

/** Start of the first day and end (exclusive), as wall-clock days `YYYY-MM-DD` and as instants in ISO UTC. */
export interface DateRange {
  readonly firstDay: string;
  readonly endDay: string;
  readonly start: string;
  readonly end: string;
}

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';
/** Which units a literal covers, counted from the current one; the end is exclusive. */
type Span = readonly [unit: Unit, first: number, end: number];

const dayMs = 86_400_000;
const units: ReadonlyMap<string, Unit> = new Map([
  ['DAY', 'DAY'],
  ['WEEK', 'WEEK'],
  ['MONTH', 'MONTH'],
  ['QUARTER', 'QUARTER'],
  ['YEAR', 'YEAR'],
]);
const simple: ReadonlyMap<string, Span> = new Map([
  ['YESTERDAY', ['DAY', -1, 0]],
  ['TODAY', ['DAY', 0, 1]],
  ['TOMORROW', ['DAY', 1, 2]],
  ['LAST_90_DAYS', ['DAY', -90, 1]],
  ['NEXT_90_DAYS', ['DAY', 1, 91]],
]);
const single = /^(LAST|THIS|NEXT)_(?:(WEEK|MONTH)|(?:FISCAL_)?(QUARTER|YEAR))$/;
const counted = /^(LAST|NEXT)_N_(?:(DAY|WEEK|MONTH)|(?:FISCAL_)?(QUARTER|YEAR))S$/;
const ago = /^N_(?:(DAY|WEEK|MONTH)|(?:FISCAL_)?(QUARTER|YEAR))S_AGO$/;

export function isDateLiteral(name: string, hasCount: boolean): boolean {
  if (hasCount) return counted.test(name) || ago.test(name);
  return simple.has(name) || single.test(name);
}

/**
 * @param name in upper case, one that `isDateLiteral` accepts
 * @param nowMs milliseconds since the epoch
 * @param zone IANA time zone
 */
export function dateLiteralRange(
  name: string,
  count: number,
  nowMs: number,
  zone: string,
): DateRange {
  const today = floorToDay(wallClock(nowMs, zone));
  const [unit, first, end] = spanOf(name, count);
  return rangeOf(shift(today, unit, first), shift(today, unit, end), zone);
}

function spanOf(name: string, count: number): Span {
  const span =
    simple.get(name) ?? singleSpan(name) ?? countedSpan(name, count) ?? agoSpan(name, count);
  if (!span) throw new Error(`not a date literal: ${name}`);
  return span;
}

function singleSpan(name: string): Span | undefined {
  const [, direction, week, year] = single.exec(name) ?? [];
  const unit = units.get(week ?? year ?? '');
  if (!unit) return undefined;
  const first = direction === 'LAST' ? -1 : direction === 'NEXT' ? 1 : 0;
  return [unit, first, first + 1];
}

function countedSpan(name: string, count: number): Span | undefined {
  const [, direction, day, year] = counted.exec(name) ?? [];
  const unit = units.get(day ?? year ?? '');
  if (!unit) return undefined;
  if (direction === 'NEXT') return [unit, 1, 1 + count];
  // Past days end with today, all other past units before the current one.
  return [unit, -count, unit === 'DAY' ? 1 : 0];
}

function agoSpan(name: string, count: number): Span | undefined {
  const [, day, year] = ago.exec(name) ?? [];
  const unit = units.get(day ?? year ?? '');
  return unit && [unit, -count, 1 - count];
}

/** First day of the unit that lies `by` units from the one `dayStart` is in. */
function shift(dayStart: number, unit: Unit, by: number): number {
  const date = new Date(dayStart);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (unit) {
    case 'DAY':
      return dayStart + by * dayMs;
    case 'WEEK':
      return dayStart - date.getUTCDay() * dayMs + by * 7 * dayMs;
    case 'MONTH':
      return Date.UTC(year, month + by, 1);
    case 'QUARTER':
      return Date.UTC(year, month - (month % 3) + by * 3, 1);
    case 'YEAR':
      return Date.UTC(year + by, 0, 1);
  }
}

function floorToDay(clockMs: number): number {
  return Math.floor(clockMs / dayMs) * dayMs;
}

function rangeOf(first: number, end: number, zone: string): DateRange {
  return {
    firstDay: new Date(first).toISOString().slice(0, 10),
    endDay: new Date(end).toISOString().slice(0, 10),
    start: new Date(instantOf(first, zone)).toISOString(),
    end: new Date(instantOf(end, zone)).toISOString(),
  };
}
