import { expect, it } from 'vitest';
import type { Delivery } from '#core/apply-plan.ts';
import { stageCounters, stageTotals } from '#core/stage-latency.ts';
import { aNotice, isoSeconds } from '../../support/notices.ts';
import { orgIdOf } from '../../support/salesforce-ids.ts';

const ORG = orgIdOf(1);
const SAVED = Date.UTC(2026, 10, 22, 10);

function delivery(sentAfterMs: number, receivedAfterMs: number, redelivered = false): Delivery {
  const notice = aNotice(ORG, SAVED, [{}, { at: isoSeconds(SAVED + 1_000) }], {
    sentAt: isoSeconds(SAVED + sentAfterMs),
  });
  const receivedAtMs = SAVED + receivedAfterMs;
  return {
    redelivered,
    message: { type: 'notice.apply.v1', orgId: ORG, webhookId: 'msg_1', receivedAtMs, notice },
  };
}

it('sums each stage over the notices, from the first save that each tells of', () => {
  const counters = stageCounters([delivery(2_000, 2_300), delivery(3_000, 3_100)], SAVED + 4_000);
  expect(stageTotals(counters)).toEqual({
    notices: 2,
    savedToPublishedMs: 0,
    savedToSentMs: 5_000,
    sentToReceivedMs: 400,
    receivedToAppliedMs: 1_700 + 900,
  });
});

it('tells of the time before Apex sent it what passed until the bus took it, where the package says so', () => {
  const { message, redelivered } = delivery(3_000, 3_100);
  const [first, second] = message.notice.changes;
  const changes = [
    { ...first, published: isoSeconds(SAVED + 1_000) },
    { ...second, published: isoSeconds(SAVED + 2_000) },
  ] as typeof message.notice.changes;
  const told = { redelivered, message: { ...message, notice: { ...message.notice, changes } } };
  expect(stageTotals(stageCounters([told], SAVED + 4_000))).toMatchObject({
    savedToPublishedMs: 1_000,
    savedToSentMs: 3_000,
  });
});

it('times neither what comes again nor a notice without changes', () => {
  const ping = aNotice(ORG, SAVED, [], { type: 'salesforce.ping' });
  const { message } = delivery(0, 0);
  const pinged: Delivery = { redelivered: false, message: { ...message, notice: ping } };
  expect(stageCounters([delivery(0, 10, true), pinged], SAVED)).toEqual({});
});

it('counts no stage as less than nothing where the clocks differ', () => {
  const counters = stageCounters([delivery(2_000, 500)], SAVED + 600);
  expect(stageTotals(counters)).toMatchObject({ sentToReceivedMs: 0, receivedToAppliedMs: 100 });
});

it('knows nothing before the first notice', () => {
  expect(stageTotals({ noticesApplied: 3 }).notices).toBe(0);
});
