import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recheckActivities } from '#usecases/recheck-activities.ts';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';
import { userFields } from '../../support/org/user-fields.ts';

const DAY_MS = 24 * 60 * 60_000;
const OTTO = 'otto@practice.example';

let path: ActivityPath;
let me: { readonly id: string; readonly email: string };
let otto: string;
const ids: Record<string, string> = {};
let count = 0;

beforeAll(async () => {
  path = await startActivityPath();
  const [user] = await path.soql('SELECT Id, Email FROM User WHERE IsActive = true LIMIT 1');
  me = { id: String(user?.['Id']), email: String(user?.['Email']) };
  const [profile] = await path.soql("SELECT Id FROM Profile WHERE Name = 'System Administrator'");
  otto = await path.create(
    'User',
    userFields({
      username: OTTO,
      alias: 'otto',
      profileId: profile?.['Id'],
      timeZone: 'Asia/Tokyo',
    }),
  );
  ids['acme'] = await path.create('Account', { Name: 'Acme' });
  for (const name of ['ada', 'bob', 'buyer']) {
    const Email = `${name}@acme.example`;
    ids[name] = await path.create('Contact', { LastName: name, Email, AccountId: ids['acme'] });
  }
  const lead = { LastName: 'lead', Company: 'C', Email: 'lead@acme.example' };
  ids['lead'] = await path.create('Lead', lead);
  ids['deal'] = await path.create('Opportunity', {
    Name: 'Deal',
    AccountId: ids['acme'],
    StageName: 'Prospecting',
    CloseDate: '2099-01-31',
  });
  const role = { OpportunityId: ids['deal'], ContactId: ids['buyer'], IsPrimary: true };
  await path.create('OpportunityContactRole', role);
  await path.mirrorAll();
});
afterEach(() => path.practice.org.faults.clearAll());
afterAll(() => path.close());

/** So many days from now, at nine, UTC. */
function day(days: number, hour = 9): string {
  const date = new Date(path.practice.org.clock.now() + days * DAY_MS).toISOString();
  return `${date.slice(0, 10)}T${String(hour).padStart(2, '0')}:00:00Z`;
}

function event(more: object = {}) {
  count += 1;
  return {
    id: `e-${count}`,
    kind: 'calendar.event',
    version: 1,
    at: day(0),
    user: me.email,
    eventId: `uid-${count}@calendar.example`,
    title: `Renewal discussion ${count}`,
    organizer: me.email,
    attendees: [me.email, 'ada@acme.example'],
    users: [me.email],
    when: { allDay: false, start: day(7), end: day(7, 10) },
    status: 'confirmed',
    ...more,
  };
}

type Event = ReturnType<typeof event>;

const FIELDS =
  'Id, Subject, OwnerId, WhoId, WhatId, Type, StartDateTime, EndDateTime, IsAllDayEvent, Location';
const eventsOf = ({ title }: Event) =>
  path.soql(`SELECT ${FIELDS} FROM Event WHERE Subject = '${title}' ORDER BY OwnerId`);
const tasksOf = async ({ title }: Event) =>
  (await path.soql(`SELECT Subject FROM Task WHERE Subject LIKE '%: ${title}'`)).map(
    (task) => task['Subject'],
  );
const list = async (state: string) =>
  (await path.call('GET', `/activities?state=${state}&limit=200`)).body.activities;

