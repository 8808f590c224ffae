import { expect, it } from 'vitest';
import type { FeedEvent } from '#core/record.ts';
import type { Status } from '#core/status.ts';
import { newFlow, withArrivals, withStatus } from '../../../lambdas/admin/web/flow.ts';

const START = Date.UTC(2026, 10, 22, 10);
const MINUTE = 60_000;

function events(...afterMs: number[]): readonly FeedEvent[] {
  return afterMs.map((ms) => ({ appliedAt: new Date(START + ms).toISOString() }) as FeedEvent);
}

function reading(afterMs: number, notices: number, savedToSentMs: number): Status {
  return {
    now: new Date(START + afterMs).toISOString(),
    stages: {
      notices,
      savedToPublishedMs: savedToSentMs / 2,
      savedToSentMs,
      sentToReceivedMs: 0,
      receivedToAppliedMs: 0,
    },
  } as Status;
}

it('counts changes by the minute in which they were applied, over the last half hour', () => {
  const flow = withArrivals(withArrivals(newFlow(), events(0, 1_000)), events(59_999, 2 * MINUTE));
  expect(flow.minutes).toHaveLength(30);
  expect(flow.minutes.slice(-3).map(({ changes }) => changes)).toEqual([3, 0, 1]);
});

it('lets go of what is older than half an hour', () => {
  const flow = withArrivals(withArrivals(newFlow(), events(0)), events(40 * MINUTE));
  expect(flow.minutes.reduce((sum, { changes }) => sum + changes, 0)).toBe(1);
});

it('times what came in between two readings, and nothing of before the first', () => {
  const first = withStatus(newFlow(), reading(0, 10, 9_000));
  expect(first.minutes.at(-1)?.stages).toBeUndefined();
  const second = withStatus(first, reading(10_000, 12, 10_000));
  expect(second.minutes.at(-1)?.stages).toMatchObject({ notices: 2, savedToSentMs: 1_000 });
  const third = withStatus(second, reading(20_000, 13, 10_500));
  expect(third.minutes.at(-1)?.stages).toMatchObject({
    notices: 3,
    savedToPublishedMs: 750,
    savedToSentMs: 1_500,
  });
});
