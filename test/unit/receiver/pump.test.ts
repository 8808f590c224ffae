import type { SQSEvent } from 'aws-lambda';
import { afterEach, expect, it } from 'vitest';
import { openDatabase } from '../../../lambdas/adapters/sqlite/database.ts';
import { RECEIVER_SHAPE } from '../../../lambdas/adapters/sqlite/receiver-shape.ts';
import { SqliteQueue } from '../../../lambdas/adapters/sqlite/sqlite-queue.ts';
import type { OrgId } from '../../../lambdas/core/ids.ts';
import type { JobAdvanceMessage } from '../../../lambdas/core/messages.ts';
import { Pump, type SqsHandler } from '../../../local/receiver/pump.ts';
import { createVirtualScheduler } from '../../../local/virtual-scheduler.ts';

const ORG = '00D000000000001EAA' as OrgId;
const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

function message(jobId: string): JobAdvanceMessage {
  return { type: 'job.advance.v1', orgId: ORG, jobId, revision: 1 };
}

function jobIds(event: SQSEvent): string[] {
  return event.Records.map((record) => (JSON.parse(record.body) as JobAdvanceMessage).jobId);
}

/** A pump over a real queue, on a clock that the test moves. */
function startPump(handler: SqsHandler, concurrency = 1) {
  const scheduler = createVirtualScheduler({ startMs: Date.UTC(2026, 0, 1) });
  const database = openDatabase(':memory:', RECEIVER_SHAPE);
  const clock = { now: () => scheduler.now(), sleep: () => Promise.resolve() };
  const queue = new SqliteQueue<JobAdvanceMessage>(database, clock, 'bulk');
  const errors: unknown[] = [];
  const pump = new Pump({
    queue,
    handler,
    scheduler,
    batchSize: 10,
    concurrency,
    timeoutMs: 30_000,
    onError: (error) => errors.push(error),
  });
  opened.push(async () => {
    await pump.stop();
    database.close();
  });
  return { scheduler, queue, pump, errors };
}

it('hands over what is sent and deletes what was handled', async () => {
  const seen: string[] = [];
  const { scheduler, queue } = startPump(async (event) => {
    seen.push(...jobIds(event));
    return undefined;
  });
  await queue.send(ORG, [message('a'), message('b')]);
  await scheduler.advance(100);
  expect(seen.toSorted()).toEqual(['a', 'b']);
  expect(queue.depth()).toEqual({ messages: 0, deadLetters: 0 });
});

it('gives only the failed messages of a batch out again, with their count', async () => {
  const counts: string[] = [];
  const { scheduler, queue } = startPump(async (event) => {
    const failing = event.Records.filter((record) => record.body.includes('"b"'));
    counts.push(
      ...event.Records.map(
        (r) => `${r.body.includes('"b"') ? 'b' : 'a'}${r.attributes.ApproximateReceiveCount}`,
      ),
    );
    return {
      batchItemFailures: failing
        .filter((record) => record.attributes.ApproximateReceiveCount !== '3')
        .map((record) => ({ itemIdentifier: record.messageId })),
    };
  });
  await queue.send(ORG, [message('a'), message('b')]);
  await scheduler.advance(60_000);
  expect(counts).toEqual(['a1', 'b1', 'b2', 'b3']);
  expect(queue.depth()).toEqual({ messages: 0, deadLetters: 0 });
});

it('parks a message whose handler always throws, with the reason', async () => {
  const { scheduler, queue } = startPump(async () => {
    throw new Error('poison');
  });
  await queue.send(ORG, [message('a')]);
  await scheduler.advance(10 * 60_000);
  const letters = await queue.deadLetters(10);
  expect(letters).toMatchObject([{ reason: expect.stringMatching(/^Error \| at /), receives: 5 }]);
});

it('waits for a delayed message although nothing announces it', async () => {
  const seen: string[] = [];
  const { scheduler, queue } = startPump(async (event) => {
    seen.push(...jobIds(event));
    return undefined;
  });
  await queue.send(ORG, [message('later')], { delaySeconds: 90 });
  await scheduler.advance(89_000);
  expect(seen).toEqual([]);
  await scheduler.advance(2000);
  expect(seen).toEqual(['later']);
});

it('runs no more batches at once than it may', async () => {
  let running = 0;
  let most = 0;
  const release: (() => void)[] = [];
  const { scheduler, queue } = startPump(async () => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => release.push(resolve));
    running--;
    return undefined;
  }, 2);
  for (let n = 0; n < 5; n++) {
    await queue.send(ORG, [message(`job${n}`)]);
    await scheduler.advance(10);
  }
  while (release.length > 0) {
    release.shift()?.();
    await scheduler.advance(10);
  }
  expect(most).toBe(2);
  expect(queue.depth().messages).toBe(0);
});
