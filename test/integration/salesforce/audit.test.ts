import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordId } from '#core/ids.ts';
import { startPass } from '#usecases/start-pass.ts';
import {
  connectWithoutPackage,
  type OrgReceiver,
  startOrgReceiver,
} from '../../support/org-receiver.ts';

const NONE = { fields: [], hash: '*' };

let receiver: OrgReceiver;
beforeAll(async () => {
  receiver = await startOrgReceiver();
  await connectWithoutPackage(receiver);
});
afterAll(() => receiver.close());

/** Runs all passes that are due, and answers how the named one ended. */
async function passEnds(id: string) {
  await receiver.drainBulk();
  return receiver.ports.jobs.getPass(receiver.orgId, id);
}

async function create(object: string, records: object[]): Promise<string[]> {
  const body = {
    allOrNone: true,
    records: records.map((fields) => ({ attributes: { type: object }, ...fields })),
  };
  const path = '/services/data/v66.0/composite/sobjects';
  const answer = await receiver.practice.fetch('POST', path, body);
  const rows = (await answer.json()) as { id: string; success: boolean; errors: unknown }[];
  expect(
    rows.every(({ success }) => success),
    JSON.stringify(rows),
  ).toBe(true);
  return rows.map(({ id }) => id);
}

/** Every record that the org shows, by REST, against the mirror, field by field. */
async function expectSame(object: string): Promise<number> {
  const { ports, orgId } = receiver;
  const salesforce = await receiver.salesforce();
  const fields = (await receiver.orgState()).objects[object]?.fieldSet.fields ?? [];
  const soql = `SELECT Id, SystemModstamp, ${fields.join(', ')} FROM ${object}`;
  const shown: unknown[] = [];
  for await (const { records } of salesforce.query(soql)) {
    for (const { id, fields: all } of records) {
      const { SystemModstamp, ...rest } = all;
      shown.push([id, Date.parse(String(SystemModstamp)), rest]);
    }
  }
  const mirrored = await ports.mirror.scan(orgId, object, { limit: 10_000 });
  const live = mirrored.filter(({ deleted }) => !deleted);
  const emptyIsNull = (all: object) =>
    Object.fromEntries(Object.entries(all).map(([name, v]) => [name, v === '' ? null : v]));
  expect(live.map((r) => [r.id, r.version.modstampMs, emptyIsNull(r.fields)])).toEqual(shown);
  return live.length;
}

