import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';

const ADA = 'ada@acme.example';
const AT = '2026-11-20T09:30:15Z';
const sequence = { name: 'Trial', stage: 2 };
const mail = { subject: 'Hello' };
const meeting = (from: string) => ({
  meetingId: `meeting ${from}`,
  title: 'Demo',
  attendees: [ADA],
  booked: from === 'sequence' ? { from, sequence, subject: 'Hello' } : { from },
});
const task = { person: ADA, done: false, subject: 'Send the offer' };
const call = (detail: object) => ({ person: ADA, detail });
const number = { phoneNumber: '+14155550100', phoneField: 'Mobile' };

/** Behaviour, kind, what the sender tells, and the subject that reports filter on. */
const TABLE: readonly (readonly [string, string, object, string])[] = [
  ['A4', 'email.sent', { ...mail, to: [ADA] }, 'Sent (New): Hello'],
  ['A5', 'email.opened', { ...mail, by: ADA }, 'Opened: Hello'],
  [
    'A6',
    'email.clicked',
    { ...mail, by: ADA, url: 'https://x.example/a' },
    'Clicked: https://x.example/a',
  ],
  ['A7', 'email.downloaded', { ...mail, by: ADA, fileName: 'Offer.pdf' }, 'Downloaded: Offer.pdf'],
  ['A8', 'email.replied', { ...mail, from: ADA }, 'Replied: Hello'],
  ['A9', 'email.reply-sent', { ...mail, to: [ADA] }, 'Sent (Reply): Hello'],
  ['A10', 'email.received', { ...mail, from: ADA }, 'Received: Hello'],
  ['A11', 'meeting.confirmed', meeting('email'), 'Meeting Confirmed: Demo'],
  ['A12', 'meeting.canceled', meeting('email'), 'Meeting canceled: Demo'],
  ['A13', 'email.bounced', { ...mail, recipient: ADA }, 'Bounced: Hello'],
  ['A16', 'email.sent', { ...mail, to: [ADA], sequence }, 'Sent (New) [Trial (2 stage)]: Hello'],
  ['A17', 'email.opened', { ...mail, by: ADA, sequence }, 'Opened [Trial (2 stage)]: Hello'],
  [
    'A18',
    'email.clicked',
    { ...mail, by: ADA, url: 'https://x.example/a', sequence },
    'Clicked [Trial (2 stage)]: Hello',
  ],
  [
    'A19',
    'email.downloaded',
    { ...mail, by: ADA, fileName: 'Offer.pdf', sequence },
    'Downloaded [Trial (2 stage)]: Hello',
  ],
  ['A20', 'email.replied', { ...mail, from: ADA, sequence }, 'Replied [Trial (2 stage)]: Hello'],
  [
    'A21',
    'email.reply-sent',
    { ...mail, to: [ADA], sequence },
    'Sent (Reply) [Trial (2 stage)]: Hello',
  ],
  ['A22', 'meeting.confirmed', meeting('sequence'), 'Meeting Confirmed: [Trial (2 stage)]: Hello'],
  ['A23', 'meeting.canceled', meeting('sequence'), 'Meeting Canceled: [Trial (2 stage)]: Hello'],
  [
    'A24',
    'email.bounced',
    { ...mail, recipient: ADA, sequence },
    'Bounced [Trial (2 stage)]: Hello',
  ],
  ['A29', 'todo', { ...task, subject: '  Send the offer ' }, 'Send the offer'],
  [
    'A30',
    'linkedin.connection-request',
    { ...task, stage: 3 },
    'Send the offer: LinkedIn Connection Request: Stage 3',
  ],
  ['A31', 'linkedin.inmail', { ...task, stage: 1 }, 'Send the offer: LinkedIn InMail: Stage 1'],
  [
    'A36',
    'call',
    call({ origin: 'sidebar-logged', ...number }),
    'Call:Ada Lovelace +14155550100(Mobile)',
  ],
  [
    'A37',
    'call',
    call({ origin: 'sidebar-dialed', phoneNumber: number.phoneNumber }),
    'Call:Ada Lovelace +14155550100',
  ],
  ['A37 without a number', 'call', call({ origin: 'sidebar-dialed' }), 'Call:Ada Lovelace'],
  ['A38', 'call', call({ origin: 'sidebar-task', subject: 'Intro', done: false }), 'Call: Intro'],
  ['A39', 'call', call({ origin: 'dashboard-task', subject: 'Intro', done: true }), 'Call: Intro'],
  ['A44', 'meeting.confirmed', meeting('calendar-page'), 'Meeting confirmed: Demo'],
  ['A45', 'meeting.canceled', meeting('calendar-page'), 'Meeting canceled: Demo'],
];

