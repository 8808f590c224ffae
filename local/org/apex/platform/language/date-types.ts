import type { Realm } from '../../realm.ts';
import { localIso } from '../../runtime/time-zones.ts';
import { ApexDate, ApexDatetime, ApexTime } from '../../temporal.ts';
import type { ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import { fail, given, type Text } from './arguments.ts';

type Int = number | null;
type Day = ApexDate | null;

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** A day that the month does not have becomes its last one. */
function addMonths(date: ApexDate, months: number): ApexDate {
  const first = ApexDate.of(date.year, date.month + months, 1);
  return ApexDate.of(
    first.year,
    first.month,
    Math.min(date.day, daysInMonth(first.year, first.month)),
  );
}

/** The day of that name; undefined when the calendar has none. */
function dayOf([year, month, day]: readonly number[]): ApexDate | undefined {
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const date = ApexDate.of(year, month, day);
  return date.month === month && date.day === day ? date : undefined;
}

function parseDate(text: string): ApexDate {
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?$/.exec(text.trim())?.slice(1) ?? [];
  return dayOf(parts.map(Number)) ?? fail('TypeException', `Invalid date: ${text}`);
}

/** `12/27/2026`, as the en_US locale writes it. */
function parseLocalDate(text: string): ApexDate {
  const [month, day, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text.trim())?.slice(1) ?? [];
  return dayOf([year, month, day].map(Number)) ?? fail('TypeException', `Invalid date: ${text}`);
}

export const dateType = platformType({
  name: 'Date',
  aliases: ['System.Date'],
  members: {
    'static Date today()': (realm: Realm) =>
      ApexDate.parseIso(localIso(realm.now(), realm.timeZone).slice(0, 10)) ?? null,
    'static Date newInstance(Integer year, Integer month, Integer day)': (
      _realm: Realm,
      _self: null,
      year: Int,
      month: Int,
      day: Int,
    ) => ApexDate.of(given(year), given(month), given(day)),
    'static Date valueOf(Object value)': (realm: Realm, _self: null, value: ApexValue) => {
      if (value instanceof ApexDate) return value;
      if (value instanceof ApexDatetime) {
        return ApexDate.parseIso(localIso(value.epochMs, realm.timeZone).slice(0, 10)) ?? null;
      }
      return parseDate(given(value) as string);
    },
    'static Date valueOf(String text)': (_realm: Realm, _self: null, text: Text) =>
      parseDate(given(text)),
    'static Date parse(String text)': (_realm: Realm, _self: null, text: Text) =>
      parseLocalDate(given(text)),
    'static Integer daysInMonth(Integer year, Integer month)': (
      _realm: Realm,
      _self: null,
      year: Int,
      month: Int,
    ) => daysInMonth(given(year), given(month)),
    'static Boolean isLeapYear(Integer year)': (_realm: Realm, _self: null, year: Int) =>
      daysInMonth(given(year), 2) === 29,
    'Integer year()': (_realm: Realm, self: ApexDate) => self.year,
    'Integer month()': (_realm: Realm, self: ApexDate) => self.month,
    'Integer day()': (_realm: Realm, self: ApexDate) => self.day,
    'Integer dayOfYear()': (_realm: Realm, self: ApexDate) =>
      self.epochDay - ApexDate.of(self.year, 1, 1).epochDay + 1,
    'Date addDays(Integer days)': (_realm: Realm, self: ApexDate, days: Int) =>
      new ApexDate(self.epochDay + given(days)),
    'Date addMonths(Integer months)': (_realm: Realm, self: ApexDate, months: Int) =>
      addMonths(self, given(months)),
    'Date addYears(Integer years)': (_realm: Realm, self: ApexDate, years: Int) =>
      addMonths(self, 12 * given(years)),
    'Integer daysBetween(Date other)': (_realm: Realm, self: ApexDate, other: Day) =>
      given(other).epochDay - self.epochDay,
    'Integer monthsBetween(Date other)': (_realm: Realm, self: ApexDate, other: Day) =>
      (given(other).year - self.year) * 12 + given(other).month - self.month,
    'Boolean isSameDay(Date other)': (_realm: Realm, self: ApexDate, other: Day) =>
      given(other).epochDay === self.epochDay,
    'Date toStartOfMonth()': (_realm: Realm, self: ApexDate) =>
      ApexDate.of(self.year, self.month, 1),
    /** Weeks begin on Sunday, as in the en_US locale. */
    'Date toStartOfWeek()': (_realm: Realm, self: ApexDate) =>
      new ApexDate(self.epochDay - new Date(self.startMs).getUTCDay()),
    'String format()': (_realm: Realm, self: ApexDate) => `${self.month}/${self.day}/${self.year}`,
  },
});

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export const timeType = platformType({
  name: 'Time',
  aliases: ['System.Time'],
  members: {
    'static Time newInstance(Integer hour, Integer minute, Integer second, Integer millisecond)': (
      _realm: Realm,
      _self: null,
      hour: Int,
      minute: Int,
      second: Int,
      millisecond: Int,
    ) =>
      new ApexTime(
        given(hour) * HOUR_MS +
          given(minute) * MINUTE_MS +
          given(second) * 1000 +
          given(millisecond),
      ),
    'Integer hour()': (_realm: Realm, self: ApexTime) => Math.floor(self.msOfDay / HOUR_MS),
    'Integer minute()': (_realm: Realm, self: ApexTime) =>
      Math.floor(self.msOfDay / MINUTE_MS) % 60,
    'Integer second()': (_realm: Realm, self: ApexTime) => Math.floor(self.msOfDay / 1000) % 60,
    'Integer millisecond()': (_realm: Realm, self: ApexTime) => self.msOfDay % 1000,
    'Time addHours(Integer hours)': (_realm: Realm, self: ApexTime, hours: Int) =>
      new ApexTime(self.msOfDay + given(hours) * HOUR_MS),
    'Time addMinutes(Integer minutes)': (_realm: Realm, self: ApexTime, minutes: Int) =>
      new ApexTime(self.msOfDay + given(minutes) * MINUTE_MS),
    'Time addSeconds(Integer seconds)': (_realm: Realm, self: ApexTime, seconds: Int) =>
      new ApexTime(self.msOfDay + given(seconds) * 1000),
    'Time addMilliseconds(Integer milliseconds)': (
      _realm: Realm,
      self: ApexTime,
      milliseconds: Int,
    ) => new ApexTime(self.msOfDay + given(milliseconds)),
  },
});
