import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourceFile } from '../../../local/org/apex/program.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
const SETTINGS: SourceFile = {
  path: 'settings/Activities.settings-meta.xml',
  text:
    '<ActivitiesSettings xmlns="http://soap.sforce.com/2006/04/metadata"><allowUsersToRelateMultipleContacts' +
    'ToTasksAndEvents>true</allowUsersToRelateMultipleContactsToTasksAndEvents></ActivitiesSettings>',
};
const TIMES = { StartDateTime: '2026-05-07T09:00:00Z', DurationInMinutes: 30 };

let org: TestOrg;
let plain: TestOrg;
const people: string[] = [];
let lead: string;
let account: string;

beforeAll(async () => {
  org = await startTestOrg({ sourceFiles: [SETTINGS] });
  plain = await startTestOrg();
  for (const LastName of ['Ada', 'Bea', 'Cleo']) people.push(await create('Contact', { LastName }));
  lead = await create('Lead', { LastName: 'Lee', Company: 'L' });
  account = await create('Account', { Name: 'Acme' });
});
afterAll(async () => {
  await Promise.all([org.close(), plain.close()]);
  expect([...org.errors, ...plain.errors]).toEqual([]);
});

async function send(method: string, path: string, body?: unknown, on: TestOrg = org) {
  const response = await on.fetch(method, `${DATA}/${path}`, body);
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function create(object: string, values: object): Promise<string> {
  const { status, body } = await send('POST', `sobjects/${object}`, values);
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.id;
}

const ask = (soql: string, on?: TestOrg) =>
  send('GET', `query?q=${encodeURIComponent(soql)}`, undefined, on);

async function row(object: 'Task' | 'Event', id: string) {
  const soql = `SELECT WhoId, WhoCount, ${object}WhoIds FROM ${object} WHERE Id = '${id}'`;
  const { attributes: _, ...values } = (await ask(soql)).body.records[0];
  return values;
}

test('a task is made with its contacts, the first is the primary one', async () => {
  const [ada, bea, cleo] = people;
  const task = await create('Task', { Subject: 'call', TaskWhoIds: [bea, ada, cleo] });
  expect(await row('Task', task)).toEqual({
    WhoId: bea,
    WhoCount: 3,
    TaskWhoIds: [bea, ada, cleo],
  });
  const relations = await ask(`SELECT RelationId FROM TaskRelation WHERE TaskId = '${task}'`);
  expect(relations.body.totalSize).toBe(3);
});

test('with a WhoId that one is the primary one, whether it is in the list or not', async () => {
  const [ada = '', bea, cleo] = people;
  const out = await create('Task', { WhoId: ada, TaskWhoIds: [bea, cleo] });
  expect(await row('Task', out)).toMatchObject({ WhoId: ada, TaskWhoIds: [ada, bea, cleo] });
  const among = await create('Task', { WhoId: cleo, TaskWhoIds: [ada.slice(0, 15), cleo] });
  expect(await row('Task', among)).toMatchObject({ WhoId: cleo, TaskWhoIds: [cleo, ada] });
});

test('nobody is null, and so is what was asked of an event', async () => {
  const event = await create('Event', TIMES);
  expect(await row('Event', event)).toEqual({ WhoId: null, WhoCount: 0, EventWhoIds: null });
});

test('an update takes and gives people; null leaves the primary one', async () => {
  const [ada, bea, cleo] = people;
  const event = await create('Event', { ...TIMES, EventWhoIds: [ada, bea] });
  const patch = (values: object) => send('PATCH', `sobjects/Event/${event}`, values);
  expect(await patch({ EventWhoIds: [cleo, ada] })).toEqual({ status: 204, body: undefined });
  expect(await row('Event', event)).toEqual({
    WhoId: cleo,
    WhoCount: 2,
    EventWhoIds: [cleo, ada],
  });
  await patch({ EventWhoIds: null });
  expect(await row('Event', event)).toEqual({ WhoId: cleo, WhoCount: 1, EventWhoIds: [cleo] });
  await patch({ WhoId: null, EventWhoIds: [] });
  expect(await row('Event', event)).toEqual({ WhoId: null, WhoCount: 0, EventWhoIds: null });
});

test('the list follows WhoId and the rows', async () => {
  const [ada, bea, cleo] = people;
  const task = await create('Task', { TaskWhoIds: [ada, bea] });
  await send('PATCH', `sobjects/Task/${task}`, { WhoId: cleo });
  expect(await row('Task', task)).toMatchObject({ WhoId: cleo, TaskWhoIds: [cleo, bea] });
  const soql = `SELECT Id FROM TaskRelation WHERE TaskId = '${task}' AND RelationId = '${cleo}'`;
  const [relation] = (await ask(soql)).body.records;
  await send('DELETE', `sobjects/TaskRelation/${relation.Id}`);
  expect(await row('Task', task)).toMatchObject({ WhoId: bea, TaskWhoIds: [bea] });
  const stamps = `SELECT LastModifiedDate FROM Task WHERE Id = '${task}'`;
  expect((await ask(stamps)).body.records).toHaveLength(1);
});

test('a record, a part of one, and many of them', async () => {
  const [ada, bea] = people;
  const task = await create('Task', { TaskWhoIds: [ada, bea] });
  const whole = await send('GET', `sobjects/Task/${task}`);
  expect(whole.body).toMatchObject({ TaskWhoIds: [ada, bea] });
  const part = await send('GET', `sobjects/Task/${task}?fields=TaskWhoIds`);
  expect(part.body).toMatchObject({ TaskWhoIds: [ada, bea] });
  const many = await send('POST', 'composite/sobjects/Task', {
    ids: [task],
    fields: ['taskwhoids'],
  });
  expect(many.body).toMatchObject([{ TaskWhoIds: [ada, bea] }]);
});

test('a user who is no administrator reads and writes lists as Name itself', async () => {
  const authorization = `Bearer ${org.org.issueToken('sam@practice.example')}`;
  const init = { headers: { authorization } };
  const [ada, bea] = people;
  const made = await org.fetch('POST', `${DATA}/sobjects/Task`, { TaskWhoIds: [bea, ada] }, init);
  const { id } = (await made.json()) as { id: string };
  const read = await org.fetch('GET', `${DATA}/sobjects/Task/${id}`, undefined, init);
  expect(await read.json()).toMatchObject({ WhoId: bea, TaskWhoIds: [bea, ada] });
});

test('collections, trees and composite requests take lists', async () => {
  const [ada, bea] = people;
  const attributes = { type: 'Task' };
  const records = [
    { attributes, TaskWhoIds: [ada, bea] },
    { attributes, TaskWhoIds: [ada, lead] },
  ];
  const saved = await send('POST', 'composite/sobjects', { allOrNone: false, records });
  expect(saved.body).toMatchObject([
    { success: true },
    { success: false, errors: [{ statusCode: 'FIELD_INTEGRITY_EXCEPTION' }] },
  ]);
  expect(await row('Task', saved.body[0].id)).toMatchObject({ TaskWhoIds: [ada, bea] });

  const tree = await send('POST', 'composite/tree/Task', {
    records: [{ attributes: { type: 'Task', referenceId: 't' }, TaskWhoIds: [bea] }],
  });
  expect(await row('Task', tree.body.results[0].id)).toMatchObject({ WhoId: bea });

  const { body } = await send('POST', 'composite', {
    compositeRequest: [
      {
        method: 'POST',
        url: `${DATA}/sobjects/Contact`,
        referenceId: 'dee',
        body: { LastName: 'Dee' },
      },
      {
        method: 'POST',
        url: `${DATA}/sobjects/Task`,
        referenceId: 'task',
        body: { TaskWhoIds: [ada, '@{dee.id}'] },
      },
    ],
  });
  const [dee, task] = body.compositeResponse.map((part: { body: { id: string } }) => part.body.id);
  expect(await row('Task', task)).toMatchObject({ TaskWhoIds: [ada, dee] });
});

describe('refused', () => {
  const cases: readonly (readonly [string, () => object, string, string])[] = [
    ['a text', () => ({ TaskWhoIds: people[0] }), 'FIELD_INTEGRITY_EXCEPTION', 'String[]'],
    ['no id', () => ({ TaskWhoIds: ['nobody'] }), 'MALFORMED_ID', 'incorrect type: nobody'],
    ['an object', () => ({ TaskWhoIds: [{ Id: people[0] }] }), 'MALFORMED_ID', 'incorrect type'],
    [
      'an account',
      () => ({ TaskWhoIds: [account] }),
      'FIELD_INTEGRITY_EXCEPTION',
      'incorrect type',
    ],
    [
      'nobody known',
      () => ({ TaskWhoIds: ['003000000000ZZZ'] }),
      'INVALID_CROSS_REFERENCE_KEY',
      'invalid cross reference id',
    ],
    [
      'somebody twice',
      () => ({ TaskWhoIds: [people[0], people[1], people[0]] }),
      'DUPLICATE_VALUE',
      'already',
    ],
    [
      'a lead in company',
      () => ({ TaskWhoIds: [lead, people[0]] }),
      'FIELD_INTEGRITY_EXCEPTION',
      'nothing else',
    ],
    [
      'a lead and a record',
      () => ({ TaskWhoIds: [lead], WhatId: account }),
      'FIELD_INTEGRITY_EXCEPTION',
      'cannot specify whatID with lead whoID',
    ],
  ];
  test.each(cases)('%s', async (_name, values, errorCode, text) => {
    const { status, body } = await send('POST', 'sobjects/Task', values());
    expect(status).toBe(400);
    expect(body).toMatchObject([{ errorCode, message: expect.stringContaining(text) }]);
  });

  test('51 contacts; 50 are not', async () => {
    const records = Array.from({ length: 51 }, (_, index) => ({
      attributes: { type: 'Contact' },
      LastName: `C${index}`,
    }));
    const { body } = await send('POST', 'composite/sobjects', { records });
    const ids = body.map(({ id }: { id: string }) => id);
    expect((await send('POST', 'sobjects/Task', { TaskWhoIds: ids })).body).toMatchObject([
      { message: 'A task relates to at most 50 contacts', fields: ['TaskWhoIds'] },
    ]);
    const task = await create('Task', { TaskWhoIds: ids.slice(0, 50) });
    expect((await row('Task', task)).TaskWhoIds).toHaveLength(50);
  });

  test('people of a private event', async () => {
    const values = { ...TIMES, IsPrivate: true, EventWhoIds: [people[0]] };
    expect((await send('POST', 'sobjects/Event', values)).body).toMatchObject([
      { message: 'Private events cannot be related to other records' },
    ]);
  });

  test.each([
    ["SELECT Id FROM Task WHERE TaskWhoIds = 'x'", "field 'TaskWhoIds' can not be filtered"],
    ['SELECT Id FROM Task ORDER BY TaskWhoIds', 'TaskWhoIds'],
    ['SELECT count(Id) FROM Task GROUP BY TaskWhoIds', 'TaskWhoIds'],
  ])('%s', async (soql, text) => {
    const { status, body } = await ask(soql);
    expect(status).toBe(400);
    expect(body[0].message).toContain(text);
  });

  test('more than 500 ids in one answer', async () => {
    const wanted = (await ask('SELECT Id FROM Contact LIMIT 50')).body.records;
    const TaskWhoIds = wanted.map(({ Id }: { Id: string }) => Id);
    const records = Array.from({ length: 11 }, () => ({
      attributes: { type: 'Task' },
      Subject: 'crowd',
      TaskWhoIds,
    }));
    await send('POST', 'composite/sobjects', { records });
    const soql = "SELECT TaskWhoIds FROM Task WHERE Subject = 'crowd'";
    expect((await ask(`${soql} LIMIT 10`)).status).toBe(200);
    expect((await ask(soql)).body).toEqual([
      {
        message: 'Query is requesting too many junction ids; limit is 500',
        errorCode: 'MALFORMED_QUERY',
      },
    ]);
  });
});

test('Bulk jobs neither read nor write lists', async () => {
  const query = { operation: 'query', query: 'SELECT TaskWhoIds FROM Task' };
  expect((await send('POST', 'jobs/query', query)).body).toMatchObject([
    { errorCode: 'API_ERROR', message: expect.stringContaining('not supported in Bulk Query') },
  ]);
  const job = { object: 'Task', operation: 'insert', contentType: 'CSV', lineEnding: 'LF' };
  const { id } = (await send('POST', 'jobs/ingest', job)).body;
  await org.fetch(
    'PUT',
    `${DATA}/jobs/ingest/${id}/batches`,
    `Subject,TaskWhoIds\ncsv,${people[0]}\n`,
    {
      headers: { 'content-type': 'text/csv' },
    },
  );
  await send('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' });
  await org.control('GET', 'idle');
  const failed = await org.fetch('GET', `${DATA}/jobs/ingest/${id}/failedResults`);
  expect(await failed.text()).toContain(
    'FIELD_INTEGRITY_EXCEPTION:invalid junction id-list: Must use a String[] or List<String> value to update TaskWhoIds',
  );
});

