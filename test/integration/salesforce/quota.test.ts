import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKey } from '#usecases/api-keys.ts';
import { startPass } from '#usecases/start-pass.ts';
import { sweepOrgs } from '#usecases/sweep-orgs.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { makeBulk } from '../../../lambdas/bulk/wire.ts';
import { type ApiClient, apiClient } from '../../support/api-client.ts';
import {
  connectWithoutPackage,
  type OrgReceiver,
  startOrgReceiver,
} from '../../support/org-receiver.ts';
import { context, sqsRecord } from '../../support/test-receiver.ts';

const HOUR_MS = 60 * 60_000;
const MAX_REQUESTS = 300;

let receiver: OrgReceiver;
let api: ApiClient;
let key: string;
beforeEach(async () => {
  receiver = await startOrgReceiver({ practice: { limits: { DailyApiRequests: MAX_REQUESTS } } });
  await connectWithoutPackage(receiver, { phase: 'active' });
  ({ key } = await createKey(receiver.ports, receiver.orgId, 'test'));
  api = apiClient(makeAdmin(receiver.ports, {}));
});
afterEach(() => receiver.close());

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, `/v1/orgs/${receiver.orgId}${path}`, {
    key,
    ...(body !== undefined && { body }),
  });
const limits = async () => (await call('GET', '/limits')).body;

/** Other applications use up requests of the org. */
async function othersSpend(requests: number): Promise<void> {
  for (let n = 0; n < requests; n += 1) {
    await receiver.practice.fetch('GET', '/services/data/v66.0/sobjects');
  }
}

function untilFiveUtc(nowMs: number): number {
  const day = 24 * HOUR_MS;
  return (5 * HOUR_MS - (nowMs % day) + day) % day;
}

/** Delivers what is due on the bulk queue now, once. */
async function deliverDue(): Promise<void> {
  const bulk = makeBulk(receiver.ports);
  for (let round = 0; round < 200; round += 1) {
    const messages = await receiver.consumers.bulk.receive(1, 60_000);
    if (messages.length === 0) return;
    for (const message of messages) {
      const answer = await bulk({ Records: [sqsRecord(message)] }, context());
      expect(answer.batchItemFailures).toEqual([]);
      await receiver.consumers.bulk.delete(message.receipt);
    }
  }
}

async function audit(): Promise<string> {
  const { ports, orgId } = receiver;
  const request = { orgId, kind: 'audit', reason: 'test', objects: ['Contact'] } as const;
  const started = await startPass(ports, request);
  return started.outcome === 'nothing' ? '' : started.passId;
}

