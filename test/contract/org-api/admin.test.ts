import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg({ limits: { DailyApiRequests: 60 } });
});
afterEach(() => org.org.faults.clearAll());
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

async function arm(fault: object): Promise<string> {
  const response = await org.control('POST', 'faults', fault);
  const body = (await response.json()) as { id: string };
  expect(response.status, JSON.stringify(body)).toBe(201);
  return body.id;
}

const limits = (): Promise<Response> => org.fetch('GET', `${DATA}/limits`);

test('every path of the admin API asks for its token', async () => {
  for (const path of ['faults', 'requests', 'clock', 'idle', 'async']) {
    const headers = { authorization: `Bearer ${org.accessToken}` };
    expect((await fetch(`${org.url}/__org/${path}`, { headers })).status).toBe(401);
    expect((await org.control('GET', path)).status).toBe(200);
  }
});

test.each([
  [{ kind: 'session-expired' }, 401, 'INVALID_SESSION_ID'],
  [{ kind: 'request-limit' }, 403, 'REQUEST_LIMIT_EXCEEDED'],
  [{ kind: 'too-many-requests', retryAfterSeconds: 7 }, 429, 'REQUEST_LIMIT_EXCEEDED'],
  [{ kind: 'server-error' }, 500, 'UNKNOWN_EXCEPTION'],
  [{ kind: 'unavailable' }, 503, 'SERVER_UNAVAILABLE'],
  [{ kind: 'row-lock' }, 400, 'UNABLE_TO_LOCK_ROW'],
])('%j answers once and is then used up', async (fault, status, errorCode) => {
  await arm({ ...fault, times: 1, path: '/limits' });
  expect((await org.fetch('GET', `${DATA}/recent`)).status).toBe(200);
  const faulty = await limits();
  expect(faulty.status).toBe(status);
  expect(await faulty.json()).toMatchObject([{ errorCode }]);
  if ('retryAfterSeconds' in fault) expect(faulty.headers.get('retry-after')).toBe('7');
  expect((await limits()).status).toBe(200);
});

test('the edge answers in HTML', async () => {
  await arm({ kind: 'unavailable', html: true });
  const response = await limits();
  expect([response.status, response.headers.get('content-type')]).toEqual([
    503,
    'text/html;charset=UTF-8',
  ]);
});

test('a reset connection, a body cut in the middle', async () => {
  await arm({ kind: 'reset', times: 1 });
  await expect(limits()).rejects.toThrow();
  await arm({ kind: 'truncated-body', times: 1 });
  const response = await limits();
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
  expect((await limits()).status).toBe(200);
});

test('an answer lost after the record was saved', async () => {
  await arm({ kind: 'answer-lost', times: 1, method: 'post' });
  await expect(
    org.fetch('POST', `${DATA}/sobjects/Account`, { Name: 'Saved all the same' }),
  ).rejects.toThrow();
  const soql = encodeURIComponent("SELECT Id FROM Account WHERE Name = 'Saved all the same'");
  const found = await org.fetch('GET', `${DATA}/query?q=${soql}`);
  expect(await found.json()).toMatchObject({ totalSize: 1 });
});

test('a slow answer waits on the org’s clock', async () => {
  await arm({ kind: 'slow', delayMs: 600_000, times: 1, path: '/recent' });
  let answered = false;
  const slow = org.fetch('GET', `${DATA}/recent`).then((response) => {
    answered = true;
    return response;
  });
  expect((await limits()).status).toBe(200);
  expect(answered).toBe(false);
  await org.control('POST', 'clock', { advanceSeconds: 600 });
  expect((await slow).status).toBe(200);
});

test('faults are listed with how often they applied, and cleared', async () => {
  const id = await arm({ kind: 'server-error', path: 'v66.0/*mits' });
  await limits();
  await limits();
  const listed = await org.control('GET', 'faults');
  expect(await listed.json()).toMatchObject({ faults: [{ id, applied: 2 }] });
  expect((await org.control('DELETE', `faults/${id}`)).status).toBe(204);
  expect((await org.control('DELETE', `faults/${id}`)).status).toBe(404);
  expect((await limits()).status).toBe(200);
});

test.each([
  { kind: 'meteor' },
  { kind: 'slow' },
  { kind: 'server-error', times: 0 },
  { kind: 'server-error', tims: 1 },
])('%j is no fault', async (fault) => {
  const response = await org.control('POST', 'faults', fault);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject([{ errorCode: 'INVALID_INPUT' }]);
});

test('the log has requests after a number, without secrets and values', async () => {
  const all = (await (await org.control('GET', 'requests')).json()) as {
    requests: { sequence: number }[];
  };
  const since = all.requests.at(-1)?.sequence ?? 0;
  await org.fetch('PATCH', `${DATA}/sobjects/Contact/Email/jane%40secret.example`, {
    LastName: 'Doe',
  });
  await org.fetch('GET', `${DATA}/query?q=SELECT+Id+FROM+Contact`);
  const response = await org.control('GET', `requests?since=${since}`);
  const text = await response.text();
  expect(text).not.toMatch(/secret|SELECT|test-admin-token/);
  const { requests } = JSON.parse(text) as { requests: object[] };
  expect(requests).toMatchObject([
    {
      method: 'PATCH',
      path: `${DATA}/sobjects/Contact/Email/*`,
      status: 201,
      counted: true,
      userId: expect.stringMatching(/^005/),
      bulkJobId: null,
    },
    { method: 'GET', path: `${DATA}/query`, status: 200 },
  ]);
});

test('the clock moves forward, and with it the Date of answers', async () => {
  const before = Date.parse((await limits()).headers.get('date') ?? '');
  await org.control('POST', 'clock', { advanceSeconds: 3_600 });
  const after = Date.parse((await limits()).headers.get('date') ?? '');
  expect(after - before).toBeGreaterThanOrEqual(3_600_000);
  const backwards = await org.control('POST', 'clock', { advanceSeconds: -1 });
  expect(backwards.status).toBe(400);
});

test('the daily requests run out and come back a day later', async () => {
  let last = await limits();
  for (let count = 0; count < 60 && last.status === 200; count += 1) last = await limits();
  expect(last.status).toBe(403);
  expect(await last.json()).toEqual([
    { message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' },
  ]);
  await org.control('POST', 'clock', { advanceSeconds: 25 * 3_600 });
  expect((await limits()).status).toBe(200);
});