describe('a calendar event', () => {
  it('A40–A42, A46, A48, A72: is an Event of the user, on the contact and its account', async () => {
    const one = event({ location: 'Room 1', text: 'Agenda' });
    await path.log(one);
    expect(await eventsOf(one)).toEqual([
      expect.objectContaining({
        Subject: one.title,
        OwnerId: me.id,
        WhoId: ids['ada'],
        WhatId: ids['acme'],
        Type: 'Meeting',
        StartDateTime: `${day(7).slice(0, 19)}.000+0000`,
        EndDateTime: `${day(7, 10).slice(0, 19)}.000+0000`,
        IsAllDayEvent: false,
        Location: 'Room 1',
      }),
    ]);
  });

  it('A43: no Task unless it was booked with Mixmax; A44, A45: then one for each action', async () => {
    const plain = event();
    await path.log(plain);
    expect(await tasksOf(plain)).toEqual([]);
    const booked = event({ booked: { from: 'calendar-page' } });
    await path.log(booked);
    expect(await tasksOf(booked)).toEqual([`Meeting confirmed: ${booked.title}`]);
    await path.log({ ...booked, version: 2, status: 'cancelled' });
    expect((await tasksOf(booked)).sort()).toEqual([
      `Meeting canceled: ${booked.title}`,
      `Meeting confirmed: ${booked.title}`,
    ]);
  });

  it('A47: is related to the opportunity whose primary contact attends', async () => {
    const one = event({ attendees: ['buyer@acme.example'] });
    await path.log(one);
    expect(await eventsOf(one)).toMatchObject([{ WhoId: ids['buyer'], WhatId: ids['deal'] }]);
  });

  it('A50, A51: one Event for each attending user', async () => {
    const one = event({ users: [me.email, OTTO] });
    await path.log(one);
    const owners = (await eventsOf(one)).map((row) => row['OwnerId']);
    expect(owners.sort()).toEqual([me.id, otto].sort());
  });

  it.each([
    ['A52, A54 the first contact among the attendees', '', ['lead', 'bob', 'ada'], 'bob'],
    ['A49, A53 an organiser from outside', 'ada', ['lead', 'bob', 'ada'], 'ada'],
    ['A53 an organiser from outside who is a lead', 'lead', ['bob', 'lead'], 'lead'],
    ['U15 the first lead where there is no contact', '', ['nobody', 'lead'], 'lead'],
    ['U16 the first contact where the organiser is unknown', 'stranger', ['lead', 'bob'], 'bob'],
  ])('Name: %s', async (_, organizer, attendees, name) => {
    const address = (one: string) => `${one}@acme.example`;
    const one = event({
      organizer: organizer === '' ? me.email : address(organizer),
      attendees: attendees.map(address),
    });
    await path.log(one);
    expect((await eventsOf(one)).map((row) => row['WhoId'])).toEqual([ids[name]]);
  });

  it('A40: of people who are not in Salesforce is not logged, private ones neither', async () => {
    await path.log(
      event({ attendees: [me.email, 'nobody@acme.example'] }),
      event({ private: true }),
    );
    const skipped = await list('skipped');
    expect(skipped.map((entry: { skipped: object[] }) => entry.skipped)).toEqual(
      expect.arrayContaining([
        [{ person: 'nobody@acme.example', reason: 'no-record' }],
        [expect.objectContaining({ reason: 'private' })],
      ]),
    );
  });

  it('A50: a user without a Salesforce user gets none, which is told; the others do', async () => {
    const one = event({ users: [me.email, 'new@practice.example'] });
    await path.log(one);
    expect(await eventsOf(one)).toHaveLength(1);
    const [entry] = (await list('written')).filter(
      ({ senderId }: { senderId: string }) => senderId === one.id,
    );
    expect(entry.skipped).toEqual([{ person: 'new@practice.example', reason: 'no-user' }]);
  });

  it('A55: changes of time, title, attendees and users are made in place', async () => {
    const one = event({ users: [me.email, OTTO] });
    await path.log(one);
    const before = await eventsOf(one);
    const next = {
      ...one,
      version: 2,
      title: `${one.title} moved`,
      attendees: ['bob@acme.example'],
      users: [me.email],
      when: { allDay: false, start: day(8, 14), end: day(8, 16) },
    };
    await path.log(next);
    expect(await eventsOf(one)).toEqual([]);
    expect(await eventsOf(next)).toEqual([
      expect.objectContaining({
        Id: before.find((row) => row['OwnerId'] === me.id)?.['Id'],
        WhoId: ids['bob'],
        StartDateTime: `${day(8, 14).slice(0, 19)}.000+0000`,
        EndDateTime: `${day(8, 16).slice(0, 19)}.000+0000`,
      }),
    ]);
    await path.log({ ...next, version: 3, users: [me.email, OTTO] });
    expect(await eventsOf(next)).toHaveLength(2);
  });

  it('a cancelled one is taken out of the calendar if it is still to come, and stays if it was', async () => {
    const [coming, over] = [
      event(),
      event({ when: { allDay: false, start: day(-7), end: day(-7, 10) } }),
    ];
    await path.log(coming, over);
    await path.log(
      { ...coming, version: 2, status: 'cancelled' },
      { ...over, version: 2, status: 'cancelled' },
    );
    expect(await eventsOf(coming)).toEqual([]);
    expect(await eventsOf(over)).toHaveLength(1);
    await path.log({ ...coming, version: 3 });
    expect(await eventsOf(coming)).toHaveLength(1);
  });

  it('cancelled after somebody deleted it in Salesforce: nothing is left to do', async () => {
    const one = event();
    await path.log(one);
    const [row] = await eventsOf(one);
    await path.practice.fetch('DELETE', `/services/data/v66.0/sobjects/Event/${row?.['Id']}`);
    await path.log({ ...one, version: 2, status: 'cancelled' });
    expect((await list('failed')).map((entry: { senderId: string }) => entry.senderId)).toEqual([]);
  });

  it('of a whole day, of several, and changed into one of an hour', async () => {
    const days = (first: number, last: number) => ({
      allDay: true,
      firstDay: day(first).slice(0, 10),
      lastDay: day(last).slice(0, 10),
    });
    const [one, three] = [event({ when: days(5, 5) }), event({ when: days(5, 7) })];
    await path.log(one, three);
    const length = async (which: Event) => {
      const [row] = await path.soql(
        `SELECT IsAllDayEvent, ActivityDate, DurationInMinutes FROM Event WHERE Subject = '${which.title}'`,
      );
      return [row?.['IsAllDayEvent'], row?.['ActivityDate'], row?.['DurationInMinutes']];
    };
    expect(await length(one)).toEqual([true, day(5).slice(0, 10), 1_440]);
    expect(await length(three)).toEqual([true, day(5).slice(0, 10), 4_320]);
    const when = { allDay: false, start: day(5), end: day(5, 10) };
    await path.log({ ...one, version: 2, when });
    expect(await length(one)).toEqual([false, day(5).slice(0, 10), 60]);
  });

  it('A56: occurrences are Events of their own, those far ahead when they come nearer', async () => {
    const at = (days: number) => ({
      occurrence: day(days),
      when: { allDay: false, start: day(days), end: day(days, 10) },
    });
    const first = event(at(3));
    const { eventId, title } = first;
    await path.log(
      first,
      event({ ...at(10), eventId, title }),
      event({ ...at(75), eventId, title }),
    );
    expect(await eventsOf(first)).toHaveLength(2);
    expect(await list('ahead')).toHaveLength(1);
    expect(await recheckActivities(path.ports, path.orgId)).toBe(0);
    await path.practice.org.clock.advance(20 * DAY_MS);
    expect(await recheckActivities(path.ports, path.orgId)).toBe(1);
    await path.write();
    expect(await eventsOf(first)).toHaveLength(3);
  });

  it('is written once however often it is told, by whichever calendar, and if answers are lost', async () => {
    const one = event({ users: [me.email, OTTO] });
    await path.post(one, { ...one, id: 'told-by-otto', user: OTTO });
    path.practice.org.faults.arm({
      kind: 'answer-lost',
      object: 'Event',
      method: 'POST',
      times: 2,
    });
    await path.write();
    expect(await eventsOf(one)).toHaveLength(2);
  });

  it.each([
    [
      'an end before the beginning',
      { allDay: false, start: '2026-11-20T10:00:00Z', end: '2026-11-20T09:00:00Z' },
      '/when/end',
    ],
    [
      'over 14 days',
      { allDay: true, firstDay: '2026-11-01', lastDay: '2026-11-15' },
      '/when/lastDay',
    ],
    [
      'an impossible time zone',
      { allDay: false, start: '2026-11-20T10:00:00+25:00', end: '2026-11-20T11:00:00Z' },
      '/when/start',
    ],
    [
      'a day that never was',
      { allDay: true, firstDay: '2026-02-30', lastDay: '2026-03-01' },
      '/when/firstDay',
    ],
  ])('is refused with %s', async (_, when, pointer) => {
    const { body } = await path.call('POST', '/activities', { activities: [event({ when })] });
    expect(body.results).toMatchObject([{ outcome: 'refused', fault: { pointer } }]);
  });
});
