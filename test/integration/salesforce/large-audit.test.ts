import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Pass } from '#core/pass.ts';
import { estimateAudit } from '#usecases/estimate-audit.ts';
import { pausePass, resumePass } from '#usecases/pause-pass.ts';
import { startPass } from '#usecases/start-pass.ts';
import type { OrgRequest } from '../../../local/org/api/http.ts';
import { fillWithContacts } from '../../../scripts/bench/fill-org.ts';
import { ORG_ID } from '../../support/org/test-org.ts';
import {
  connectWithoutPackage,
  type OrgReceiver,
  startOrgReceiver,
} from '../../support/org-receiver.ts';

const COUNT = 100_000;

let folder: string;
let receiver: OrgReceiver;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'large-audit-'));
  const database = join(folder, 'org.db');
  fillWithContacts(database, ORG_ID, COUNT);
  receiver = await startOrgReceiver({ dataDir: folder, practice: { database } });
  await connectWithoutPackage(receiver);
  await receiver.practice.org.clock.advance(60_000);
  await audit('initial', {});
}, 300_000);
afterAll(async () => {
  await receiver.close();
  await rm(folder, { recursive: true });
});

async function audit(id: string, options: { objects?: string[]; compare?: boolean }) {
  const { ports, orgId } = receiver;
  await startPass(ports, { orgId, kind: 'audit', id, reason: 'test', ...options });
  await receiver.drainBulk();
  return await pass(id);
}

async function pass(id: string): Promise<Pass> {
  const found = await receiver.ports.jobs.getPass(receiver.orgId, id);
  if (found === undefined) throw new Error(`There is no pass ${id}.`);
  return found;
}

/** Changes the mirror's file behind everybody's back. */
function spoil(sql: string, ...values: string[]): void {
  const database = new DatabaseSync(join(folder, 'receiver.db'));
  try {
    expect(database.prepare(sql).run(...values).changes).toBe(1);
  } finally {
    database.close();
  }
}

/** Ids in the bodies of requests that read whole records. */
function idsAskedFor(handle: { mock: { calls: unknown[][] } }): number {
  return handle.mock.calls.reduce((sum, [request]) => {
    const { method, path, body } = request as OrgRequest;
    if (method !== 'POST' || !/\/composite\/sobjects\/\w+/.test(path)) return sum;
    return sum + (JSON.parse(Buffer.from(body).toString()) as { ids: string[] }).ids.length;
  }, 0);
}

it('with 100,000 rows and 3 spoiled, a secondary audit repairs exactly 3, reads no more than 500 whole records, and touches no other object', async () => {
  const { ports, orgId, practice } = receiver;
  expect((await ports.mirror.counts(orgId, 'Contact')).live).toBeGreaterThanOrEqual(COUNT);
  const rows = await ports.mirror.versions(orgId, 'Contact', { limit: 90_000 });
  const [missing, stale, right, older] = [70, 40_000, 65_000, 89_000].map((n) => rows[n]?.id);
  if (!missing || !stale || !right || !older) throw new Error('ids');
  spoil('DELETE FROM mirror_record WHERE id = ?', missing);
  for (const id of [stale, older]) {
    spoil(
      `UPDATE mirror_record SET modstamp = modstamp - 60000, fields = json_object('LastName', 'Spoiled'), layout = NULL
       WHERE id = ?`,
      id,
    );
  }
  await practice.org.clock.advance(60_000);
  const since = (await ports.feed.read(orgId, 'latest', 1)).next;
  const lastRequest = practice.org.requestLog.since(0).at(-1)?.sequence ?? 0;
  const handle = vi.spyOn(practice.org, 'handle');

  expect(await audit('second', { objects: ['Contact'], compare: true })).toMatchObject({
    state: 'done',
  });

  const changed = (await ports.feed.read(orgId, since, 100)).events;
  const spoiled = [missing, stale, older].sort();
  expect(changed.map(({ recordId }) => recordId).sort()).toEqual(spoiled);
  for (const id of spoiled) {
    const record = await ports.mirror.get(orgId, 'Contact', id);
    expect(record?.fields['LastName']).toMatch(/^Contact \d+$/);
  }
  expect(idsAskedFor(handle)).toBeGreaterThanOrEqual(3);
  expect(idsAskedFor(handle)).toBeLessThanOrEqual(500);
  const log = practice.org.requestLog.since(lastRequest);
  const others = log.filter(({ path }) => /sobjects\/(?!Contact\b)\w+/.test(path));
  expect(others).toEqual([]);

  expect(await ports.jobs.countFindings(orgId, 'second')).toEqual({
    Contact: { missing: 1, stale: 2, extra: 0, hidden: 0 },
  });
  const findings = await ports.jobs.listFindings(orgId, 'second', { limit: 100 });
  expect(findings.map(({ id }) => id)).toEqual(spoiled);
  // A first load finds nothing wrong: nothing was promised before it.
  expect(await ports.jobs.countFindings(orgId, 'initial')).toEqual({});
}, 300_000);

