import { createHash } from 'node:crypto';
import type { RecordId } from '../ids.ts';
import type { Activity } from './activity.ts';
import { bounds } from './calendar-event.ts';
import type { LedgerEntry, LedgerRow } from './ledger-entry.ts';
import type { Person } from './match-person.ts';
import type { Addressed } from './plan-rows.ts';
import { rowKey } from './row-key.ts';

export type CalendarEvent = Extract<Activity, { kind: 'calendar.event' }>;

/** A56: occurrences of a recurring event are in Salesforce from so long before they begin. */
export const OCCURRENCES_AHEAD_MS = 60 * 24 * 60 * 60_000;

/**
 * The one contact or lead in an Event's Name (A52–A54, U15, U16): an organiser from outside, else the first contact
 * among the attendees, else the first lead.
 *
 * @param addressed attendees in the calendar's order, and the organiser, who may be at any place
 */
export function nameOfEvent(
  { organizer, users }: Pick<CalendarEvent, 'organizer' | 'users'>,
  addressed: readonly (Addressed & { readonly address: string })[],
): Addressed | undefined {
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  const isUser = (address: string) => users.some((user) => same(user, address));
  const known = addressed.filter(({ person, address }) => person !== undefined && !isUser(address));
  const host = known.find(({ address }) => same(address, organizer));
  if (host !== undefined) return host;
  return known.find(({ person }) => person?.object === 'Contact') ?? known[0];
}

/** Recurring events have occurrences for years; those that are far ahead wait. */
export function isAhead({ occurrence, when }: CalendarEvent, nowMs: number): boolean {
  return occurrence !== undefined && bounds(when)[0] > nowMs + OCCURRENCES_AHEAD_MS;
}

/**
 * One Event for every attending user (A50, A51). An Event of somebody who does not attend any more, and those of a
 * cancelled meeting, are to be removed if the meeting is still to come; what has begun stays as it was.
 *
 * @param userIdOf the active Salesforce user of a Mixmax user
 */
export function planEvents(
  entry: Pick<LedgerEntry, 'id' | 'version' | 'rows'>,
  event: CalendarEvent,
  name: Addressed | undefined,
  relatedTo: (person: Person, userId: RecordId) => RecordId | null,
  userIdOf: (user: string) => RecordId | undefined,
  nowMs: number,
): readonly LedgerRow[] {
  const upcoming = bounds(event.when)[0] > nowMs;
  const logged = event.status === 'confirmed' && name?.person !== undefined;
  const rows = event.users.flatMap((user) => {
    const userId = userIdOf(user);
    if (userId === undefined) return [];
    if (!logged || name?.person === undefined) return removal(entry, user, userId);
    return eventRow(entry, user, userId, name.place, name.person, relatedTo(name.person, userId));
  });
  const distinct = [...new Map(rows.map((row) => [row.key, row])).values()];
  const keys = new Set(distinct.map(({ key }) => key));
  const left = entry.rows
    .filter(({ key }) => !keys.has(key))
    .map((row) => ({ ...row, remove: true as const }));
  return [...distinct, ...left].flatMap((row) =>
    row.remove && !upcoming ? kept(entry, row) : row,
  );
}

/** Also where no Event is known: an earlier try may have left one. */
function removal(
  { id, version }: Pick<LedgerEntry, 'id' | 'version'>,
  user: string,
  ownerId: RecordId,
): LedgerRow {
  const key = rowKey(id, digest(user.toLowerCase()));
  const nobody = { whoIds: [], whatId: null, whoName: '', place: 0 };
  return { key, object: 'Event', ownerId, version, ...nobody, remove: true };
}

/** What has begun stays in the calendar as it was written. */
function kept({ rows }: Pick<LedgerEntry, 'rows'>, { key }: LedgerRow): readonly LedgerRow[] {
  return rows.filter((row) => row.key === key);
}

function eventRow(
  { id, version }: Pick<LedgerEntry, 'id' | 'version'>,
  user: string,
  ownerId: RecordId,
  place: number,
  person: Person,
  whatId: RecordId | null,
): LedgerRow {
  const { chosenBy, candidates } = person;
  return {
    key: rowKey(id, digest(user.toLowerCase())),
    object: 'Event',
    place,
    ownerId,
    version,
    whoIds: [person.id],
    whatId: person.object === 'Contact' ? whatId : null,
    whoName: person.name,
    chosenBy,
    candidates,
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}