/** A68–A72, and U8 for what the help page leaves open; the practice org's picklist has Call, Email, Meeting and Other. */
const TYPES: Readonly<Record<string, string | null>> = {
  'email.sent': 'Email',
  'email.reply-sent': 'Email',
  'email.received': 'Email',
  'email.replied': 'Email',
  'email.bounced': 'Email',
  'email.opened': null,
  'email.clicked': null,
  'email.downloaded': null,
  'meeting.confirmed': 'Meeting',
  'meeting.canceled': 'Meeting',
  call: 'Call',
};

let path: ActivityPath;
let contact: string;
const written = new Map<string, Readonly<Record<string, unknown>>>();

beforeAll(async () => {
  path = await startActivityPath();
  contact = await path.create('Contact', { FirstName: 'Ada', LastName: 'Lovelace', Email: ADA });
  await path.mirrorAll();
  const [me] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  const of = { at: AT, user: me?.['Email'] };
  await path.log(
    ...TABLE.map(([name, kind, body], place) => ({
      id: `${name.replaceAll(' ', '-')}-${place}`,
      kind,
      ...of,
      ...body,
    })),
  );
  const rows = await path.soql(
    'SELECT Subject, Type, Status, WhoId, Mixmax_Activity_Id__c, MixmaxActivityDateTime__c FROM Task',
  );
  for (const row of rows) written.set(String(row['Subject']), row);
  expect(rows).toHaveLength(TABLE.length);
});
afterAll(() => path.close());

describe('subjects and types', () => {
  it.each(TABLE)('%s: %s', (_name, kind, body, subject) => {
    const row = written.get(subject);
    expect(row, `no Task has the subject ${subject}`).toMatchObject({
      WhoId: contact,
      MixmaxActivityDateTime__c: '2026-11-20T09:30:15.000+0000',
      Status: 'done' in body && body.done === false ? 'Not Started' : expect.any(String),
    });
    if (kind in TYPES) expect(row?.['Type']).toBe(TYPES[kind]);
  });

  it.each([
    ['A68: e-mails have the type Email', /^(Sent|Received|Replied|Bounced)/, 'Email', 9],
    ['A69: what is tracked has none', /^(Opened|Clicked|Downloaded)/, null, 6],
    ['A70: calls have the type Call', /^Call:/, 'Call', 4],
  ] as const)('%s', (_, subjects, type, kinds) => {
    const own = [...written].filter(([subject]) => subjects.test(subject));
    expect(own).toHaveLength(kinds);
    for (const [, row] of own) expect(row['Type']).toBe(type);
  });

  it('A35, A38, A39: a call task is open until it is done', async () => {
    const calls = await path.soql("SELECT Status FROM Task WHERE Subject = 'Call: Intro'");
    expect(calls.map((row) => row['Status']).sort()).toEqual(['Completed', 'Not Started']);
  });

  it('A71: a type that the picklist lacks is left empty', async () => {
    const { picklistValues = [] } =
      (await (await path.salesforce()).describe('Task'))?.fields.find(
        ({ name }) => name === 'Type',
      ) ?? {};
    const expected = picklistValues.includes('Task') ? 'Task' : null;
    expect(written.get('Send the offer')?.['Type']).toBe(expected);
  });
});
