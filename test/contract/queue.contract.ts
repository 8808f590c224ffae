import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import type { WorkerMessage } from '#core/messages.ts';
import type { Queue } from '#ports/queue.ts';
import type { Harness } from '../support/contract-case.ts';
import { aLargeMessage, aMessage } from '../support/queue-messages.ts';
import { freshOrgId } from '../support/salesforce-ids.ts';

/** A delivery, as a consumer sees it. */
interface Delivery {
  readonly receipt: string;
  readonly body: string;
  readonly receiveCount: number;
}

/** A queue with the consumer's side that its platform offers; redrives after 5 receives. */
export interface QueueSubject {
  readonly queue: Queue<WorkerMessage>;
  /** `visibilitySeconds`: whole seconds, as SQS wants them. */
  receive(max: number, visibilitySeconds: number): Promise<readonly Delivery[]>;
  delete(receipt: string): Promise<void>;
  /** Visible again after whole seconds. */
  release(receipt: string, delaySeconds: number): Promise<void>;
  /** Bodies of the dead letters. */
  deadLetters(): Promise<readonly string[]>;
  now(): number;
  /** Lets time pass, about `ms`. */
  pass(ms: number): Promise<void>;
}

const MAX_RECEIVE_COUNT = 5;

/** What every queue promises. A queue is shared by all orgs: a case looks at all of it. */
export function defineQueueContract(
  name: string,
  make: () => Promise<Harness<QueueSubject>>,
): void {
  describe(`queue: ${name}`, () => {
    let harness: Harness<QueueSubject>;
    beforeEach(async () => {
      harness = await make();
    });
    afterEach(async () => harness.close());
    defineSending(() => harness.subject);
    defineRedelivery(() => harness.subject);
  });
}

const parse = ({ body }: Pick<Delivery, 'body'>): WorkerMessage => JSON.parse(body);
const byText = (messages: readonly WorkerMessage[]): string[] =>
  messages.map((message) => JSON.stringify(message)).toSorted();

/** Takes and deletes messages until so many came; each look waits a little, as a consumer does. */
async function drain(subject: QueueSubject, count: number): Promise<WorkerMessage[]> {
  const taken: WorkerMessage[] = [];
  for (let looks = 0; taken.length < count && looks < 100; looks += 1) {
    const deliveries = await subject.receive(10, 30);
    for (const delivery of deliveries) await subject.delete(delivery.receipt);
    taken.push(...deliveries.map(parse));
    if (deliveries.length === 0) await subject.pass(50);
  }
  return taken;
}

/** Looks until a message is there; answers it and when it came. */
async function awaitOne(subject: QueueSubject, visibilitySeconds: number) {
  for (let looks = 0; looks < 200; looks += 1) {
    const [delivery] = await subject.receive(1, visibilitySeconds);
    if (delivery !== undefined) return { delivery, atMs: subject.now() };
    await subject.pass(100);
  }
  throw new Error('No message came.');
}

