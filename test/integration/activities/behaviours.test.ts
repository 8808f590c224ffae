import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';
import { source } from '../../unit/org/schema/source-builder.ts';

/* Behaviours that the other files of this folder do not come across. The numbers are those of docs/behaviours.md. */

const ADA = 'ada@acme.example';
const LEAD = 'lead@acme.example';
const BOB = 'bob@acme.example';
const AT = '2026-11-20T09:30:15Z';

let path: ActivityPath;
let user: string;
let count = 0;
const ids: Record<string, string> = {};

beforeAll(async () => {
  path = await startActivityPath();
  const [me] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(me?.['Email']);
  ids['acme'] = await path.create('Account', { Name: 'Acme' });
  const person = { AccountId: ids['acme'], Title: 'Countess', Phone: '+1 415' };
  ids['ada'] = await path.create('Contact', { LastName: 'Ada', Email: ADA, ...person });
  ids['bob'] = await path.create('Contact', { LastName: 'Bob', Email: BOB, ...person });
  ids['lead'] = await path.create('Lead', { LastName: 'L', Company: 'C', Email: LEAD });
  ids['deal'] = await path.create('Opportunity', {
    Name: 'Deal',
    AccountId: ids['acme'],
    StageName: 'Prospecting',
    CloseDate: '2027-06-30',
  });
  const role = { OpportunityId: ids['deal'], ContactId: ids['ada'], IsPrimary: true };
  await path.create('OpportunityContactRole', role);
  await path.mirrorAll();
});
afterAll(() => path.close());

const activity = (kind: string, body: object) => {
  count += 1;
  return { id: `b-${count}`, kind, at: AT, user, ...body };
};
const mail = (to: readonly string[], more: object = {}) =>
  activity('email.sent', { to, subject: 'Hello', ...more });

/** Rows that an activity has become. */
async function rowsOf(one: { readonly id: string }, columns: string, object = 'Task') {
  await path.log(one);
  const key = object === 'Event' ? 'ev:%' : `${one.id}/%`;
  return path.soql(
    `SELECT ${columns} FROM ${object} WHERE Mixmax_Activity_Id__c LIKE '${key}' ORDER BY Mixmax_Activity_Id__c`,
  );
}

describe('A2, A2b, A67: what is logged, as which object, on which records', () => {
  it.each([
    ['an e-mail', 'email.sent', { to: [ADA, LEAD], subject: 'S' }],
    ['a reply', 'email.replied', { from: ADA, subject: 'S' }],
    ['a mail that was received', 'email.received', { from: LEAD, subject: 'S' }],
    ['an open', 'email.opened', { by: ADA, subject: 'S' }],
    ['a click', 'email.clicked', { by: BOB, subject: 'S', url: 'https://x.example' }],
    ['a to-do', 'todo', { person: ADA, done: false, subject: 'S' }],
    ['a call', 'call', { person: LEAD, detail: { origin: 'sidebar-logged' } }],
    ['a LinkedIn step', 'linkedin.inmail', { person: ADA, done: true, subject: 'S', stage: 1 }],
  ])('%s: a Task on contact and opportunity or account, or on the lead', async (_, kind, body) => {
    const people = Object.values(body).flat();
    const whatOf: Readonly<Record<string, string | null | undefined>> = {
      [String(ids['ada'])]: ids['deal'],
      [String(ids['bob'])]: ids['acme'],
      [String(ids['lead'])]: null,
    };
    const rows = await rowsOf(activity(kind, body), 'WhoId, WhatId');
    const expected = [ADA, LEAD, BOB].filter((address) => people.includes(address)).length;
    expect(rows).toHaveLength(expected);
    for (const row of rows) expect(row['WhatId']).toBe(whatOf[String(row['WhoId'])]);
  });

  it('a calendar event of Google or Outlook: an Event', async () => {
    const event = activity('calendar.event', {
      eventId: 'one',
      title: 'Renewal discussion',
      organizer: user,
      attendees: [ADA],
      users: [user],
      when: { allDay: false, start: '2026-12-01T10:00:00Z', end: '2026-12-01T11:00:00Z' },
      status: 'confirmed',
    });
    expect(await rowsOf(event, 'Subject, WhoId, WhatId', 'Event')).toMatchObject([
      { Subject: 'Renewal discussion', WhoId: ids['ada'], WhatId: ids['deal'] },
    ]);
  });
});

it('A28: BCC recipients are not logged unless the role says so, and stand nowhere', async () => {
  const bcc = mail([ADA], { bcc: [BOB], text: 'To Ada' });
  const rows = await rowsOf(bcc, 'WhoId, Subject, Description');
  expect(rows).toMatchObject([{ WhoId: ids['ada'], Description: 'To Ada' }]);
  expect(JSON.stringify(rows)).not.toContain(BOB);
  await path.call('PUT', '/roles/default', { logBcc: true });
  expect(await rowsOf(mail([ADA], { bcc: [BOB] }), 'WhoId')).toHaveLength(2);
  await path.call('PUT', '/roles/default', { logBcc: false });
});

