import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metadataText } from '../../support/org/source-files.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

/** Single facts of the API that belong to no story of their own. */

const DATA = '/services/data/v66.0';
const CLIENT = { client_id: 'app', client_secret: 'secret' };

const longText = (name: string) => ({
  path: `objects/Account/fields/${name}__c.field-meta.xml`,
  text: metadataText(
    'CustomField',
    `<fullName>${name}__c</fullName><label>${name}</label><length>32768</length><type>LongTextArea</type><visibleLines>3</visibleLines>`,
  ),
});

let org: TestOrg;
beforeAll(async () => {
  org = await startTestOrg({
    connectedApps: [
      {
        clientId: CLIENT.client_id,
        clientSecret: CLIENT.client_secret,
        redirectUris: ['http://localhost:1717/OauthRedirect'],
      },
    ],
  });
  org.org.deploy([longText('Story'), longText('Legend')]);
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

describe('token endpoint', () => {
  test.each([
    [
      { grant_type: 'password', username: 'alex@practice.example', password: 'x', ...CLIENT },
      'invalid_grant',
      'authentication failure - Invalid Password',
    ],
    [{ grant_type: 'telepathy', ...CLIENT }, 'unsupported_grant_type', 'grant type not supported'],
    [{ ...CLIENT }, 'unsupported_grant_type', 'grant type not supported'],
    [
      { grant_type: 'refresh_token', refresh_token: 'x', ...CLIENT },
      'invalid_grant',
      'expired access/refresh token',
    ],
    [
      { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'nobody' },
      'invalid_client_id',
      'client identifier invalid',
    ],
    [
      { grant_type: 'refresh_token', refresh_token: 'x', ...CLIENT, client_secret: 'guess' },
      'invalid_client',
      'invalid client credentials',
    ],
    [
      {
        grant_type: 'authorization_code',
        code: 'x',
        redirect_uri: 'http://localhost:1717/OauthRedirect',
        ...CLIENT,
      },
      'invalid_grant',
      'invalid authorization code',
    ],
  ])('%j is refused', async (form, error, description) => {
    const body = new URLSearchParams(Object.entries(form));
    const answer = await fetch(`${org.url}/services/oauth2/token`, { method: 'POST', body });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([400, 'no-store']);
    expect(await answer.json()).toEqual({ error, error_description: description });
  });

  test('an authorization without code', async () => {
    const query =
      'response_type=song&client_id=app&redirect_uri=http://localhost:1717/OauthRedirect';
    const answer = await fetch(`${org.url}/services/oauth2/authorize?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'unsupported_response_type' });
  });
});

describe('headers', () => {
  test.each([
    ['/services/data', null],
    ['/services/oauth2/userinfo', null],
    [`${DATA}/limits`, expect.stringMatching(/^api-usage=\d+\/15000$/)],
  ])('the use of the day’s requests on %s', async (path, usage) => {
    const answer = await org.fetch('GET', path);
    expect(answer.headers.get('sforce-limit-info')).toEqual(usage);
  });

  test.each(['sobjects', 'sobjects/Account/describe'])(
    '%s carries a tag and a date',
    async (path) => {
      const { headers } = await org.fetch('GET', `${DATA}/${path}`);
      expect(headers.get('etag')).toMatch(/^"\w+--gzip"$/);
      expect(Date.parse(headers.get('last-modified') ?? '')).not.toBeNaN();
    },
  );

  test('more of them than the org reads', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${org.accessToken}`, padding: 'x'.repeat(70_000) };
      const request = http.get(`${org.url}${DATA}/limits`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      request.once('error', reject);
    });
    expect(status).toBe(431);
  });
});

describe('queries', () => {
  const ask = async (soql: string) => {
    const answer = await org.fetch('GET', `${DATA}/query?q=${encodeURIComponent(soql)}`);
    return { status: answer.status, body: (await answer.json()) as unknown };
  };

  test.each([
    ['SELECT FIELDS(ALL) FROM Account', 400],
    ['SELECT FIELDS(ALL) FROM Account LIMIT 201', 400],
    ['SELECT FIELDS(ALL) FROM Account LIMIT 200', 200],
    ['SELECT FIELDS(CUSTOM) FROM Account', 400],
    ['SELECT FIELDS(STANDARD) FROM Account', 200],
    ['SELECT Account.Owner.Manager.Manager.Manager.Name FROM Contact', 200],
    ['SELECT Account.Owner.Manager.Manager.Manager.Manager.Name FROM Contact', 400],
    ['SELECT Id FROM Account ALL ROWS', 400],
  ])('%s: %i', async (soql, status) => {
    const answer = await ask(soql);
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body).toMatchObject([{ errorCode: 'MALFORMED_QUERY' }]);
  });

  test('two long texts make pages of 200', async () => {
    for (const from of [0, 200]) {
      const records = Array.from({ length: 200 - from / 2 }, (_, index) => ({
        attributes: { type: 'Account' },
        Name: `Row ${from + index}`,
      }));
      await org.fetch('POST', `${DATA}/composite/sobjects`, { records });
    }
    const { body } = await ask('SELECT Story__c, Legend__c FROM Account');
    expect(body).toMatchObject({ totalSize: 300, done: false });
    expect((body as { records: unknown[] }).records).toHaveLength(200);
  });
});

