import { afterEach, expect, it } from 'vitest';
import type { RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import { startPass } from '#usecases/start-pass.ts';
import { makeScheduler } from '../../../lambdas/scheduler/wire.ts';
import { type BulkBench, openBulkBench } from '../../support/bulk-bench.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';
import { context } from '../../support/test-receiver.ts';

const MINUTE_MS = 60_000;
const HOURS = 20;

const ids = [1, 2, 3].map((n) => recordIdOf('003', n));

let bench: BulkBench;
afterEach(() => bench.close());

async function sweep(): Promise<void> {
  const event = { time: '', id: '', source: 'aws.events', account: '', region: '' };
  await makeScheduler(bench.ports)(
    { ...event, version: '0', resources: [], 'detail-type': 'Scheduled Event', detail: {} },
    context(),
  );
}

async function anHour(): Promise<void> {
  for (let minutes = 0; minutes < 60; minutes += 10) {
    bench.clock.advance(10 * MINUTE_MS);
    await sweep();
    await bench.drain();
  }
}

async function state(): Promise<OrgState> {
  const org = await bench.ports.orgs.get(bench.org.orgId);
  if (org === undefined) throw new Error('no org');
  return org;
}

const names = async () =>
  (await bench.mirrored()).filter(({ deleted }) => !deleted).map(({ fields }) => fields['Name']);

it('an org that lists deletes for five minutes only is audited once in six hours, and what changes is read meanwhile (R9, R12)', async () => {
  bench = await openBulkBench();
  const { model, ports, org, clock } = bench;
  model.deletesListedMs = 5 * MINUTE_MS;
  for (const [n, id] of ids.entries()) model.save(id, `first of ${n + 1}`);
  clock.advance(MINUTE_MS);
  await startPass(ports, { orgId: org.orgId, kind: 'audit', id: 'initial', reason: 'test' });
  await bench.drain();

  for (let hour = 1; hour <= HOURS; hour += 1) {
    model.save(ids[0] as RecordId, `saved in hour ${hour}`);
    if (hour === 2) model.purge(ids[1] as RecordId);
    await anHour();
    expect(await names()).toContain(`saved in hour ${hour}`);
    // It is never claimed that what was purged is settled before an audit was.
    const { completeThroughMs = 0 } = (await state()).objects['Contact'] ?? {};
    if (hour === 2) expect(completeThroughMs).toBeLessThan(clock.now() - 60 * MINUTE_MS);
  }
  expect((await state()).problem).toContain('no longer lists what was deleted');
  expect(await names()).not.toContain('first of 2');
  const passes = await ports.jobs.listPasses(org.orgId, { limit: 1_000 });
  const audits = passes.filter(({ kind }) => kind === 'audit');
  expect(audits.length).toBeGreaterThan(HOURS / 6);
  expect(audits.length).toBeLessThanOrEqual(HOURS / 6 + 3);
  // Interval sync each half hour, and what follows an audit: no pass is tried again and again.
  expect(passes.length).toBeLessThan(3 * HOURS);
  expect(passes.filter((pass) => pass.state === 'failed').length).toBeLessThanOrEqual(
    audits.length,
  );
});