function defineSending(subjectOf: () => QueueSubject): void {
  it('delivers every message as it was sent, under its own org', async () => {
    const subject = subjectOf();
    const orgs = [freshOrgId(), freshOrgId(), freshOrgId()];
    const sent = orgs.flatMap((orgId) => [1, 2, 3].map((n) => aMessage(orgId, n)));
    for (const orgId of orgs) {
      await subject.queue.send(
        orgId,
        sent.filter((message) => message.orgId === orgId),
      );
    }
    expect(byText(await drain(subject, sent.length))).toEqual(byText(sent));
    expect(await subject.receive(10, 30)).toEqual([]);
  });

  it('takes more messages at once than one request carries', async () => {
    const subject = subjectOf();
    const org = freshOrgId();
    const sent = Array.from({ length: 37 }, (_, n) => aMessage(org, n));
    await subject.queue.send(org, sent);
    expect(byText(await drain(subject, sent.length))).toEqual(byText(sent));
  });

  it('takes large messages at once, and one of just under 1 MiB', async () => {
    const subject = subjectOf();
    const org = freshOrgId();
    const sent = [1, 2, 3, 4, 5].map((n) => aLargeMessage(org, n, 300_000));
    sent.push(aLargeMessage(org, 6, 1_048_576 - 200));
    await subject.queue.send(org, sent);
    expect(byText(await drain(subject, sent.length))).toEqual(byText(sent));
  });

  it('refuses a message over 1 MiB, and queues none of those with it', async () => {
    const subject = subjectOf();
    const org = freshOrgId();
    const sending = subject.queue.send(org, [aMessage(org, 1), aLargeMessage(org, 2, 1_048_577)]);
    await expect(sending).rejects.toMatchObject({ code: 'too-large', retryable: false });
    expect(await subject.receive(10, 30)).toEqual([]);
  });

  it('delivers every character', async () => {
    const subject = subjectOf();
    const org = freshOrgId();
    const odd = '\u0000\u0001\u0008\u000b\u001f\ufffe\uffff\ud800 \u{1F600} <&"\'> \u2028 ]]>';
    await subject.queue.send(org, [aMessage(org, 1, odd)]);
    expect(await drain(subject, 1)).toEqual([aMessage(org, 1, odd)]);
  });

  it('sends nothing for no messages', async () => {
    const subject = subjectOf();
    await subject.queue.send(freshOrgId(), []);
    expect(await subject.receive(10, 30)).toEqual([]);
  });

  it('holds a delayed message back, and only that', async () => {
    const subject = subjectOf();
    const org: OrgId = freshOrgId();
    const sentAtMs = subject.now();
    await subject.queue.send(org, [aMessage(org, 1)], { delaySeconds: 2 });
    await subject.queue.send(org, [aMessage(org, 2)]);
    const first = await awaitOne(subject, 60);
    expect(parse(first.delivery)).toEqual(aMessage(org, 2));
    const second = await awaitOne(subject, 60);
    expect(parse(second.delivery)).toEqual(aMessage(org, 1));
    expect(second.atMs - sentAtMs).toBeGreaterThanOrEqual(2_000);
  });
}

function defineRedelivery(subjectOf: () => QueueSubject): void {
  it('hides a message given out, and gives it again when its visibility time is over', async () => {
    const subject = subjectOf();
    const org = freshOrgId();
    await subject.queue.send(org, [aMessage(org, 1)]);
    const givenAtMs = subject.now();
    const first = await awaitOne(subject, 2);
    expect(first.delivery.receiveCount).toBe(1);
    const again = await awaitOne(subject, 30);
    expect(again.atMs - givenAtMs).toBeGreaterThanOrEqual(2_000);
    expect(again.delivery).toMatchObject({ body: first.delivery.body, receiveCount: 2 });
    await subject.delete(again.delivery.receipt);
    expect(await subject.receive(10, 30)).toEqual([]);
  });

  it('gives a released message again, at once or after a delay', async () => {
    const subject = subjectOf();
    const org = freshOrgId();
    await subject.queue.send(org, [aMessage(org, 1)]);
    const first = await awaitOne(subject, 600);
    await subject.release(first.delivery.receipt, 0);
    const second = await awaitOne(subject, 600);
    expect(second.delivery.receiveCount).toBe(2);
    const releasedAtMs = subject.now();
    await subject.release(second.delivery.receipt, 2);
    const third = await awaitOne(subject, 600);
    expect(third.delivery.receiveCount).toBe(3);
    expect(third.atMs - releasedAtMs).toBeGreaterThanOrEqual(2_000);
  });

  it('parks a message among the dead letters when it was given out five times', async () => {
    const subject = subjectOf();
    const org = freshOrgId();
    await subject.queue.send(org, [aMessage(org, 1)]);
    for (let count = 1; count <= MAX_RECEIVE_COUNT; count += 1) {
      const { delivery } = await awaitOne(subject, 600);
      expect(delivery.receiveCount).toBe(count);
      expect(await subject.deadLetters()).toEqual([]);
      await subject.release(delivery.receipt, 0);
    }
    expect(await subject.receive(10, 30)).toEqual([]);
    const dead = await subject.deadLetters();
    expect(dead.map((body) => JSON.parse(body))).toEqual([aMessage(org, 1)]);
  });

  it('gives a message to one of several receivers at a time', async () => {
    const subject = subjectOf();
    const org = freshOrgId();
    await subject.queue.send(
      org,
      [1, 2, 3, 4].map((n) => aMessage(org, n)),
    );
    const looks = await Promise.all(Array.from({ length: 6 }, () => subject.receive(2, 600)));
    const bodies = looks.flat().map(({ body }) => body);
    expect(new Set(bodies).size).toBe(bodies.length);
    expect(bodies).toHaveLength(4);
  });
}
