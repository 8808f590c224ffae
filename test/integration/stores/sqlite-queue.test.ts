import { beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStores } from '#adapters/sqlite/open-sqlite-stores.ts';
import type { SqliteQueue } from '#adapters/sqlite/sqlite-queue.ts';
import type { OrgId } from '#core/ids.ts';
import type { WorkerMessage } from '#core/messages.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { aMessage } from '../../support/queue-messages.ts';
import { freshOrgId } from '../../support/salesforce-ids.ts';

let clock: ManualClock;
let queue: SqliteQueue<WorkerMessage>;
let stores: ReturnType<typeof openSqliteStores>;

beforeEach(() => {
  clock = new ManualClock();
  stores = openSqliteStores(':memory:', clock);
  queue = stores.consumers.notices;
  return () => stores.close();
});

const many = (orgId: OrgId, count: number) =>
  Array.from({ length: count }, (_, n) => aMessage(orgId, n));

async function failUntilParked(reason: string): Promise<void> {
  for (let count = 0; count < 5; count += 1) {
    const [message] = await queue.receive(1, 1_000);
    await queue.release(message?.receipt ?? '', 0, reason);
  }
}

describe('fair groups', () => {
  it('serve every org in turn, however long one org’s backlog is', async () => {
    const [busy, calm, late] = [freshOrgId(), freshOrgId(), freshOrgId()];
    await queue.send(busy, many(busy, 50));
    await queue.send(calm, many(calm, 2));
    await queue.send(late, many(late, 1));
    const first = (await queue.receive(6, 60_000)).map(({ orgId }) => orgId);
    expect(first.filter((orgId) => orgId === calm)).toHaveLength(2);
    expect(first.filter((orgId) => orgId === late)).toHaveLength(1);
    expect(first.filter((orgId) => orgId === busy)).toHaveLength(3);
  });

  it('go on after the org served last', async () => {
    const orgs = [freshOrgId(), freshOrgId(), freshOrgId()];
    for (const orgId of orgs) await queue.send(orgId, many(orgId, 3));
    const served: OrgId[] = [];
    for (let n = 0; n < 9; n += 1) {
      const [message] = await queue.receive(1, 60_000);
      served.push(message?.orgId as OrgId);
    }
    expect(served).toEqual([...orgs, ...orgs, ...orgs]);
  });

  it('give an org’s messages in the order they became visible', async () => {
    const org = freshOrgId();
    await queue.send(org, [aMessage(org, 9)], { delaySeconds: 0.5 });
    await queue.send(org, many(org, 3));
    clock.advance(500);
    const bodies = (await queue.receive(10, 60_000)).map(({ body }) => JSON.parse(body));
    expect(bodies).toEqual([...many(org, 3), aMessage(org, 9)]);
  });
});

describe('time', () => {
  it('counts fractions of a second', async () => {
    const org = freshOrgId();
    await queue.send(org, [aMessage(org, 1)], { delaySeconds: 0.2 });
    clock.advance(199);
    expect(await queue.receive(1, 1_000)).toEqual([]);
    expect(queue.nextVisibleAtMs()).toBe(clock.now() + 1);
    clock.advance(1);
    expect(await queue.receive(1, 1_000)).toHaveLength(1);
    expect(queue.nextVisibleAtMs()).toBe(clock.now() + 1_000);
  });

  it('is told of nothing when the queue is empty', () => {
    expect(queue.nextVisibleAtMs()).toBeUndefined();
  });

  it('tells a message’s age from when it was sent', async () => {
    const org = freshOrgId();
    const sentAtMs = clock.now();
    await queue.send(org, [aMessage(org, 1)]);
    clock.advance(5_000);
    expect(await queue.receive(1, 1_000)).toMatchObject([
      { sentAtMs, receiveCount: 1, orgId: org },
    ]);
  });
});

