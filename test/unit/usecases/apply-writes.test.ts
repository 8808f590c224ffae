import { expect, it } from 'vitest';
import { applyWrites } from '#usecases/apply-writes.ts';
import { openSqliteStores } from '../../../lambdas/adapters/sqlite/open-sqlite-stores.ts';
import { SystemClock } from '../../../lambdas/adapters/system-clock.ts';
import { anUpsert } from '../../support/record-writes.ts';
import { freshOrgId, recordIdOf } from '../../support/salesforce-ids.ts';
import { RecordingTelemetry } from '../../support/test-receiver.ts';

it('leaves others their turn after each five hundred writes', async () => {
  const clock = new SystemClock();
  const stores = openSqliteStores(':memory:', clock);
  const turnsAt: number[] = [];
  const orgId = freshOrgId();
  let done = false;
  const others = (async () => {
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      turnsAt.push((await stores.mirror.counts(orgId, 'Contact')).live);
    }
  })();
  const writes = Array.from({ length: 2_000 }, (_, n) =>
    anUpsert({ Name: 'x' }, { id: recordIdOf('003', n + 1) }),
  );
  const telemetry = new RecordingTelemetry();
  await applyWrites({ ...stores, clock, telemetry }, orgId, 'Contact', writes, () => false);
  done = true;
  await others;
  await stores.close();
  expect(new Set(turnsAt)).toEqual(new Set([500, 1_000, 1_500, 2_000]));
});
