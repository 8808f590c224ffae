import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
const ROWS = 4_500;
let folder: string;
let org: TestOrg;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'org-'));
  org = await startTestOrg({ database: join(folder, 'org.db') });
  const records = Array.from({ length: ROWS }, (_, index) => ({
    object: 'Account',
    input: {
      Name: `Account ${index}`,
      AnnualRevenue: index,
      Description: index === 7 ? 'says "hi",\nand leaves' : null,
    },
  }));
  const [user] = org.org.store.findByKey('User', 'Username', 'alex@practice.example');
  org.org.engine.save({
    operation: 'insert',
    records,
    allOrNone: true,
    userId: user ?? '',
    source: 'bulk',
  });
});
afterAll(async () => {
  await org.close();
  await rm(folder, { recursive: true });
  expect(org.errors).toEqual([]);
});

interface JobInfo {
  readonly id: string;
  readonly state: string;
  readonly numberRecordsProcessed: number;
}

async function startJob(query: string, more: object = {}): Promise<JobInfo> {
  const response = await org.fetch('POST', `${DATA}/jobs/query`, {
    operation: 'query',
    query,
    ...more,
  });
  const job = (await response.json()) as JobInfo;
  expect(response.status, JSON.stringify(job)).toBe(200);
  return job;
}

async function finished(query: string, more: object = {}): Promise<JobInfo> {
  const { id } = await startJob(query, more);
  await org.org.whenIdle();
  return (await (await org.fetch('GET', `${DATA}/jobs/query/${id}`)).json()) as JobInfo;
}

test('a new job answers twelve members in order, apiVersion as a number with a point', async () => {
  const response = await org.fetch('POST', `${DATA}/jobs/query`, {
    operation: 'queryAll',
    query: 'SELECT Id FROM Account',
  });
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(text).toContain('"apiVersion":66.0');
  const job = JSON.parse(text) as Record<string, unknown>;
  expect(Object.keys(job)).toEqual([
    'id',
    'operation',
    'object',
    'createdById',
    'createdDate',
    'systemModstamp',
    'state',
    'concurrencyMode',
    'contentType',
    'apiVersion',
    'lineEnding',
    'columnDelimiter',
  ]);
  expect(job).toMatchObject({
    id: expect.stringMatching(/^750\w{15}$/),
    operation: 'queryAll',
    object: 'Account',
    state: 'UploadComplete',
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
    createdDate: expect.stringMatching(/\+0000$/),
  });
  await org.org.whenIdle();
});

