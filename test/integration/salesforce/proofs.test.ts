import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RecordId } from '#core/ids.ts';
import { connectOrg } from '#usecases/connect-org.ts';
import { sweepOrgs } from '#usecases/sweep-orgs.ts';
import { GATEWAY_URL, type NoticePath, startNoticePath } from '../../support/notice-path.ts';
import { ADMIN_USERNAME } from '../../support/org/test-org.ts';
import { APP } from '../../support/org-receiver.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let path: NoticePath;
beforeAll(async () => {
  path = await startNoticePath();
  const { url } = path.practice;
  await connectOrg(path.ports, { loginUrl: url, credentials: APP, gatewayUrl: GATEWAY_URL });
  await path.settle();
});
afterAll(() => path.close());
afterEach(() => path.practice.org.faults.clearAll());

const DATA = '/services/data/v66.0/sobjects';

async function create(object: string, fields: object): Promise<RecordId> {
  const answer = await path.practice.fetch('POST', `${DATA}/${object}`, fields);
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: RecordId }).id;
}

/** Time passes in an org that is in use: Apex is seen each quarter of an hour, and the sweep runs. */
async function healthyFor(durationMs: number): Promise<void> {
  const { ports, orgId, practice } = path;
  for (let passed = 0; passed < durationMs; passed += 15 * MINUTE_MS) {
    await practice.org.clock.advance(15 * MINUTE_MS);
    await ports.orgs.noteApexSeen(orgId, ports.clock.now());
    for (let minute = 0; minute < 2; minute += 1) {
      await sweepOrgs(ports);
      await path.settle();
    }
  }
  expect((await path.orgState()).mode.name).toBe('realtime');
}

/** A save whose notice something in between answers, and nobody gets. */
async function unannounced<T>(save: () => Promise<T>): Promise<T> {
  const fault = path.practice.org.faults.arm({ kind: 'callout-swallowed' });
  const saved = await save();
  await path.settle();
  path.practice.org.faults.clear(fault);
  return saved;
}

/** How many requests of the org's allocation it takes. */
async function callsOf(work: () => Promise<unknown>): Promise<number> {
  const { requestLog } = path.practice.org;
  const before = requestLog.since(0).at(-1)?.sequence ?? 0;
  await work();
  return requestLog.since(before).filter(({ counted }) => counted).length;
}

const mirrored = (object: string, id: RecordId) => path.ports.mirror.get(path.orgId, object, id);
const proven = async (object: string) =>
  (await path.orgState()).objects[object]?.completeThroughMs ?? 0;
const passes = async (kind: string) =>
  (await path.ports.jobs.listPasses(path.orgId, { limit: 100 })).filter((p) => p.kind === kind);

