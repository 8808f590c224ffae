import type jsforce from 'jsforce';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsforceConnection } from '../../support/org/jsforce-connection.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';
import { zip } from '../../support/zip.ts';

const META = 'xmlns="http://soap.sforce.com/2006/04/metadata"';
let org: TestOrg;
let conn: jsforce.Connection;

beforeAll(async () => {
  org = await startTestOrg();
  conn = jsforceConnection(org);
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

async function deploySettings(shared: boolean, options = {}) {
  const files = {
    'package.xml': `<Package ${META}><version>66.0</version></Package>`,
    'settings/Activities.settings': `<ActivitiesSettings ${META}>
      <allowUsersToRelateMultipleContactsToTasksAndEvents>${shared}</allowUsersToRelateMultipleContactsToTasksAndEvents>
      <enableRollUpActivToContactsAcct>false</enableRollUpActivToContactsAcct></ActivitiesSettings>`,
  };
  return conn.metadata.deploy(zip(files), options).complete(true);
}

async function create(object: string, values: Record<string, unknown>): Promise<string> {
  const { id } = await conn.sobject(object).create(values);
  return String(id);
}

test('deployed settings make events relate to several contacts, and no account of theirs', async () => {
  expect(await deploySettings(true)).toMatchObject({ success: true });
  const AccountId = await create('Account', { Name: 'Acme' });
  const jane = await create('Contact', { LastName: 'Doe', AccountId });
  const john = await create('Contact', { LastName: 'Roe', AccountId });
  const times = { StartDateTime: '2026-05-07T09:00:00Z', DurationInMinutes: 30 };
  const event = await create('Event', { ...times, WhoId: jane });
  await create('EventRelation', { EventId: event, RelationId: john, IsParent: true });
  expect(await conn.sobject('Event').retrieve(event)).toMatchObject({
    WhoId: jane,
    WhoCount: 2,
    WhatCount: 0,
    AccountId: null,
  });
  const { records } = await conn.query<{ Relation: { Name: string } }>(
    `SELECT Relation.Name FROM EventRelation WHERE EventId = '${event}' AND IsParent = true ORDER BY Relation.Name`,
  );
  expect(records.map(({ Relation }) => Relation.Name)).toEqual(['Doe', 'Roe']);
});

test('the people of activities, in a view of their relations', async () => {
  const AccountId = await create('Account', { Name: 'Viewed' });
  const first = await create('Contact', { LastName: 'First', AccountId });
  const second = await create('Contact', { LastName: 'Second', AccountId });
  const invited = await create('Contact', { LastName: 'Invited', AccountId });
  const lead = await create('Lead', { LastName: 'Lead', Company: 'C' });
  const times = { StartDateTime: '2026-05-07T09:00:00Z', DurationInMinutes: 30 };
  const event = await create('Event', { ...times, WhoId: first, WhatId: AccountId });
  await create('EventRelation', { EventId: event, RelationId: invited, IsInvitee: true });
  const task = await create('Task', { WhoId: first, WhatId: AccountId });
  await create('TaskRelation', { TaskId: task, RelationId: second });
  const alone = await create('Task', { WhoId: lead });

  const people = async (object: string, link: string, id: string) => {
    const soql = `SELECT RelationId, Type FROM ${object} WHERE ${link} = '${id}' ORDER BY Id`;
    const { records } = await conn.query<{ RelationId: string; Type: string }>(soql);
    return records.map(({ RelationId, Type }) => [RelationId, Type]);
  };
  expect(await people('TaskWhoRelation', 'TaskId', task)).toEqual([
    [first, 'Contact'],
    [second, 'Contact'],
  ]);
  expect(await people('TaskWhoRelation', 'TaskId', alone)).toEqual([[lead, 'Lead']]);
  expect(await people('EventWhoRelation', 'EventId', event)).toEqual([[first, 'Contact']]);

  const child = `SELECT (SELECT RelationId FROM TaskWhoRelations) FROM Task WHERE Id = '${task}'`;
  const { records } = await conn.query<{ TaskWhoRelations: { totalSize: number } }>(child);
  expect(records[0]?.TaskWhoRelations.totalSize).toBe(2);
  const described = await conn.sobject('TaskWhoRelation').describe();
  expect(described).toMatchObject({ createable: false, deletable: false, keyPrefix: '0RT' });
  await expect(create('TaskWhoRelation', { TaskId: task, RelationId: first })).rejects.toThrow();

  // What a deleted or merged person leaves shows in the view as in the relations.
  await conn.sobject('Contact').destroy(second);
  expect(await people('TaskWhoRelation', 'TaskId', task)).toEqual([[first, 'Contact']]);
  await conn.sobject('Account').destroy(AccountId);
});

test.each([true, false])('what is shared stays shared (checkOnly %s)', async (checkOnly) => {
  const result = await deploySettings(false, { checkOnly });
  expect(result).toMatchObject({ success: false });
  expect(JSON.stringify(result.details)).toContain('Shared Activities cannot be switched off.');
  const { fields } = await conn.sobject('EventRelation').describe();
  expect(fields.map(({ name }) => name)).toContain('IsParent');
});
