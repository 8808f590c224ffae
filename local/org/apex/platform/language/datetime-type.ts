import type { Realm } from '../../realm.ts';
import { instantOf, isTimeZone, localIso } from '../../runtime/time-zones.ts';
import { ApexDate, ApexDatetime, ApexTime, utcMs } from '../../temporal.ts';
import type { ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import { fail, given, type Text } from './arguments.ts';
import { formatInstant } from './date-format.ts';

type Int = number | null;
type Day = ApexDate | null;
type Hour = ApexTime | null;

const GMT = 'UTC';
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Year, month (from 1), day, hour, minute, second on a clock in the zone; what is left out is 0. */
function fromParts(timeZone: string, parts: readonly Int[]): ApexDatetime {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map((p) =>
    given(p),
  );
  const wall = utcMs(year, month, day) + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
  return new ApexDatetime(timeZone === GMT ? wall : instantOf(wall, timeZone));
}

/** `yyyy-MM-dd HH:mm:ss`, as `valueOf` reads it. */
function parseWallClock(text: string, timeZone: string): ApexDatetime {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})$/.exec(text.trim());
  return match
    ? fromParts(timeZone, match.slice(1).map(Number))
    : fail('TypeException', `Invalid date/time: ${text}`);
}

const LOCAL_CLOCK = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),? (\d{1,2}):(\d{2})(?::(\d{2}))?\s?([AP]M)$/i;

