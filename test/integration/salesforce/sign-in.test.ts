import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretHash } from '#usecases/api-keys.ts';
import { INSTANCE_URL, openSetUpOrg, type SetUpOrg } from '../../support/set-up-org.ts';

const APP = { clientId: 'web-app' };
const CALLBACK = 'https://rts.example/v1/sign-ins/callback';
const ADMIN = 'alex@practice.example';
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

let world: SetUpOrg;
let codes = 0;
beforeAll(async () => {
  world = await openSetUpOrg({
    sources: ['force-app/main', 'force-app/site'],
    connectedApps: [
      { ...APP, redirectUris: [CALLBACK] },
      { clientId: 'elsewhere', redirectUris: ['https://other.example/'] },
      {
        clientId: 'jwt-app',
        publicKeyPem: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      },
    ],
  });
});
afterAll(async () => {
  await world.close();
  expect(world.faults).toEqual([]);
});

async function setupCode(): Promise<string> {
  codes += 1;
  const code = `set-up-code-${codes}`;
  await world.receiver.ports.keys.addSetupCode(secretHash(code));
  return code;
}

interface Begun {
  readonly authorizeUrl: string;
  readonly cookie: string;
}

async function begin(
  key: string,
  body: object = {},
  path = '/v1/sign-ins',
): Promise<Begun & { status: number; detail: string }> {
  const sent = { loginUrl: INSTANCE_URL, ...APP, ...body };
  const answer = await world.api.call('POST', path, { key, body: sent });
  return {
    status: answer.status,
    detail: answer.body.detail,
    authorizeUrl: answer.body.authorizeUrl,
    cookie: String(answer.headers['set-cookie'] ?? '').split(';')[0] ?? '',
  };
}

/** What the person does at Salesforce. @returns path and query of where the browser is sent back to */
async function choose(authorizeUrl: string, username: string | null): Promise<string> {
  const { pathname, search } = new URL(authorizeUrl);
  const send = (method: string, form: Record<string, string>) =>
    world.org.handle({
      method,
      path: pathname + search,
      headers: {},
      body: Buffer.from(new URLSearchParams(form).toString()),
    });
  expect((await send('GET', {})).status).toBe(200);
  const answer = await send('POST', username === null ? {} : { username });
  const back = new URL(String(answer.headers['location']));
  expect(back.origin + back.pathname).toBe(CALLBACK);
  return back.pathname + back.search;
}

const finish = (path: string, cookie: string) =>
  world.during(world.api.call('GET', path, { cookie }), 120_000);

