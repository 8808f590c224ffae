import { generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import type { SalesforceCredentials } from '#ports/secrets.ts';
import { type RestBench, sendToken, startRestBench } from '../../../support/salesforce-rest.ts';
import { type Answer, sendJson } from '../../../support/scripted-server.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (type: 'pkcs1' | 'pkcs8') => privateKey.export({ format: 'pem', type }).toString();

let bench: RestBench;
afterEach(() => bench.server.close());

async function start(credentials: SalesforceCredentials, token?: Answer) {
  const options = token === undefined ? { credentials } : { credentials, token };
  bench = await startRestBench((_, response) => sendJson(response, 404, []), options);
  return bench;
}

const form = () => Object.fromEntries(new URLSearchParams(bench.server.seen.at(-1)?.body));

describe('session', () => {
  it.each(['pkcs1', 'pkcs8'] as const)('signs in by JWT bearer with a %s key', async (type) => {
    const privateKeyPem = pem(type);
    const jwt = {
      kind: 'jwt',
      clientId: 'app',
      username: 'sync@acme.example',
      privateKeyPem,
    } as const;
    const { session, server, clock } = await start(jwt);
    expect(await session.token()).toEqual({ accessToken: '00D!1', instanceOrigin: server.origin });
    const { grant_type, assertion = '' } = form();
    expect(grant_type).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const { payload } = await jwtVerify(assertion, publicKey, {
      algorithms: ['RS256'],
      issuer: 'app',
      subject: 'sync@acme.example',
      audience: server.origin,
      currentDate: new Date(clock.now()),
    });
    expect(payload.exp).toBe(clock.now() / 1_000 + 180);
  });

  it('names a key that is none without quoting it', async () => {
    const privateKeyPem = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----';
    const { session } = await start({ kind: 'jwt', clientId: 'a', username: 'u', privateKeyPem });
    await expect(session.token()).rejects.toMatchObject({ pointer: 'credentials.privateKeyPem' });
    await expect(session.token()).rejects.not.toThrow('c2VjcmV0');
  });

  it('signs in by client credentials', async () => {
    const { session } = await start({
      kind: 'client-credentials',
      clientId: 'a',
      clientSecret: 's',
    });
    await session.token();
    expect(form()).toEqual({
      grant_type: 'client_credentials',
      client_id: 'a',
      client_secret: 's',
    });
  });

  it('signs in by refresh token, and stores the next one before it goes on', async () => {
    let turn = 0;
    const { session, rotated, server } = await start(
      { kind: 'refresh-token', clientId: 'a', refreshToken: 'r0' },
      (request, response) => {
        turn += 1;
        const next = { refresh_token: `r${turn}` };
        sendToken(response, `00D!${turn}`, `http://${request.headers.host}`, next);
      },
    );
    const first = await session.token();
    expect(form()).toEqual({ grant_type: 'refresh_token', client_id: 'a', refresh_token: 'r0' });
    await session.renew(first);
    expect(form()['refresh_token']).toBe('r1');
    expect(rotated.map((c) => c.kind === 'refresh-token' && c.refreshToken)).toEqual(['r1', 'r2']);
    expect(session.credentials()).toMatchObject({ refreshToken: 'r2' });
    expect(server.seen).toHaveLength(2);
  });

  it('asks once for many calls, and not again for a token that is newer than the refused one', async () => {
    const { session, server } = await start({
      kind: 'client-credentials',
      clientId: 'a',
      clientSecret: 's',
    });
    const [first, second] = await Promise.all([session.token(), session.token()]);
    expect(first).toBe(second);
    const renewed = await session.renew(first);
    expect(await session.renew(first)).toBe(renewed);
    expect(server.seen).toHaveLength(2);
  });

  it.each([
    [400, { error: 'invalid_grant', error_description: 'user secret' }, 'unauthorized', false],
    [401, { error: 'invalid_client' }, 'unauthorized', false],
    [400, { error: 'rate_limit_exceeded' }, 'salesforce-unavailable', true],
    [503, 'down', 'salesforce-unavailable', true],
    [200, { access_token: 'x y' }, 'salesforce-unavailable', true],
    [
      200,
      { access_token: '00D!1', instance_url: 'https://evil.example' },
      'salesforce-refused',
      false,
    ],
  ] as const)('an answer %i %j is %s', async (status, body, code, retryable) => {
    const client = { kind: 'client-credentials', clientId: 'a', clientSecret: 'hush' } as const;
    const { session } = await start(client, (_, response) => sendJson(response, status, body));
    const error = await session.token().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, retryable });
    expect(String(error)).not.toMatch(/hush|user secret/);
  });
});
