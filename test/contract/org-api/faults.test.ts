import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventFile } from '../../support/org/source-files.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';

/** A trigger on an event that counts its runs, and a job that does. */
const SOURCE = [
  eventFile('Tick', 'PublishAfterCommit'),
  {
    path: 'triggers/Ticks.trigger',
    text: "trigger Ticks on Tick__e (after insert) { insert new Account(Name = 'tick'); }",
  },
  {
    path: 'classes/Later.cls',
    text: "public class Later implements Queueable { public void execute(QueueableContext c) { insert new Account(Name = 'later'); } }",
  },
];

let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg();
  org.org.deploy(SOURCE);
});
afterEach(async () => {
  org.org.faults.clearAll();
  await org.org.whenIdle();
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

async function arm(fault: object): Promise<void> {
  expect((await org.control('POST', 'faults', fault)).status).toBe(201);
}

async function count(name: string): Promise<number> {
  const soql = encodeURIComponent(`SELECT COUNT() FROM Account WHERE Name = '${name}'`);
  const answer = await org.fetch('GET', `${DATA}/query?q=${soql}`);
  return ((await answer.json()) as { totalSize: number }).totalSize;
}

async function run(block: string): Promise<void> {
  const path = `${DATA}/tooling/executeAnonymous?anonymousBody=${encodeURIComponent(block)}`;
  expect(await (await org.fetch('GET', path)).json()).toMatchObject({ success: true });
}

const account = { attributes: { type: 'Account' }, Name: 'x' };
const query = (soql: string): string => `${DATA}/query?q=${encodeURIComponent(soql)}`;

test.each([
  ['a record', 'GET', `${DATA}/sobjects/Account/describe`, undefined, 503],
  ['another object', 'GET', `${DATA}/sobjects/Contact/describe`, undefined, 200],
  ['a query', 'GET', query('SELECT Id FROM account'), undefined, 503],
  [
    'a query of children',
    'GET',
    query('SELECT Id, (SELECT Id FROM Contacts) FROM Account'),
    undefined,
    503,
  ],
  ['a query of another', 'GET', query('SELECT Id FROM Contact'), undefined, 200],
  ['a collection', 'POST', `${DATA}/composite/sobjects`, { records: [account] }, 503],
  ['ids', 'DELETE', `${DATA}/composite/sobjects?ids=001Dp0000000001IAA`, undefined, 503],
  ['a tree', 'POST', `${DATA}/composite/tree/Account`, { records: [] }, 503],
  [
    'a Bulk query',
    'POST',
    `${DATA}/jobs/query`,
    { operation: 'query', query: 'SELECT Id FROM Account' },
    503,
  ],
  ['a Bulk job', 'POST', `${DATA}/jobs/ingest`, { object: 'Account', operation: 'insert' }, 503],
  ['something else', 'GET', `${DATA}/limits`, undefined, 200],
])('a fault of one object: %s', async (_, method, path, body, status) => {
  await arm({ kind: 'unavailable', object: 'Account' });
  expect((await org.fetch(method, path, body)).status).toBe(status);
});

test('a fault of one object reaches the jobs of that object', async () => {
  const made = await org.fetch('POST', `${DATA}/jobs/ingest`, {
    object: 'Account',
    operation: 'insert',
  });
  const { id } = (await made.json()) as { id: string };
  await arm({ kind: 'request-limit', object: 'Account' });
  expect((await org.fetch('GET', `${DATA}/jobs/ingest/${id}`)).status).toBe(403);
});

test('locked records fail one by one, and the others are saved', async () => {
  await arm({ kind: 'rows-locked', object: 'Account', times: 1 });
  const answer = await org.fetch('POST', `${DATA}/composite/sobjects`, {
    records: [account, { ...account, Name: 'free' }],
  });
  expect(await answer.json()).toMatchObject([
    { success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] },
    { success: true },
  ]);
  expect(await count('free')).toBe(1);
});

test('a locked record undoes the others where all or none are wanted', async () => {
  await arm({ kind: 'rows-locked', object: 'Account', times: 1 });
  const answer = await org.fetch('POST', `${DATA}/composite/sobjects`, {
    allOrNone: true,
    records: [account, { ...account, Name: 'held back' }],
  });
  expect(await answer.json()).toMatchObject([
    { errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] },
    { errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK' }] },
  ]);
  expect(await count('held back')).toBe(0);
});

test('locked records of a Bulk job are among its failures', async () => {
  await arm({ kind: 'rows-locked', object: 'Account', times: 2 });
  const made = await org.fetch('POST', `${DATA}/jobs/ingest`, {
    object: 'Account',
    operation: 'insert',
    lineEnding: 'LF',
  });
  const { id } = (await made.json()) as { id: string };
  const job = `${DATA}/jobs/ingest/${id}`;
  await org.fetch('PUT', `${job}/batches`, 'Name\nbulk\nbulk\nbulk\n', {
    headers: { 'content-type': 'text/csv' },
  });
  await org.fetch('PATCH', job, { state: 'UploadComplete' });
  await org.org.whenIdle();
  expect(await (await org.fetch('GET', job)).json()).toMatchObject({
    state: 'JobComplete',
    numberRecordsProcessed: 3,
    numberRecordsFailed: 2,
  });
  const failed = await (await org.fetch('GET', `${job}/failedResults`)).text();
  expect(failed.match(/UNABLE_TO_LOCK_ROW:/g)).toHaveLength(2);
  expect(await count('bulk')).toBe(1);
});

test.each([
  ['event-duplicated', 2],
  ['event-redelivered', 1],
])('%s: the trigger runs twice and leaves %d records', async (kind, records) => {
  const before = await count('tick');
  await arm({ kind, object: 'Tick__e', times: 1 });
  await run('EventBus.publish(new Tick__e());');
  await org.org.whenIdle();
  expect((await count('tick')) - before).toBe(records);
  expect(org.org.faults.list()).toMatchObject([{ applied: 1 }]);
});

test('events and jobs that are slow wait on the org’s clock', async () => {
  const before = [await count('tick'), await count('later')];
  await arm({ kind: 'slow-events', object: 'Tick__e', delayMs: 600_000 });
  await arm({ kind: 'slow-jobs', object: 'Later', delayMs: 600_000 });
  await run('EventBus.publish(new Tick__e()); System.enqueueJob(new Later());');
  await org.org.whenIdle();
  expect([await count('tick'), await count('later')]).toEqual(before);
  await org.control('POST', 'clock', { advanceSeconds: 601 });
  await org.org.whenIdle();
  expect([await count('tick'), await count('later')]).toEqual(before.map((one) => one + 1));
});

test('a skewed clock shows in answers and in stamps, until it is cleared', async () => {
  const now = async (): Promise<number> =>
    Date.parse((await org.fetch('GET', `${DATA}/limits`)).headers.get('date') ?? '');
  const before = await now();
  await arm({ kind: 'clock-skew', seconds: 7200 });
  expect((await now()) - before).toBeGreaterThanOrEqual(7_200_000);
  const made = await org.fetch('POST', `${DATA}/sobjects/Account`, { Name: 'ahead' });
  const { id } = (await made.json()) as { id: string };
  const row = await org.fetch('GET', `${DATA}/sobjects/Account/${id}?fields=SystemModstamp`);
  const { SystemModstamp } = (await row.json()) as { SystemModstamp: string };
  expect(Date.parse(SystemModstamp) - before).toBeGreaterThanOrEqual(7_199_000);
  org.org.faults.clearAll();
  expect((await now()) - before).toBeLessThan(3_600_000);
});
