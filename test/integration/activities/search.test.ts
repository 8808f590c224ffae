import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';

const ADA = 'ada@acme.example';
const BOB = 'bob@acme.example';
const LONG = `long-${'x'.repeat(90)}`;

let path: ActivityPath;
let user: string;
const ids: Record<string, string> = {};

beforeAll(async () => {
  path = await startActivityPath();
  const [me] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(me?.['Email']);
  ids['acme'] = await path.create('Account', { Name: 'Acme' });
  ids['ada'] = await path.create('Contact', {
    LastName: 'Ada',
    Email: ADA,
    AccountId: ids['acme'],
  });
  ids['bob'] = await path.create('Contact', { LastName: 'Bob', Email: BOB });
  await path.mirrorAll();
  const mail = (id: string, to: string, subject: string, day: number) => ({
    id,
    kind: 'email.sent',
    at: `2026-11-${day}T09:30:00Z`,
    user,
    to: [to],
    subject,
  });
  await path.log(
    mail('one', ADA, 'The offer', 16),
    mail('two', 'bob+sale@acme.example', 'Another OFFER', 17),
    mail(LONG, ADA, 'Thanks', 18),
    mail('nobody', 'nobody@acme.example', 'Hello', 19),
    {
      id: 'met',
      kind: 'meeting.confirmed',
      at: '2026-11-20T09:30:00Z',
      user,
      meetingId: 'm',
      title: 'Demo',
      attendees: [BOB],
      booked: { from: 'email' },
    },
    {
      id: 'secret',
      kind: 'calendar.event',
      at: '2026-11-20T10:30:00Z',
      user,
      eventId: 'secret',
      title: 'Demo of something secret',
      organizer: user,
      attendees: [ADA],
      users: [user],
      when: { allDay: false, start: '2026-12-01T10:00:00Z', end: '2026-12-01T11:00:00Z' },
      status: 'confirmed',
      private: true,
    },
  );
  const [task] = await path.soql("SELECT Id FROM Task WHERE Mixmax_Activity_Id__c = 'one/0'");
  ids['task'] = String(task?.['Id']);
});
afterAll(() => path.close());

async function found(query: string): Promise<readonly string[]> {
  const { status, body } = await path.call('GET', `/activities?limit=200&${query}`);
  expect(status, query).toBe(200);
  return body.activities.map(({ senderId }: { senderId: string }) => senderId).sort();
}

describe('GET /activities', () => {
  it.each([
    ['the sender’s id', () => 'id=one', ['one']],
    ['a long one', () => `id=${LONG}`, [LONG]],
    ['the sender’s id of a meeting', () => 'id=met', ['met']],
    ['an address, with its plus-tag or without', () => `person=${BOB}`, ['met', 'two']],
    ['the Task it has become', () => `record=${ids['task']}`, ['one']],
    ['a contact that it names', () => `record=${ids['ada']}`, [LONG, 'one']],
    [
      'what it is related to, by 15 characters',
      () => `record=${ids['acme']?.slice(0, 15)}`,
      [LONG, 'one'],
    ],
    ['a part of the subject', () => 'subject=offer', ['one', 'two']],
    ['the subject as it stands in Salesforce', () => 'subject=Meeting%20Confirmed', ['met']],
    [
      'when it happened',
      () => 'from=2026-11-17T00:00:00Z&to=2026-11-19T00:00:00%2B02:00',
      [LONG, 'two'],
    ],
    ['its state', () => 'state=skipped', ['nobody', 'secret']],
    ['its user, in any case', () => `user=${user.toUpperCase()}&subject=offer`, ['one', 'two']],
    ['all that is named', () => `state=written&person=${ADA}&subject=offer&user=${user}`, ['one']],
    ['all that is named, and none fits', () => `subject=offer&user=${ADA}`, []],
  ])('finds by %s', async (_, query, expected) => {
    expect(await found(query())).toEqual([...expected].sort());
  });

  it('goes on page by page: every activity once', async () => {
    const seen: string[] = [];
    let after = '';
    for (let pages = 0; pages < 20; pages += 1) {
      const { body } = await path.call('GET', `/activities?limit=1${after}`);
      seen.push(...body.activities.map(({ senderId }: { senderId: string }) => senderId));
      if (body.next === undefined) break;
      after = `&after=${encodeURIComponent(body.next)}`;
    }
    expect(seen.sort()).toEqual([LONG, 'met', 'nobody', 'one', 'secret', 'two'].sort());
  });

  it('F18: what somebody keeps private has no subject, and is not found by it', async () => {
    const { body } = await path.call('GET', '/activities?id=secret');
    expect(body.activities).toHaveLength(1);
    expect(JSON.stringify(body)).not.toContain('something secret');
    expect(await found('subject=secret')).toEqual([]);
  });

  it.each([
    ['after=nonsense', '/after'],
    ['after=elsewhere/1/x', '/after'],
    ['record=12', '/record'],
    ['person=nobody', '/person'],
    ['from=yesterday', '/from'],
    ['state=lost', '/state'],
    ['colour=red', ''],
  ])('refuses %s', async (query, pointer) => {
    const { status, body } = await path.call('GET', `/activities?${query}`);
    expect(status).toBe(400);
    if (pointer !== '') expect(body.pointer).toBe(pointer);
  });
});
