import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
let org: TestOrg;
let path: string;

beforeAll(async () => {
  org = await startTestOrg();
  const made = await org.fetch('POST', `${DATA}/sobjects/Account`, { Name: 'Conditional' });
  path = `${DATA}/sobjects/Account/${((await made.json()) as { id: string }).id}`;
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

function atTime(header: string, offsetMs: number): RequestInit {
  return { headers: { [header]: new Date(Date.now() + offsetMs).toUTCString() } };
}

test('If-Unmodified-Since holds back a change of what somebody changed since', async () => {
  const past = atTime('if-unmodified-since', -3_600_000);
  const future = atTime('if-unmodified-since', 3_600_000);
  const refused = await org.fetch('PATCH', path, { Name: 'Lost' }, past);
  expect(refused.status).toBe(412);
  expect(await refused.json()).toMatchObject([{ errorCode: 'PRECONDITION_FAILED' }]);
  expect((await org.fetch('DELETE', path, undefined, past)).status).toBe(412);
  expect((await org.fetch('PATCH', path, { Name: 'Changed' }, future)).status).toBe(204);
  const row = await org.fetch('GET', `${path}?fields=Name`);
  expect(await row.json()).toMatchObject({ Name: 'Changed' });
});

test('If-Modified-Since spares a client what it has', async () => {
  const known = await org.fetch('GET', path, undefined, atTime('if-modified-since', 3_600_000));
  expect([known.status, await known.text()]).toEqual([304, '']);
  const old = await org.fetch('GET', path, undefined, atTime('if-modified-since', -3_600_000));
  expect(old.status).toBe(200);
});

test('If-Match and If-None-Match go by the tag of the last answer', async () => {
  const tag = (await org.fetch('GET', path)).headers.get('etag') ?? '';
  expect(tag).toMatch(/^"\w+--gzip"$/);
  const spared = await org.fetch('GET', path, undefined, { headers: { 'If-None-Match': tag } });
  expect(spared.status).toBe(304);
  const change = (value: string) =>
    org.fetch('PATCH', path, { Name: 'Tagged' }, { headers: { 'If-Match': value } });
  expect((await change('"another"')).status).toBe(412);
  expect((await change(`"another", ${tag}`)).status).toBe(204);
  await org.org.clock.advance(1000);
  expect((await change('*')).status).toBe(204);
  expect((await change(tag)).status).toBe(412);
});

test.each([
  ['GET', 'jobs/query', 47],
  ['GET', 'jobs/ingest', 41],
  ['GET', 'composite', 38],
  ['POST', 'composite/batch', 34],
  ['POST', 'composite/graph', 50],
  ['POST', 'composite/tree/Account', 34],
  ['POST', 'composite/sobjects', 42],
])('%s /%s is there from version %i on', async (method, resource, since) => {
  const statusUnder = async (version: number): Promise<number> => {
    const body = method === 'GET' ? undefined : {};
    return (await org.fetch(method, `/services/data/v${version}.0/${resource}`, body)).status;
  };
  expect(await statusUnder(since)).not.toBe(404);
  expect(await statusUnder(since - 1)).toBe(404);
});

test('resultPages is there from version 58 on', async () => {
  const statusUnder = async (version: string): Promise<number> => {
    const jobs = `/services/data/${version}/jobs/query`;
    const query = { operation: 'query', query: 'SELECT Id FROM Account' };
    const { id } = (await (await org.fetch('POST', jobs, query)).json()) as { id: string };
    await org.org.whenIdle();
    return (await org.fetch('GET', `${jobs}/${id}/resultPages`)).status;
  };
  expect([await statusUnder('v57.0'), await statusUnder('v58.0')]).toEqual([404, 200]);
});

test('a URI beyond 16,384 characters is refused, one below is not', async () => {
  const query = (length: number): string => {
    const soql = "SELECT Id FROM Account WHERE Name != ''";
    return `${DATA}/query?q=${encodeURIComponent(soql)}&pad=${'x'.repeat(length)}`;
  };
  expect((await org.fetch('GET', query(12_000))).status).toBe(200);
  expect((await org.fetch('GET', query(16_384))).status).toBe(414);
});

test('record counts by object, unknown ones left out', async () => {
  const answer = await org.fetch('GET', `${DATA}/limits/recordCount?sObjects=Account,Nothing,Lead`);
  expect(await answer.json()).toEqual({
    sObjects: [
      { count: 1, name: 'Account' },
      { count: 0, name: 'Lead' },
    ],
  });
});

test.each(['composite', 'tooling'])('GET /%s lists what lies below', async (parent) => {
  const answer = await org.fetch('GET', `${DATA}/${parent}`);
  const below = (await answer.json()) as Record<string, string>;
  expect(Object.keys(below).length).toBeGreaterThan(3);
  expect(Object.values(below).every((one) => one.startsWith(`${DATA}/${parent}/`))).toBe(true);
});

function multipart(csv: string): FormData {
  const form = new FormData();
  const job = { object: 'Contact', operation: 'insert', lineEnding: 'LF' };
  form.set('job', new Blob([JSON.stringify(job)], { type: 'application/json' }));
  form.set('content', new Blob([csv], { type: 'text/csv' }));
  return form;
}

async function sendForm(form: FormData): Promise<Response> {
  return fetch(`${org.url}${DATA}/jobs/ingest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${org.accessToken}` },
    body: form,
  });
}

test('a small Bulk job comes with its data and starts at once', async () => {
  const made = await sendForm(multipart('LastName\nLovelace\nHopper\n'));
  const job = (await made.json()) as { id: string; state: string };
  expect([made.status, job.state]).toEqual([200, 'UploadComplete']);
  await org.org.whenIdle();
  const done = await org.fetch('GET', `${DATA}/jobs/ingest/${job.id}`);
  expect(await done.json()).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 2 });
});

test('data beyond 100,000 characters does not fit into the request for the job', async () => {
  const refused = await sendForm(multipart(`LastName\n${'x'.repeat(100_000)}\n`));
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject([{ errorCode: 'INVALIDBATCH' }]);
});