/** `12/27/2026, 5:03 PM`, as the en_US locale writes it. */
function parseLocalClock(text: string, timeZone: string): ApexDatetime {
  const [, month, day, year, hour, minute, second = '0', half = ''] =
    LOCAL_CLOCK.exec(text.trim()) ?? fail('TypeException', `Invalid date/time: ${text}`);
  const hours = (Number(hour) % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
  return fromParts(timeZone, [year, month, day, hours, minute, second].map(Number));
}

const dayOfYear = (zoneOf: (realm: Realm) => string) => (realm: Realm, self: ApexDatetime) => {
  const today = localIso(self.epochMs, zoneOf(realm)).slice(0, 10);
  return Math.round((Date.parse(today) - Date.parse(`${today.slice(0, 4)}-01-01`)) / DAY_MS) + 1;
};

function zone(name: Text): string {
  return isTimeZone(given(name)) ? given(name) : GMT;
}

/** The part of the local (or GMT) ISO text as a number. */
const part =
  (from: number, to: number, where: 'local' | 'gmt') => (realm: Realm, self: ApexDatetime) =>
    Number(localIso(self.epochMs, where === 'gmt' ? GMT : realm.timeZone).slice(from, to));

const plus = (unitMs: number) => (_realm: Realm, self: ApexDatetime, amount: Int) =>
  new ApexDatetime(self.epochMs + given(amount) * unitMs);

/** Months on the calendar, at the same time of day; a day that the month does not have becomes its last one. */
function addMonths(self: ApexDatetime, months: number): ApexDatetime {
  const day = new Date(self.epochMs);
  const timeOfDay =
    self.epochMs - utcMs(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate());
  const first = new Date(utcMs(day.getUTCFullYear(), day.getUTCMonth() + 1 + months, 1));
  const last = new Date(utcMs(first.getUTCFullYear(), first.getUTCMonth() + 2, 0)).getUTCDate();
  const date = utcMs(
    first.getUTCFullYear(),
    first.getUTCMonth() + 1,
    Math.min(day.getUTCDate(), last),
  );
  return new ApexDatetime(date + timeOfDay);
}

const newInstance = (where: 'local' | 'gmt') => {
  const zoneOf = (realm: Realm) => (where === 'gmt' ? GMT : realm.timeZone);
  return {
    parts: (realm: Realm, _self: null, ...parts: Int[]) => fromParts(zoneOf(realm), parts),
    dateAndTime: (realm: Realm, _self: null, date: Day, time: Hour) => {
      const wall = given(date).startMs + given(time).msOfDay;
      return new ApexDatetime(instantOf(wall, zoneOf(realm)));
    },
  };
};
const local = newInstance('local');
const gmt = newInstance('gmt');
const DEFAULT_FORMAT = 'M/d/yyyy, h:mm a';
const LONG_FORMAT = 'M/d/yyyy, h:mm:ss a z';

export const datetimeType = platformType({
  name: 'Datetime',
  aliases: ['System.Datetime'],
  members: {
    'static Datetime now()': (realm: Realm) => new ApexDatetime(realm.now()),
    'static Datetime newInstance(Long milliseconds)': (
      _realm: Realm,
      _self: null,
      milliseconds: bigint | null,
    ) => new ApexDatetime(Number(given(milliseconds))),
    'static Datetime newInstance(Date date, Time time)': local.dateAndTime,
    'static Datetime newInstance(Integer year, Integer month, Integer day)': local.parts,
    'static Datetime newInstance(Integer year, Integer month, Integer day, Integer hour, Integer minute, Integer second)':
      local.parts,
    'static Datetime newInstanceGmt(Date date, Time time)': gmt.dateAndTime,
    'static Datetime newInstanceGmt(Integer year, Integer month, Integer day)': gmt.parts,
    'static Datetime newInstanceGmt(Integer year, Integer month, Integer day, Integer hour, Integer minute, Integer second)':
      gmt.parts,
    'static Datetime valueOf(Object value)': (realm: Realm, _self: null, value: ApexValue) =>
      value instanceof ApexDatetime
        ? value
        : value instanceof ApexDate
          ? new ApexDatetime(instantOf(value.startMs, realm.timeZone))
          : parseWallClock(given(value) as string, realm.timeZone),
    'static Datetime valueOf(String text)': (realm: Realm, _self: null, text: Text) =>
      parseWallClock(given(text), realm.timeZone),
    'static Datetime valueOfGmt(String text)': (_realm: Realm, _self: null, text: Text) =>
      parseWallClock(given(text), GMT),
    'static Datetime parse(String text)': (realm: Realm, _self: null, text: Text) =>
      parseLocalClock(given(text), realm.timeZone),
    'Long getTime()': (_realm: Realm, self: ApexDatetime) => BigInt(self.epochMs),
    'Date date()': (realm: Realm, self: ApexDatetime) =>
      ApexDate.parseIso(localIso(self.epochMs, realm.timeZone).slice(0, 10)) ?? null,
    'Date dateGmt()': (_realm: Realm, self: ApexDatetime) => ApexDate.ofInstant(self.epochMs),
    'Time time()': (realm: Realm, self: ApexDatetime) =>
      new ApexTime(Date.parse(`1970-01-01T${localIso(self.epochMs, realm.timeZone).slice(11)}Z`)),
    'Time timeGmt()': (_realm: Realm, self: ApexDatetime) => new ApexTime(self.epochMs % DAY_MS),
    'Integer year()': part(0, 4, 'local'),
    'Integer month()': part(5, 7, 'local'),
    'Integer day()': part(8, 10, 'local'),
    'Integer dayOfYear()': dayOfYear(({ timeZone }) => timeZone),
    'Integer dayOfYearGmt()': dayOfYear(() => GMT),
    'Integer hour()': part(11, 13, 'local'),
    'Integer minute()': part(14, 16, 'local'),
    'Integer second()': part(17, 19, 'local'),
    'Integer millisecond()': part(20, 23, 'local'),
    'Integer yearGmt()': part(0, 4, 'gmt'),
    'Integer monthGmt()': part(5, 7, 'gmt'),
    'Integer dayGmt()': part(8, 10, 'gmt'),
    'Integer hourGmt()': part(11, 13, 'gmt'),
    'Integer minuteGmt()': part(14, 16, 'gmt'),
    'Integer secondGmt()': part(17, 19, 'gmt'),
    'Integer millisecondGmt()': part(20, 23, 'gmt'),
    'Datetime addSeconds(Integer seconds)': plus(SECOND_MS),
    'Datetime addMinutes(Integer minutes)': plus(MINUTE_MS),
    'Datetime addHours(Integer hours)': plus(HOUR_MS),
    'Datetime addDays(Integer days)': plus(DAY_MS),
    'Datetime addMonths(Integer months)': (_realm: Realm, self: ApexDatetime, months: Int) =>
      addMonths(self, given(months)),
    'Datetime addYears(Integer years)': (_realm: Realm, self: ApexDatetime, years: Int) =>
      addMonths(self, 12 * given(years)),
    'Boolean isSameDay(Datetime other)': (
      realm: Realm,
      self: ApexDatetime,
      other: ApexDatetime | null,
    ) =>
      localIso(self.epochMs, realm.timeZone).slice(0, 10) ===
      localIso(given(other).epochMs, realm.timeZone).slice(0, 10),
    'String format()': (realm: Realm, self: ApexDatetime) =>
      formatInstant(self.epochMs, DEFAULT_FORMAT, realm.timeZone),
    'String formatLong()': (realm: Realm, self: ApexDatetime) =>
      formatInstant(self.epochMs, LONG_FORMAT, realm.timeZone),
    'String format(String pattern)': (realm: Realm, self: ApexDatetime, pattern: Text) =>
      formatInstant(self.epochMs, given(pattern), realm.timeZone),
    'String format(String pattern, String timeZone)': (
      _realm: Realm,
      self: ApexDatetime,
      pattern: Text,
      timeZone: Text,
    ) => formatInstant(self.epochMs, given(pattern), zone(timeZone)),
    'String formatGmt(String pattern)': (_realm: Realm, self: ApexDatetime, pattern: Text) =>
      formatInstant(self.epochMs, given(pattern), GMT),
  },
});
