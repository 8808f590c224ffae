import { describe, expect } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import type { AuditFinding } from '#core/pass.ts';
import type { JobStore } from '#ports/job-store.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { aJob, aPass } from '../support/passes-and-jobs.ts';
import { EPOCH_MS } from '../support/record-writes.ts';
import { recordIdOf } from '../support/salesforce-ids.ts';

/** What every `JobStore` promises. */
export function defineJobStoreContract(name: string, make: () => Promise<Harness<JobStore>>): void {
  describe(`job store: ${name}`, () => {
    const inOrg = contractCases({ make, seed, observe });
    definePasses(inOrg);
    defineListing(inOrg);
    defineJobs(inOrg);
    defineFindings(inOrg);
  });
}

type InOrg = ReturnType<typeof contractCases<JobStore>>;

async function seed(store: JobStore, orgId: OrgId): Promise<void> {
  await store.createPass(aPass(orgId, 'pass', { reason: `of ${orgId}` }));
  await store.createPass(aPass(orgId, 'pass-2', { state: 'done', startedAtMs: EPOCH_MS + 5 }));
  await store.createJob(aJob(orgId, 'job', { object: 'Lead' }));
  await store.addFindings(orgId, 'pass', [aFinding('Lead', 9, 'hidden')]);
}

async function observe(store: JobStore, orgId: OrgId): Promise<unknown> {
  return [
    await store.listPasses(orgId, { limit: 10 }),
    await store.getJob(orgId, 'job'),
    await store.listFindings(orgId, 'pass', { limit: 10 }),
  ];
}

function definePasses(inOrg: InOrg): void {
  inOrg('gives back a pass as it was created, once', async (store, org) => {
    expect(await store.getPass(org, 'pass')).toBeUndefined();
    const pass = aPass(org, 'pass');
    expect(await store.createPass(pass)).toBe('created');
    expect(await store.createPass({ ...pass, kind: 'gap' })).toBe('exists');
    expect(await store.getPass(org, 'pass')).toEqual(pass);
    expect(await store.getPass(org, "pass' OR '1'='1")).toBeUndefined();
  });

  inOrg('updates a pass that was read, and refuses what is outdated', async (store, org) => {
    const pass = aPass(org, 'pass');
    expect(await store.updatePass(pass)).toBe('conflict');
    await store.createPass(pass);
    const done = { ...pass, state: 'done', finishedAtMs: EPOCH_MS + 9, parts: {} } as const;
    expect(await store.updatePass(done)).toBe('updated');
    expect(await store.updatePass(pass)).toBe('conflict');
    expect(await store.getPass(org, 'pass')).toEqual({ ...done, revision: 2 });
  });

  inOrg('lets one of many updates of a pass through', async (store, org) => {
    const pass = aPass(org, 'pass');
    await store.createPass(pass);
    const reasons = Array.from({ length: 10 }, (_, n) => `writer ${n}`);
    const outcomes = await Promise.all(
      reasons.map((reason) => store.updatePass({ ...pass, reason })),
    );
    expect(outcomes.filter((outcome) => outcome === 'updated')).toHaveLength(1);
    const stored = await store.getPass(org, 'pass');
    expect(stored).toMatchObject({ revision: 2, reason: reasons[outcomes.indexOf('updated')] });
  });
}

function defineListing(inOrg: InOrg): void {
  inOrg('lists passes newest first, all or in one state', async (store, org) => {
    const start = (n: number) => ({ startedAtMs: EPOCH_MS + n * 1_000 });
    await store.createPass(aPass(org, 'b', { ...start(2), state: 'done' }));
    await store.createPass(aPass(org, 'a', { ...start(9), state: 'running' }));
    await store.createPass(aPass(org, 'c', { ...start(10), state: 'failed' }));
    await store.createPass(aPass(org, 'd', { ...start(100), state: 'running' }));
    const listed = async (options: Parameters<JobStore['listPasses']>[1]) =>
      (await store.listPasses(org, options)).map(({ id }) => id);
    expect(await listed({ limit: 10 })).toEqual(['d', 'c', 'a', 'b']);
    expect(await listed({ limit: 2 })).toEqual(['d', 'c']);
    expect(await listed({ state: 'running', limit: 10 })).toEqual(['d', 'a']);
    expect(await listed({ state: 'running', limit: 1 })).toEqual(['d']);
    expect(await listed({ state: 'failed', limit: 10 })).toEqual(['c']);

    const pass = aPass(org, 'd', { ...start(100), state: 'failed' });
    await store.updatePass(pass);
    expect(await listed({ state: 'running', limit: 10 })).toEqual(['a']);
    expect(await listed({ state: 'failed', limit: 10 })).toEqual(['d', 'c']);
    expect((await store.listPasses(org, { limit: 1 }))[0]).toEqual({ ...pass, revision: 2 });
  });

  inOrg('forgets an org’s passes and jobs', async (store, org) => {
    await seed(store, org);
    await store.clear(org);
    expect(await store.listPasses(org, { limit: 10 })).toEqual([]);
    expect(await store.getPass(org, 'pass')).toBeUndefined();
    expect(await store.getJob(org, 'job')).toBeUndefined();
    expect(await store.createJob(aJob(org, 'job'))).toBe('created');
  });
}