test('describe calls name the list by the relationship of its rows', async () => {
  const { body } = await send('GET', 'sobjects/Task/describe');
  const names = body.fields.map(({ name }: { name: string }) => name);
  expect(names).toContain('WhoCount');
  expect(names).not.toContain('TaskWhoIds');
  const junctions = body.childRelationships.filter(
    ({ junctionIdListNames }: { junctionIdListNames: string[] }) => junctionIdListNames.length > 0,
  );
  expect(junctions).toMatchObject([
    {
      childSObject: 'TaskWhoRelation',
      field: 'TaskId',
      relationshipName: 'TaskWhoRelations',
      junctionIdListNames: ['TaskWhoIds'],
      junctionReferenceTo: ['Contact', 'Lead'],
    },
  ]);
  const { body: all } = await ask('SELECT FIELDS(ALL) FROM Task LIMIT 1');
  expect(Object.keys(all.records[0])).not.toContain('TaskWhoIds');
});

test('without Shared Activities there are no lists', async () => {
  expect((await ask('SELECT TaskWhoIds FROM Task', plain)).body).toMatchObject([
    { errorCode: 'INVALID_FIELD' },
  ]);
  const made = await send('POST', 'sobjects/Event', { ...TIMES, EventWhoIds: [] }, plain);
  expect(made).toEqual({
    status: 400,
    body: [
      {
        message: "No such column 'EventWhoIds' on sobject of type Event",
        errorCode: 'INVALID_FIELD',
      },
    ],
  });
});
