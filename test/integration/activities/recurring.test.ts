import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recheckActivities } from '#usecases/recheck-activities.ts';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';
import { skipTo } from '../../support/org-receiver.ts';

const DAY_MS = 24 * 60 * 60_000;

let path: ActivityPath;
let user: string;
let count = 0;
beforeAll(async () => {
  path = await startActivityPath();
  const [admin] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(admin?.['Email']);
  await path.create('Contact', { LastName: 'Lovelace', Email: 'ada@acme.example' });
  await path.mirrorAll();
});
afterAll(() => path.close());

/** At nine in Berlin, so many days from now. */
function nextDay(days: number): string {
  const date = new Date(path.practice.org.clock.now() + days * DAY_MS);
  return date.toISOString().slice(0, 10);
}

function series(rule: string, more: object = {}) {
  count += 1;
  const first = nextDay(2);
  return {
    id: `s-${count}`,
    eventId: `series-${count}`,
    kind: 'calendar.event',
    version: 1,
    at: new Date(path.practice.org.clock.now()).toISOString(),
    user,
    title: `Series ${count}`,
    organizer: user,
    attendees: ['ada@acme.example'],
    users: [user],
    when: { allDay: false, start: `${first}T09:00:00+01:00`, end: `${first}T09:30:00+01:00` },
    status: 'confirmed',
    recurrence: { rule, timeZone: 'Europe/Berlin' },
    ...more,
  };
}

const eventsOf = async ({ title }: { title: string }) => {
  const soql = `SELECT Subject, StartDateTime, DurationInMinutes FROM Event WHERE Subject = '${title}' ORDER BY StartDateTime`;
  return (await path.soql(soql)).map((row) => String(row['StartDateTime']).slice(0, 16));
};
const listed = async (state: string, senderId: string) => {
  const { body } = await path.call('GET', `/activities?state=${state}&limit=200`);
  return body.activities.filter((one: { senderId: string }) => one.senderId === senderId);
};

describe('A56: recurring events', () => {
  it('every occurrence of the next sixty days is an Event; the window moves on', async () => {
    const weekly = series('FREQ=WEEKLY');
    await path.log(weekly);
    const first = await eventsOf(weekly);
    expect(first).toHaveLength(9);
    expect(first[0]).toBe(`${nextDay(2)}T08:00`);
    expect(await listed('series', weekly.id)).toHaveLength(1);
    await skipTo(path.practice, path.practice.org.clock.now() + 14 * DAY_MS);
    await recheckActivities(path.ports, path.orgId);
    await path.write();
    const later = await eventsOf(weekly);
    expect(later).toHaveLength(11);
    expect(later.slice(0, 9)).toEqual(first);
  });

  it('a change of the series changes, adds and cancels its occurrences', async () => {
    const daily = series('FREQ=DAILY;COUNT=6');
    await path.log(daily);
    const before = await eventsOf(daily);
    expect(before).toHaveLength(6);
    const changed = {
      ...daily,
      version: 2,
      recurrence: { rule: 'FREQ=DAILY;INTERVAL=2;COUNT=4', timeZone: 'UTC' },
    };
    await path.log(changed);
    const after = await eventsOf(daily);
    expect(after).toHaveLength(4);
    expect(after.slice(0, 3)).toEqual([before[0], before[2], before[4]]);
    await path.log({ ...changed, version: 3, status: 'cancelled' });
    expect(await eventsOf(daily)).toEqual([]);
  });

  it('an occurrence that is told of itself stands, until the series is cancelled', async () => {
    const daily = series('FREQ=DAILY;COUNT=3');
    await path.log(daily);
    const [, second] = await eventsOf(daily);
    const occurrence = `${second}:00.000Z`;
    const { recurrence: _, ...single } = daily;
    const moved = `${nextDay(20)}T15:00`;
    const when = { allDay: false, start: `${moved}:00Z`, end: `${nextDay(20)}T16:00:00Z` };
    await path.log({ ...single, id: `${daily.id}-2`, occurrence, when });
    expect(await eventsOf(daily)).toContain(moved);
    await path.log({ ...daily, version: 2, title: daily.title, location: 'Room 2' });
    expect(await eventsOf(daily)).toContain(moved);
    expect(await eventsOf(daily)).toHaveLength(3);
    await path.log({ ...daily, version: 3, status: 'cancelled' });
    expect(await eventsOf(daily)).toEqual([]);
  });

  it('a snapshot that holds the series keeps its occurrences', async () => {
    const daily = series('FREQ=DAILY;COUNT=4', {});
    await path.log(daily);
    const snapshot = { user, from: `${nextDay(0)}T00:00:00Z`, to: `${nextDay(30)}T00:00:00Z` };
    const post = async (events: readonly object[]) => {
      const { status } = await path.call('POST', '/calendar-snapshots', { ...snapshot, events });
      expect(status).toBe(202);
      await path.write();
    };
    await post([daily]);
    expect(await eventsOf(daily)).toHaveLength(4);
    await post([]);
    expect(await eventsOf(daily)).toEqual([]);
  });

  it.each([
    [{ rule: 'FREQ=HOURLY', timeZone: 'UTC' }, '/recurrence/rule'],
    [{ rule: 'every monday', timeZone: 'UTC' }, '/recurrence/rule'],
    [{ rule: 'FREQ=DAILY', timeZone: 'Europe/Atlantis' }, '/recurrence/timeZone'],
  ])('%j is refused by its member', async (recurrence, pointer) => {
    const { body } = await path.call('POST', '/activities', {
      activities: [{ ...series('FREQ=DAILY'), recurrence }],
    });
    expect(body.results[0].fault.pointer).toBe(pointer);
  });
});
