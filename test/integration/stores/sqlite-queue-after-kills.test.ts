import { expect, it } from 'vitest';
import { openDatabase } from '#adapters/sqlite/database.ts';
import { RECEIVER_SHAPE } from '#adapters/sqlite/receiver-shape.ts';
import { SqliteQueue } from '#adapters/sqlite/sqlite-queue.ts';
import type { WorkerMessage } from '#core/messages.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { aMessage } from '../../support/queue-messages.ts';
import { freshOrgId } from '../../support/salesforce-ids.ts';

const BATCH = 10;
const POISON = 3;

it('parks the message that kills the process, and none of those given out with it', async () => {
  const clock = new ManualClock();
  const database = openDatabase(':memory:', RECEIVER_SHAPE);
  const orgId = freshOrgId();
  const messages = Array.from({ length: BATCH }, (_, n) => aMessage(orgId, n));
  const handled: WorkerMessage[] = [];
  let queue = new SqliteQueue<WorkerMessage>(database, clock, 'notices');
  await queue.send(orgId, messages);

  for (let step = 0; step < 100 && queue.depth().messages > 0; step += 1) {
    const received = await queue.receive(BATCH, 60_000);
    const given = received.map(({ body }) => JSON.parse(body) as WorkerMessage);
    if (given.some((one) => JSON.stringify(one) === JSON.stringify(messages[POISON]))) {
      // The process dies with all that it was given, and starts again.
      queue = new SqliteQueue<WorkerMessage>(database, clock, 'notices');
      continue;
    }
    for (const { receipt } of received) await queue.delete(receipt);
    handled.push(...given);
    clock.advance(1_000);
  }

  expect(handled).toHaveLength(BATCH - 1);
  const parked = await queue.deadLetters(BATCH);
  expect(parked.map(({ body, reason }) => [JSON.parse(body), reason])).toEqual([
    [messages[POISON], 'The receiver stopped while it was handled.'],
  ]);
  database.close();
});
