import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';
import { skipTo } from '../../support/org-receiver.ts';
import { customField, customObject } from '../../unit/org/schema/source-builder.ts';

const ADA = 'ada@acme.example';
const BOB = 'bob@acme.example';
const NAMED = '<nameField><label>Name</label><type>Text</type></nameField>';
const lookupTo = (object: string) =>
  `<label>${object}</label><type>Lookup</type><referenceTo>${object}</referenceTo><relationshipName>Projects</relationshipName>`;

let path: ActivityPath;
let user: string;
let count = 0;
const ids: Record<string, string> = {};

beforeAll(async () => {
  path = await startActivityPath();
  path.practice.org.deploy([
    customObject(
      'Project__c',
      `<label>Project</label><enableActivities>true</enableActivities>${NAMED}`,
    ),
    customField('Project__c', 'Client__c', lookupTo('Contact')),
    customField('Project__c', 'Account__c', lookupTo('Account')),
    customField('Project__c', 'Deal__c', lookupTo('Opportunity')),
    customField('Project__c', 'Code__c', '<label>Code</label><type>Text</type><length>9</length>'),
    customObject('Memo__c', `<label>Memo</label>${NAMED}`),
    customField('Memo__c', 'Client__c', lookupTo('Contact')),
  ]);
  const [me] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(me?.['Email']);
  const make = async (name: string, object: string, fields: object) => {
    ids[name] = await path.create(object, { ...fields });
  };
  await make('acme', 'Account', { Name: 'Acme' });
  await make('ada', 'Contact', { LastName: 'Ada', Email: ADA, AccountId: ids['acme'] });
  await make('bob', 'Contact', { LastName: 'Bob', Email: BOB, AccountId: ids['acme'] });
  await make('lead', 'Lead', { LastName: 'L', Company: 'C', Email: 'lead@acme.example' });
  await make('deal', 'Opportunity', {
    Name: 'Deal',
    AccountId: ids['acme'],
    StageName: 'Prospecting',
    CloseDate: '2027-06-30',
  });
  await make('role', 'OpportunityContactRole', {
    OpportunityId: ids['deal'],
    ContactId: ids['ada'],
    IsPrimary: true,
  });
  await make('older', 'Project__c', { Name: 'Older', Client__c: ids['ada'] });
  await skipTo(path.practice, path.practice.org.clock.now() + 5_000);
  await make('newer', 'Project__c', { Name: 'Newer', Client__c: ids['ada'] });
  await make('of account', 'Project__c', { Name: 'Of account', Account__c: ids['acme'] });
  await make('of deal', 'Project__c', { Name: 'Of deal', Deal__c: ids['deal'] });
  await path.mirrorAll();
});
afterAll(() => path.close());

const pick = (...relatedObjects: readonly object[]) =>
  path.call('PUT', '/roles/default', { relatedObjects });
const project = (lookup: string, beforeOpportunity = false) => ({
  object: 'Project__c',
  lookup,
  beforeOpportunity,
});

async function relatedTo(address: string): Promise<unknown> {
  count += 1;
  const id = `r-${count}`;
  const mail = { to: [address], subject: 'Hello' };
  await path.log({ id, kind: 'email.sent', at: '2026-11-20T09:30:00Z', user, ...mail });
  const [task] = await path.soql(
    `SELECT WhatId FROM Task WHERE Mixmax_Activity_Id__c LIKE '${id}/%'`,
  );
  return task?.['WhatId'];
}

describe('A74, F8: custom objects', () => {
  it.each([
    ['after the opportunity by default', [project('Client__c')], ADA, 'deal'],
    ['before it where the role says so, the newest', [project('Client__c', true)], ADA, 'newer'],
    ['before the account', [project('Account__c')], BOB, 'of account'],
    ['of the opportunity', [project('Deal__c', true)], ADA, 'of deal'],
    [
      'the first that has a record',
      [project('Deal__c', true), project('Client__c', true)],
      BOB,
      'acme',
    ],
    ['of a lead, never', [project('Client__c', true)], 'lead@acme.example', null],
  ] as const)('Related To is a record of it: %s', async (_, picked, who, what) => {
    expect((await pick(...picked)).status).toBe(200);
    expect(await relatedTo(who)).toBe(what === null ? null : ids[what]);
  });

  it('of a calendar event, too', async () => {
    await pick(project('Client__c', true));
    await path.log({
      id: 'cal',
      kind: 'calendar.event',
      at: '2026-11-20T09:30:00Z',
      user,
      eventId: 'with a project',
      title: 'Kick-off',
      organizer: user,
      attendees: [ADA],
      users: [user],
      when: { allDay: false, start: '2026-12-01T10:00:00Z', end: '2026-12-01T11:00:00Z' },
      status: 'confirmed',
    });
    expect(await path.soql("SELECT WhatId FROM Event WHERE Subject = 'Kick-off'")).toMatchObject([
      { WhatId: ids['newer'] },
    ]);
  });

  it('offers those that take activities, and no others', async () => {
    const { status, body } = await path.call('GET', '/related-objects');
    expect(status).toBe(200);
    expect(body.objects).toEqual([
      {
        object: 'Project__c',
        label: 'Project',
        lookups: [
          { field: 'Account__c', label: 'Account', to: 'Account' },
          { field: 'Client__c', label: 'Contact', to: 'Contact' },
          { field: 'Deal__c', label: 'Opportunity', to: 'Opportunity' },
        ],
      },
    ]);
  });

  it.each([
    [{ ...project('Client__c'), object: 'Memo__c' }, '/relatedObjects/0/object', 'no activities'],
    [{ ...project('Client__c'), object: 'Nothing__c' }, '/relatedObjects/0/object', 'no custom'],
    [{ ...project('AccountId'), object: 'Contact' }, '/relatedObjects/0/object', 'no custom'],
    [project('Code__c'), '/relatedObjects/0/lookup', 'no look-up'],
    [project('Owner__c; DROP'), '/relatedObjects/0/lookup', ''],
  ])('refuses %o by name', async (picked, pointer, reason) => {
    const { status, body } = await pick(picked);
    expect([status, body.pointer]).toEqual([400, pointer]);
    expect(body.detail).toContain(reason);
  });

  it('one that is not there any more does not hold up what people do', async () => {
    await pick(project('Client__c', true));
    const settings = await path.ports.activitySettings.get(path.orgId);
    const gone = {
      object: 'Gone__c',
      lookup: 'X__c',
      to: 'Contact',
      beforeOpportunity: true,
    } as const;
    if (settings === undefined) throw new Error('nothing was stored');
    const role = settings.roles['default'];
    if (role === undefined) throw new Error('the role was not stored');
    const roles = { default: { ...role, relatedObjects: [gone, ...role.relatedObjects] } };
    await path.ports.activitySettings.put(path.orgId, { ...settings, roles });
    expect(await relatedTo(ADA)).toBe(ids['newer']);
    const setup = await path.call('GET', '/activity-setup');
    expect(setup.body.goneRelations).toEqual(['Gone__c.X__c']);
  });
});
