/** Days in a user's time zone, by the time zone data of the JavaScript engine. */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

/** What the wall clock in the zone shows at that instant, as milliseconds since the epoch read as if it were UTC. */
export function wallClock(epochMs: number, zone: string): number {
  if (zone === 'GMT' || zone === 'UTC') return epochMs;
  const parts = new Map(
    formatOf(zone)
      .formatToParts(epochMs)
      .map((part) => [part.type, Number(part.value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const clock = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return clock + (epochMs % 1_000);
}

/** The instant at which the zone's wall clock shows the given time; the later one where it shows it twice. */
export function instantOf(clockMs: number, zone: string): number {
  const guess = clockMs - (wallClock(clockMs, zone) - clockMs);
  return clockMs - (wallClock(guess, zone) - guess);
}
