import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg();
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

interface JobInfo {
  readonly id: string;
  readonly state: string;
  readonly contentUrl: string;
  readonly numberRecordsProcessed: number;
  readonly numberRecordsFailed: number;
  readonly errorMessage?: string;
}

async function ingest(job: object, csv: string): Promise<JobInfo> {
  const created = await org.fetch('POST', `${DATA}/jobs/ingest`, job);
  const { id, contentUrl } = (await created.json()) as JobInfo;
  expect(contentUrl).toBe(`services/data/v66.0/jobs/ingest/${id}/batches`);
  const headers = { 'content-type': 'text/csv' };
  const put = await org.fetch('PUT', `/${contentUrl}`, csv, { headers });
  expect([put.status, await put.text()]).toEqual([201, '']);
  const patched = await org.fetch('PATCH', `${DATA}/jobs/ingest/${id}`, {
    state: 'UploadComplete',
  });
  expect(patched.status).toBe(200);
  const body = (await patched.json()) as object;
  expect(body).toMatchObject({ state: 'UploadComplete' });
  expect(Object.keys(body)).not.toContain('lineEnding');
  await org.org.whenIdle();
  return (await (await org.fetch('GET', `${DATA}/jobs/ingest/${id}`)).json()) as JobInfo;
}

async function results(id: string, which: string): Promise<string> {
  const response = await org.fetch('GET', `${DATA}/jobs/ingest/${id}/${which}`);
  expect(response.headers.get('content-type')).toBe('text/csv');
  return response.text();
}

test('a new job is open and says where to put the data', async () => {
  const response = await org.fetch('POST', `${DATA}/jobs/ingest`, {
    object: 'Account',
    operation: 'insert',
  });
  const body = (await response.json()) as Record<string, unknown>;
  expect(response.status).toBe(200);
  expect(body).toMatchObject({ state: 'Open', object: 'Account', operation: 'insert' });
  expect(Object.keys(body)).toContain('contentUrl');
});

test('inserts, with heads in any case; failed rows have their reason', async () => {
  const csv = 'NAME,ANNUALREVENUE,numberofemployees\nAcme,1500,7\n,1,2\n"Say ""hi""",2.5,\n';
  const job = await ingest({ object: 'account', operation: 'insert' }, csv);
  expect(job).toMatchObject({
    state: 'JobComplete',
    numberRecordsProcessed: 3,
    numberRecordsFailed: 1,
    jobType: 'V2Ingest',
    object: 'Account',
  });
  expect(await results(job.id, 'successfulResults/')).toMatch(
    /^"sf__Id","sf__Created",NAME,ANNUALREVENUE,numberofemployees\n"001\w{15}","true","Acme","1500","7"\n"001\w{15}","true","Say ""hi""","2\.5",""\n$/,
  );
  expect(await results(job.id, 'failedResults')).toBe(
    '"sf__Id","sf__Error",NAME,ANNUALREVENUE,numberofemployees\n' +
      '"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","","1","2"\n',
  );
  expect(await results(job.id, 'unprocessedrecords')).toBe(
    'NAME,ANNUALREVENUE,numberofemployees\n',
  );
});

test('updates: #N/A clears, an empty cell leaves alone', async () => {
  const created = await org.fetch('POST', `${DATA}/sobjects/Account`, {
    Name: 'Before',
    Phone: '1',
    Fax: '2',
  });
  const { id } = (await created.json()) as { id: string };
  const csv = `Id,Phone,Fax\n${id},,#N/A\n`;
  const job = await ingest({ object: 'Account', operation: 'update' }, csv);
  expect(job).toMatchObject({ numberRecordsFailed: 0, numberRecordsProcessed: 1 });
  const record = await org.fetch('GET', `${DATA}/sobjects/Account/${id}?fields=Phone,Fax`);
  expect(await record.json()).toMatchObject({ Phone: '1', Fax: null });
  expect(await results(job.id, 'successfulResults')).toContain(`"${id}","false"`);
});

test('upserts by an id look-up and finds parents by theirs', async () => {
  const csv = 'Username,LastName,Email,ReportsTo.Email\nx,x,x,x\n';
  const refused = await ingest({ object: 'Contact', operation: 'insert' }, csv);
  expect(refused).toMatchObject({
    state: 'Failed',
    errorMessage: 'InvalidBatch : Field name not found : Username',
  });
  const rows = 'LastName,Email,Owner.Username\nDoe,jd@x.example,sam@practice.example\n';
  const upsert = { object: 'Contact', operation: 'upsert', externalIdFieldName: 'Email' };
  const first = await ingest(upsert, rows);
  expect(first).toMatchObject({ numberRecordsFailed: 0 });
  const second = await ingest(upsert, rows.replace('Doe', 'Roe'));
  const line = (await results(second.id, 'successfulResults')).split('\n')[1];
  expect(line).toMatch(/^"003\w{15}","false","Roe"/);
  const query = "SELECT LastName, Owner.Username FROM Contact WHERE Email = 'jd@x.example'";
  const found = await org.fetch('GET', `${DATA}/query?q=${encodeURIComponent(query)}`);
  expect(await found.json()).toMatchObject({
    totalSize: 1,
    records: [{ LastName: 'Roe', Owner: { Username: 'sam@practice.example' } }],
  });
});

