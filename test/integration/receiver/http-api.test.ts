import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrgState } from '#core/org.ts';
import { createKey, secretHash } from '#usecases/api-keys.ts';
import { allRoutes } from '../../../lambdas/admin/routes/all-routes.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { type ApiClient, apiClient } from '../../support/api-client.ts';
import { aNotice } from '../../support/notices.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';

const ADA = recordIdOf('003', 1);
const BOB = recordIdOf('003', 2);
const OWNER = recordIdOf('005', 7);
const CALL = recordIdOf('00T', 1);

describe('the HTTP API', () => {
  let receiver: TestReceiver;
  let org: OrgState;
  let key: string;
  let api: ApiClient;
  let at: (path: string) => string;

  beforeEach(async () => {
    receiver = openTestReceiver();
    org = await connectTestOrg(receiver);
    ({ key } = await createKey(receiver.ports, org.orgId, 'test'));
    api = apiClient(makeAdmin(receiver.ports, { gatewayUrl: 'https://rts.example' }));
    at = (path) => `/v1/orgs/${org.orgId}${path}`;
  });
  afterEach(() => receiver.close());

  const get = (path: string, shown = key) => api.call('GET', at(path), { key: shown });

  async function mirrorSome(): Promise<void> {
    const { salesforce, clock } = receiver;
    salesforce.save('Contact', ADA, { Email: 'Ada@x.example', Name: 'Ada', OwnerId: OWNER });
    salesforce.save('Contact', BOB, { Email: 'bob@x.example', Name: 'Bob' });
    salesforce.save('Task', CALL, { OwnerId: OWNER, Status: 'Not Started', Subject: 'Call' });
    const notice = aNotice(org.orgId, clock.now(), [
      { op: 'insert', ids: [ADA, BOB] },
      { op: 'insert', object: 'Task', ids: [CALL] },
    ]);
    await receiver.post(org.orgId, notice);
    await receiver.work();
  }

  it('opens an org only to its own keys', async () => {
    const other = await connectTestOrg(receiver);
    const { key: foreign } = await createKey(receiver.ports, other.orgId, 'foreign');
    const paths = allRoutes
      .filter(({ access }) => access === 'org-key' || access === 'org-member')
      .map(({ method, path }) => ({
        method,
        path: path
          .replace('{orgId}', org.orgId)
          .replace('{object}', 'Contact')
          .replace(/\{\w+\}/, ADA),
      }));
    expect(paths.length).toBeGreaterThan(10);
    for (const { method, path } of paths) {
      expect(await api.call(method, path)).toMatchObject({ status: 401 });
      expect(await api.call(method, path, { key: 'rts_wrong' })).toMatchObject({ status: 401 });
      expect(await api.call(method, path, { key: foreign })).toMatchObject({ status: 403 });
    }
  });

  it('tells the state of the sync', async () => {
    await mirrorSome();
    const { status, body } = await get('/status');
    expect(status).toBe(200);
    expect(body).toMatchObject({ orgId: org.orgId, state: 'active', mode: 'realtime' });
    expect(body.lastApexSeenAt).toBe(new Date(receiver.clock.now()).toISOString());
    expect(body.objects).toContainEqual(
      expect.objectContaining({ object: 'Contact', rows: 2, hidden: 0 }),
    );
    const fifteen = await api.call('GET', `/v1/orgs/${org.orgId.slice(0, 15)}/status`, { key });
    expect(fifteen.status).toBe(200);
  });

  it('answers records by id, by e-mail, by object and by owner', async () => {
    await mirrorSome();
    const one = await get(`/records/Contact/${ADA}`);
    expect(one.body).toMatchObject({
      id: ADA,
      deleted: false,
      revision: 1,
      fields: { Id: ADA, Email: 'Ada@x.example', Name: 'Ada' },
    });
    expect((await get(`/records/Contact/${ADA.slice(0, 15)}`)).body.id).toBe(ADA);
    const some = await get(`/records/Contact/${ADA}?fields=email,Fax`);
    expect(some.body).toMatchObject({ fields: { Email: 'Ada@x.example' }, notSynced: ['Fax'] });
    expect(Object.keys(some.body.fields)).toEqual(['Email']);

    const found = await get('/records?email=ADA%40x.example');
    expect(found.body.records).toMatchObject([{ id: ADA }]);
    expect((await get(`/tasks?owner=${OWNER}`)).body.records).toMatchObject([{ id: CALL }]);
    expect((await get(`/tasks?owner=${OWNER}&status=Completed`)).body.records).toEqual([]);

    const first = await get('/records/Contact?limit=1');
    expect(first.body).toMatchObject({ records: [{ id: ADA }], next: ADA });
    const second = await get(`/records/Contact?limit=1&after=${first.body.next}`);
    expect(second.body.records).toMatchObject([{ id: BOB }]);
    const end = await get(`/records/Contact?limit=1&after=${second.body.next}`);
    expect(end.body).toEqual({ records: [], next: null });
  });

  it('refuses what it does not know, naming it', async () => {
    expect(await get(`/records/Contact/${recordIdOf('003', 99)}`)).toMatchObject({ status: 404 });
    expect(await get('/records/Secret__c')).toMatchObject({
      status: 404,
      body: { pointer: 'object' },
    });
    expect(await get('/records/constructor')).toMatchObject({ status: 404 });
    expect(await get('/records/Contact/003000000000001AAZ')).toMatchObject({ status: 400 });
    expect(await get('/records/Contact?limit=0')).toMatchObject({
      status: 400,
      body: { pointer: '/limit' },
    });
    expect(await get('/records/Contact?colour=red')).toMatchObject({ status: 400 });
    expect(await get('/records')).toMatchObject({ status: 400, body: { pointer: '/email' } });
    expect(await api.call('PATCH', at('/status'), { key })).toMatchObject({ status: 404 });
    expect(await api.call('POST', at('/keys'), { key, rawBody: '{' })).toMatchObject({
      status: 400,
    });
  });

  it('reads the feed on from its cursor and waits for news', async () => {
    const { body: start } = await get('/feed?after=latest');
    expect(start.events).toEqual([]);
    await mirrorSome();
    const page = await get(`/feed?after=${encodeURIComponent(start.next)}&limit=2`);
    expect(page.body.events).toHaveLength(2);
    const rest = await get(`/feed?after=${encodeURIComponent(page.body.next)}`);
    expect(rest.body.events).toHaveLength(1);

    const waiting = get(`/feed?after=${encodeURIComponent(rest.body.next)}&waitSeconds=20`);
    receiver.salesforce.save('Contact', ADA, { Name: 'Ada L.' });
    receiver.clock.advance(1_000);
    receiver.salesforce.save('Contact', ADA, { Name: 'Ada Lovelace' });
    await receiver.post(org.orgId, aNotice(org.orgId, receiver.clock.now(), [{ ids: [ADA] }]));
    await receiver.work();
    expect((await waiting).body.events).toMatchObject([
      { id: `${ADA}:2`, changed: { Name: { old: 'Ada', new: 'Ada Lovelace' } } },
    ]);
    expect(await get('/feed?after=nonsense')).toMatchObject({ status: 400 });
  });

  it('replays the feed by record and by time', async () => {
    await mirrorSome();
    const startMs = receiver.clock.now();
    receiver.clock.advance(60_000);
    receiver.salesforce.save('Contact', ADA, { Name: 'Ada Lovelace' });
    await receiver.post(org.orgId, aNotice(org.orgId, receiver.clock.now(), [{ ids: [ADA] }]));
    await receiver.work();
    const idsAt = async (query: string) => {
      const { body } = await get(`/feed?${query}`);
      return body.events.map(({ id }: { id: string }) => id);
    };
    expect(await idsAt(`record=${ADA}`)).toEqual([`${ADA}:1`, `${ADA}:2`]);
    expect(await idsAt(`record=${ADA.slice(0, 15)}&limit=1`)).toEqual([`${ADA}:1`]);
    const from = new Date(startMs + 1).toISOString();
    expect(await idsAt(`from=${from}`)).toEqual([`${ADA}:2`]);
    expect(await idsAt(`from=${from}&record=${BOB}`)).toEqual([]);
    const old = new Date(startMs - 8 * 24 * 3_600_000).toISOString();
    expect(await get(`/feed?from=${old}`)).toMatchObject({ status: 410 });
    for (const query of [`from=${from}&after=latest`, 'from=yesterday', 'record=003', 'from=5']) {
      expect(await get(`/feed?${query}`), query).toMatchObject({ status: 400 });
    }
  });

  it('makes, lists and revokes keys, but never the last one', async () => {
    const made = await api.call('POST', at('/keys'), { key, body: { label: 'sidebar' } });
    expect(made).toMatchObject({ status: 201, body: { label: 'sidebar' } });
    const listed = await get('/keys', made.body.key);
    expect(listed.body.keys.map(({ label }: { label: string }) => label).sort()).toEqual([
      'sidebar',
      'test',
    ]);
    expect(JSON.stringify(listed.body)).not.toContain(made.body.key);
    const revoke = (id: string) => api.call('DELETE', at(`/keys/${id}`), { key });
    expect(await revoke('unknown')).toMatchObject({ status: 404 });
    expect(await revoke(made.body.id)).toMatchObject({ status: 204 });
    expect(await get('/keys', made.body.key)).toMatchObject({ status: 401 });
    const [last] = (await get('/keys')).body.keys;
    expect(await revoke(last.id)).toMatchObject({ status: 409 });
  });

  it('starts audits and syncs and shows how far they are', async () => {
    expect(await api.call('POST', at('/sync'), { key, body: {} })).toMatchObject({ status: 409 });
    const started = await api.call('POST', at('/audits'), { key, body: { objects: ['Contact'] } });
    expect(started.status).toBe(202);
    const shown = await get(`/audits/${started.body.id}`);
    expect(shown.body).toMatchObject({ kind: 'audit', state: 'running', rows: 0 });
    expect(Object.keys(shown.body.objects)).toEqual(['Contact']);
    expect((await get('/status')).body.pass).toMatchObject({ id: started.body.id, kind: 'audit' });
    expect(await get('/audits/none')).toMatchObject({ status: 404 });
    const unknown = { key, body: { objects: ['Secret__c'] } };
    expect(await api.call('POST', at('/audits'), unknown)).toMatchObject({ status: 404 });
  });

  it('shows the conditions and refuses malformed ones', async () => {
    expect((await get('/conditions')).body).toEqual({
      on: false,
      hashes: { Account: '*', Contact: '*', Task: '*' },
      required: {},
    });
    const put = (body: unknown) => api.call('PUT', at('/conditions'), { key, body });
    expect(await put({ on: true })).toMatchObject({ status: 400, body: { pointer: '/objects' } });
    expect(await put({ on: true, objects: { Contact: ['Bad Name'] } })).toMatchObject({
      status: 400,
      body: { pointer: '/objects/Contact/0' },
    });
    expect(await put({ on: 'maybe' })).toMatchObject({ status: 400 });
  });

  it('uses up the set-up code once, and gives it back when connecting fails', async () => {
    await receiver.ports.keys.addSetupCode(secretHash('code-1'));
    const body = {
      loginUrl: 'https://login.example',
      credentials: { kind: 'client-credentials', clientId: 'a', clientSecret: 'b' },
    };
    const connect = (code: string) => api.call('POST', '/v1/orgs', { key: code, body });
    expect(await connect('wrong')).toMatchObject({ status: 401 });
    expect(await connect('code-1')).toMatchObject({ status: 502 });
    expect(await receiver.ports.keys.useSetupCode(secretHash('code-1'))).toBe(true);
    expect(await connect('code-1')).toMatchObject({ status: 401 });
  });

  it('serves its document and its health without a key', async () => {
    expect(await api.call('GET', '/healthz')).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
    const { body } = await api.call('GET', '/openapi.json');
    const documented = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.keys(operations as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(allRoutes.map((r) => `${r.method} ${r.path}`).sort());
    expect(body.paths['/v1/orgs/{orgId}/feed'].get.parameters).toContainEqual({
      name: 'limit',
      in: 'query',
      required: false,
      schema: { default: 100, type: 'integer', minimum: 1, maximum: 1_000 },
    });
  });
});

describe('the page', () => {
  it('serves the files of its folder with a strict policy, and no other path', async () => {
    const receiver = openTestReceiver();
    const folder = await mkdtemp(join(tmpdir(), 'page-'));
    try {
      await writeFile(join(folder, 'index.html'), '<!doctype html><title>Page</title>');
      await writeFile(join(folder, 'page.js'), 'export {};');
      await writeFile(join(folder, '.env'), 'SECRET=1');
      const api = apiClient(makeAdmin(receiver.ports, { pageDir: folder }));
      const index = await api.call('GET', '/');
      expect(index.status).toBe(200);
      expect(Buffer.from(index.body, 'base64').toString()).toContain('<title>Page</title>');
      expect(index.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
      expect((await api.call('GET', '/page.js')).headers['content-type']).toContain('javascript');
      for (const path of ['/.env', '/%2e%2e/package.json', '/..%2f..%2fetc%2fpasswd', '/x/y']) {
        expect(await api.call('GET', path)).toMatchObject({ status: 404 });
      }
    } finally {
      await rm(folder, { recursive: true });
      await receiver.close();
    }
  });
});