test('pages follow the locator to the text null, the head is on every page', async () => {
  const job = await finished('SELECT Id, Name FROM Account');
  expect(job).toMatchObject({
    state: 'JobComplete',
    numberRecordsProcessed: ROWS,
    jobType: 'V2Query',
    retries: 0,
  });
  const names = new Set<string>();
  const sizes: string[] = [];
  let locator = '';
  do {
    const query = `?maxRecords=2000${locator === '' ? '' : `&locator=${locator}`}`;
    const page = await org.fetch('GET', `${DATA}/jobs/query/${job.id}/results${query}`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/csv');
    sizes.push(page.headers.get('sforce-numberofrecords') ?? '');
    locator = page.headers.get('sforce-locator') ?? 'missing';
    const lines = (await page.text()).trimEnd().split('\n');
    expect(lines[0]).toBe('"Id","Name"');
    for (const line of lines.slice(1)) names.add(line.split(',')[1] ?? '');
  } while (locator !== 'null');
  expect(sizes).toEqual(['2000', '2000', '500']);
  expect(names.size).toBe(ROWS);
});

test('a page can be fetched again and does not change when records do', async () => {
  const job = await finished('SELECT Id, Name FROM Account');
  const path = `${DATA}/jobs/query/${job.id}/results?maxRecords=10`;
  const first = await (await org.fetch('GET', path)).text();
  const id = /"(001\w{15})"/.exec(first)?.[1];
  expect((await org.fetch('PATCH', `${DATA}/sobjects/Account/${id}`, { Name: 'New' })).status).toBe(
    204,
  );
  expect(await (await org.fetch('GET', path)).text()).toBe(first);
});

test('a page of any size begins and ends at a row, whatever line breaks and quotes its values hold', async () => {
  const wide = 'He said "no",\n"no" and\r\n""';
  const names = [0, 1, 2, 3].map((index) => `odd-page-${index}`);
  for (const [index, LastName] of names.entries()) {
    await org.fetch('POST', `${DATA}/sobjects/Contact`, {
      LastName,
      Description: index % 2 === 1 ? wide : null,
    });
  }
  const job = await finished(
    "SELECT LastName, Description FROM Contact WHERE LastName LIKE 'odd-page-%' ORDER BY LastName",
  );
  const rows: string[] = [];
  let locator = '';
  do {
    const query = `?maxRecords=1${locator === '' ? '' : `&locator=${locator}`}`;
    const page = await org.fetch('GET', `${DATA}/jobs/query/${job.id}/results${query}`);
    locator = page.headers.get('sforce-locator') ?? 'missing';
    rows.push((await page.text()).replace('"LastName","Description"\n', ''));
  } while (locator !== 'null');
  const quoted = wide.replaceAll('"', '""');
  expect(rows).toEqual(
    names.map((name, index) => `"${name}","${index % 2 === 1 ? quoted : ''}"\n`),
  );
});

test('values: quotes doubled, line breaks kept, null empty, doubles and times as the API writes', async () => {
  const job = await finished(
    "SELECT Name, Description, AnnualRevenue, IsDeleted, CreatedDate, Parent.Name FROM Account WHERE Name = 'Account 7'",
  );
  const csv = await (await org.fetch('GET', `${DATA}/jobs/query/${job.id}/results`)).text();
  expect(csv).toMatch(
    /^"Name","Description","AnnualRevenue","IsDeleted","CreatedDate","Parent\.Name"\n"Account 7","says ""hi"",\nand leaves","7\.0","false","\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z",""\n$/,
  );
});

test('other delimiter and line ending; nothing found is a head alone', async () => {
  const query = "SELECT Id, Name FROM Account WHERE Name = 'Account 8'";
  const job = await finished(query, { columnDelimiter: 'PIPE', lineEnding: 'CRLF' });
  const csv = await (await org.fetch('GET', `${DATA}/jobs/query/${job.id}/results`)).text();
  expect(csv).toMatch(/^"Id"\|"Name"\r\n"001\w{15}"\|"Account 8"\r\n$/);
  const none = await finished("SELECT Id FROM Account WHERE Name = 'nobody'");
  const page = await org.fetch('GET', `${DATA}/jobs/query/${none.id}/results`);
  expect(page.headers.get('sforce-numberofrecords')).toBe('0');
  expect(page.headers.get('sforce-locator')).toBe('null');
  expect(await page.text()).toBe('"Id"\n');
});

test('resultPages gives URLs that hold every row once', async () => {
  const job = await finished('SELECT Id FROM Account');
  const response = await org.fetch('GET', `${DATA}/jobs/query/${job.id}/resultPages`);
  const body = (await response.json()) as { resultPages: { resultUrl: string }[]; done: boolean };
  expect(Object.keys(body)).toEqual(['resultPages', 'nextRecordsUrl', 'done']);
  expect(body.done).toBe(true);
  const [page] = body.resultPages;
  expect(page?.resultUrl).toMatch(new RegExp(`^${DATA}/jobs/query/${job.id}/results\\?locator=`));
  const csv = await (await org.fetch('GET', page?.resultUrl ?? '')).text();
  expect(csv.trimEnd().split('\n')).toHaveLength(ROWS + 1);
});

test('results too early are refused, under another version too, and a made-up locator', async () => {
  const stuck = org.org.faults.arm({ kind: 'bulk-stuck', times: 1 });
  const { id } = await startJob('SELECT Id FROM Account');
  await expect
    .poll(async () => {
      const response = await org.fetch('GET', `${DATA}/jobs/query/${id}`);
      return ((await response.json()) as JobInfo).state;
    })
    .toBe('InProgress');
  const early = await org.fetch('GET', `${DATA}/jobs/query/${id}/results`);
  expect(early.status).toBe(412);
  expect(await early.json()).toMatchObject([
    {
      errorCode: 'JOB_NOT_COMPLETE',
      message: expect.stringContaining('Current status: IN_PROGRESS'),
    },
  ]);
  org.org.faults.clear(stuck);
  await org.control('POST', 'clock', { advanceSeconds: 1 });
  await org.org.whenIdle();
  const other = `/services/data/v65.0/jobs/query/${id}/results`;
  expect((await org.fetch('GET', other)).status).toBe(409);
  const madeUp = await org.fetch('GET', `${DATA}/jobs/query/${id}/results?locator=MDox`);
  expect(madeUp.status).toBe(400);
});

test.each([
  ['SELECT COUNT(Id) FROM Account', 'API_ERROR', 'Aggregate'],
  ['SELECT Id, (SELECT Id FROM Contacts) FROM Account', 'API_ERROR', 'not supported'],
  [
    'SELECT BillingAddress FROM Account',
    'API_ERROR',
    'Selecting compound data not supported in Bulk Query',
  ],
  ['SELECT Id FROM Account LIMIT 5 OFFSET 5', 'API_ERROR', 'Offset'],
  ['SELECT Nope FROM Account', 'INVALID_FIELD', "No such column 'Nope'"],
  ['SELECT Id FROM Account WHERE Name = :name', 'MALFORMED_QUERY', 'Bind variables only'],
  ['SELECT Id FROM Account ALL ROWS', 'MALFORMED_QUERY', 'ALL ROWS not allowed'],
  ['SELECT Id FROM Nope', 'INVALID_TYPE', "sObject type 'Nope' is not supported"],
])('%s is refused at once', async (query, code, message) => {
  const response = await org.fetch('POST', `${DATA}/jobs/query`, { operation: 'query', query });
  const [error] = (await response.json()) as { errorCode: string; message: string }[];
  expect(response.status).toBe(400);
  expect(error?.errorCode).toBe(code);
  expect(error?.message).toContain(message);
});

test('abort and delete answer as documented', async () => {
  const fault = org.org.faults.arm({ kind: 'bulk-stuck' });
  const { id } = await startJob('SELECT Id FROM Account');
  const path = `${DATA}/jobs/query/${id}`;
  const early = await org.fetch('DELETE', path);
  expect(early.status).toBe(400);
  const aborted = await org.fetch('PATCH', path, { state: 'Aborted' });
  const body = (await aborted.json()) as object;
  expect(body).toMatchObject({ state: 'Aborted' });
  expect(Object.keys(body)).not.toContain('lineEnding');
  org.org.faults.clear(fault);
  const again = await org.fetch('PATCH', path, { state: 'Aborted' });
  expect(await again.json()).toMatchObject([{ errorCode: 'INVALIDJOBSTATE' }]);
  expect((await org.fetch('DELETE', path)).status).toBe(204);
  expect((await org.fetch('GET', path)).status).toBe(404);
});

test('faults: a short page and a missing locator', async () => {
  const job = await finished('SELECT Id FROM Account LIMIT 20');
  const path = `${DATA}/jobs/query/${job.id}/results`;
  org.org.faults.arm({ kind: 'bulk-short-page', rows: 3, times: 1, object: 'Account' });
  const short = await org.fetch('GET', path);
  expect(short.headers.get('sforce-numberofrecords')).toBe('20');
  expect((await short.text()).trimEnd().split('\n')).toHaveLength(1 + 17);
  org.org.faults.arm({ kind: 'bulk-no-locator', times: 1 });
  expect((await org.fetch('GET', path)).headers.get('sforce-locator')).toBeNull();
  const healthy = await org.fetch('GET', path);
  expect((await healthy.text()).trimEnd().split('\n')).toHaveLength(1 + 20);
});

test.each([
  ['jobType=V2Query', true],
  ['jobType=V2Ingest', false],
  ['jobType=Classic', false],
  ['concurrencyMode=parallel', true],
  ['concurrencyMode=serial', false],
  ['isPkChunkingEnabled=true', false],
])('jobs by %s', async (filter, isFound) => {
  const response = await org.fetch('GET', `${DATA}/jobs/query?${filter}`);
  const { records } = (await response.json()) as { records: object[] };
  expect(records.length > 0).toBe(isFound);
});

test('lists jobs', async () => {
  const response = await org.fetch('GET', `${DATA}/jobs/query`);
  const body = (await response.json()) as { done: boolean; records: { id: string }[] };
  expect(body.done).toBe(true);
  expect(body.records.length).toBeGreaterThan(3);
});
