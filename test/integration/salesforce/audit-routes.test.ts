import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '#usecases/api-keys.ts';
import { startPass } from '#usecases/start-pass.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { type ApiClient, apiClient } from '../../support/api-client.ts';
import {
  connectWithoutPackage,
  type OrgReceiver,
  startOrgReceiver,
} from '../../support/org-receiver.ts';
import { freshOrgId } from '../../support/salesforce-ids.ts';

const CONTACTS = '/services/data/v66.0/sobjects/Contact';

let receiver: OrgReceiver;
let api: ApiClient;
let key: string;
beforeAll(async () => {
  receiver = await startOrgReceiver();
  await connectWithoutPackage(receiver);
  const { ports, orgId } = receiver;
  ({ key } = await createKey(ports, orgId, 'test'));
  api = apiClient(makeAdmin(ports, { gatewayUrl: 'https://rts.example' }));
  await startPass(ports, { orgId, kind: 'audit', id: 'initial', reason: 'test' });
  await receiver.drainBulk();
}, 120_000);
afterAll(() => receiver.close());

const call = (method: string, path: string, body?: object) =>
  api.call(method, `/v1/orgs/${receiver.orgId}/audits${path}`, { key, body });

/** Nothing announces them: the receiver runs without the package. */
async function createContacts(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const { status } = await receiver.practice.fetch('POST', CONTACTS, { LastName: `New ${n}` });
    expect(status).toBe(201);
  }
  await receiver.practice.org.clock.advance(60_000);
}

async function startAudit(): Promise<string> {
  const { status, body } = await call('POST', '', { objects: ['Contact'] });
  expect(status).toBe(202);
  return body.id;
}

describe('an audit by the API', () => {
  it('is estimated from what the org shows, and nothing is started', async () => {
    await createContacts(4);
    const before = (await call('GET', '')).body.audits.length;
    const { status, body } = await call('POST', '/estimate', { objects: ['Contact', 'Lead'] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ rows: { Contact: 4, Lead: 0 }, bulkJobs: 2 });
    expect((await call('GET', '')).body.audits).toHaveLength(before);
    expect(await call('POST', '/estimate', { objects: ['Secret__c'] })).toMatchObject({
      status: 404,
      body: { pointer: 'object' },
    });
    expect(await call('POST', '/estimate', { objects: 'Contact' })).toMatchObject({ status: 400 });
    expect(await call('POST', '/estimate', { rowsPerMinute: 0 })).toMatchObject({ status: 400 });
  });

  it('lists what it found wrong page by page', async () => {
    const id = await startAudit();
    await receiver.drainBulk();
    expect((await call('GET', `/${id}`)).body).toMatchObject({
      state: 'done',
      report: { Contact: { missing: 4, stale: 0, extra: 0, hidden: 0 } },
    });
    const first = (await call('GET', `/${id}/findings?limit=3`)).body;
    expect(first.findings).toHaveLength(3);
    const last = (await call('GET', `/${id}/findings?limit=3&after=${first.next}`)).body;
    expect(last.findings).toMatchObject([{ object: 'Contact', kind: 'missing' }]);
    expect(last.next).toBeUndefined();
    const ids = [...first.findings, ...last.findings].map((finding) => finding.id);
    expect(new Set(ids).size).toBe(4);
    for (const query of ['limit=0', 'limit=1001', 'limit=x', 'after=Contact', 'after=Contact:1']) {
      expect(await call('GET', `/${id}/findings?${query}`), query).toMatchObject({ status: 400 });
    }
  });

  it('stands still while it is paused, and goes on where it stood', async () => {
    await createContacts(2);
    const id = await startAudit();
    await receiver.stepBulk();
    const paused = await call('POST', `/${id}/pause`);
    expect(paused).toMatchObject({ status: 200, body: { state: 'running' } });
    expect(paused.body.pausedAt).toBeDefined();
    expect((await call('POST', `/${id}/pause`)).body).toEqual(paused.body);
    await receiver.drainBulk();
    expect((await call('GET', `/${id}`)).body).toMatchObject({ state: 'running', report: {} });

    const resumed = await call('POST', `/${id}/resume`);
    expect(resumed.status).toBe(200);
    expect(resumed.body.pausedAt).toBeUndefined();
    await receiver.drainBulk();
    expect((await call('GET', `/${id}`)).body).toMatchObject({
      state: 'done',
      report: { Contact: { missing: 2 } },
    });
    expect(await call('POST', `/${id}/pause`)).toMatchObject({ status: 409 });
    expect(await call('POST', `/${id}/resume`)).toMatchObject({ status: 409 });
  });

  it.each([
    ['GET', ''],
    ['GET', '/findings'],
    ['POST', '/pause'],
    ['POST', '/resume'],
  ])('is not found by another name: %s%s', async (method, path) => {
    for (const id of ['none', 'constructor', '__proto__', '..%2Finitial']) {
      expect(await call(method, `/${id}${path}`), id).toMatchObject({ status: 404 });
    }
    const tooLong = 'x'.repeat(101);
    expect(await call(method, `/${tooLong}${path}`)).toMatchObject({ status: 400 });
  });

  it('is not found in another org, by whoever has a key of both', async () => {
    const other = freshOrgId();
    const state = await receiver.orgState();
    await receiver.ports.orgs.create({ ...state, orgId: other, revision: 1 });
    const { key: foreign } = await createKey(receiver.ports, other, 'foreign');
    for (const [method, path] of [
      ['GET', 'initial'],
      ['GET', 'initial/findings'],
      ['POST', 'initial/pause'],
      ['POST', 'initial/resume'],
    ] as const) {
      const theirs = `/v1/orgs/${other}/audits/${path}`;
      expect(await api.call(method, theirs, { key: foreign })).toMatchObject({ status: 404 });
      const ours = `/v1/orgs/${receiver.orgId}/audits/${path}`;
      expect(await api.call(method, ours, { key: foreign })).toMatchObject({ status: 403 });
    }
  });
});
