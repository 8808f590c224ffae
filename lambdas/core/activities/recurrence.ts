import * as library from 'rrule';
import * as z from 'zod/mini';

/*
 * Rules of recurrence (RFC 5545) as calendars write them. The library counts in wall-clock time without zones; zones are
 * laid on afterwards, so that a meeting at nine stays at nine when the clocks change.
 */

/** Node takes the library's CommonJS form, whose exports are its default; bundles take the other. */
const { RRule } = 'default' in library ? (library.default as typeof library) : library;

/** What a rule may give in one window; an hourly one is cut there. */
export const MAX_OCCURRENCES = 200;
const DAY_MS = 24 * 60 * 60_000;
const RULE = /^(?:RRULE:)?[A-Z0-9=;,:+-]{1,500}$/;

export const recurrenceSchema = z.strictObject({
  rule: z
    .string()
    .check(
      z.regex(RULE),
      z.describe('RRULE of RFC 5545, such as `FREQ=WEEKLY;BYDAY=MO`; not more often than daily'),
    ),
  timeZone: z
    .string()
    .check(z.maxLength(100), z.describe('IANA name: the zone of the calendar event')),
  except: z._default(
    z
      .array(z.iso.datetime({ offset: true }))
      .check(z.maxLength(500), z.describe('Beginnings of occurrences that are left out (EXDATE)')),
    [],
  ),
});

export type Recurrence = z.output<typeof recurrenceSchema>;

/** What a schema cannot say of a rule; undefined = nothing is wrong. */
export function faultOfRecurrence({
  rule,
  timeZone,
}: Pick<Recurrence, 'rule' | 'timeZone'>): { pointer: string; reason: string } | undefined {
  if (!isTimeZone(timeZone)) {
    return { pointer: '/recurrence/timeZone', reason: 'is no IANA time zone' };
  }
  const pointer = '/recurrence/rule';
  try {
    const { freq } = parseRule(rule);
    if (freq === undefined) return { pointer, reason: 'has no FREQ' };
    if (freq > RRule.DAILY) return { pointer, reason: 'repeats more often than daily' };
    return undefined;
  } catch {
    return { pointer, reason: 'is no RRULE of RFC 5545' };
  }
}

/**
 * Beginnings of the occurrences in `[fromMs, toMs)`, ms, at most `MAX_OCCURRENCES`.
 * @param firstMs beginning of the first occurrence
 */
export function occurrencesOf(
  { rule, timeZone, except }: Recurrence,
  firstMs: number,
  fromMs: number,
  toMs: number,
): readonly number[] {
  const options = parseRule(rule);
  const until = options.until == null ? {} : { until: wall(options.until.getTime(), timeZone) };
  const series = new RRule({ ...options, ...until, dtstart: wall(firstMs, timeZone) });
  const left = new Set(except.map((time) => Date.parse(time)));
  // Zones differ from UTC by less than a day.
  const found = series.between(
    new Date(fromMs - DAY_MS),
    new Date(toMs + DAY_MS),
    true,
    (_, count) => count < MAX_OCCURRENCES + left.size + 2,
  );
  return found
    .map((local) => instantOf(local.getTime(), timeZone))
    .filter((ms) => ms >= fromMs && ms < toMs && !left.has(ms))
    .slice(0, MAX_OCCURRENCES);
}

function parseRule(rule: string) {
  return RRule.parseString(rule.replace(/^RRULE:/, ''));
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== undefined;
  } catch {
    return false;
  }
}

/** The time that clocks in the zone show, as if it were UTC. */
function wall(ms: number, timeZone: string): Date {
  return new Date(ms + offsetMs(ms, timeZone));
}

/** The moment at which clocks in the zone show it; of two the first, where none shows it the one an hour later. */
function instantOf(wallMs: number, timeZone: string): number {
  const early = wallMs - offsetMs(wallMs - DAY_MS, timeZone);
  const late = wallMs - offsetMs(wallMs + DAY_MS, timeZone);
  const shows = (ms: number) => ms + offsetMs(ms, timeZone) === wallMs;
  if (shows(early)) return early;
  return shows(late) ? late : early;
}

function offsetMs(ms: number, timeZone: string): number {
  const known = formats.get(timeZone);
  const format =
    known ?? new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  if (known === undefined) formats.set(timeZone, format);
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name) ?? [];
  const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return (sign === '-' ? -size : size) * 1_000;
}

const formats = new Map<string, Intl.DateTimeFormat>();