describe('passes against the practice org', () => {
  it('audits everything, catches up, and proves how far it is complete', async () => {
    const accounts = await create('Account', [{ Name: 'Acme "quoted", Inc.' }, { Name: 'Zoë 🚀' }]);
    await create(
      'Contact',
      Array.from({ length: 200 }, (_, n) => ({
        LastName: `Contact ${n}\nsecond line`,
        Email: `c${n}@acme.example`,
        AccountId: accounts[n % 2],
      })),
    );
    await create('Task', [{ Subject: 'Call', Status: 'Not Started' }]);
    const { ports, orgId } = receiver;
    const beganMs = Date.now();
    await startPass(ports, { orgId, kind: 'audit', id: 'audit', reason: 'test' });
    const pass = await passEnds('audit');
    expect(pass).toMatchObject({ state: 'done' });
    expect(await expectSame('Contact')).toBe(200);
    expect(await expectSame('Account')).toBe(2);
    expect(await expectSame('User')).toBeGreaterThan(0);
    expect(await expectSame('Task')).toBe(1);
    const org = await receiver.orgState();
    expect(org.phase).toBe('active');
    for (const { completeThroughMs } of Object.values(org.objects)) {
      expect(completeThroughMs).toBeGreaterThan(beganMs - 601_000);
    }
  });

  it('brings changes and deletes by an interval pass, and asks for no job where nothing changed', async () => {
    const { ports, orgId } = receiver;
    const salesforce = await receiver.salesforce();
    const [first, second] = await ports.mirror.scan(orgId, 'Contact', { limit: 2 });
    if (first === undefined || second === undefined) throw new Error('no contacts');
    await salesforce.update('Contact', first.id, {
      LastName: 'Changed',
      Email: 'new@acme.example',
    });
    await salesforce.remove('Contact', [second.id]);
    // A window ends before the second that is under way.
    await receiver.practice.org.clock.advance(90_000);
    await startPass(ports, { orgId, kind: 'interval', id: 'interval', reason: 'test' });
    const pass = await passEnds('interval');
    expect(pass).toMatchObject({ state: 'done' });
    expect(await expectSame('Contact')).toBe(199);
    expect((await receiver.orgState()).objects['Contact']?.counted).toMatchObject({
      org: 200,
      mirror: 200,
    });
    expect((await ports.mirror.get(orgId, 'Contact', second.id))?.deleted).toBe(true);
    expect(await ports.mirror.findByEmail(orgId, 'NEW@acme.example')).toHaveLength(1);
    const leads = pass?.parts['Lead'];
    expect(leads).toMatchObject({ state: 'done' });
    expect(leads?.jobId).toBeUndefined();
  });

  it('settles what is gone before an audit proves anything, also where nothing is proven yet', async () => {
    const { ports, orgId } = receiver;
    const [gone] = await create('Contact', [{ LastName: 'Gone' }]);
    await startPass(ports, { orgId, kind: 'audit', id: 'before', reason: 'test' });
    expect(await passEnds('before')).toMatchObject({ state: 'done' });
    const salesforce = await receiver.salesforce();
    await salesforce.remove('Contact', [gone as RecordId]);
    // Behind every window that joins on to what the next audit proves.
    await receiver.practice.org.clock.advance(3_600_000);
    const org = await receiver.orgState();
    const { completeThroughMs: _, ...unproven } = org.objects['Contact'] ?? { fieldSet: NONE };
    await ports.orgs.update({ ...org, objects: { ...org.objects, Contact: unproven } });
    const objects = ['Contact'];
    await startPass(ports, { orgId, kind: 'audit', id: 'widened', reason: 'test', objects });
    // The worker never runs here: nothing that is only queued for it may be counted on.
    expect(await passEnds('widened')).toMatchObject({ state: 'done' });
    expect((await ports.mirror.get(orgId, 'Contact', gone as RecordId))?.deleted).toBe(true);
    expect(await expectSame('Contact')).toBe(199);
  });

  it('does not take archived Tasks for gone (T17)', async () => {
    const { ports, orgId, practice } = receiver;
    const longAgo = new Date(ports.clock.now() - 400 * 86_400_000).toISOString().slice(0, 10);
    const values = { Subject: 'Long ago', Status: 'Completed', ActivityDate: longAgo };
    const [id] = (await create('Task', [values])) as [RecordId];
    const objects = ['Task'];
    await startPass(ports, { orgId, kind: 'audit', id: 'tasks', reason: 'test', objects });
    expect(await passEnds('tasks')).toMatchObject({ state: 'done' });
    while (practice.org.store.archiveActivities(practice.org.clock.now()));
    await practice.org.clock.advance(60_000);
    for (const compare of [false, true]) {
      const audit = `archived-${compare}`;
      await startPass(ports, { orgId, kind: 'audit', id: audit, reason: 'test', objects, compare });
      expect(await passEnds(audit)).toMatchObject({ state: 'done' });
      const task = await ports.mirror.get(orgId, 'Task', id);
      expect(task).toMatchObject({ deleted: false, hidden: false });
      const { extra, hidden } = (await ports.jobs.countFindings(orgId, audit))['Task'] ?? {};
      expect([extra ?? 0, hidden ?? 0]).toEqual([0, 0]);
    }
  });

  it('leaves no Bulk job behind', async () => {
    const answer = await receiver.practice.fetch('GET', '/services/data/v66.0/jobs/query');
    expect(await answer.json()).toMatchObject({ records: [] });
  });

  it('writes through jsforce on our own transport', async () => {
    const salesforce = await receiver.salesforce();
    const id = await salesforce.create('Lead', { LastName: 'Lovelace', Company: 'Analytical' });
    const [lead] = (await salesforce.retrieve('Lead', [id], ['Company', 'CreatedDate'])).records;
    expect(lead).toMatchObject({ id, fields: { Company: 'Analytical' } });
    expect(lead?.fields['CreatedDate']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    await expect(salesforce.create('Lead', { Company: 'x' })).rejects.toThrow(
      'REQUIRED_FIELD_MISSING (LastName)',
    );
    await salesforce.remove('Lead', [id]);
    const gone = await salesforce.retrieve('Lead', [id], ['Company']);
    expect(gone.records).toEqual([null]);
  });
});
