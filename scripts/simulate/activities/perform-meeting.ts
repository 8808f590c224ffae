import type { Random } from '../../../local/seeded-random.ts';
import { pickOne, pickSome } from '../records.ts';
import type { World } from '../world.ts';
import type { ActivityAction } from './activity-actions.ts';
import { OCCURRENCES } from './sender-book.ts';
import { tell } from './tell.ts';
import { markOf, type Surroundings, type Told } from './told.ts';

type MeetingAction = Extract<
  ActivityAction,
  { do: 'meet' | 'meet-change' | 'meet-cancel' | 'snapshot' }
>;

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** What happens in users' calendars, and what of it the receiver is told. */
export async function performMeeting(
  world: World,
  action: MeetingAction,
  around: Surroundings,
  random: Random,
): Promise<void> {
  const { calendar } = world.activities;
  const confirmed = [...calendar.values()].filter((event) => event['status'] === 'confirmed');
  switch (action.do) {
    case 'meet': {
      const event = newEvent(world.activities.book.nextNumber(), action.recurring, around, random);
      world.reached(action.recurring ? 'kind-calendar-series' : 'kind-calendar-event');
      return put(world, event, false);
    }
    case 'meet-change': {
      const event = pickOne(confirmed, action.pick);
      if (event === undefined) return;
      world.reached('kind-calendar-change');
      return put(world, changed(event, around, random), action.untold);
    }
    case 'meet-cancel': {
      const event = pickOne(confirmed, action.pick);
      if (event === undefined) return;
      world.reached('kind-calendar-cancel');
      return put(world, cancelled(event), action.untold);
    }
    case 'snapshot': {
      const user = pickOne(around.users, action.pick);
      if (user !== undefined) world.background('a snapshot', tellCalendar(world, user));
      return;
    }
    default:
      action satisfies never;
  }
}

/** The calendar holds it from now on; the receiver is told unless that is lost. */
function put(world: World, event: Told, untold: boolean): void {
  world.activities.calendar.set(String(event['eventId']), event);
  if (untold) world.reached('calendar-untold');
  else tell(world, [event]);
}

function newEvent(number: number, recurring: boolean, around: Surroundings, random: Random): Told {
  const users = pickSome(around.users, random.next(), 1 + random.integer(2));
  const [user = ''] = users;
  const startMs = around.atMs - (around.atMs % HOUR_MS) + (1 + random.integer(20)) * DAY_MS;
  const guests = Array.from({ length: 1 + random.integer(2) }, around.address);
  return {
    id: `c-${number}`,
    kind: 'calendar.event',
    version: 1,
    at: new Date(around.atMs).toISOString(),
    user,
    eventId: `event-${number}`,
    title: `Talk ${markOf(number, 1)}`,
    organizer: random.next() < 0.7 ? user : (guests[0] ?? user),
    attendees: [...users, ...guests],
    users,
    when: timed(startMs),
    status: 'confirmed',
    ...(recurring && {
      recurrence: { rule: `FREQ=WEEKLY;COUNT=${OCCURRENCES}`, timeZone: 'UTC', except: [] },
    }),
    ...(!recurring && random.next() < 0.3 && { booked: { from: 'calendar-page' } }),
  };
}

function timed(startMs: number): object {
  const [start, end] = [startMs, startMs + HOUR_MS].map((ms) => new Date(ms).toISOString());
  return { allDay: false, start, end };
}

function startOf(event: Told): number {
  return Date.parse((event['when'] as { readonly start: string }).start);
}

/** Another time, another title, and now and then other people. */
function changed(event: Told, around: Surroundings, random: Random): Told {
  const users = random.next() < 0.3 ? pickSome(around.users, random.next(), 2) : event['users'];
  const guests = random.next() < 0.3 ? { attendees: [around.address()] } : {};
  const when = timed(startOf(event) + (1 + random.integer(3)) * HOUR_MS);
  return { ...nextVersion(event), ...guests, users, when };
}

function cancelled(event: Told): Told {
  return { ...nextVersion(event), status: 'cancelled' };
}

function nextVersion(event: Told): Told {
  const version = event.version + 1;
  const title = String(event['title']).replace(/v\d+#/, `v${version}#`);
  return { ...event, version, title };
}

/**
 * Tells all that a user's calendar holds, as it is when the receiver is ready to hear it.
 * @returns whether it was taken
 */
export async function tellCalendar(world: World, user: string): Promise<boolean> {
  const { book, calendar } = world.activities;
  const nowMs = world.org.clock.now();
  const events = [...calendar.values()].filter(
    (event) => event['status'] === 'confirmed' && (event['users'] as string[]).includes(user),
  );
  const body = {
    user,
    from: new Date(nowMs - DAY_MS).toISOString(),
    to: new Date(nowMs + 60 * DAY_MS).toISOString(),
    events,
  };
  const entries = events.map((told) => book.add(told));
  for (const entry of entries) entry.fate = 'lost';
  const answer = await world.api.ofOrg('POST', '/calendar-snapshots', body).catch(() => undefined);
  const isTaken = answer?.status === 202;
  world.reached(isTaken ? 'snapshot-taken' : 'snapshot-not-taken');
  if (isTaken) for (const entry of entries) entry.fate = 'taken';
  return isTaken;
}