describe('Bulk', () => {
  async function load(job: object, csv: string): Promise<{ job: unknown; failed: string }> {
    const made = await org.fetch('POST', `${DATA}/jobs/ingest`, job);
    const { id } = (await made.json()) as { id: string };
    const path = `${DATA}/jobs/ingest/${id}`;
    await org.fetch('PUT', `${path}/batches`, csv, { headers: { 'content-type': 'text/csv' } });
    await org.fetch('PATCH', path, { state: 'UploadComplete' });
    await org.org.whenIdle();
    const ended: unknown = await (await org.fetch('GET', path)).json();
    return { job: ended, failed: await (await org.fetch('GET', `${path}/failedResults`)).text() };
  }
  const complete = (processed: number, failed: number) => ({
    state: 'JobComplete',
    numberRecordsProcessed: processed,
    numberRecordsFailed: failed,
  });

  test('times with an offset are stored as UTC', async () => {
    const csv = 'Subject,DurationInMinutes,StartDateTime\nEarly,30,2026-01-01T01:00:00.000+02:00\n';
    const { job } = await load({ object: 'Event', operation: 'insert' }, csv);
    expect(job).toMatchObject(complete(1, 0));
    const soql = "SELECT StartDateTime FROM Event WHERE Subject = 'Early'";
    const found = await org.fetch('GET', `${DATA}/query?q=${encodeURIComponent(soql)}`);
    expect(await found.text()).toContain('2025-12-31T23:00:00.000+0000');
  });

  test('a polymorphic parent is named by its object and key', async () => {
    const lead = { LastName: 'L', Company: 'C', Email: 'lead@x.example' };
    await org.fetch('POST', `${DATA}/sobjects/Lead`, lead);
    const csv = 'Subject,Lead:Who.Email\nFound,lead@x.example\nLost,none@x.example\n';
    const { job, failed } = await load({ object: 'Task', operation: 'insert' }, csv);
    expect(job).toMatchObject(complete(2, 1));
    expect(failed).toContain(
      'INVALID_FIELD:Foreign key external ID: none@x.example not found for field Email in entity Lead:WhoId --',
    );
  });

  test('hardDelete leaves nothing in the Recycle Bin', async () => {
    const made = await org.fetch('POST', `${DATA}/sobjects/Account`, { Name: 'For good' });
    const { id } = (await made.json()) as { id: string };
    const { job } = await load({ object: 'Account', operation: 'hardDelete' }, `Id\n${id}\n`);
    expect(job).toMatchObject(complete(1, 0));
    const soql = `SELECT Id FROM Account WHERE Id = '${id}'`;
    const found = await org.fetch('GET', `${DATA}/queryAll?q=${encodeURIComponent(soql)}`);
    expect(await found.json()).toMatchObject({ totalSize: 0 });
  });

  test.each([
    ['an upsert by Id without a column Id inserts', 'upsert', 'Name\nUp\n', complete(1, 0)],
    ['an update of nothing is complete', 'update', '', complete(0, 0)],
    [
      'spaces around quotes fail the job',
      'insert',
      'Name, "Phone"\nx, "1"\n',
      { state: 'Failed', errorMessage: expect.stringContaining('ClientInputError') },
    ],
    [
      'a record of more than 400,000 characters fails the job',
      'insert',
      `Name,Description\nx,${'y'.repeat(400_001)}\n`,
      { state: 'Failed' },
    ],
  ])('%s', async (_, operation, csv, ended) => {
    const key = operation === 'upsert' ? { externalIdFieldName: 'Id' } : {};
    expect((await load({ object: 'Account', operation, ...key }, csv)).job).toMatchObject(ended);
  });

  test.each([
    ['SELECT Name FROM Account GROUP BY Name', 'Aggregate Relationships not supported'],
    ['SELECT TYPEOF Who WHEN Lead THEN Name END FROM Task', 'TYPEOF not supported'],
  ])('%s is refused', async (query, text) => {
    const answer = await org.fetch('POST', `${DATA}/jobs/query`, { operation: 'query', query });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject([
      { errorCode: 'API_ERROR', message: expect.stringContaining(text) },
    ]);
  });

  test('jobs are listed by their kind', async () => {
    const query = 'SELECT Id FROM Account';
    await org.fetch('POST', `${DATA}/jobs/query`, { operation: 'query', query });
    const listed = async (filter: string) => {
      const answer = await org.fetch('GET', `${DATA}/jobs/query?${filter}`);
      return ((await answer.json()) as { records: unknown[] }).records.length;
    };
    expect(await listed('jobType=V2Query')).toBeGreaterThan(0);
    expect(await listed('jobType=Classic')).toBe(0);
  });
});
