/** Instants and dates as the org keeps them. */

const secondMs = 1_000;

/** `YYYY-MM-DDTHH:mm:ss.000Z`: stamps and stored datetimes have whole seconds. */
export function stampOf(epochMs: number): string {
  return new Date(Math.floor(epochMs / secondMs) * secondMs).toISOString();
}

/** The UTC date of an instant, `YYYY-MM-DD`. */
export function dateOf(isoDateTime: string): string {
  return isoDateTime.slice(0, 10);
}

export function midnightOf(date: string): string {
  return `${date}T00:00:00.000Z`;
}

const datePattern = /^(\d{4})-(\d{2})-(\d{2})/;
const dateTimePattern =
  /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?$/i;
const timePattern = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?Z?$/;

/** `YYYY-MM-DD`, from a date or a datetime; undefined when the text is neither or no such day exists. */
export function parseDate(text: string): string | undefined {
  const match = datePattern.exec(text);
  if (!match) return undefined;
  const date = match[0];
  if (text.length > date.length && !dateTimePattern.test(text)) return undefined;
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) ? date : undefined;
}

/** ISO UTC with milliseconds; a text without zone is UTC, a bare date is its midnight. */
export function parseDateTime(text: string): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const date = parseDate(text);
    return date && midnightOf(date);
  }
  const match = dateTimePattern.exec(text);
  if (!match) return undefined;
  const [, date = '', hour, minute, second = '00', fraction = '', zone = 'Z'] = match;
  if (!parseDate(date) || Number(hour) > 23) return undefined;
  const offset = /^z$/i.test(zone)
    ? 'Z'
    : zone.includes(':')
      ? zone
      : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const millis = `${fraction}000`.slice(0, 3);
  const time = Date.parse(`${date}T${hour}:${minute}:${second}.${millis}${offset}`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** `HH:mm:ss.SSSZ`. */
export function parseTime(text: string): string | undefined {
  const match = timePattern.exec(text);
  if (!match) return undefined;
  const [, hour = '', minute = '', second = '00', fraction = '0'] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return `${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`;
}
