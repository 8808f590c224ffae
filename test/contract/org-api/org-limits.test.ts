import { afterEach, describe, expect, test } from 'vitest';
import type { OrgResponse } from '../../../local/org/api/http.ts';
import { editionOf } from '../../../local/org/editions.ts';
import { promisesSettled } from '../../../local/promises-settled.ts';
import { metadataText } from '../../support/org/source-files.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

/** What an org refuses because it is full, busy or without API, by what really happens in it. */

const DATA = '/services/data/v66.0';
const KB = 1024;

let org: TestOrg;
afterEach(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

const refusal = (errorCode: string, message: string) => [{ message, errorCode }];

async function limit(name: string): Promise<{ Max: number; Remaining: number } | undefined> {
  const answer = await org.fetch('GET', `${DATA}/limits`);
  return ((await answer.json()) as Record<string, { Max: number; Remaining: number }>)[name];
}

test('the day’s requests', async () => {
  org = await startTestOrg({ limits: { DailyApiRequests: 2 } });
  expect(await limit('DailyApiRequests')).toEqual({ Max: 2, Remaining: 1 });
  expect(await limit('DailyApiRequests')).toEqual({ Max: 2, Remaining: 0 });
  const refused = await org.fetch('GET', `${DATA}/limits`);
  expect(refused.status).toBe(403);
  expect(await refused.json()).toEqual(
    refusal('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'),
  );
});

test('an org without API', async () => {
  org = await startTestOrg({ edition: editionOf('Professional Edition', false) });
  const refused = await org.fetch('GET', `${DATA}/limits`);
  expect(refused.status).toBe(403);
  expect(await refused.json()).toEqual(
    refusal('API_DISABLED_FOR_ORG', 'API is not enabled for this Organization or Partner'),
  );
});

describe('data storage', () => {
  const ROWS_PER_MB = 512;
  const insert = (from: number, to: number) =>
    org.fetch('POST', `${DATA}/composite/sobjects`, {
      records: Array.from({ length: to - from }, (_, index) => ({
        attributes: { type: 'Account' },
        Name: `Row ${from + index}`,
      })),
    });
  async function fill(): Promise<void> {
    for (let at = 0; at < ROWS_PER_MB; at += 128) await insert(at, at + 128);
  }
  const create = () => org.fetch('POST', `${DATA}/sobjects/Account`, { Name: 'One more' });

  test('counts down by the kilobytes that records take', async () => {
    org = await startTestOrg();
    expect(await limit('DataStorageMB')).toEqual({ Max: 5, Remaining: 5 });
    await fill();
    expect(await limit('DataStorageMB')).toEqual({ Max: 5, Remaining: 4 });
    await create();
    expect(await limit('DataStorageMB')).toEqual({ Max: 5, Remaining: 3 });
  });

  test('refuses what is beyond the limit an org was given, until room is made', async () => {
    org = await startTestOrg({ limits: { DataStorageMB: 1 } });
    await fill();
    const refused = await create();
    expect(refused.status).toBe(400);
    expect(await refused.json()).toEqual([
      { errorCode: 'STORAGE_LIMIT_EXCEEDED', message: 'storage limit exceeded', fields: [] },
    ]);
    const found = await org.fetch(
      'GET',
      `${DATA}/query?q=${encodeURIComponent('SELECT Id FROM Account LIMIT 1')}`,
    );
    const { records } = (await found.json()) as { records: { Id: string }[] };
    const path = `${DATA}/sobjects/Account/${records[0]?.Id}`;
    expect((await org.fetch('PATCH', path, { Name: 'Changed' })).status).toBe(204);
    await org.fetch('DELETE', path);
    expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(400);
  });

  test('a campaign takes four times as much', async () => {
    org = await startTestOrg({ limits: { DataStorageMB: (3 * 4 * 2 * KB) / (KB * KB) } });
    const campaign = () => org.fetch('POST', `${DATA}/sobjects/Campaign`, { Name: 'C' });
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await campaign()).status);
    expect(statuses).toEqual([201, 201, 201, 400]);
  });
});

