import * as z from 'zod/mini';
import { recurrenceSchema } from './recurrence.ts';

const MAX_USERS = 50;
/** Salesforce takes events of at most 14 days. */
const MAX_LENGTH_MS = 14 * 24 * 60 * 60_000;

const when = z.discriminatedUnion('allDay', [
  z.strictObject({
    allDay: z.literal(false),
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }),
  }),
  z.strictObject({
    allDay: z.literal(true),
    firstDay: z.iso.date(),
    lastDay: z.iso.date().check(z.describe('The last day itself, not the one after it')),
  }),
]);

export type When = z.output<typeof when>;

/** What a calendar event has besides what every activity has. */
export function calendarEventShape(parts: {
  readonly address: z.ZodMiniType<string, string>;
  readonly addresses: z.ZodMiniType<string[], string[]>;
  readonly line: (about: string) => z.ZodMiniString;
}) {
  const { address, addresses, line } = parts;
  return {
    eventId: line('The same in every calendar, such as iCalUID').check(z.maxLength(300)),
    occurrence: z.optional(
      line(
        'Of a recurring event: what tells its occurrences apart, such as their first start',
      ).check(z.maxLength(100)),
    ),
    title: z.string().check(z.maxLength(2_000)),
    organizer: address,
    attendees: addresses,
    users: z
      .array(address)
      .check(
        z.minLength(1),
        z.maxLength(MAX_USERS),
        z.describe('Mixmax users who attend: each gets an Event; who declined is not listed'),
      ),
    when,
    location: z.optional(z.string().check(z.maxLength(2_000))),
    status: z.enum(['confirmed', 'cancelled']),
    recurrence: z.optional(
      recurrenceSchema.check(z.describe('Of a recurring event told as a whole')),
    ),
    private: z._default(z.boolean(), false),
  };
}

/** What a schema cannot say of times; undefined = nothing is wrong. */
export function faultOfTimes(times: When): { pointer: string; reason: string } | undefined {
  const [fromMs, toMs] = bounds(times);
  const pointer = times.allDay ? '/when/lastDay' : '/when/end';
  if (toMs < fromMs) return { pointer, reason: 'is before the beginning' };
  if (toMs - fromMs > MAX_LENGTH_MS) {
    return {
      pointer,
      reason: 'is over 14 days after the beginning; Salesforce takes no longer events',
    };
  }
  return undefined;
}

/** Beginning and end, ms; of all-day events midnights UTC, as Salesforce keeps them, and the end after the last day. */
export function bounds(times: When): readonly [fromMs: number, toMs: number] {
  if (!times.allDay) return [Date.parse(times.start), Date.parse(times.end)];
  const dayMs = 24 * 60 * 60_000;
  return [Date.parse(times.firstDay), Date.parse(times.lastDay) + dayMs];
}
