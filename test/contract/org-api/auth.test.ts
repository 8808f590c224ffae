import { createSign, generateKeyPairSync } from 'node:crypto';
import jsforce from 'jsforce';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN_USERNAME, ORG_ID, startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const CLIENT_ID = '3MVG9.jwt';
const SECRET_CLIENT = { client_id: 'machine', client_secret: 's3cret:with colon' };
let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg({
    connectedApps: [
      {
        clientId: CLIENT_ID,
        publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      },
      {
        clientId: SECRET_CLIENT.client_id,
        clientSecret: SECRET_CLIENT.client_secret,
        runAsUsername: ADMIN_USERNAME,
      },
      { clientId: 'browser' },
    ],
  });
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

const nowSeconds = (): number => Math.floor(org.org.clock.now() / 1000);

function assertion(changes: object = {}, head: object = {}, key = privateKey): string {
  const claims = {
    iss: CLIENT_ID,
    sub: ADMIN_USERNAME,
    aud: 'https://login.salesforce.com',
    exp: nowSeconds() + 180,
    ...changes,
  };
  const encode = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ alg: 'RS256', ...head })}.${encode(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
}

async function token(form: Record<string, string>, headers = {}): Promise<Response> {
  return fetch(`${org.url}/services/oauth2/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  });
}

const byJwt = (text: string): Promise<Response> =>
  token({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: text });

async function works(accessToken: string): Promise<number> {
  const headers = { authorization: `Bearer ${accessToken}` };
  return (await fetch(`${org.url}/services/data/v66.0/limits`, { headers })).status;
}

test('JWT bearer: five members, no refresh token, not cached', async () => {
  const response = await byJwt(assertion());
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const body = (await response.json()) as Record<string, string>;
  expect(Object.keys(body)).toEqual(['access_token', 'scope', 'instance_url', 'id', 'token_type']);
  expect(body['access_token']).toMatch(/^00D\w{12}![.\w]+$/);
  expect(body).toMatchObject({ instance_url: org.url, token_type: 'Bearer' });
  expect(await works(body['access_token'] ?? '')).toBe(200);
});

test.each([
  ['the instance URL as audience, with a slash', () => ({ aud: `${org.url}/` })],
  ['expiry as text', () => ({ exp: String(nowSeconds() + 60) })],
  ['expiry in milliseconds', () => ({ exp: (nowSeconds() + 300) * 1000 })],
  ['the sandbox audience', () => ({ aud: 'https://test.salesforce.com' })],
])('JWT bearer accepts %s', async (_, claims) => {
  expect((await byJwt(assertion(claims()))).status).toBe(200);
});

test.each([
  [
    'another audience',
    () => assertion({ aud: 'https://elsewhere.example' }),
    'invalid_grant',
    'audience validation failed',
  ],
  ['an expired assertion', () => assertion({ exp: nowSeconds() - 1 }), 'invalid_grant', 'expired'],
  [
    'an unknown client',
    () => assertion({ iss: 'nobody' }),
    'invalid_client_id',
    'client identifier invalid',
  ],
  [
    'a client without a key',
    () => assertion({ iss: 'browser' }),
    'invalid_client_id',
    'client identifier invalid',
  ],
  [
    'an unknown user',
    () => assertion({ sub: 'ghost@x.example' }),
    'invalid_grant',
    "user hasn't approved this consumer",
  ],
  [
    'another signature',
    () => assertion({}, {}, stranger.privateKey),
    'invalid_grant',
    'invalid assertion',
  ],
  ['algorithm none', () => assertion({}, { alg: 'none' }), 'invalid_grant', 'invalid assertion'],
  ['nonsense', () => 'a.b', 'invalid_grant', 'invalid assertion'],
])('JWT bearer refuses %s', async (_, make, error, description) => {
  const response = await byJwt(make());
  expect(response.status).toBe(400);
  const body = (await response.json()) as { error: string; error_description: string };
  expect(body.error).toBe(error);
  expect(body.error_description).toContain(description);
});

test('client credentials, in the form or by Basic', async () => {
  const form = { grant_type: 'client_credentials' };
  const response = await token({ ...form, ...SECRET_CLIENT });
  const body = (await response.json()) as Record<string, string>;
  expect(Object.keys(body)).toEqual([
    'access_token',
    'signature',
    'issued_at',
    'scope',
    'instance_url',
    'id',
    'token_type',
    'api_instance_url',
  ]);
  expect(body['issued_at']).toMatch(/^\d{13}$/);
  const basic = Buffer.from(`${SECRET_CLIENT.client_id}:${SECRET_CLIENT.client_secret}`);
  const second = await token(form, { authorization: `Basic ${basic.toString('base64')}` });
  expect(second.status).toBe(200);
  const wrong = await token({ ...form, ...SECRET_CLIENT, client_secret: 'guess' });
  expect(await wrong.json()).toEqual({
    error: 'invalid_client',
    error_description: 'invalid client credentials',
  });
});

test('the web server flow with PKCE, and refresh', async () => {
  const redirect = 'http://127.0.0.1:1717/callback';
  const verifier = 'a-verifier-that-is-long-enough-for-anybody-to-accept';
  const challenge = Buffer.from(
    await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)),
  ).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'browser',
    redirect_uri: redirect,
    state: 'x&y',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const page = await fetch(`${org.url}/services/oauth2/authorize?${query}`);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toContain(ADMIN_USERNAME);

  const choose = async (username: string): Promise<URL> => {
    const answer = await fetch(`${org.url}/services/oauth2/authorize?${query}`, {
      method: 'POST',
      body: new URLSearchParams({ username }),
      redirect: 'manual',
    });
    expect(answer.status).toBe(302);
    return new URL(answer.headers.get('location') ?? '');
  };
  expect((await choose('')).searchParams.get('error')).toBe('access_denied');

  const back = await choose(ADMIN_USERNAME);
  expect(back.searchParams.get('state')).toBe('x&y');
  const form = {
    grant_type: 'authorization_code',
    client_id: 'browser',
    redirect_uri: redirect,
    code: back.searchParams.get('code') ?? '',
  };
  expect(await (await token(form)).json()).toMatchObject({ error: 'invalid_grant' });
  const code = (await choose(ADMIN_USERNAME)).searchParams.get('code') ?? '';
  const granted = await token({ ...form, code, code_verifier: verifier });
  const body = (await granted.json()) as Record<string, string>;
  expect(await works(body['access_token'] ?? '')).toBe(200);
  const again = await token({ ...form, code, code_verifier: verifier });
  expect(await again.json()).toMatchObject({ error_description: 'invalid authorization code' });

  const conn = new jsforce.Connection({
    oauth2: { loginUrl: org.url, clientId: 'browser', redirectUri: redirect },
    instanceUrl: org.url,
    accessToken: '00DDp0000000001!stale',
    refreshToken: body['refresh_token'] ?? '',
    version: '66.0',
  });
  expect((await conn.query('SELECT Id FROM User LIMIT 1')).totalSize).toBe(1);
  const refused = await token({
    grant_type: 'refresh_token',
    client_id: CLIENT_ID,
    refresh_token: body['refresh_token'] ?? '',
  });
  expect(await refused.json()).toEqual({
    error: 'invalid_grant',
    error_description: 'expired access/refresh token',
  });
});

test('codes go to loopback addresses only, unless others are registered', async () => {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'browser',
    redirect_uri: 'https://evil.example/callback',
  });
  const page = await fetch(`${org.url}/services/oauth2/authorize?${query}`);
  expect(await page.json()).toMatchObject({ error: 'redirect_uri_mismatch' });
});

test('a session slides with use and ends after two idle hours, or when revoked', async () => {
  const issue = async (): Promise<string> =>
    ((await (await byJwt(assertion())).json()) as { access_token: string }).access_token;
  const used = await issue();
  const idle = await issue();
  await org.org.clock.advance(100 * 60_000);
  expect(await works(used)).toBe(200);
  await org.org.clock.advance(30 * 60_000);
  expect(await works(used)).toBe(200);
  expect(await works(idle)).toBe(401);
  const revoke = (): Promise<Response> =>
    fetch(`${org.url}/services/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: used }),
    });
  expect((await revoke()).status).toBe(200);
  expect(await works(used)).toBe(401);
  expect((await revoke()).status).toBe(400);
});