describe('while Apex is healthy', () => {
  it('a light check finds within the hour what no notice told, without a Bulk job', async () => {
    const kept = await create('Contact', { LastName: 'Kept', Email: 'kept@x.example' });
    const gone = await create('Contact', { LastName: 'Gone' });
    await path.settle();
    const before = await proven('Contact');
    await path.practice.org.clock.advance(5_000);
    const born = await unannounced(async () => {
      await path.practice.fetch('PATCH', `${DATA}/Contact/${kept}`, { Email: 'new@x.example' });
      await path.practice.fetch('DELETE', `${DATA}/Contact/${gone}`);
      return await create('Contact', { LastName: 'Born' });
    });
    expect(await mirrored('Contact', born)).toBeUndefined();
    await healthyFor(HOUR_MS);
    expect((await mirrored('Contact', kept))?.fields['Email']).toBe('new@x.example');
    expect(await mirrored('Contact', gone)).toMatchObject({ deleted: true });
    expect(await mirrored('Contact', born)).toMatchObject({ fields: { LastName: 'Born' } });

    const [check] = await passes('check');
    expect(check).toMatchObject({ state: 'done', parts: { Contact: { rows: 3 } } });
    expect(Object.values(check?.parts ?? {}).map(({ jobId }) => jobId)).not.toContain(
      expect.any(String),
    );
    expect(await proven('Contact')).toBeGreaterThan(before + 45 * MINUTE_MS);
    const { events } = await path.ports.feed.read(path.orgId, undefined, 1_000);
    expect(events.filter(({ recordId }) => recordId === born)).toHaveLength(1);
  });

  it('proves nothing that a transaction still open could belie', async () => {
    const { ports, orgId, practice } = path;
    const { clock, faults } = practice.org;
    await clock.advance(56 * MINUTE_MS);
    faults.arm({ kind: 'callout-swallowed' });
    faults.arm({ kind: 'late-commit', delayMs: 9 * MINUTE_MS, method: 'POST', times: 1 });
    const savedAtMs = clock.now();
    const saving = create('Contact', { LastName: 'Late' });
    await expect.poll(() => faults.list().at(-1)?.applied).toBe(1);
    await clock.advance(4 * MINUTE_MS);
    await ports.orgs.noteApexSeen(orgId, ports.clock.now());
    await sweepOrgs(ports);
    await path.settle();
    expect((await passes('check'))[0]).toMatchObject({ state: 'done' });
    expect((await passes('check'))[0]?.startedAtMs).toBeGreaterThan(savedAtMs);
    expect(await proven('Contact')).toBeLessThanOrEqual(savedAtMs);
    await clock.advance(6 * MINUTE_MS);
    const late = await saving;
    await path.settle();
    expect(await mirrored('Contact', late)).toBeUndefined();
    faults.clearAll();
    await healthyFor(HOUR_MS);
    expect(await mirrored('Contact', late)).toMatchObject({ deleted: false });
    expect(await proven('Contact')).toBeGreaterThan(savedAtMs);
  });

  it('a sweep reads whole records of everything since the last one, every six hours', async () => {
    const before = await passes('sweep');
    await healthyFor(6 * HOUR_MS);
    const sweeps = await passes('sweep');
    expect(sweeps).toHaveLength(before.length + 1);
    expect(sweeps[0]).toMatchObject({ state: 'done' });
    const { sweptThroughMs } = (await path.orgState()).objects['Contact'] ?? {};
    expect(sweptThroughMs).toBe(sweeps[0]?.parts['Contact']?.coveredMs);
  });

  it('objects without triggers are swept every 15 minutes', async () => {
    const { orgId, ports } = path;
    const contact = await create('Contact', { LastName: 'Buyer' });
    const opportunity = await create('Opportunity', {
      Name: 'Deal',
      StageName: 'Prospecting',
      CloseDate: '2027-01-01',
    });
    const role = await create('OpportunityContactRole', {
      ContactId: contact,
      OpportunityId: opportunity,
      Role: 'Evaluator',
    });
    await path.settle();
    expect(await mirrored('OpportunityContactRole', role)).toBeUndefined();
    await healthyFor(15 * MINUTE_MS);
    expect((await mirrored('OpportunityContactRole', role))?.fields).toMatchObject({
      ContactId: contact,
      OpportunityId: opportunity,
      Role: 'Evaluator',
    });
    // Deleted at once, without a recycle bin.
    await path.practice.fetch('DELETE', `${DATA}/OpportunityContactRole/${role}`);
    await healthyFor(15 * MINUTE_MS);
    expect(await mirrored('OpportunityContactRole', role)).toMatchObject({ deleted: true });
    expect((await ports.mirror.counts(orgId, 'OpportunityContactRole')).live).toBe(0);
  });

  it('has an object audited whose deletes are no longer listed (T20)', async () => {
    const gone = await create('Contact', { LastName: 'Purged' });
    await path.settle();
    await path.practice.org.clock.advance(5_000);
    await unannounced(() => path.practice.fetch('DELETE', `${DATA}/Contact/${gone}`));
    const before = await passes('audit');
    const fault = path.practice.org.faults.arm({ kind: 'delete-log-hole', hours: 1 });
    await healthyFor(HOUR_MS);
    path.practice.org.faults.clear(fault);
    await healthyFor(HOUR_MS);
    const audits = await passes('audit');
    expect(audits.length).toBeGreaterThan(before.length);
    expect(audits[0]).toMatchObject({ state: 'done' });
    expect(await mirrored('Contact', gone)).toMatchObject({ deleted: true });
  });

  it('a whole object stamped anew costs a few calls (T8)', async () => {
    const { store, clock } = path.practice.org;
    const [userId = ''] = store.findByKey('User', 'Username', ADMIN_USERNAME);
    const fields = { LastName: 'Many', Company: 'Doe' };
    const ids = Array.from({ length: 2_500 }, () =>
      String(store.insert('Lead', fields, { nowMs: clock.now(), userId })['Id']),
    );
    await healthyFor(HOUR_MS);
    const usualCalls = await callsOf(() => healthyFor(HOUR_MS));
    const nowMs = clock.now();
    for (const id of ids) store.update('Lead', id, {}, { nowMs, userId });
    const stampedMs = Math.floor(nowMs / 1_000) * 1_000;
    expect(await callsOf(() => healthyFor(HOUR_MS))).toBeLessThanOrEqual(usualCalls + 10);
    const leads = await path.ports.mirror.scan(path.orgId, 'Lead', { limit: 3_000 });
    expect(leads).toHaveLength(ids.length);
    for (const { version } of leads) expect(version.modstampMs).toBe(stampedMs);
  });

  it('clears a problem once a pass over every object has succeeded', async () => {
    const org = await path.orgState();
    const problem = 'The Sync User lost sight of 20 of 30 records of Contact at once.';
    await path.ports.orgs.update({ ...org, problem });
    await healthyFor(HOUR_MS);
    expect((await path.orgState()).problem).toBeUndefined();
  });
});
