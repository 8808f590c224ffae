import { utcMs } from '../temporal.ts';
import { ApexException } from '../values.ts';

/** Wall-clock time in a time zone. Zones are IANA names; formatters are kept, making one is slow. */

const formatters = new Map<string, Intl.DateTimeFormat>();

export function isTimeZone(name: string): boolean {
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What a clock in the zone shows minus UTC, in milliseconds. */
export function offsetMs(epochMs: number, timeZone: string): number {
  if (timeZone === 'UTC' || timeZone === 'GMT') {
    return 0;
  }
  const part: Record<string, number> = {};
  const wholeSecondMs = Math.floor(epochMs / 1000) * 1000;
  for (const { type, value } of formatterOf(timeZone).formatToParts(wholeSecondMs)) {
    part[type] = Number(value);
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return utcMs(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1000 - wholeSecondMs;
}

/** `YYYY-MM-DDTHH:mm:ss.SSS` on a clock in the zone. */
export function localIso(epochMs: number, timeZone: string): string {
  return new Date(epochMs + offsetMs(epochMs, timeZone)).toISOString().slice(0, -1);
}

/**
 * The instant at which a clock in the zone shows this wall-clock time, given as if it were UTC. A time skipped in
 * spring is taken an hour later; of a time that comes twice in autumn, the first.
 */
export function instantOf(wallClockMs: number, timeZone: string): number {
  const guess = wallClockMs - offsetMs(wallClockMs, timeZone);
  const earlier = wallClockMs - offsetMs(guess - 3_600_000, timeZone);
  return offsetMs(earlier, timeZone) === wallClockMs - earlier
    ? earlier
    : wallClockMs - offsetMs(guess, timeZone);
}

/**
 * `PDT` or `Pacific Daylight Time`.
 * @throws IllegalArgumentException for zones without an English abbreviation of their own
 */
export function zoneName(epochMs: number, timeZone: string, style: 'short' | 'long'): string {
  if (timeZone === 'UTC' || timeZone === 'GMT') {
    return style === 'short' ? 'GMT' : 'Greenwich Mean Time';
  }
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: style }).formatToParts(
    epochMs,
  );
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
  if (/^GMT[+-]/.test(name)) {
    throw new ApexException(
      'IllegalArgumentException',
      `This org knows no abbreviation of ${timeZone}; use the pattern letter Z`,
    );
  }
  return name;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}