function defineJobs(inOrg: InOrg): void {
  inOrg('gives back a job as it was created, once', async (store, org) => {
    expect(await store.getJob(org, 'job')).toBeUndefined();
    const job = aJob(org, 'job', { soql: `SELECT Id FROM Lead WHERE Name = '\u{1F600}\\'"'` });
    expect(await store.createJob(job)).toBe('created');
    expect(await store.createJob({ ...job, object: 'Lead' })).toBe('exists');
    expect(await store.getJob(org, 'job')).toEqual(job);
  });

  inOrg('keeps a locator that is absent apart from one that is null', async (store, org) => {
    const { locator: _, ...fresh } = aJob(org, 'job');
    await store.createJob(fresh);
    expect(await store.getJob(org, 'job')).not.toHaveProperty('locator');
    await store.updateJob({ ...fresh, locator: 'MTAw' });
    expect(await store.getJob(org, 'job')).toMatchObject({ locator: 'MTAw', revision: 2 });
    await store.updateJob({ ...fresh, locator: null, revision: 2 });
    expect(await store.getJob(org, 'job')).toMatchObject({ locator: null, revision: 3 });
  });

  inOrg('lets one of many steps of a job through', async (store, org) => {
    const job = aJob(org, 'job');
    expect(await store.updateJob(job)).toBe('conflict');
    await store.createJob(job);
    const steps = Array.from({ length: 10 }, (_, n) => ({ ...job, rowsImported: n }));
    const outcomes = await Promise.all(steps.map((step) => store.updateJob(step)));
    expect(outcomes.filter((outcome) => outcome === 'updated')).toHaveLength(1);
    const winner = outcomes.indexOf('updated');
    expect(await store.getJob(org, 'job')).toEqual({ ...job, rowsImported: winner, revision: 2 });
    expect(await store.updateJob({ ...job, state: 'failed' })).toBe('conflict');
  });
}

const aFinding = (object: string, n: number, kind: AuditFinding['kind']): AuditFinding => ({
  object,
  id: recordIdOf(object === 'Lead' ? '00Q' : '003', n),
  kind,
});

function defineFindings(inOrg: InOrg): void {
  inOrg(
    'lists what an audit found in order, page by page, each record once',
    async (store, org) => {
      const contacts = [1, 2, 3].map((n) => aFinding('Contact', n, n === 2 ? 'missing' : 'stale'));
      const leads = [aFinding('Lead', 1, 'extra'), aFinding('Lead', 2, 'hidden')];
      await store.addFindings(org, 'audit', [...leads, ...contacts]);
      await store.addFindings(org, 'audit', [aFinding('Contact', 2, 'stale')]);
      await store.addFindings(org, 'audit-2', [aFinding('Contact', 7, 'extra')]);
      const all = [...contacts, ...leads];
      expect(await store.listFindings(org, 'audit', { limit: 10 })).toEqual(all);
      const pages: (readonly AuditFinding[])[] = [];
      for (let after: AuditFinding | undefined; ; after = pages.at(-1)?.at(-1)) {
        const options = { limit: 2, ...(after !== undefined && { after }) };
        const page = await store.listFindings(org, 'audit', options);
        if (page.length === 0) break;
        pages.push(page);
      }
      expect(pages.flat()).toEqual(all);
      expect(await store.countFindings(org, 'audit')).toEqual({
        Contact: { missing: 1, stale: 2, extra: 0, hidden: 0 },
        Lead: { missing: 0, stale: 0, extra: 1, hidden: 1 },
      });
      expect(await store.countFindings(org, 'none')).toEqual({});
      await store.clear(org);
      expect(await store.listFindings(org, 'audit', { limit: 10 })).toEqual([]);
    },
  );
}
