import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectOrg } from '#usecases/connect-org.ts';
import { makeScheduler } from '../../../lambdas/scheduler/wire.ts';
import { GATEWAY_URL, type NoticePath, startNoticePath } from '../../support/notice-path.ts';
import { APP } from '../../support/org-receiver.ts';
import { context } from '../../support/test-receiver.ts';

const MINUTE_MS = 60_000;

let path: NoticePath;
let sweep: () => Promise<void>;
beforeAll(async () => {
  path = await startNoticePath();
  const scheduler = makeScheduler(path.ports);
  const event = { time: '', id: '', source: 'aws.events', account: '', region: '' };
  sweep = () =>
    scheduler(
      { ...event, version: '0', resources: [], 'detail-type': 'Scheduled Event', detail: {} },
      context(),
    );
  const { url } = path.practice;
  await connectOrg(path.ports, { loginUrl: url, credentials: APP, gatewayUrl: GATEWAY_URL });
  await path.settle();
});
afterAll(() => path.close());

const mode = async () => (await path.orgState()).mode;
const contacts = '/services/data/v66.0/sobjects/Contact';

async function quietFor(minutes: number): Promise<void> {
  await path.practice.org.clock.advance(minutes * MINUTE_MS);
  await sweep();
  await path.settle();
}

async function setDisabled(disabled: boolean): Promise<void> {
  const salesforce = await path.salesforce();
  for await (const { records } of salesforce.query('SELECT Id FROM Mixmax_Settings__c')) {
    for (const { id } of records) {
      await salesforce.update('Mixmax_Settings__c', id, { Disable_RTS__c: disabled });
    }
  }
}

async function save(email: string): Promise<void> {
  const answer = await path.practice.fetch('POST', contacts, { LastName: 'X', Email: email });
  expect(answer.status).toBe(201);
}

const mirrored = async (email: string) =>
  (await path.ports.mirror.findByEmail(path.orgId, email)).length;

async function bulkJobsSince(timeMs: number): Promise<number> {
  const passes = await path.ports.jobs.listPasses(path.orgId, { limit: 50 });
  return passes
    .filter((pass) => pass.startedAtMs >= timeMs)
    .flatMap((pass) => Object.values(pass.parts))
    .filter((part) => part.jobId !== undefined).length;
}

describe('quiet', () => {
  it('stays in real time for half an hour, then falls back to interval sync', async () => {
    await save('before@acme.example');
    await path.settle();
    await quietFor(29);
    expect((await mode()).name).toBe('realtime');
    const { epoch } = await mode();
    await quietFor(2);
    expect(await mode()).toMatchObject({ name: 'interval', epoch: epoch + 1 });
  });

  it('asks for no Bulk job while nothing changes, every half hour', async () => {
    await quietFor(31);
    const sinceMs = path.practice.org.clock.now();
    await quietFor(31);
    expect(await bulkJobsSince(sinceMs)).toBe(0);
    const { lastPassAtMs } = await mode();
    expect(lastPassAtMs).toBeGreaterThan(sinceMs);
    await quietFor(5);
    expect((await mode()).lastPassAtMs).toBe(lastPassAtMs);
  });

  it('brings what Apex did not announce by Bulk API', async () => {
    await setDisabled(true);
    await save('unannounced@acme.example');
    await path.settle();
    expect(await mirrored('unannounced@acme.example')).toBe(0);
    await quietFor(31);
    expect(await mirrored('unannounced@acme.example')).toBe(1);
    expect((await mode()).name).toBe('interval');
  });

  it('returns to real time when Apex is back and what it missed is read', async () => {
    await save('missed@acme.example');
    await path.practice.org.clock.advance(5 * MINUTE_MS);
    await setDisabled(false);
    const { epoch } = await mode();
    await save('announced@acme.example');
    await path.settle();
    expect(await mode()).toMatchObject({ name: 'realtime', epoch: epoch + 2 });
    expect(await mirrored('missed@acme.example')).toBe(1);
    expect(await mirrored('announced@acme.example')).toBe(1);
  });

  it('wakes a pass whose messages were lost', async () => {
    const { ports, orgId } = path;
    await path.practice.org.clock.advance(31 * MINUTE_MS);
    await sweep();
    const lost = await path.consumers.bulk.receive(10, MINUTE_MS);
    for (const { receipt } of lost) await path.consumers.bulk.delete(receipt);
    const [pass] = await ports.jobs.listPasses(orgId, { state: 'running', limit: 10 });
    expect(pass?.kind).toBe('interval');
    await quietFor(29);
    expect(await ports.jobs.listPasses(orgId, { state: 'running', limit: 10 })).toHaveLength(1);
    await quietFor(2);
    expect(await ports.jobs.getPass(orgId, pass?.id ?? '')).toMatchObject({ state: 'done' });
  });
});