test('deletes by id', async () => {
  const created = await org.fetch('POST', `${DATA}/sobjects/Account`, { Name: 'Gone' });
  const { id } = (await created.json()) as { id: string };
  const job = await ingest({ object: 'Account', operation: 'delete' }, `Id\n${id}\n${id}\n`);
  expect(job).toMatchObject({ numberRecordsProcessed: 2, numberRecordsFailed: 1 });
  expect((await org.fetch('GET', `${DATA}/sobjects/Account/${id}`)).status).toBe(404);
});

test('an aborted job keeps its rows as unprocessed', async () => {
  org.org.faults.arm({ kind: 'bulk-aborted', times: 1 });
  const job = await ingest({ object: 'Account', operation: 'insert' }, 'Name\nOne\n"Two, Ltd"\n');
  expect(job.state).toBe('Aborted');
  expect(await results(job.id, 'unprocessedrecords/')).toBe('Name\n"One"\n"Two, Ltd"\n');
  expect(await results(job.id, 'successfulResults')).toBe('"sf__Id","sf__Created",Name\n');
});

test.each([
  [{ object: 'Nothing', operation: 'insert' }, 'INVALIDJOB'],
  [{ object: 'Account', operation: 'teleport' }, 'INVALIDJOB'],
  [{ object: 'Account', operation: 'insert', surprise: 1 }, 'INVALIDJOB'],
  [{ object: 'Account', operation: 'upsert' }, 'INVALIDJOB'],
  [{ object: 'Account', operation: 'upsert', externalIdFieldName: 'Name' }, 'INVALIDJOB'],
])('%j is refused', async (job, code) => {
  const response = await org.fetch('POST', `${DATA}/jobs/ingest`, job);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject([{ errorCode: code }]);
});

test.each([
  ['a header too long', `LastName,${'x'.repeat(32_000)}`, 'more than 32000 characters'],
  ['too many columns', `LastName${',x'.repeat(5_000)}`, 'more than 5000 columns'],
])('%s fails the job', async (_, header, reason) => {
  const made = await org.fetch('POST', `${DATA}/jobs/ingest`, {
    object: 'Lead',
    operation: 'insert',
    lineEnding: 'LF',
  });
  const { id } = (await made.json()) as { id: string };
  const path = `${DATA}/jobs/ingest/${id}`;
  const headers = { 'content-type': 'text/csv' };
  const cells = header.replace(/[^,]+/g, 'v');
  await org.fetch('PUT', `${path}/batches`, `${header}\n${cells}\n`, { headers });
  await org.fetch('PATCH', path, { state: 'UploadComplete' });
  await org.org.whenIdle();
  expect(await (await org.fetch('GET', path)).json()).toMatchObject({
    state: 'Failed',
    errorMessage: expect.stringContaining(reason),
  });
});

test('data can be uploaded once, as CSV', async () => {
  const created = await org.fetch('POST', `${DATA}/jobs/ingest`, {
    object: 'Account',
    operation: 'insert',
  });
  const { contentUrl } = (await created.json()) as JobInfo;
  expect((await org.fetch('PUT', `/${contentUrl}`, '{}')).status).toBe(415);
  const headers = { 'content-type': 'text/csv' };
  expect((await org.fetch('PUT', `/${contentUrl}`, 'Name\nx\n', { headers })).status).toBe(201);
  const again = await org.fetch('PUT', `/${contentUrl}`, 'Name\ny\n', { headers });
  expect(await again.json()).toMatchObject([{ errorCode: 'INVALIDJOBSTATE' }]);
});

test('HTTP answers while thousands of rows are loaded', async () => {
  const created = await org.fetch('POST', `${DATA}/jobs/ingest`, {
    object: 'Lead',
    operation: 'insert',
  });
  const { id, contentUrl } = (await created.json()) as JobInfo;
  const rows = Array.from({ length: 4_000 }, (_, index) => `Lead ${index},Acme\n`).join('');
  const headers = { 'content-type': 'text/csv' };
  await org.fetch('PUT', `/${contentUrl}`, `LastName,Company\n${rows}`, { headers });
  await org.fetch('PATCH', `${DATA}/jobs/ingest/${id}`, { state: 'UploadComplete' });
  const seen = new Set<number>();
  for (;;) {
    const response = await org.fetch('GET', `${DATA}/jobs/ingest/${id}`);
    const job = (await response.json()) as JobInfo;
    seen.add(job.numberRecordsProcessed);
    if (job.state === 'JobComplete') break;
  }
  expect(seen).toContain(4_000);
  expect(seen.size).toBeGreaterThan(2);
});
