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

type Unit = 'DAYS' | 'WEEKS' | 'MONTHS' | 'QUARTERS' | 'YEARS';

const dayMs = 86_400_000;
const simple: Readonly<Record<string, readonly [unit: Unit, first: number, end: number]>> = {
  YESTERDAY: ['DAYS', -1, 0],
  TODAY: ['DAYS', 0, 1],
  TOMORROW: ['DAYS', 1, 2],
  LAST_90_DAYS: ['DAYS', -90, 1],
  NEXT_90_DAYS: ['DAYS', 1, 91],
};
const single = /^(LAST|THIS|NEXT)_(?:FISCAL_)?(WEEK|MONTH|QUARTER|YEAR)$/;
const counted =
  /^(?:(LAST|NEXT)_N_(?:FISCAL_)?(DAYS|WEEKS|MONTHS|QUARTERS|YEARS)|N_(?:FISCAL_)?(DAYS|WEEKS|MONTHS|QUARTERS|YEARS)_AGO)$/;
const offsets = { LAST: -1, THIS: 0, NEXT: 1 } as const;

export function isDateLiteral(name: string, hasCount: boolean): boolean {
  if (!hasCount) return name in simple || single.test(name);
  return counted.test(name) && !/FISCAL_(DAYS|WEEKS|MONTHS)/.test(name);
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

/** Which units the literal covers, counted from the current one. */
function spanOf(name: string, count: number): readonly [Unit, number, number] {
  const known = simple[name];
  if (known) return known;
  const one = single.exec(name);
  if (one) {
    const offset = offsets[(one[1] ?? 'THIS') as keyof typeof offsets];
    return [`${one[2]}S` as Unit, offset, offset + 1];
  }
  const many = counted.exec(name);
  if (!many) throw new Error(`not a date literal: ${name}`);
  const [, direction, unit = 'DAYS', agoUnit] = many;
  if (agoUnit) return [agoUnit as Unit, -count, 1 - count];
  // The past days end with today, all other past units before the current one.
  if (direction === 'LAST') return [unit as Unit, -count, unit === 'DAYS' ? 1 : 0];
  return [unit as Unit, 1, 1 + count];
}

/** First day of the unit that lies `by` units from the one `dayStart` is in. */
function shift(dayStart: number, unit: Unit, by: number): number {
  const date = new Date(dayStart);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (unit) {
    case 'DAYS':
      return dayStart + by * dayMs;
    case 'WEEKS':
      return dayStart - date.getUTCDay() * dayMs + by * 7 * dayMs;
    case 'MONTHS':
      return Date.UTC(year, month + by, 1);
    case 'QUARTERS':
      return Date.UTC(year, month - (month % 3) + by * 3, 1);
    case 'YEARS':
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