describe('connecting the Sync User in a browser', () => {
  it('signs in by code and PKCE, and learns the org from Salesforce alone', async () => {
    const code = await setupCode();
    expect(await world.api.call('GET', '/v1/orgs', { key: code })).toMatchObject({
      body: { state: 'not-connected' },
    });
    const begun = await begin(code);
    expect(begun.status).toBe(201);
    const asked = new URL(begun.authorizeUrl).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    const back = await choose(begun.authorizeUrl, ADMIN);
    const answer = await finish(back, begun.cookie);
    expect(answer.status).toBe(303);
    const [, org, key] =
      /^\/#org=(\w{18})&key=(rts_[\w-]+)$/.exec(String(answer.headers['location'])) ?? [];
    expect(org).toBe(world.orgId);
    await world.until(async () => (await world.state()).phase === 'active', 600_000);
    expect(await world.api.call('GET', `/v1/orgs/${org}/status`, { key: key ?? '' })).toMatchObject(
      {
        body: { state: 'active', instanceUrl: INSTANCE_URL },
      },
    );

    const secrets = await world.receiver.ports.secrets.find(world.orgId);
    expect(secrets?.credentials).toMatchObject({ kind: 'refresh-token', clientId: 'web-app' });
    expect(JSON.stringify(await world.state())).not.toContain('5Aep8');
    expect(await begin(code)).toMatchObject({ status: 401 });
    // State and code are used up.
    expect(await finish(back, begun.cookie)).toMatchObject({ status: 404 });
  });

  it('renews the session by the refresh token when Salesforce ends it', async () => {
    await world.ask('POST', '/services/data/v66.0/sobjects/Contact', {
      LastName: 'Hopper',
      Email: 'grace@acme.example',
    });
    world.org.faults.arm({ kind: 'session-expired', times: 1 });
    const { mirror, salesforce } = world.receiver.ports;
    await world.until(
      async () => (await mirror.findByEmail(world.orgId, 'grace@acme.example')).length === 1,
      60_000,
    );
    // Two hours later the access token is over.
    await world.pass(3 * 3_600_000);
    const client = await salesforce.forOrg(await world.state());
    expect(await client.identity()).toMatchObject({ orgId: world.orgId, username: ADMIN });
  });

  it('tells a denied consent, another browser, a late return and a used code', async () => {
    const code = await setupCode();
    const denied = await begin(code);
    const back = await choose(denied.authorizeUrl, null);
    expect(await finish(back, denied.cookie)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('denied at Salesforce') },
    });

    const stolen = await begin(code);
    const theirs = await begin(code);
    const stolenBack = await choose(stolen.authorizeUrl, ADMIN);
    expect(await finish(stolenBack, theirs.cookie)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('another browser') },
    });
    expect(await finish(stolenBack, stolen.cookie)).toMatchObject({ status: 404 });

    const late = await begin(code);
    const lateBack = await choose(late.authorizeUrl, ADMIN);
    await world.pass(16 * 60_000);
    expect(await finish(lateBack, late.cookie)).toMatchObject({ status: 410 });

    const first = await begin(code);
    const second = await begin(code);
    const used = new URL(await choose(first.authorizeUrl, ADMIN), CALLBACK);
    const other = new URL(await choose(second.authorizeUrl, ADMIN), CALLBACK);
    used.searchParams.set('code', other.searchParams.get('code') ?? '');
    // A code of another sign-in lacks its verifier.
    const mixed = await finish(used.pathname + used.search, first.cookie);
    expect(mixed.status).toBeGreaterThanOrEqual(400);
    expect(mixed.status).toBeLessThan(500);

    // None of that has used the set-up code up.
    expect((await begin(code)).status).toBe(201);
  });

  it('names an unknown app, an app without our callback, a wrong host and a wrong set-up code', async () => {
    const code = await setupCode();
    const hosts = ['https://login.salesforce.com.evil.example', 'http://login.salesforce.com', 'x'];
    for (const loginUrl of hosts) {
      expect(await begin(code, { loginUrl })).toMatchObject({ status: 400 });
    }
    expect(await begin('guessed')).toMatchObject({ status: 401 });
    const unknown = await begin(code, { clientId: 'nobody' });
    const page = await world.org.handle({
      method: 'GET',
      path: unknown.authorizeUrl.slice(INSTANCE_URL.length),
      headers: {},
      body: Buffer.alloc(0),
    });
    expect(page.status).toBe(400);
  });

  it('takes an org again only as a user of that org', async () => {
    const { ports } = world.receiver;
    const other = '00D000000000062EAA';
    const code = await setupCode();
    const begun = await begin(code, { orgId: other });
    const answer = await finish(await choose(begun.authorizeUrl, ADMIN), begun.cookie);
    expect(answer).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining(`not to ${other}`) },
    });
    expect(await ports.keys.knowsSetupCode(secretHash(code))).toBe(true);
  });

  it('connects by JWT bearer, again by key, and keeps mirror and keys', async () => {
    const code = await setupCode();
    const body = {
      loginUrl: INSTANCE_URL,
      credentials: {
        kind: 'jwt',
        clientId: 'jwt-app',
        username: ADMIN,
        privateKeyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      },
    };
    const made = await world.during(world.api.call('POST', '/v1/orgs', { key: code, body }));
    expect(made).toMatchObject({ status: 201, body: { orgId: world.orgId, phase: 'active' } });
    const before = await world.receiver.ports.keys.list(world.orgId);
    const path = `/v1/orgs/${world.orgId}/sync-user`;
    const key = made.body.apiKey as string;
    const again = await world.during(world.api.call('PUT', path, { key, body }));
    expect(again).toMatchObject({ status: 200, body: { phase: 'active' } });
    expect(await world.receiver.ports.keys.list(world.orgId)).toEqual(before);

    const wrong = { ...body, credentials: { ...body.credentials, username: 'nobody@x.example' } };
    expect(await world.during(world.api.call('PUT', path, { key, body: wrong }))).toMatchObject({
      status: 401,
    });
    const begun = await begin(key, {}, `/v1/orgs/${world.orgId}/sign-ins`);
    const back = await finish(await choose(begun.authorizeUrl, ADMIN), begun.cookie);
    expect(back).toMatchObject({ status: 303, headers: { location: `/#org=${world.orgId}` } });
  });
});
