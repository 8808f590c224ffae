import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
const MINUTE_MS = 60_000;
let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg();
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

async function create(object: string, fields: object): Promise<string> {
  const response = await org.fetch('POST', `${DATA}/sobjects/${object}`, fields);
  return ((await response.json()) as { id: string }).id;
}

async function changes(
  object: string,
  which: 'updated' | 'deleted',
  startMs: number,
  endMs: number,
): Promise<Record<string, unknown>> {
  const query = new URLSearchParams({
    start: new Date(startMs).toISOString().replace('.000Z', '+00:00').replace('Z', '+00:00'),
    end: new Date(endMs).toISOString(),
  });
  const response = await org.fetch('GET', `${DATA}/sobjects/${object}/${which}/?${query}`);
  const body = (await response.json()) as Record<string, unknown>;
  expect(response.status, JSON.stringify(body)).toBe(200);
  return body;
}

/** The next full minute of the org, so that a window holds what the test does and nothing else. */
async function nextMinute(): Promise<number> {
  const now = org.org.clock.now();
  await org.org.clock.advance(MINUTE_MS - (now % MINUTE_MS));
  const minute = org.org.clock.now();
  return minute - (minute % MINUTE_MS);
}

test('updated: ids of the window, covered to the minute', async () => {
  const start = await nextMinute();
  const id = await create('Account', { Name: 'In the window' });
  const end = await nextMinute();
  await create('Account', { Name: 'After it' });
  const body = await changes('Account', 'updated', start, end);
  expect(Object.keys(body)).toEqual(['ids', 'latestDateCovered']);
  expect(body['ids']).toEqual([id]);
  expect(body['latestDateCovered']).toBe(new Date(end).toISOString().replace('Z', '+0000'));
});

test('seconds do not count', async () => {
  const start = await nextMinute();
  const id = await create('Account', { Name: 'Early in the minute' });
  const end = await nextMinute();
  const body = await changes('Account', 'updated', start + 59_000, end + 59_000);
  expect(body['ids']).toEqual([id]);
});

test('nothing later than now is covered', async () => {
  const start = await nextMinute();
  const body = await changes('Account', 'updated', start, start + 60 * MINUTE_MS);
  expect(body['latestDateCovered']).toBe(new Date(start).toISOString().replace('Z', '+0000'));
});

test('deleted: soft and hard deletes; undeleted ones are updated', async () => {
  const opportunity = await create('Opportunity', {
    Name: 'Deal',
    StageName: 'Prospecting',
    CloseDate: '2026-12-31',
  });
  const contact = await create('Contact', { LastName: 'Doe' });
  const role = await create('OpportunityContactRole', {
    OpportunityId: opportunity,
    ContactId: contact,
  });
  const account = await create('Account', { Name: 'Binned' });
  const start = await nextMinute();
  await org.fetch('DELETE', `${DATA}/sobjects/Account/${account}`);
  await org.fetch('DELETE', `${DATA}/sobjects/OpportunityContactRole/${role}`);
  const end = await nextMinute();
  const accounts = await changes('Account', 'deleted', start, end);
  expect(Object.keys(accounts)).toEqual([
    'deletedRecords',
    'earliestDateAvailable',
    'latestDateCovered',
  ]);
  expect(accounts['deletedRecords']).toEqual([
    { id: account, deletedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT.+\.000\+0000$/) },
  ]);
  expect(
    (await changes('OpportunityContactRole', 'deleted', start, end))['deletedRecords'],
  ).toEqual([expect.objectContaining({ id: role })]);
  expect((await changes('Account', 'updated', start, end))['ids']).toEqual([]);
});

