import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrgState } from '#core/org.ts';
import { createKey, secretHash } from '#usecases/api-keys.ts';
import { SESSION_LIVES_MS, startPageSession } from '#usecases/page-sessions.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { type ApiClient, apiClient } from '../../support/api-client.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';

const SESSIONS = '/v1/page-sessions';
const COOKIE = '__Host-rts_session';

describe('sessions of the page', () => {
  let receiver: TestReceiver;
  let org: OrgState;
  let key: string;
  let api: ApiClient;

  beforeEach(async () => {
    receiver = openTestReceiver();
    org = await connectTestOrg(receiver);
    ({ key } = await createKey(receiver.ports, org.orgId, 'sidebar'));
    api = apiClient(makeAdmin(receiver.ports, { gatewayUrl: 'https://rts.example' }));
  });
  afterEach(() => receiver.close());

  const at = (path: string, { orgId } = org) => `/v1/orgs/${orgId}${path}`;

  async function newLink(): Promise<string> {
    const made = await api.call('POST', at('/page-links'), { key, body: { label: 'Ada' } });
    expect(made.status).toBe(201);
    return new URLSearchParams(new URL(made.body.url).hash.slice(1)).get('link') ?? '';
  }

  async function signIn(): Promise<{ cookie: string; csrf: Record<string, string> }> {
    const { status, headers, body } = await api.call('POST', SESSIONS, {
      body: { link: await newLink() },
    });
    expect(status).toBe(201);
    const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
    return { cookie, csrf: { 'x-csrf-token': body.csrfToken } };
  }

  it('begin with a link that works once, and are a cookie that no script and no other site gets', async () => {
    const link = await newLink();
    const { headers, body } = await api.call('POST', SESSIONS, { body: { link } });
    const [pair, ...attributes] = String(headers['set-cookie']).split('; ');
    expect(pair).toMatch(new RegExp(`^${COOKIE}=${org.orgId}\\..{40,}`));
    expect(attributes.sort()).toEqual(
      ['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict', 'Secure'].sort(),
    );
    expect(body).toMatchObject({ orgId: org.orgId, who: 'Ada' });
    const again = await api.call('POST', SESSIONS, { body: { link } });
    expect(again).toMatchObject({ status: 410 });
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  it('refuse a link that is too old, and one that nobody made', async () => {
    const link = await newLink();
    receiver.clock.advance(24 * 3_600_000);
    expect((await api.call('POST', SESSIONS, { body: { link } })).status).toBe(410);
    const made = `${org.orgId}.${'x'.repeat(43)}`;
    expect((await api.call('POST', SESSIONS, { body: { link: made } })).status).toBe(410);
  });

  it('read with the cookie alone, and change only with the token of the page', async () => {
    const { cookie, csrf } = await signIn();
    expect((await api.call('GET', at('/status'), { cookie })).status).toBe(200);
    const body = { localParts: ['bot'], allowed: [] };
    const put = (headers: Record<string, string>) =>
      api.call('PUT', at('/exclusions'), { cookie, headers, body });
    expect((await put({})).status).toBe(403);
    expect((await put({ 'x-csrf-token': 'guessed' })).status).toBe(403);
    const other = await signIn();
    expect((await put(other.csrf)).status).toBe(403);
    expect((await put({ ...csrf, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await put({ ...csrf, 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await api.call('GET', at('/exclusions'), { key })).body.localParts).toEqual([]);
    expect((await put({ ...csrf, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  it('open neither with a forged cookie nor another org', async () => {
    const { cookie } = await signIn();
    const other = await connectTestOrg(receiver);
    expect((await api.call('GET', at('/status', other), { cookie })).status).toBe(403);
    const moved = cookie.replace(org.orgId, other.orgId);
    expect((await api.call('GET', at('/status', other), { cookie: moved })).status).toBe(401);
    for (const forged of [
      `${COOKIE}=`,
      `${COOKIE}=${org.orgId}.`,
      `${COOKIE}=${org.orgId}.x`,
      `${COOKIE}=__proto__.x`,
    ]) {
      expect((await api.call('GET', at('/status'), { cookie: forged })).status).toBe(401);
    }
  });

  it('end when they are signed out, when they are too old, and with the org', async () => {
    const { cookie, csrf } = await signIn();
    const signedIn = async () =>
      (await api.call('GET', SESSIONS, { cookie })).body.session !== null;
    expect((await api.call('DELETE', SESSIONS, { cookie })).status).toBe(403);
    expect(await signedIn()).toBe(true);
    const out = await api.call('DELETE', SESSIONS, { cookie, headers: csrf });
    expect(out.status).toBe(204);
    expect(String(out.headers['set-cookie'])).toContain('Max-Age=0');
    expect(await signedIn()).toBe(false);
    const late = await signIn();
    receiver.clock.advance(SESSION_LIVES_MS);
    expect((await api.call('GET', at('/status'), { cookie: late.cookie })).status).toBe(401);
  });

  it('are not begun faster than by hand, nor used to change faster', async () => {
    const tries = Array.from({ length: 31 }, () =>
      api.call('POST', SESSIONS, { body: { link: 'guess' } }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 410)).toHaveLength(30);
    expect(statuses.at(-1)).toBe(429);
    receiver.clock.advance(60_000);
    const { cookie, csrf } = await signIn();
    let last = 0;
    for (let change = 0; change < 121; change += 1) {
      const body = { label: 'Ada' };
      ({ status: last } = await api.call('POST', at('/page-links'), {
        cookie,
        headers: csrf,
        body,
      }));
      if (change === 119) expect(last).toBe(201);
    }
    expect(last).toBe(429);
  });

  it('and keys leave a log of who changed what, newest first, without values', async () => {
    const { cookie, csrf } = await signIn();
    const other = await signIn();
    receiver.clock.advance(1_000);
    await api.call('DELETE', SESSIONS, { cookie: other.cookie, headers: other.csrf });
    const body = { members: ['secret@x.example'] };
    receiver.clock.advance(1_000);
    await api.call('PUT', at('/roles/Sellers'), { cookie, headers: csrf, body });
    receiver.clock.advance(1_000);
    await api.call('PUT', at('/limits'), { key, body: { sharePercent: 50 } });
    await api.call('PUT', at('/limits'), { key, body: { sharePercent: 5 } });
    await api.call('GET', at('/status'), { cookie });
    const { body: log } = await api.call('GET', at('/changes'), { cookie });
    expect(log.changes).toMatchObject([
      { who: 'sidebar', by: 'key', operation: 'putLimits' },
      { who: 'Ada', by: 'page', operation: 'putRole', about: 'Sellers' },
      { who: 'Ada', by: 'page', operation: 'signOut' },
      ...Array.from({ length: 4 }, () => ({})),
    ]);
    const begun = log.changes.slice(3).map(({ operation }: { operation: string }) => operation);
    expect(begun.sort()).toEqual(['makePageLink', 'makePageLink', 'signIn', 'signIn']);
    expect(JSON.stringify(log)).not.toContain('secret@x.example');
    const first = await api.call('GET', at('/changes?limit=1'), { cookie });
    const next = encodeURIComponent(first.body.next);
    const second = await api.call('GET', at(`/changes?limit=1&before=${next}`), { cookie });
    expect(second.body.changes).toEqual([log.changes[1]]);
    expect((await api.call('GET', at('/changes?before=1:%27'), { cookie })).status).toBe(400);
  });

  it('of Salesforce users are checked once an hour; unanswered, they open nothing and go on later', async () => {
    const person = { orgId: org.orgId, who: 'ada@x.example', userId: '005000000000001AAA' };
    const started = await startPageSession(receiver.ports, person);
    const cookie = `${COOKIE}=${started.cookie}`;
    const status = async () => (await api.call('GET', at('/status'), { cookie })).status;
    receiver.clock.advance(3_599_000);
    expect(await status()).toBe(200);
    receiver.clock.advance(1_000);
    expect(await status()).toBe(503);
    const sha256 = secretHash(started.cookie.split('.')[1] ?? '');
    expect(await receiver.ports.pageSessions.find(org.orgId, sha256)).toEqual(started.session);
  });

  it('are kept as hashes only', async () => {
    const { cookie, session } = await startPageSession(receiver.ports, {
      orgId: org.orgId,
      who: 'Ada',
    });
    const secret = cookie.split('.')[1] ?? '';
    expect(await receiver.ports.pageSessions.find(session.orgId, secret)).toBeUndefined();
  });
});
