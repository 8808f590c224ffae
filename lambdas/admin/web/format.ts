const dateTimeFormat = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
});
const timeFormat = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const numberFormat = new Intl.NumberFormat();
const shortFormat = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const relativeFormat = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** An ISO UTC time in the reader's language and time zone. */
export function dateTime(iso: string): string {
  return dateTimeFormat.format(new Date(iso));
}

/** Hours and minutes, in the reader's language and time zone. */
export function clockTime(timeMs: number): string {
  return timeFormat.format(timeMs);
}

/** `2026-11-22`, a day by UTC, in the reader's language. */
export function utcDay(day: string): string {
  return dayFormat.format(new Date(`${day}T00:00:00Z`));
}

export function count(value: number): string {
  return numberFormat.format(value);
}

/** `1 row`, `2 rows`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** `12 minutes ago`, measured on the receiver's clock. */
export function ago(iso: string, nowIso: string): string {
  const seconds = Math.round((Date.parse(iso) - Date.parse(nowIso)) / 1000);
  const [unit, size] = unitOf(Math.abs(seconds));
  return relativeFormat.format(Math.trunc(seconds / size), unit);
}

/** `850 ms`, `12 seconds`, `3 hours`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  const [unit, size] = unitOf(seconds);
  const value = seconds / size;
  return new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

function unitOf(seconds: number): readonly [Intl.RelativeTimeFormatUnit, number] {
  return UNITS.find(([, size]) => seconds >= size) ?? ['second', 1];
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${shortFormat.format((100 * part) / whole)} %`;
}

/** `DailyApiRequests` → `Daily Api Requests`. */
export function words(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1 $2');
}