describe('long requests at once', () => {
  const LONG_MS = 20_000;
  const HELD_MS = 60_000;

  function ask(): Promise<OrgResponse> {
    return org.org.handle({
      method: 'GET',
      path: `${DATA}/limits`,
      headers: { authorization: `Bearer ${org.accessToken}` },
      body: new Uint8Array(),
    });
  }

  async function hold(count: number): Promise<Promise<OrgResponse>[]> {
    org.org.faults.arm({ kind: 'slow', delayMs: HELD_MS, times: count });
    const held = Array.from({ length: count }, ask);
    await promisesSettled();
    return held;
  }

  test.each([
    ['Developer Edition', 5],
    ['Enterprise Edition', 25],
  ] as const)('%s: %i of them, the next is refused until one has ended', async (name, most) => {
    org = await startTestOrg({ edition: editionOf(name) });
    const held = await hold(most);
    expect((await ask()).status).toBe(200);
    await org.org.clock.advance(LONG_MS);
    const refused = await ask();
    expect(refused.status).toBe(403);
    const signIn = await org.fetch('POST', '/services/oauth2/token', '', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(signIn.status).toBe(400);
    await org.org.clock.advance(HELD_MS);
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(held.map(() => 200));
    expect((await ask()).status).toBe(200);
  });

  test('one fewer holds nobody up', async () => {
    org = await startTestOrg();
    const held = await hold(4);
    await org.org.clock.advance(LONG_MS);
    expect((await ask()).status).toBe(200);
    await org.org.clock.advance(HELD_MS);
    await Promise.all(held);
  });

  test('code and text', async () => {
    org = await startTestOrg();
    const held = await hold(5);
    await org.org.clock.advance(LONG_MS);
    const refused = await org.fetch('GET', `${DATA}/limits`);
    expect(await refused.json()).toEqual(
      refusal('REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests Limit exceeded.'),
    );
    await org.org.clock.advance(HELD_MS);
    await Promise.all(held);
  });
});

describe('queries', () => {
  const job = async (query: string) => {
    const answer = await org.fetch('POST', `${DATA}/jobs/query`, { operation: 'query', query });
    return { status: answer.status, body: (await answer.json()) as unknown };
  };

  test('thousands of conditions are one query; beyond 100,000 characters it is none', async () => {
    org = await startTestOrg();
    const conditions = Array.from({ length: 4000 }, (_, index) => `Name = 'n${index}'`);
    const query = `SELECT Id FROM Account WHERE ${conditions.join(' OR ')}`;
    expect((await job(query)).status).toBe(200);
    await org.org.whenIdle();
    const tooLong = await job(`SELECT Id FROM Account WHERE Name = '${'x'.repeat(100_000)}'`);
    expect(tooLong.status).toBe(400);
    expect(tooLong.body).toMatchObject([{ errorCode: 'MALFORMED_QUERY' }]);
  });

  const lookup = (name: string) => ({
    path: `objects/Contact/fields/${name}__c.field-meta.xml`,
    text: metadataText(
      'CustomField',
      `<fullName>${name}__c</fullName><label>${name}</label><type>Lookup</type>` +
        `<referenceTo>Contact</referenceTo><relationshipName>${name}s</relationshipName>`,
    ),
  });

  test('more columns than a query may have', async () => {
    org = await startTestOrg();
    const names = Array.from({ length: 55 }, (_, index) => `Up${index}`);
    org.org.deploy(names.map(lookup));
    const fields = [...org.org.store.schema.require('Contact').fields.values()];
    const plain = fields.filter(({ type }) => type !== 'address').slice(0, 40);
    const columns = names.flatMap((up) => plain.map(({ name }) => `${up}__r.${name}`));
    const refused = await job(`SELECT ${columns.join(', ')} FROM Contact`);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject([
      {
        errorCode: 'QUERY_TOO_COMPLICATED',
        message:
          'Query is either selecting too many fields or the filter conditions are too complicated.',
      },
    ]);
  });
});

describe('the day’s Bulk allowances', () => {
  const ask = async (query: string): Promise<Response> =>
    org.fetch('POST', `${DATA}/jobs/query`, { operation: 'query', query });
  const QUERY = 'SELECT Id, Name FROM Account';

  async function load(): Promise<unknown> {
    const made = await org.fetch('POST', `${DATA}/jobs/ingest`, {
      object: 'Account',
      operation: 'insert',
    });
    const { id } = (await made.json()) as { id: string };
    const path = `${DATA}/jobs/ingest/${id}`;
    await org.fetch('PUT', `${path}/batches`, 'Name\nOne\n', {
      headers: { 'content-type': 'text/csv' },
    });
    await org.fetch('PATCH', path, { state: 'UploadComplete' });
    await org.org.whenIdle();
    return (await org.fetch('GET', path)).json();
  }

  test('query jobs', async () => {
    org = await startTestOrg({ limits: { DailyBulkV2QueryJobs: 1 } });
    expect((await ask(QUERY)).status).toBe(200);
    const refused = await ask(QUERY);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toEqual(
      refusal('LIMIT_EXCEEDED', 'Max bulk v2 query jobs (1) per 24 hrs has been reached (1)'),
    );
  });

  test('kilobytes of results', async () => {
    org = await startTestOrg({ limits: { DailyBulkV2QueryFileStorageMB: 60 / (KB * KB) } });
    await org.fetch('POST', `${DATA}/sobjects/Account`, { Name: 'x'.repeat(60) });
    expect((await ask(QUERY)).status).toBe(200);
    await org.org.whenIdle();
    const refused = await ask(QUERY);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toEqual(
      refusal(
        'LIMIT_EXCEEDED',
        'Max bulk v2 query result size stored kb per 24 hrs has been exceeded',
      ),
    );
  });

  test('batches of loads: the job fails', async () => {
    org = await startTestOrg({ limits: { DailyBulkApiBatches: 1 } });
    expect(await load()).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 1 });
    expect(await load()).toMatchObject({
      state: 'Failed',
      errorMessage: 'ExceededQuota : ApiBatchItems Limit exceeded.',
      numberRecordsProcessed: 0,
    });
  });
});
