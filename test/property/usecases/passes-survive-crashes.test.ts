import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startPass } from '#usecases/start-pass.ts';
import { type BulkBench, openBulkBench } from '../../support/bulk-bench.ts';
import { type CrashPoint, crashingPorts } from '../../support/crashing-ports.ts';
import type { ModelFault } from '../../support/model-org.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';

const MINUTE_MS = 60_000;

const crashes = fc.array(
  fc.record({
    call: fc.integer({ min: 1, max: 120 }),
    when: fc.constantFrom<CrashPoint['when']>('before', 'after'),
  }),
  { maxLength: 4 },
);
const COSTLY: readonly ModelFault[] = ['fail-job', 'abort-job', 'short-page'];
/** At most three that cost a job: the fourth fails the part, which is not what is asked here. */
const faults = fc
  .array(fc.constantFrom<ModelFault>(...COSTLY, 'good-page', 'break-page', 'outage'), {
    maxLength: 6,
  })
  .filter((list) => list.filter((fault) => COSTLY.includes(fault)).length <= 3);
const rowCount = fc.integer({ min: 0, max: 11 });

/** Every live and deleted row of the org is in the mirror as it is, and its latest change was announced. */
async function expectMirrored(bench: BulkBench, ids: readonly string[]): Promise<void> {
  const records = await bench.mirrored();
  const shown = records.map(({ id, deleted, fields }) => [id, deleted || fields['Name']]);
  const wanted = ids.map((id) => bench.model.rows.get(recordIdOf('003', Number(id))));
  expect(shown).toEqual(wanted.map((row) => [row?.id, row?.deleted || row?.name]));
  const announced = new Set((await bench.feed()).map(({ id }) => id));
  for (const { id, revision } of records) expect(announced).toContain(`${id}:${revision}`);
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n));

it('an audit mirrors and announces every row, wherever the process dies and whatever Salesforce does', async () => {
  await fc.assert(
    fc.asyncProperty(rowCount, crashes, faults, async (count, points, list) => {
      const bench = await openBulkBench();
      try {
        for (const n of numbers(count)) bench.model.save(recordIdOf('003', Number(n)), `name ${n}`);
        bench.clock.advance(MINUTE_MS);
        bench.model.faults.push(...list);
        const { orgId } = bench.org;
        const startedAtMs = bench.clock.now();
        await startPass(bench.ports, { orgId, kind: 'audit', id: 'audit', reason: 'test' });
        await bench.drain(crashingPorts(bench.ports, points));
        expect(await bench.ports.jobs.getPass(orgId, 'audit')).toMatchObject({ state: 'done' });
        await expectMirrored(bench, numbers(count));
        // The audit proves up to ten minutes before its start, its catch-up up to its own.
        expect(await bench.completeThrough()).toBeGreaterThanOrEqual(startedAtMs - 10 * MINUTE_MS);
      } finally {
        await bench.close();
      }
    }),
    { numRuns: 250 },
  );
});

it.each(['interval', 'sweep', 'check', 'compare'] as const)(
  'a pass of kind %s brings every change and delete of its window, wherever the process dies',
  async (kind) => {
    const changes = fc.array(
      fc.record({
        n: fc.integer({ min: 0, max: 9 }),
        what: fc.constantFrom('save', 'remove', 'purge'),
      }),
      {
        maxLength: 8,
      },
    );
    await fc.assert(
      fc.asyncProperty(changes, crashes, faults, async (list, points, faultList) => {
        const bench = await openBulkBench();
        try {
          for (const n of numbers(10)) bench.model.save(recordIdOf('003', Number(n)), `name ${n}`);
          bench.clock.advance(30 * MINUTE_MS);
          const { orgId } = bench.org;
          await startPass(bench.ports, { orgId, kind: 'audit', id: 'audit', reason: 'test' });
          await bench.drain();
          const before = (await bench.completeThrough()) ?? 0;
          for (const { n, what } of list) {
            bench.clock.advance(20_000);
            if (what === 'remove') bench.model.remove(recordIdOf('003', n));
            else if (what === 'purge') bench.model.purge(recordIdOf('003', n));
            else bench.model.save(recordIdOf('003', n), `changed ${n} ${bench.clock.now()}`);
          }
          bench.clock.advance(MINUTE_MS);
          bench.model.faults.push(...faultList);
          const asked =
            kind === 'compare' ? ({ kind: 'audit', compare: true } as const) : ({ kind } as const);
          await startPass(bench.ports, { orgId, id: 'window', reason: 'test', ...asked });
          await bench.drain(crashingPorts(bench.ports, points));
          expect(await bench.ports.jobs.getPass(orgId, 'window')).toMatchObject({ state: 'done' });
          await expectMirrored(bench, numbers(10));
          expect(await bench.completeThrough()).toBeGreaterThan(before);
        } finally {
          await bench.close();
        }
      }),
      { numRuns: 150 },
    );
  },
);
