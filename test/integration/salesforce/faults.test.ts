import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startPass } from '#usecases/start-pass.ts';
import { sweepOrgs } from '#usecases/sweep-orgs.ts';
import type { Fault } from '../../../local/org/faults.ts';
import {
  connectWithoutPackage,
  type OrgReceiver,
  startOrgReceiver,
} from '../../support/org-receiver.ts';

const COUNT = 60;
const MINUTE_MS = 60_000;
const BULK = '/jobs/query';

let receiver: OrgReceiver;
beforeAll(async () => {
  receiver = await startOrgReceiver();
  await connectWithoutPackage(receiver);
  const records = Array.from({ length: COUNT }, (_, n) => ({
    attributes: { type: 'Contact' },
    LastName: `Contact ${n}`,
  }));
  const path = '/services/data/v66.0/composite/sobjects';
  await receiver.practice.fetch('POST', path, { allOrNone: true, records });
});
afterEach(() => receiver.practice.org.faults.clearAll());
afterAll(() => receiver.close());

let audits = 0;

/** Audits into an empty mirror under the faults, and answers how the pass ended. */
async function auditUnder(...faults: Fault[]) {
  const { ports, orgId, practice } = receiver;
  await ports.mirror.clear(orgId);
  for (const fault of faults) practice.org.faults.arm(fault);
  const id = `audit-${++audits}`;
  await startPass(ports, { orgId, kind: 'audit', id, reason: 'test' });
  await receiver.drainBulk();
  const { live } = await ports.mirror.counts(orgId, 'Contact');
  return { pass: await ports.jobs.getPass(orgId, id), live };
}

describe('passes and an org that misbehaves', () => {
  it.each<[string, Fault]>([
    ['a session that ends', { kind: 'session-expired', times: 1 }],
    ['a failed job', { kind: 'bulk-failed', object: 'Contact', times: 1 }],
    ['three failed jobs', { kind: 'bulk-failed', object: 'Contact', times: 3 }],
    ['an aborted job', { kind: 'bulk-aborted', object: 'Contact', times: 2 }],
    ['a short page', { kind: 'bulk-short-page', object: 'Contact', rows: 7, times: 2 }],
    ['a page without a locator', { kind: 'bulk-no-locator', object: 'Contact', times: 1 }],
    ['a reset connection', { kind: 'reset', path: BULK, times: 5 }],
    ['bodies that end in the middle', { kind: 'truncated-body', path: BULK, times: 5 }],
    ['answers that are lost', { kind: 'answer-lost', path: BULK, times: 5 }],
    ['an edge that is down', { kind: 'unavailable', html: true, times: 12 }],
    ['an edge that says when', { kind: 'unavailable', retryAfterSeconds: 45, times: 3 }],
    ['server errors', { kind: 'server-error', path: BULK, times: 9 }],
    ['throttling', { kind: 'too-many-requests', retryAfterSeconds: 2, times: 6 }],
    ['a used-up quota', { kind: 'request-limit', times: 3 }],
  ])('get through %s', async (_, fault) => {
    const { pass, live } = await auditUnder(fault);
    expect(pass).toMatchObject({ state: 'done' });
    expect(live).toBe(COUNT);
  });

  it('ask for halves of what Salesforce had no time for, however often (T6)', async () => {
    const message = 'Query timed out. Retried more than fifteen times';
    const fault: Fault = { kind: 'bulk-failed', object: 'Contact', message, times: 5 };
    const { pass, live } = await auditUnder(fault);
    expect(pass).toMatchObject({ state: 'done' });
    expect(live).toBe(COUNT);
    const { ports, orgId } = receiver;
    const job = await ports.jobs.getJob(orgId, pass?.parts['Contact']?.jobId ?? '');
    expect(job).toMatchObject({ state: 'done', failures: 0, rowsImported: COUNT });
  });

  it('replace a job that Salesforce never finishes by two of its halves', async () => {
    const until = receiver.practice.org.clock.now() + 9 * 60 * MINUTE_MS;
    const { pass, live } = await auditUnder({ kind: 'bulk-stuck', object: 'Contact', until });
    expect(pass).toMatchObject({ state: 'done' });
    expect(live).toBe(COUNT);
  });

  it('give up a part after three fresh jobs, say why, and prove nothing of it', async () => {
    const before = await receiver.orgState();
    const { pass } = await auditUnder({ kind: 'bulk-failed', object: 'Contact' });
    expect(pass).toMatchObject({ state: 'failed' });
    expect(pass?.parts['Contact']).toMatchObject({
      state: 'failed',
      error: 'Salesforce ended the job as Failed',
    });
    expect(pass?.parts['Account']).toMatchObject({ state: 'done' });
    const after = await receiver.orgState();
    expect(after.problem).toBe('Contact: Salesforce ended the job as Failed');
    const proven = (org: typeof after) => org.objects['Contact']?.completeThroughMs;
    expect(proven(after)).toBe(proven(before));
  });

  it('read a gap again after the pass that was to fill it failed', async () => {
    const { ports, orgId, practice } = receiver;
    await auditUnder();
    await practice.org.clock.advance(MINUTE_MS);
    const sinceMs = practice.org.clock.now() - MINUTE_MS;
    const path = '/services/data/v66.0/sobjects/Contact';
    await practice.fetch('POST', path, { LastName: 'In the gap' });
    await practice.org.clock.advance(MINUTE_MS);
    practice.org.faults.arm({ kind: 'bulk-aborted', object: 'Contact' });
    await startPass(ports, {
      orgId,
      kind: 'gap',
      reason: 'test',
      objects: ['Contact'],
      sinceMs: { Contact: sinceMs },
    });
    await receiver.drainBulk();
    const contact = async () => (await receiver.orgState()).objects['Contact'];
    expect((await contact())?.gapSinceMs).toBe(sinceMs);
    expect((await ports.mirror.counts(orgId, 'Contact')).live).toBe(COUNT);

    practice.org.faults.clearAll();
    await practice.org.clock.advance(10 * MINUTE_MS);
    await ports.orgs.noteApexSeen(orgId, ports.clock.now());
    await sweepOrgs(ports);
    await receiver.drainBulk();
    expect(await contact()).not.toHaveProperty('gapSinceMs');
    expect((await ports.mirror.counts(orgId, 'Contact')).live).toBe(COUNT + 1);
  });

  it('end at once when the Sync User is locked out, and recover when it is let in', async () => {
    const { pass } = await auditUnder({ kind: 'session-expired', path: '/services/data' });
    expect(pass).toMatchObject({ state: 'failed' });
    const objects = Object.keys(pass?.parts ?? {});
    expect(objects).toEqual(expect.arrayContaining(['Account', 'Contact', 'User']));
    for (const object of objects) {
      expect(pass?.parts[object]?.error, object).toMatch(/Salesforce (refuses|answered 401)/);
    }
    receiver.practice.org.faults.clearAll();
    await receiver.practice.org.clock.advance(61_000);
    expect(await auditUnder()).toMatchObject({ pass: { state: 'done' }, live: COUNT + 1 });
    expect((await receiver.orgState()).problem).toBeUndefined();
  });
});
