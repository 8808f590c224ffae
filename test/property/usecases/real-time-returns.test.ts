import fc from 'fast-check';
import { expect, it } from 'vitest';
import { claimClosing } from '#usecases/claim-closing.ts';
import { openBulkBench } from '../../support/bulk-bench.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';

const MINUTE_MS = 60_000;
const moment = fc.integer({ min: 0, max: 2_500 });
/** How far the org's clock is ahead of the receiver's. */
const skew = fc.integer({ min: -3 * MINUTE_MS, max: 3 * MINUTE_MS });

it('real time returns with everything that was saved before the first notice, also in its very second (R7)', async () => {
  await fc.assert(
    fc.asyncProperty(moment, fc.array(moment, { maxLength: 4 }), skew, async (...given) => {
      const [startMs, saves, orgAheadMs] = given;
      const bench = await openBulkBench({}, { orgAheadMs });
      try {
        const { clock, model, ports, org } = bench;
        const { Contact: state } = org.objects;
        if (state === undefined) throw new Error('no Contact');
        const completeThroughMs = clock.now() + orgAheadMs;
        clock.advance(60 * MINUTE_MS + startMs);
        const mode = { name: 'interval', sinceMs: clock.now() - 1, epoch: 1 } as const;
        const objects = { Contact: { ...state, completeThroughMs } };
        await ports.orgs.update({ ...org, mode, objects });
        // Changes whose notices were lost, then the first notice.
        for (const [n, pauseMs] of saves.entries()) {
          clock.advance(pauseMs % 700);
          model.save(recordIdOf('003', n), `saved ${n}`);
        }
        expect(await claimClosing(ports, org.orgId)).toBe('claimed');
        await bench.drain();
        expect((await ports.orgs.get(org.orgId))?.mode).toMatchObject({
          name: 'realtime',
          epoch: 3,
        });
        expect(await bench.mirrored()).toHaveLength(saves.length);
      } finally {
        await bench.close();
      }
    }),
    { numRuns: 150 },
  );
});
