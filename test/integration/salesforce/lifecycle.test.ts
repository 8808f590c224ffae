import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '#usecases/api-keys.ts';
import { connectOrg } from '#usecases/connect-org.ts';
import { sweepOrgs } from '#usecases/sweep-orgs.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { makeGateway } from '../../../lambdas/gateway/wire.ts';
import { type ApiClient, apiClient } from '../../support/api-client.ts';
import { GATEWAY_URL, type NoticePath, startNoticePath } from '../../support/notice-path.ts';
import { aNotice } from '../../support/notices.ts';
import { APP } from '../../support/org-receiver.ts';
import { context, noticeRequest } from '../../support/test-receiver.ts';

const DATA = '/services/data/v66.0';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let path: NoticePath;
let api: ApiClient;
let key: string;
beforeAll(async () => {
  path = await startNoticePath();
  await connect();
  ({ key } = await createKey(path.ports, path.orgId, 'test'));
  api = apiClient(makeAdmin(path.ports, {}));
});
afterAll(() => path.close());

async function connect(): Promise<void> {
  const { url } = path.practice;
  await connectOrg(path.ports, { loginUrl: url, credentials: APP, gatewayUrl: GATEWAY_URL });
  await path.settle();
}

const call = (method: string, route: string, body?: unknown) =>
  api.call(method, `/v1/orgs/${path.orgId}${route}`, { key, ...(body !== undefined && { body }) });
const status = async () => (await call('GET', '/status')).body;
const tokens = async () => path.ports.secrets.find(path.orgId, { fresh: true });

async function save(email: string): Promise<void> {
  const contact = { LastName: 'X', Email: email };
  const answer = await path.practice.fetch('POST', `${DATA}/sobjects/Contact`, contact);
  expect(answer.status).toBe(201);
}

const mirrored = async (email: string) =>
  (await path.ports.mirror.findByEmail(path.orgId, email)).length;

async function settings(): Promise<Record<string, unknown>> {
  const soql = encodeURIComponent('SELECT Disable_RTS__c, Token__c FROM Mixmax_Settings__c');
  const answer = await path.practice.fetch('GET', `${DATA}/query?q=${soql}`);
  const { records } = (await answer.json()) as { records: Record<string, unknown>[] };
  return records[0] ?? {};
}

/** How the gateway answers a ping that is signed with a token. */
async function pingWith(token: string): Promise<number | undefined> {
  const nowMs = path.ports.clock.now();
  const notice = { ...aNotice(path.orgId, nowMs, []), type: 'salesforce.ping' };
  const request = noticeRequest(path.orgId, notice, path.ports.clock, { token });
  return (await makeGateway(path.ports)(request, context())).statusCode;
}

describe('rotating the token', () => {
  it('loses no notice: both tokens are verified until the old one expires', async () => {
    const old = (await tokens())?.token ?? '';
    await save('before@x.example');
    const { status: answered, body } = await call('POST', '/token');
    expect(answered).toBe(200);
    await save('after@x.example');
    await path.settle();
    expect([await mirrored('before@x.example'), await mirrored('after@x.example')]).toEqual([1, 1]);
    const next = (await tokens())?.token ?? '';
    expect(next).not.toBe(old);
    expect((await settings())['Token__c']).toBe(next);
    expect(JSON.stringify(body)).not.toContain('whsec_');

    expect([await pingWith(old), await pingWith(next)]).toEqual([202, 202]);
    await path.practice.org.clock.advance(DAY_MS);
    expect([await pingWith(old), await pingWith(next)]).toEqual([401, 202]);
  });

  it('that stopped before it reached the org is finished with the same token', async () => {
    const old = (await tokens())?.token ?? '';
    path.practice.org.faults.arm({ kind: 'row-lock', method: 'PATCH' });
    expect((await call('POST', '/token')).status).toBe(503);
    path.practice.org.faults.clearAll();
    const pending = (await tokens())?.token;
    expect((await settings())['Token__c']).toBe(old);
    await save('meanwhile@x.example');
    await path.settle();
    expect(await mirrored('meanwhile@x.example')).toBe(1);

    expect((await call('POST', '/token')).status).toBe(200);
    expect((await tokens())?.token).toBe(pending);
    expect((await settings())['Token__c']).toBe(pending);
    await save('finished@x.example');
    await path.settle();
    expect(await mirrored('finished@x.example')).toBe(1);
  });
});

describe('switching off and on', () => {
  it('disables in the org, and reads what was saved meanwhile when enabled again', async () => {
    expect((await call('POST', '/settings/disable')).status).toBe(204);
    expect((await settings())['Disable_RTS__c']).toBe(true);
    await save('silent@x.example');
    await path.settle();
    expect(await mirrored('silent@x.example')).toBe(0);
    await path.practice.org.clock.advance(2 * MINUTE_MS);
    expect((await call('POST', '/settings/enable')).status).toBe(204);
    await path.settle();
    expect(await mirrored('silent@x.example')).toBe(1);
  });
});

describe('removing an org', () => {
  it('answers 410, upon which Apex switches itself off; connecting again resumes', async () => {
    expect((await call('DELETE', '')).status).toBe(202);
    // The gateway may know the org as it was for ten seconds more; what it takes then is not applied.
    await path.practice.org.clock.advance(11_000);
    await save('late@x.example');
    await path.settle();
    expect(await mirrored('late@x.example')).toBe(0);
    expect(await status()).toMatchObject({ state: 'removed' });
    expect(await pingWith((await tokens())?.token ?? '')).toBe(410);
    expect(await pingWith('whsec_d3Jvbmc=')).toBe(401);
    expect((await settings())['Disable_RTS__c']).toBe(true);
    expect(await mirrored('before@x.example')).toBe(1);

    await connect();
    await sweepOrgs(path.ports);
    await path.settle();
    expect(await status()).toMatchObject({ state: 'active' });
    expect(await mirrored('late@x.example')).toBe(1);
  });

  it('erases everything that was copied, at once, and the org itself after 30 days', async () => {
    const { ports, orgId } = path;
    expect((await call('DELETE', '?erase=true')).status).toBe(202);
    await path.settle();
    expect(await ports.mirror.scan(orgId, 'Contact', { limit: 10 })).toEqual([]);
    expect((await ports.feed.read(orgId, undefined, 10)).events).toEqual([]);
    expect(await ports.jobs.listPasses(orgId, { limit: 10 })).toEqual([]);
    expect(await status()).toMatchObject({ state: 'removed', objects: [] });
    const token = (await tokens())?.token ?? '';
    expect(await pingWith(token)).toBe(410);

    await path.practice.org.clock.advance(30 * DAY_MS - 2 * MINUTE_MS);
    await sweepOrgs(ports);
    await path.settle();
    expect(await pingWith(token)).toBe(410);
    await path.practice.org.clock.advance(2 * MINUTE_MS);
    await sweepOrgs(ports);
    await path.settle();
    expect(await ports.orgs.get(orgId)).toBeUndefined();
    expect(await pingWith(token)).toBe(401);
    expect((await call('GET', '/status')).status).toBe(401);
  });

  it('can be connected anew after that, from the beginning', async () => {
    await connect();
    await sweepOrgs(path.ports);
    await path.settle();
    expect((await path.orgState()).phase).toBe('active');
    expect(await mirrored('late@x.example')).toBe(1);
  });
});
