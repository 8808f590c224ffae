import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RecordId } from '#core/ids.ts';
import { startPass } from '#usecases/start-pass.ts';
import { makeWorker } from '../../../lambdas/worker/wire.ts';
import {
  connectWithoutPackage,
  type OrgReceiver,
  startOrgReceiver,
} from '../../support/org-receiver.ts';
import { context, sqsRecord } from '../../support/test-receiver.ts';

const DAY_MS = 86_400_000;
const CONTACTS = '/services/data/v66.0/sobjects/Contact';

let receiver: OrgReceiver;
beforeAll(async () => {
  receiver = await startOrgReceiver();
  await connectWithoutPackage(receiver);
});
afterAll(() => receiver.close());

async function save(lastName: string): Promise<RecordId> {
  const answer = await receiver.practice.fetch('POST', CONTACTS, { LastName: lastName });
  return ((await answer.json()) as { id: RecordId }).id;
}

async function work(): Promise<void> {
  const worker = makeWorker(receiver.ports);
  const messages = await receiver.consumers.notices.receive(10, 60_000);
  await worker({ Records: messages.map(sqsRecord) }, context());
  for (const { receipt } of messages) await receiver.consumers.notices.delete(receipt);
}

it('audits after an outage so long that Salesforce forgot what was deleted', async () => {
  const { ports, orgId, practice } = receiver;
  const [kept, purged] = [await save('Kept'), await save('Purged')];
  await startPass(ports, { orgId, kind: 'audit', id: 'initial', reason: 'test' });
  await receiver.drainBulk();

  await practice.fetch('DELETE', `${CONTACTS}/${purged}`);
  await practice.org.clock.advance(20 * DAY_MS);
  practice.org.store.purgeOlderThan(practice.org.clock.now() - 15 * DAY_MS);
  await practice.fetch('PATCH', `${CONTACTS}/${kept}`, { LastName: 'Renamed' });
  await practice.org.clock.advance(60_000);

  await startPass(ports, { orgId, kind: 'interval', id: 'interval', reason: 'test' });
  await receiver.drainBulk();
  const interval = await ports.jobs.getPass(orgId, 'interval');
  expect(interval?.parts['Contact']).toMatchObject({ state: 'failed' });
  expect(interval?.parts['Contact']?.error).toContain('an audit settles it');
  const audits = (await ports.jobs.listPasses(orgId, { limit: 20 })).filter(
    ({ id, kind }) => kind === 'audit' && id.startsWith('unlisted-Contact-'),
  );
  expect(audits).toMatchObject([{ kind: 'audit', state: 'done' }]);

  await work();
  expect((await ports.mirror.get(orgId, 'Contact', kept))?.fields['LastName']).toBe('Renamed');
  const gone = await ports.mirror.get(orgId, 'Contact', purged);
  expect(gone?.deleted || gone?.hidden).toBe(true);
  const proven = (await receiver.orgState()).objects['Contact']?.completeThroughMs;
  expect(proven).toBeGreaterThan(practice.org.clock.now() - DAY_MS);
});
