import type { ApexObject } from './values.ts';

const DAY_MS = 86_400_000;

/** A day without time or zone. */
export class ApexDate implements ApexObject {
  readonly apexType = 'Date';
  /** Days since 1970-01-01; may be negative. */
  readonly epochDay: number;

  constructor(epochDay: number) {
    this.epochDay = epochDay;
  }

  /** Months count from 1; months and days out of range carry over, as `Date.newInstance` does. */
  static of(year: number, month: number, day: number): ApexDate {
    return new ApexDate(utcMs(year, month, day) / DAY_MS);
  }

  /** The UTC day of an instant. */
  static ofInstant(epochMs: number): ApexDate {
    return new ApexDate(Math.floor(epochMs / DAY_MS));
  }

  /** `YYYY-MM-DD`; undefined when the text is not a date. */
  static parseIso(text: string): ApexDate | undefined {
    const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
    if (match === null) {
      return undefined;
    }
    const date = ApexDate.of(Number(match[1]), Number(match[2]), Number(match[3]));
    return date.toIso() === text ? date : undefined;
  }

  get startMs(): number {
    return this.epochDay * DAY_MS;
  }

  get year(): number {
    return new Date(this.startMs).getUTCFullYear();
  }

  /** From 1. */
  get month(): number {
    return new Date(this.startMs).getUTCMonth() + 1;
  }

  get day(): number {
    return new Date(this.startMs).getUTCDate();
  }

  /** `YYYY-MM-DD` */
  toIso(): string {
    return new Date(this.startMs).toISOString().slice(0, 10);
  }
}

/** An instant with millisecond precision. */
export class ApexDatetime implements ApexObject {
  readonly apexType = 'Datetime';
  /** Milliseconds since the epoch, UTC. */
  readonly epochMs: number;

  constructor(epochMs: number) {
    this.epochMs = epochMs;
  }

  /** `YYYY-MM-DDTHH:mm:ss.SSSZ` */
  toIso(): string {
    return new Date(this.epochMs).toISOString();
  }
}

/** A time of day without zone. */
export class ApexTime implements ApexObject {
  readonly apexType = 'Time';
  /** Milliseconds since midnight, 0 to 86,399,999. */
  readonly msOfDay: number;

  constructor(msOfDay: number) {
    this.msOfDay = ((msOfDay % DAY_MS) + DAY_MS) % DAY_MS;
  }

  /** `HH:mm:ss.SSSZ` */
  toIso(): string {
    return new Date(this.msOfDay).toISOString().slice(11);
  }
}

/** Milliseconds since the epoch of a UTC day; the month counts from 1 and may be out of range. */
export function utcMs(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}
