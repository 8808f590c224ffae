import { localIso, offsetMs, zoneName } from '../../runtime/time-zones.ts';
import { fail } from './arguments.ts';

const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/**
 * An instant by a pattern of Java's SimpleDateFormat (English names) on a clock in the zone. Letters it does not know
 * are refused by name.
 */
export function formatInstant(epochMs: number, pattern: string, timeZone: string): string {
  const wall = new Date(`${localIso(epochMs, timeZone)}Z`);
  let out = '';
  for (const [token] of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+/g)) {
    if (token === "''") out += "'";
    else if (token.startsWith("'")) out += token.slice(1, -1).replaceAll("''", "'");
    else if (/^[A-Za-z]/.test(token))
      out += field(token, wall, offsetMs(epochMs, timeZone), timeZone);
    else out += token;
  }
  return out;
}

function field(token: string, wall: Date, offset: number, timeZone: string): string {
  const number = (value: number) => String(value).padStart(token.length, '0');
  const hours = wall.getUTCHours();
  switch (token[0]) {
    case 'y':
      return token.length === 2
        ? String(wall.getUTCFullYear()).slice(-2)
        : number(wall.getUTCFullYear());
    case 'M':
      return monthName(token, wall.getUTCMonth());
    case 'd':
      return number(wall.getUTCDate());
    case 'E':
    case 'u':
      return dayName(token, wall.getUTCDay());
    case 'a':
      return hours < 12 ? 'AM' : 'PM';
    case 'H':
      return number(hours);
    case 'k':
      return number(hours === 0 ? 24 : hours);
    case 'h':
      return number(hours % 12 === 0 ? 12 : hours % 12);
    case 'K':
      return number(hours % 12);
    case 'm':
      return number(wall.getUTCMinutes());
    case 's':
      return number(wall.getUTCSeconds());
    case 'S':
      return number(wall.getUTCMilliseconds());
    case 'z':
      return zoneName(wall.getTime() - offset, timeZone, token.length >= 4 ? 'long' : 'short');
    case 'Z':
      return offsetText(offset, '');
    case 'X':
      return offset === 0 ? 'Z' : offsetText(offset, token.length === 3 ? ':' : '');
    default:
      return fail('IllegalArgumentException', `Illegal pattern character '${token[0]}'`);
  }
}

function monthName(token: string, month: number): string {
  const name = MONTHS[month] ?? '';
  if (token.length >= 4) return name;
  return token.length === 3 ? name.slice(0, 3) : String(month + 1).padStart(token.length, '0');
}

function dayName(token: string, day: number): string {
  if (token.startsWith('u')) return String(day === 0 ? 7 : day).padStart(token.length, '0');
  const name = DAYS[day] ?? '';
  return token.length >= 4 ? name : name.slice(0, 3);
}

function offsetText(offset: number, colon: string): string {
  const minutes = Math.abs(Math.round(offset / 60_000));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${colon}${two(minutes % 60)}`;
}