test.each([
  ['a window under a minute', 0, 30_000, 'INVALID_REPLICATION_DATE'],
  ['start after end', MINUTE_MS * 5, 0, 'INVALID_REPLICATION_DATE'],
  ['too long ago', -31 * 24 * 60 * MINUTE_MS, 0, 'INVALID_REPLICATION_DATE'],
])('%s is refused', async (_, startOffset, endOffset, errorCode) => {
  const now = await nextMinute();
  const query = new URLSearchParams({
    start: new Date(now + startOffset).toISOString(),
    end: new Date(now + endOffset).toISOString(),
  });
  const response = await org.fetch('GET', `${DATA}/sobjects/Account/updated?${query}`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject([{ errorCode }]);
});

test('a date that is none, an object that is not replicated', async () => {
  const bad = await org.fetch('GET', `${DATA}/sobjects/Account/updated?start=yesterday&end=now`);
  expect(await bad.json()).toMatchObject([{ errorCode: 'INVALID_REPLICATION_DATE' }]);
  const query = 'start=2026-01-01T00:00:00Z&end=2026-01-01T00:10:00Z';
  const status = await org.fetch('GET', `${DATA}/sobjects/TaskStatus/updated?${query}`);
  expect(await status.json()).toMatchObject([{ errorCode: 'INVALID_TYPE_FOR_OPERATION' }]);
});

test('a late commit: the change appears behind its stamp, and is not covered before', async () => {
  const start = await nextMinute();
  org.org.faults.arm({ kind: 'late-commit', delayMs: 5 * MINUTE_MS, times: 1, method: 'POST' });
  const late = org.fetch('POST', `${DATA}/sobjects/Account`, { Name: 'Late' });
  await expect.poll(() => org.org.faults.list().at(-1)?.applied).toBe(1);
  await org.org.clock.advance(2 * MINUTE_MS);
  const early = await changes('Account', 'updated', start, start + 2 * MINUTE_MS);
  expect(early).toMatchObject({
    ids: [],
    latestDateCovered: new Date(start).toISOString().replace('Z', '+0000'),
  });
  await org.org.clock.advance(4 * MINUTE_MS);
  const { id } = (await (await late).json()) as { id: string };
  const now = await changes('Account', 'updated', start, start + 2 * MINUTE_MS);
  expect(now).toMatchObject({
    ids: [id],
    latestDateCovered: new Date(start + 2 * MINUTE_MS).toISOString().replace('Z', '+0000'),
  });
});

test('a hole in the delete log: a window before it is refused', async () => {
  const now = await nextMinute();
  expect(await changes('Account', 'deleted', now - 60 * MINUTE_MS, now)).toBeDefined();
  const fault = org.org.faults.arm({ kind: 'delete-log-hole', hours: 0.5 });
  const query = new URLSearchParams({
    start: new Date(now - 60 * MINUTE_MS).toISOString(),
    end: new Date(now).toISOString(),
  });
  const refused = await org.fetch('GET', `${DATA}/sobjects/Account/deleted?${query}`);
  expect(await refused.json()).toMatchObject([{ errorCode: 'INVALID_REPLICATION_DATE' }]);
  const inside = await changes('Account', 'deleted', now - 10 * MINUTE_MS, now);
  expect(inside['earliestDateAvailable']).toBe(
    new Date(now - 30 * MINUTE_MS).toISOString().replace('Z', '+0000'),
  );
  org.org.faults.clear(fault);
});

test('hidden records are gone from every way of reading, without being deleted', async () => {
  const start = await nextMinute();
  const id = await create('Account', { Name: 'Hidden' });
  const end = await nextMinute();
  const fault = org.org.faults.arm({ kind: 'hidden-records', ids: [id] });
  const soql = encodeURIComponent("SELECT Id FROM Account WHERE Name = 'Hidden'");
  const read = async (path: string): Promise<unknown> =>
    (await org.fetch('GET', `${DATA}/${path}`)).json();
  expect(await read(`sobjects/Account/${id}`)).toMatchObject([{ errorCode: 'NOT_FOUND' }]);
  expect(await read(`composite/sobjects/Account?ids=${id}&fields=Id`)).toEqual([null]);
  expect(await read(`query?q=${soql}`)).toMatchObject({ totalSize: 0 });
  expect(await read(`queryAll?q=${soql}`)).toMatchObject({ totalSize: 0 });
  expect((await changes('Account', 'updated', start, end))['ids']).toEqual([]);
  expect((await changes('Account', 'deleted', start, end))['deletedRecords']).toEqual([]);
  const job = await org.fetch('POST', `${DATA}/jobs/query`, {
    operation: 'queryAll',
    query: "SELECT Name, Owner.Name FROM Account WHERE Name = 'Hidden'",
  });
  const { id: jobId } = (await job.json()) as { id: string };
  await org.org.whenIdle();
  const results = await org.fetch('GET', `${DATA}/jobs/query/${jobId}/results`);
  expect(await results.text()).toBe('"Name","Owner.Name"\n');
  org.org.faults.clear(fault);
  expect(await read(`sobjects/Account/${id}`)).toMatchObject({ Id: id });
});

test('the Recycle Bin is emptied after 15 days, Bulk jobs after 7', async () => {
  const id = await create('Account', { Name: 'Old' });
  await org.fetch('DELETE', `${DATA}/sobjects/Account/${id}`);
  const created = await org.fetch('POST', `${DATA}/jobs/query`, {
    operation: 'query',
    query: 'SELECT Id FROM Account',
  });
  const { id: jobId } = (await created.json()) as { id: string };
  await org.org.whenIdle();
  await org.org.clock.advance(6 * 24 * 60 * MINUTE_MS);
  expect((await org.fetch('GET', `${DATA}/jobs/query/${jobId}`)).status).toBe(200);
  await org.org.clock.advance(2 * 24 * 60 * MINUTE_MS);
  const jobStatus = async () => (await org.fetch('GET', `${DATA}/jobs/query/${jobId}`)).status;
  await vi.waitFor(async () => expect(await jobStatus()).toBe(404));
  const path = `${DATA}/sobjects/Account/${id}`;
  expect(await (await org.fetch('GET', path)).json()).toMatchObject([
    { errorCode: 'ENTITY_IS_DELETED' },
  ]);
  await org.org.clock.advance(8 * 24 * 60 * MINUTE_MS);
  await vi.waitFor(async () => {
    const answer: unknown = await (await org.fetch('GET', path)).json();
    expect(answer).toMatchObject([{ errorCode: 'NOT_FOUND' }]);
  });
});
