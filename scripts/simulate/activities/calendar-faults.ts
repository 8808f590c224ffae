import type { World } from '../world.ts';
import { expectedRows } from './expected-rows.ts';
import { ourRecords } from './our-records.ts';
import { startOf } from './perform-meeting.ts';
import { ledgerIdOf } from './sender-book.ts';
import type { Told } from './told.ts';
import { WorldHistory } from './world-history.ts';

const WEEK_MS = 7 * 24 * 60 * 60_000;

/** After a snapshot of every calendar, what is still to come stands in the org as it stands in the calendars. */
export function calendarFaults(world: World): readonly string[] {
  const { calendar, journal, rows, tidied } = world.activities;
  const place = journal.place();
  const history = new WorldHistory(journal, rows.deals);
  const userIdOf = (address: string) => history.userAt(place, address);
  const records = ourRecords(world.org).filter(
    ({ object, id }) => object === 'Event' && !tidied.has(id),
  );
  const live = new Set(records.filter(({ deleted }) => !deleted).map(({ key }) => key));
  return [...calendar.values()].flatMap(occurrencesOf).flatMap((event) => {
    if (startOf(event) < world.org.clock.now()) return [];
    const me = { address: event.user, id: userIdOf(event.user) ?? '' };
    const [state] = history.between(place, place, me);
    const due = state === undefined ? [] : expectedRows(event, state, userIdOf);
    const ours = [...live].filter((key) => key.startsWith(`${ledgerIdOf(event)}/`));
    const surplus = ours.filter((key) => due.every((row) => row.key !== key));
    return surplus.map((key) => `${key} is in the org, and not in the calendar`);
  });
}

/** A recurring event by the dates at which it takes place. */
function occurrencesOf(event: Told): readonly Told[] {
  const { recurrence, ...single } = event;
  if (recurrence === undefined) return [event];
  return [0, 1, 2].map((week) => {
    const startMs = startOf(event) + week * WEEK_MS;
    const occurrence = new Date(startMs).toISOString();
    return { ...single, occurrence, when: { allDay: false, start: occurrence } } as Told;
  });
}
