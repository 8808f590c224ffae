import { createHash } from 'node:crypto';
import type { Told } from './told.ts';

/** `lost`: it was told, and whether it was taken nobody knows. */
type Fate = 'untold' | 'lost' | 'taken' | 'refused';

/** One version of an activity, as its sender keeps it. */
export interface Entry {
  readonly told: Told;
  fate: Fate;
}

/** What senders have told, and what they were answered: what must be in the org is worked out from this. */
export class SenderBook {
  readonly #entries: Entry[] = [];
  #numbers = 0;

  /** Of a new activity. */
  nextNumber(): number {
    this.#numbers += 1;
    return this.#numbers;
  }

  add(told: Told): Entry {
    const entry: Entry = { told, fate: 'untold' };
    this.#entries.push(entry);
    return entry;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** The last version of each activity that ever was told. */
  latest(): readonly Told[] {
    const byId = new Map(this.#entries.map(({ told }) => [told.id, told]));
    return [...byId.values()];
  }

  /** Versions that the receiver has taken, by the id under which it keeps the activity. */
  taken(): ReadonlyMap<string, readonly Told[]> {
    return this.#byLedgerId(({ fate }) => fate === 'taken');
  }

  /** Versions that it may have taken. */
  possible(): ReadonlyMap<string, readonly Told[]> {
    return this.#byLedgerId(({ fate }) => fate !== 'untold');
  }

  #byLedgerId(wanted: (entry: Entry) => boolean): ReadonlyMap<string, readonly Told[]> {
    const told = this.#entries
      .filter(wanted)
      .flatMap((entry) => [entry.told, ...bookingOf(entry.told), ...occurrencesOf(entry.told)]);
    return Map.groupBy(told, ledgerIdOf);
  }
}

/** A calendar event that was booked with Mixmax is told by a Task as well. */
function bookingOf(event: Told): readonly Told[] {
  const { id, at, user, booked, title, attendees } = event;
  if (event.kind !== 'calendar.event' || booked === undefined) return [];
  const kind = event['status'] === 'cancelled' ? 'meeting.canceled' : 'meeting.confirmed';
  return [
    { id, kind, version: 1, at, user, meetingId: event['eventId'], title, attendees, booked },
  ];
}

const WEEK_MS = 7 * 24 * 60 * 60_000;
/** So often a recurring event of a history takes place. */
export const OCCURRENCES = 3;

/** A recurring event by the weeks in which it takes place; none of any other. */
export function occurrencesOf({ recurrence, ...single }: Told): readonly Told[] {
  if (recurrence === undefined) return [];
  return Array.from({ length: OCCURRENCES }, (_, week) => {
    const shifted = (time: string) => new Date(Date.parse(time) + week * WEEK_MS).toISOString();
    const { start, end } = single['when'] as { readonly start: string; readonly end: string };
    const when = { allDay: false, start: shifted(start), end: shifted(end) };
    return { ...single, occurrence: when.start, when } as Told;
  });
}

/** As the documentation of `Mixmax_Activity_Id__c` says: the sender's id, or of the meeting, action and user. */
export function ledgerIdOf(told: Told): string {
  const { kind, id, user } = told;
  if (kind.startsWith('meeting.')) {
    return `mt:${digest(JSON.stringify([kind, told['meetingId'], user.toLowerCase()]))}`;
  }
  if (kind !== 'calendar.event') return id;
  return `ev:${digest(JSON.stringify([told['eventId'], told['occurrence'] ?? null]))}`;
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
