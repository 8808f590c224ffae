import type { World } from '../world.ts';
import { eventKey } from './expected-rows.ts';
import { ourRecords } from './our-records.ts';
import { ledgerIdOf, occurrencesOf } from './sender-book.ts';

/** After a snapshot of every calendar, no Event that is still to come is in the org that is in no user's calendar. */
export function calendarFaults(world: World): readonly string[] {
  const { calendar, tidied } = world.activities;
  const nowMs = world.org.clock.now();
  const events = [...calendar.values()].filter((event) => event['status'] === 'confirmed');
  const dates = events.flatMap((event) =>
    event['recurrence'] === undefined ? [event] : occurrencesOf(event),
  );
  const due = new Set(
    dates.flatMap((event) =>
      (event['users'] as readonly string[]).map((user) => eventKey(ledgerIdOf(event), user)),
    ),
  );
  return ourRecords(world.org).flatMap(({ object, id, key, deleted, start }) => {
    const isKnown = object !== 'Event' || key === '' || deleted || tidied.has(id);
    if (isKnown || Date.parse(start) < nowMs || due.has(key)) return [];
    return [`${key} (${id}) is in the org, and in nobody's calendar`];
  });
}
