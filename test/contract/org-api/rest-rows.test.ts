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

async function create(object: string, fields: object): Promise<string> {
  const response = await org.fetch('POST', `${DATA}/sobjects/${object}`, fields);
  const body = (await response.json()) as { id: string };
  expect(response.status, JSON.stringify(body)).toBe(201);
  return body.id;
}

test('creates a record: 201, three members, Location as a path', async () => {
  const response = await org.fetch('POST', `${DATA}/sobjects/Account/`, { Name: 'Acme' });
  expect(response.status).toBe(201);
  const body = (await response.json()) as { id: string };
  expect(Object.keys(body)).toEqual(['id', 'success', 'errors']);
  expect(body).toMatchObject({ success: true, errors: [] });
  expect(body.id).toMatch(/^001\w{15}$/);
  expect(response.headers.get('location')).toBe(`${DATA}/sobjects/Account/${body.id}`);
});

test('every answer carries the headers a real org sends', async () => {
  const response = await org.fetch('GET', `${DATA}/limits`);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/json;charset=UTF-8',
    'sforce-limit-info': expect.stringMatching(/^api-usage=\d+\/15000$/),
    'cache-control': 'no-cache,must-revalidate,max-age=0,no-store,private',
    vary: 'Accept-Encoding',
    server: 'sfdcedge',
    'x-robots-tag': 'none',
    'x-sfdc-edge-cache': 'none',
    'x-sfdc-request-id': expect.stringMatching(/^[0-9a-f]{32}$/),
    date: new Date(org.org.clock.now()).toUTCString(),
  });
  expect(response.headers.get('x-request-id')).toBe(response.headers.get('x-sfdc-request-id'));
});

test('reads a record back: attributes first, +0000 times, doubles with a point', async () => {
  const id = await create('Account', { Name: 'Big', AnnualRevenue: 1500, NumberOfEmployees: 7 });
  const response = await org.fetch('GET', `${DATA}/sobjects/Account/${id}`);
  const text = await response.text();
  expect(text.startsWith('{"attributes":{"type":"Account","url":"')).toBe(true);
  expect(text).toContain('"AnnualRevenue":1500.0');
  expect(text).toContain('"NumberOfEmployees":7,');
  expect(text).toMatch(/"CreatedDate":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000"/);
  expect(JSON.parse(text)).toMatchObject({ Id: id, Name: 'Big', IsDeleted: false, Phone: null });
  expect(response.headers.get('last-modified')).toMatch(/GMT$/);
});

test('updates and deletes: 204 without a body; what is gone says so', async () => {
  const path = `${DATA}/sobjects/Account/${await create('Account', { Name: 'Short-lived' })}`;
  const patched = await org.fetch('PATCH', path, { Phone: '123' });
  expect([patched.status, await patched.text()]).toEqual([204, '']);
  const fields = await org.fetch('GET', `${path}?fields=Phone,Name`);
  expect(Object.keys((await fields.json()) as object)).toEqual(['attributes', 'Phone', 'Name']);
  expect((await org.fetch('DELETE', path)).status).toBe(204);
  const gone = await org.fetch('GET', path);
  expect(gone.status).toBe(404);
  expect(await gone.json()).toEqual([
    { message: 'entity is deleted', errorCode: 'ENTITY_IS_DELETED', fields: [] },
  ]);
});

test.each([
  [
    'GET',
    '/sobjects/Nothing',
    undefined,
    404,
    'NOT_FOUND',
    'The requested resource does not exist',
  ],
  [
    'POST',
    '/sobjects/Account',
    {},
    400,
    'REQUIRED_FIELD_MISSING',
    'Required fields are missing: [Name]',
  ],
  [
    'POST',
    '/sobjects/Account',
    { Name: 'x', foo: 1 },
    400,
    'INVALID_FIELD',
    "No such column 'foo' on sobject of type Account",
  ],
  [
    'POST',
    '/sobjects/Contact',
    { LastName: 'x', Email: 'not an email' },
    400,
    'INVALID_EMAIL_ADDRESS',
    'Email: invalid email address: not an email',
  ],
  ['POST', '/sobjects/Account', '{"Name":', 400, 'JSON_PARSER_ERROR', 'Unexpected'],
  [
    'PUT',
    '/sobjects/Account',
    {},
    405,
    'METHOD_NOT_ALLOWED',
    "HTTP Method 'PUT' not allowed. Allowed are GET,POST",
  ],
  [
    'GET',
    '/sobjects/Account/001Dp0000009999',
    undefined,
    404,
    'NOT_FOUND',
    'The requested resource does not exist',
  ],
  [
    'GET',
    '/query?q=SELECT+Naem+FROM+Account',
    undefined,
    400,
    'INVALID_FIELD',
    "No such column 'Naem' on entity 'Account'",
  ],
  ['GET', '/query?q=SELEC', undefined, 400, 'MALFORMED_QUERY', 'unexpected token'],
])(
  '%s %s is refused as the platform refuses it',
  async (method, path, body, status, code, text) => {
    const response = await org.fetch(method, DATA + path, body);
    const [error] = (await response.json()) as { errorCode: string; message: string }[];
    expect(error?.errorCode).toBe(code);
    expect(error?.message).toContain(text);
    expect(response.status).toBe(status);
  },
);

test('without a session, with a wrong one, under a retired or unknown version', async () => {
  const bare = await fetch(`${org.url}${DATA}/limits`);
  expect(bare.status).toBe(401);
  expect(bare.headers.get('sforce-limit-info')).toBeNull();
  expect(await bare.json()).toEqual([
    { message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' },
  ]);
  expect((await org.fetch('GET', '/services/data/v30.0/limits')).status).toBe(410);
  expect((await org.fetch('GET', '/services/data/v67.0/limits')).status).toBe(404);
  expect((await org.fetch('GET', '/services/data/v31.0/limits')).status).toBe(200);
});

test('lists versions without a session', async () => {
  const response = await fetch(`${org.url}/services/data`);
  const versions = (await response.json()) as object[];
  expect(versions).toHaveLength(36);
  expect(versions[0]).toEqual({
    label: "Summer '14",
    url: '/services/data/v31.0',
    version: '31.0',
  });
  expect(versions.at(-1)).toEqual({
    label: "Spring '26",
    url: '/services/data/v66.0',
    version: '66.0',
  });
});

test('upserts by an id look-up: created, updated, several', async () => {
  const path = `${DATA}/sobjects/Contact/Email/jane%40x.example`;
  const created = await org.fetch('PATCH', path, { LastName: 'Doe' });
  expect(created.status).toBe(201);
  const first = (await created.json()) as { id: string; created: boolean };
  expect(Object.keys(first)).toEqual(['id', 'success', 'errors', 'created']);
  expect(first.created).toBe(true);
  const updated = await org.fetch('PATCH', path, { FirstName: 'Jane' });
  expect(updated.status).toBe(200);
  expect(await updated.json()).toMatchObject({ id: first.id, created: false });
  const second = await create('Contact', { LastName: 'Twin', Email: 'jane@x.example' });
  const several = await org.fetch('PATCH', path, { FirstName: 'J' });
  expect(several.status).toBe(300);
  expect(await several.json()).toEqual(
    [first.id, second].map((id) => `${DATA}/sobjects/Contact/${id}`),
  );
});