describe('A75, G6: the roll-up of activities is Salesforce’s, and nothing of ours stands against it', () => {
  it('what is related to an opportunity shows on its account, what names a lead on none', async () => {
    expect(await rowsOf(mail([ADA]), 'WhatId, AccountId')).toMatchObject([
      { WhatId: ids['deal'], AccountId: ids['acme'] },
    ]);
    expect(await rowsOf(mail([LEAD]), 'WhatId, AccountId')).toMatchObject([
      { WhatId: null, AccountId: null },
    ]);
  });

  it('also where the org has switched it off', async () => {
    path.practice.org.deploy([
      source(
        'settings/Activities.settings-meta.xml',
        'ActivitiesSettings',
        '<enableRollUpActivToContactsAcct>false</enableRollUpActivToContactsAcct>',
      ),
    ]);
    expect(await rowsOf(mail([ADA]), 'AccountId')).toMatchObject([{ AccountId: ids['acme'] }]);
  });
});

it('A82: all fields that the Sync User can read are there for clients', async () => {
  const { body } = await path.call('GET', `/records/Contact/${ids['ada']}`);
  expect(body.fields).toMatchObject({ Title: 'Countess', Phone: '+1 415', Email: ADA });
});

it('F1: what is logged is set by role, for its members only', async () => {
  await path.call('PUT', '/roles/Support', {
    members: ['somebody@practice.example'],
    notLogged: ['email.sent'],
  });
  expect(await rowsOf(mail([ADA]), 'Id')).toHaveLength(1);
  await path.call('PUT', '/roles/Support', { members: [user.toUpperCase()] });
  expect(await rowsOf(mail([ADA]), 'Id')).toHaveLength(0);
  await path.call('PUT', '/roles/Support', { members: [] });
});

describe('an org with Mixmax Insights', () => {
  let insights: ActivityPath;
  const PREFIX = 'MixmaxInsights__';
  const fields: readonly (readonly [string, string])[] = [
    ['MixmaxActivityDateTime', '<label>When</label><type>DateTime</type>'],
    ['Mixmax_Call_Disposition', '<label>How</label><length>80</length><type>Text</type>'],
    [
      'Mixmax_Type',
      '<formula>IF(BEGINS(Subject, "Opened"), "Open", "Sent")</formula><label>Type</label><type>Text</type>',
    ],
    [
      'Is_Mixmax_Sequence_Activity',
      '<formula>CONTAINS(Subject, " stage)]: ")</formula><label>Sequence</label><type>Checkbox</type>',
    ],
  ];

  beforeAll(async () => {
    insights = await startActivityPath({ practice: { sources: [] } });
    await insights.create('Contact', { LastName: 'Ada', Email: ADA });
    await insights.mirrorAll();
    const files = fields.map(([name, body]) =>
      source(
        `objects/Activity/fields/${PREFIX}${name}__c.field-meta.xml`,
        'CustomField',
        `<fullName>${PREFIX}${name}__c</fullName>${body}`,
      ),
    );
    const editable = fields
      .slice(0, 2)
      .map(
        ([name]) =>
          `<fieldPermissions><editable>true</editable><field>Task.${PREFIX}${name}__c</field><readable>true</readable></fieldPermissions>`,
      );
    const permissions = `${editable.join('')}<label>Insights</label>`;
    const set = 'permissionsets/Insights.permissionset-meta.xml';
    insights.practice.org.deploy([...files, source(set, 'PermissionSet', permissions)]);
    const [granted] = await insights.soql("SELECT Id FROM PermissionSet WHERE Name = 'Insights'");
    const [admin] = await insights.soql(`SELECT Id FROM User WHERE Email = '${user}'`);
    const assignment = { PermissionSetId: granted?.['Id'], AssigneeId: admin?.['Id'] };
    await insights.create('PermissionSetAssignment', assignment);
  });
  afterAll(() => insights.close());

  it('A63, A64: fields made meanwhile are known when they are refreshed', async () => {
    const timeFields = async () =>
      (await insights.call('GET', '/activity-setup')).body.task.timeFields;
    await insights.call('POST', '/fields/refresh');
    expect(await timeFields()).toEqual([`${PREFIX}MixmaxActivityDateTime__c`]);
  });

  it('A65, H1, H2, H5: its date/time and disposition are written', async () => {
    const call = { person: ADA, detail: { origin: 'sidebar-dialed', disposition: 'Busy' } };
    await insights.log(activity('call', call));
    const columns = `${PREFIX}MixmaxActivityDateTime__c, ${PREFIX}Mixmax_Call_Disposition__c`;
    expect(await insights.soql(`SELECT ${columns} FROM Task`)).toMatchObject([
      {
        [`${PREFIX}MixmaxActivityDateTime__c`]: '2026-11-20T09:30:15.000+0000',
        [`${PREFIX}Mixmax_Call_Disposition__c`]: 'Busy',
      },
    ]);
  });

  it('H3, H4: its formulas over the subject find what they look for', async () => {
    const sequence = { name: 'Trial', stage: 2 };
    const opened = activity('email.opened', { by: ADA, subject: 'Hello', sequence });
    await insights.log(opened);
    const columns = `${PREFIX}Mixmax_Type__c, ${PREFIX}Is_Mixmax_Sequence_Activity__c`;
    expect(
      await insights.soql(`SELECT ${columns} FROM Task WHERE Subject LIKE 'Opened%'`),
    ).toMatchObject([
      {
        [`${PREFIX}Mixmax_Type__c`]: 'Open',
        [`${PREFIX}Is_Mixmax_Sequence_Activity__c`]: true,
      },
    ]);
  });
});