describe('receipts', () => {
  it('of an earlier delivery do nothing', async () => {
    const org = freshOrgId();
    await queue.send(org, [aMessage(org, 1)]);
    const [first] = await queue.receive(1, 1_000);
    clock.advance(1_000);
    const [second] = await queue.receive(1, 1_000);
    await queue.delete(first?.receipt ?? '');
    await queue.release(first?.receipt ?? '', 0, 'late');
    expect(await queue.receive(1, 1_000)).toEqual([]);
    await queue.delete(second?.receipt ?? '');
    expect(queue.depth()).toEqual({ messages: 0, deadLetters: 0 });
  });

  it('of another queue, or made up, are refused or do nothing', async () => {
    const org = freshOrgId();
    await queue.send(org, [aMessage(org, 1)]);
    const [message] = await queue.receive(1, 1_000);
    await stores.consumers.bulk.delete(message?.receipt ?? '');
    expect(queue.depth().messages).toBe(1);
    await expect(queue.delete('1; DROP TABLE queue_message')).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});

describe('dead letters', () => {
  it('say why, and whose they are', async () => {
    const [org, other] = [freshOrgId(), freshOrgId()];
    await queue.send(org, [aMessage(org, 1)]);
    await failUntilParked('The record could not be read.');
    await queue.send(other, [aMessage(other, 2)]);
    await failUntilParked('Other reason.');
    expect(await queue.deadLetters(10)).toHaveLength(2);
    const [letter, ...rest] = await queue.deadLetters(10, org);
    expect(rest).toEqual([]);
    expect(letter).toMatchObject({
      orgId: org,
      receives: 5,
      reason: 'The record could not be read.',
      parkedAtMs: clock.now(),
    });
    expect(JSON.parse(letter?.body ?? '')).toEqual(aMessage(org, 1));
    expect(await stores.consumers.bulk.deadLetters(10)).toEqual([]);
  });

  it('are also messages that nobody released', async () => {
    const org = freshOrgId();
    await queue.send(org, [aMessage(org, 1)]);
    for (let count = 0; count < 5; count += 1) {
      expect(await queue.receive(1, 1_000)).toHaveLength(1);
      clock.advance(1_000);
    }
    expect(await queue.receive(1, 1_000)).toEqual([]);
    const letters = await queue.deadLetters(10);
    expect(letters).toMatchObject([{ orgId: org }]);
    expect(letters[0]?.reason).toMatch(/no reason was given/);
  });

  it('can be sent anew, by their own org only', async () => {
    const [org, other] = [freshOrgId(), freshOrgId()];
    await queue.send(org, [aMessage(org, 1)]);
    await failUntilParked('x');
    const id = (await queue.deadLetters(1))[0]?.id ?? '';
    expect(await queue.redrive(other, id)).toBe('unknown');
    expect(await queue.redrive(org, 'x')).toBe('unknown');
    expect(await queue.redrive(org, id)).toBe('redriven');
    expect(await queue.redrive(org, id)).toBe('unknown');
    expect(await queue.receive(1, 1_000)).toMatchObject([{ receiveCount: 1, orgId: org }]);
    expect(await queue.deadLetters(10)).toEqual([]);
  });
});

describe('wake-up', () => {
  it('comes with what is sent, released or sent anew, until it is ended', async () => {
    const org = freshOrgId();
    let calls = 0;
    const stop = queue.onMessage(() => {
      calls += 1;
    });
    await queue.send(org, [aMessage(org, 1)]);
    expect(calls).toBe(1);
    await queue.send(org, []);
    expect(calls).toBe(1);
    await failUntilParked('x');
    expect(calls).toBe(6);
    await queue.redrive(org, (await queue.deadLetters(1))[0]?.id ?? '');
    expect(calls).toBe(7);
    stop();
    await queue.send(org, [aMessage(org, 2)]);
    expect(calls).toBe(7);
  });
});

describe('a queue that cannot be written', () => {
  it('is unavailable', async () => {
    const org = freshOrgId();
    const own = openSqliteStores(':memory:', clock);
    await own.close();
    await expect(own.noticeQueue.send(org, [aMessage(org, 1)])).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
  });
});