test('introspection tells clients with a secret what a token stands for', async () => {
  const introspect = async (form: Record<string, string>): Promise<Response> =>
    fetch(`${org.url}/services/oauth2/introspect`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
  const granted = await token({ grant_type: 'client_credentials', ...SECRET_CLIENT });
  const { access_token } = (await granted.json()) as { access_token: string };
  const response = await introspect({ ...SECRET_CLIENT, token: access_token });
  expect(response.headers.get('cache-control')).toBe('no-store');
  const body = (await response.json()) as { exp: number; iat: number };
  expect(body).toMatchObject({
    active: true,
    username: ADMIN_USERNAME,
    token_type: 'access_token',
    client_id: SECRET_CLIENT.client_id,
    sub: expect.stringMatching(/\/id\/00D\w{15}\/005\w{15}$/),
  });
  expect(body.exp - body.iat).toBe(7200);
  const unknown = await introspect({ ...SECRET_CLIENT, token: 'nobody' });
  expect(await unknown.json()).toEqual({ active: false });
  const stranger = await introspect({ client_id: 'machine', client_secret: 'x', token: 'y' });
  expect(stranger.status).toBe(400);
  expect(await stranger.json()).toMatchObject({ error: 'invalid_client' });
});

test('a body that is no text is refused in OAuth’s own form', async () => {
  const response = await fetch(`${org.url}/services/oauth2/revoke`, {
    method: 'POST',
    body: new Uint8Array([0xff, 0xfe]),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: 'invalid_request' });
});

test('userinfo: the members of a recorded answer, in their order', async () => {
  const response = await org.fetch('GET', '/services/oauth2/userinfo');
  expect(response.headers.get('sforce-limit-info')).toBeNull();
  const body = (await response.json()) as Record<string, unknown>;
  expect(Object.keys(body)).toEqual([
    'sub',
    'user_id',
    'organization_id',
    'preferred_username',
    'nickname',
    'name',
    'email',
    'email_verified',
    'given_name',
    'family_name',
    'zoneinfo',
    'photos',
    'profile',
    'picture',
    'address',
    'is_salesforce_integration_user',
    'urls',
    'active',
    'user_type',
    'language',
    'locale',
    'utcOffset',
    'updated_at',
  ]);
  expect(body).toMatchObject({
    preferred_username: ADMIN_USERNAME,
    organization_id: ORG_ID,
    user_type: 'STANDARD',
    urls: { partner: `${org.url}/services/Soap/u/{version}/${ORG_ID.slice(0, 15)}` },
    updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  });
});