describe('the quota autopilot', () => {
  it('counts every call by purpose, as the org counts them', async () => {
    await audit();
    await receiver.drainBulk();
    await receiver.practice.org.clock.advance(20_000);
    // What is counted is stored before the next call.
    const salesforce = await receiver.salesforce();
    await salesforce.updatedIds('Contact', Date.now() - 120_000, Date.now());
    const shown = await limits();
    const [today] = shown.days;
    const { syncUser } = await receiver.orgState();
    expect(Object.keys(today.users)).toEqual([syncUser.id]);
    expect(today.calls.backfill).toBeGreaterThan(3);
    expect(shown.org.max).toBe(MAX_REQUESTS);
    expect(shown.own.used).toBe(shown.org.used);
    expect(shown.own.cap).toBe((MAX_REQUESTS * 70) / 100);
  });

  it('waits at 90 % of the org’s use, says so once, and goes on by itself', async () => {
    const { ports, orgId, practice } = receiver;
    // So that a midnight of Los Angeles, when fields are compared, falls into the pause.
    await practice.org.clock.advance(untilFiveUtc(practice.org.clock.now()));
    await othersSpend(MAX_REQUESTS * 0.9);
    const salesforce = await receiver.salesforce();
    await salesforce.describe('Contact', { fresh: true });
    await practice.org.clock.advance(20_000);
    await salesforce.describe('Contact', { fresh: true });
    const used = async () => (await limits()).org.used;
    const before = await used();
    const id = await audit();
    await deliverDue();
    await sweepOrgs(ports);
    await sweepOrgs(ports);
    expect(await ports.jobs.getPass(orgId, id)).toMatchObject({ state: 'running' });
    expect((await call('GET', '/status')).body).toMatchObject({
      state: 'paused',
      fix: expect.stringContaining('/limits'),
    });
    expect((await limits()).waiting).toEqual([
      'backfill',
      'audit',
      'check',
      'interval',
      'tracking',
      'activities',
      'notices',
    ]);
    const told = () =>
      receiver.telemetry.lines.filter(({ message }) => message === 'AdminNotified').length;
    expect(told()).toBe(1);
    // Hours later nothing was spent but a look at the limits now and then.
    for (let half = 0; half < 8; half += 1) {
      await practice.org.clock.advance(HOUR_MS / 2);
      await deliverDue();
      await sweepOrgs(ports);
    }
    expect((await used()) - before).toBeLessThanOrEqual(10);
    expect(told()).toBe(1);

    await practice.org.clock.advance(24 * HOUR_MS);
    await receiver.drainBulk();
    expect(await ports.jobs.getPass(orgId, id)).toMatchObject({ state: 'done' });
    await sweepOrgs(ports);
    expect((await call('GET', '/status')).body.state).not.toBe('paused');
    expect(receiver.telemetry.lines.map(({ message }) => message)).toContain('QuotaResumed');
  });

  it('keeps to its own share, least urgent first', async () => {
    const { ports, orgId } = receiver;
    const put = await call('PUT', '/limits', { sharePercent: 10, sweepEveryMinutes: 15 });
    expect(put.body).toMatchObject({ sharePercent: 10, sweepEveryMinutes: 15 });
    const ids = [await audit()];
    await receiver.practice.org.clock.advance(20_000);
    for (let round = 0; round < 60; round += 1) {
      await deliverDue();
      await receiver.practice.org.clock.advance(20_000);
      ids.push(await audit());
      if ((await limits()).waiting.includes('backfill')) break;
    }
    const { own, waiting } = await limits();
    expect(waiting[0]).toBe('backfill');
    expect(own.used).toBeLessThanOrEqual(own.cap);
    const passes = await Promise.all(ids.map((id) => ports.jobs.getPass(orgId, id)));
    expect(passes.some((pass) => pass?.state === 'running')).toBe(true);
  });

  it('shows use by others, what is left, a forecast, and the other kinds', async () => {
    await othersSpend(40);
    await (await receiver.salesforce()).describe('Contact', { fresh: true });
    await receiver.practice.org.clock.advance(20_000);
    const { own, rest, org, forecast, allocations } = await limits();
    expect(rest.others).toBeGreaterThanOrEqual(40);
    expect(rest.others + own.used).toBe(org.used);
    expect(rest.left).toBe(MAX_REQUESTS - org.used);
    expect(forecast.peak).toBeGreaterThanOrEqual(own.used);
    expect(allocations.byName.DailyBulkV2QueryJobs).toEqual({ max: 10_000, used: 0 });
    expect(Object.keys(allocations.byName)).toEqual([
      'DailyApiRequests',
      'DailyBulkV2QueryJobs',
      'DailyAsyncApexExecutions',
      'HourlyPublishedPlatformEvents',
    ]);
    // Kept for some minutes: a page that is looked at spends nothing.
    expect((await limits()).org.used).toBe(org.used);
  });

  it('tells each cause once a day, also when the second comes during the pause', async () => {
    const { ports, practice, telemetry } = receiver;
    await call('PUT', '/limits', { sharePercent: 10 });
    const salesforce = await receiver.salesforce();
    for (let calls = 0; calls < 26; calls += 1)
      await salesforce.describe('Contact', { fresh: true });
    const told = () =>
      telemetry.lines
        .filter(({ message }) => message === 'AdminNotified')
        .map(({ fields }) =>
          String(fields?.['subject']).replace('Mixmax Real-Time Sync waits: ', ''),
        );
    await sweepOrgs(ports);
    await sweepOrgs(ports);
    expect(told()).toEqual(['its share of API requests is used']);
    await othersSpend(MAX_REQUESTS * 0.9 - 36);
    await practice.org.clock.advance(20_000);
    await salesforce.describe('Contact', { fresh: true });
    await practice.org.clock.advance(20_000);
    await salesforce.describe('Contact', { fresh: true });
    for (let sweeps = 0; sweeps < 3; sweeps += 1) await sweepOrgs(ports);
    expect(told()).toEqual([
      'its share of API requests is used',
      'the org has used its API requests',
    ]);
  });

  it('estimates what a day will cost, for some dozens of calls', async () => {
    for (let n = 0; n < 3; n += 1) {
      await receiver.practice.fetch('POST', '/services/data/v66.0/sobjects/Contact', {
        LastName: `Doe ${n}`,
      });
      await receiver.practice.org.clock.advance(60_000);
    }
    const { used } = (await limits()).org;
    const { status, body } = await call('GET', '/estimate?days=1');
    expect(status).toBe(200);
    const { withoutConditions, withConditions } = body.perDay;
    // And the org's first users, made together.
    expect(withoutConditions.callsFor.notices).toBe(4);
    expect(withConditions.callsFor.notices).toBe(0);
    expect(withoutConditions.platformEvents).toBeGreaterThanOrEqual(3);
    expect(body.initialAudit.rows).toBeGreaterThanOrEqual(3);
    expect(body.allocations.DailyApiRequests.max).toBe(MAX_REQUESTS);
    expect(body.allocations.DailyApiRequests.used - used).toBeLessThanOrEqual(40);
    for (const days of ['0', '15', 'x']) {
      expect((await call('GET', `/estimate?days=${days}`)).status).toBe(400);
    }
  });

  it('refuses a share or a sweep out of range', async () => {
    for (const body of [
      { sharePercent: 9 },
      { sharePercent: 91 },
      { sharePercent: 50.5 },
      { sweepEveryMinutes: 14 },
      { sweepEveryMinutes: 1_441 },
      { unknown: 1 },
    ]) {
      expect((await call('PUT', '/limits', body)).status).toBe(400);
    }
    expect(await limits()).toMatchObject({ sharePercent: 70, sweepEveryMinutes: 360 });
  });
});