it('tells beforehand what an audit takes', async () => {
  const { ports } = receiver;
  const estimate = await estimateAudit(ports, await receiver.orgState(), ['Contact'], 20_000);
  const real = await pass('second');
  expect(estimate.rows['Contact']).toBe(real.parts['Contact']?.rows);
  expect(estimate).toMatchObject({ bulkJobs: 1 });
  expect(estimate.shareOfQuotaPercent).toBeGreaterThan(0);
  expect(estimate.seconds).toBeGreaterThanOrEqual((COUNT / 20_000) * 60);
  // Else the pass that catches up reads every row again: all of them were saved within its overlap.
  await receiver.practice.org.clock.advance(20 * 60_000);
  const before = receiver.practice.org.requestLog.since(0).at(-1)?.sequence ?? 0;
  await audit('third', { objects: ['Contact'], compare: true });
  const log = receiver.practice.org.requestLog.since(before).filter(({ counted }) => counted);
  const ofAudit = log.length;
  expect(estimate.apiCalls).toBeGreaterThanOrEqual(ofAudit * 0.6);
  expect(estimate.apiCalls).toBeLessThanOrEqual(ofAudit * 1.6);
}, 300_000);

it('stands still while it is paused, reads no more than it may a minute, and ends after it is resumed', async () => {
  const { ports, orgId, practice } = receiver;
  const id = 'slow';
  const startedAtMs = ports.clock.now();
  const request = { orgId, kind: 'audit', id, reason: 'test', objects: ['Contact'] } as const;
  await startPass(ports, { ...request, compare: true, rowsPerMinute: 50_000 });
  const importing = async () => (await ports.jobs.getJob(orgId, `${id}.Contact`))?.rowsImported;
  await stepUntil(async () => ((await importing()) ?? 0) > 0);
  await pausePass(ports, await pass(id));
  await receiver.drainBulk();
  const rows = await importing();
  expect(rows).toBeLessThan(COUNT);
  await practice.org.clock.advance(3_600_000);
  await receiver.drainBulk();
  expect(await importing()).toBe(rows);
  expect((await pass(id)).state).toBe('running');

  await resumePass(ports, await pass(id));
  await receiver.drainBulk();
  expect(await pass(id)).toMatchObject({ state: 'done' });
  expect((await pass(id)).pausedAtMs).toBeUndefined();
  // Without the hour of the pause: two minutes for 100,000 rows.
  expect(ports.clock.now() - startedAtMs - 3_600_000).toBeGreaterThanOrEqual(60_000);
  await expect(pausePass(ports, await pass(id))).rejects.toThrow(/running/);
  await expect(resumePass(ports, await pass(id))).rejects.toThrow(/running/);
}, 300_000);

/** Delivers bulk messages one by one until something is so. */
async function stepUntil(isSo: () => Promise<boolean>): Promise<void> {
  for (let step = 0; step < 1_000; step += 1) {
    if (await isSo()) return;
    await receiver.stepBulk();
  }
  throw new Error('It never came to that.');
}
