import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startPass } from '#usecases/start-pass.ts';
import { type BulkBench, openBulkBench } from '../../support/bulk-bench.ts';
import { type CrashPoint, crashingPorts } from '../../support/crashing-ports.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';

const MINUTE_MS = 60_000;
const id = (n: number) => recordIdOf('003', n);

const crashes = fc.array(
  fc.record({
    call: fc.integer({ min: 1, max: 60 }),
    when: fc.constantFrom<CrashPoint['when']>('before', 'after'),
  }),
  { maxLength: 3 },
);

async function audited(rows: number, points: readonly CrashPoint[]): Promise<BulkBench> {
  const bench = await openBulkBench();
  bench.model.bulkServes = false;
  for (let n = rows; n > 0; n -= 1) bench.model.save(id(n), `name ${n}`);
  bench.clock.advance(MINUTE_MS);
  const { orgId } = bench.org;
  await startPass(bench.ports, { orgId, kind: 'audit', id: 'audit', reason: 'test' });
  await bench.drain(crashingPorts(bench.ports, points));
  expect(await bench.ports.jobs.getPass(orgId, 'audit')).toMatchObject({ state: 'done' });
  return bench;
}

describe('an object that the Bulk API does not serve (R11)', () => {
  it('is read by REST, page by page in id order', async () => {
    const bench = await audited(4_321, []);
    const { live } = await bench.ports.mirror.counts(bench.org.orgId, 'Contact');
    expect(live).toBe(4_321);
    const job = await bench.ports.jobs.getJob(bench.org.orgId, 'audit.Contact');
    expect(job).toMatchObject({ state: 'done', rest: true, rowsImported: 4_321 });
    expect(bench.model.jobs.size).toBe(0);
    await bench.close();
  });

  it('is proven complete, with what changed and what was deleted since, wherever the process dies', async () => {
    await fc.assert(
      fc.asyncProperty(crashes, crashes, async (first, second) => {
        const bench = await audited(6, first);
        const { clock, model, ports, org } = bench;
        clock.advance(30 * MINUTE_MS);
        model.save(id(2), 'changed');
        model.save(id(7), 'new');
        model.remove(id(3));
        clock.advance(30 * MINUTE_MS);
        await startPass(ports, { orgId: org.orgId, kind: 'sweep', id: 'sweep', reason: 'test' });
        await bench.drain(crashingPorts(ports, second));
        const shown = (await bench.mirrored()).map(({ deleted, fields }) =>
          deleted ? 'deleted' : fields['Name'],
        );
        expect(shown).toEqual([
          'name 1',
          'changed',
          'deleted',
          'name 4',
          'name 5',
          'name 6',
          'new',
        ]);
        expect(await bench.completeThrough()).toBeGreaterThan(clock.now() - 20 * MINUTE_MS);
        await bench.close();
      }),
      { numRuns: 60 },
    );
  });
});
