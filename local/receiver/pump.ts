import { randomUUID } from 'node:crypto';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { failureReason } from '../../lambdas/core/failure-reason.ts';
import type { Scheduler, Timer } from '../scheduler.ts';
import { lambdaContext } from './lambda-context.ts';

/** What the pump needs of a queue: SQS's own verbs. */
export interface PumpedQueue {
  readonly name: string;
  /** Up to `max` messages, hidden from other receivers for `visibilityMs`. */
  receive(max: number, visibilityMs: number): Promise<readonly PumpedMessage[]>;
  delete(receipt: string): Promise<void>;
  /** Makes a message visible again after `delayMs`, with what went wrong; past its last try it is a dead letter. */
  release(receipt: string, delayMs: number, reason: string): Promise<void>;
  /** Calls back when something may have become visible; returns how to stop that. */
  onMessage(listener: () => void): () => void;
  /** When the next message is or becomes visible, ms since the epoch. */
  nextVisibleAtMs(): number | undefined;
}

export interface PumpedMessage {
  readonly id: string;
  readonly receipt: string;
  readonly orgId: string;
  readonly body: string;
  /** 1 at the first delivery. */
  readonly receiveCount: number;
  readonly sentAtMs: number;
}

export type SqsHandler = (
  event: SQSEvent,
  context: Context,
) => Promise<SQSBatchResponse | undefined>;

export interface PumpOptions {
  readonly queue: PumpedQueue;
  readonly handler: SqsHandler;
  readonly scheduler: Scheduler;
  /** Messages a batch, as the event source mapping on AWS. */
  readonly batchSize: number;
  /** Batches under way at once. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly onError: (error: unknown) => void;
}

const MAX_RETRY_DELAY_MS = 60_000;
const SHORTEST_WAIT_MS = 1;

/**
 * Lambda's event source mapping on one machine: takes batches from a queue, calls the exported handler, deletes what
 * succeeded and releases what failed, later each time.
 */
export class Pump {
  readonly #options: PumpOptions;
  readonly #stopListening: () => void;
  readonly #loops: readonly Promise<void>[];
  #stopped = false;
  #timer: Timer | undefined;
  #wakers: (() => void)[] = [];

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#stopListening = options.queue.onMessage(() => this.#wake());
    this.#loops = Array.from({ length: options.concurrency }, () => this.#loop());
  }

  /** Stops taking messages and waits for the batches under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#timer?.cancel();
    this.#wake();
    await Promise.all(this.#loops);
  }

  async #loop(): Promise<void> {
    const { queue, batchSize, timeoutMs, onError } = this.#options;
    while (!this.#stopped) {
      try {
        // Six times the function's time-out, as AWS asks for: a slow batch is not given out twice.
        const messages = await queue.receive(batchSize, timeoutMs * 6);
        if (messages.length > 0) await this.#deliver(messages);
        else await this.#sleep();
      } catch (error) {
        onError(error);
        await this.#sleep();
      }
    }
  }

  /** Until something is announced, or the next delayed message falls due (that announces nothing). */
  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakers.push(resolve);
      const { scheduler, queue } = this.#options;
      const next = queue.nextVisibleAtMs();
      this.#timer?.cancel();
      if (next === undefined || this.#stopped) return;
      const waitMs = Math.max(SHORTEST_WAIT_MS, next - scheduler.now());
      this.#timer = scheduler.schedule(waitMs, `pump ${queue.name}`, () => this.#wake());
    });
  }

  #wake(): void {
    for (const resolve of this.#wakers.splice(0)) resolve();
  }

  async #deliver(messages: readonly PumpedMessage[]): Promise<void> {
    const { queue } = this.#options;
    const failed = await this.#call(messages);
    for (const message of messages) {
      const reason = failed.get(message.id);
      if (reason === undefined) await queue.delete(message.receipt);
      else await queue.release(message.receipt, retryDelayMs(message.receiveCount), reason);
    }
  }

  /** @returns why each failed message failed */
  async #call(messages: readonly PumpedMessage[]): Promise<ReadonlyMap<string, string>> {
    const { queue, handler, scheduler, timeoutMs } = this.#options;
    const context = lambdaContext(scheduler, queue.name, randomUUID(), timeoutMs);
    try {
      const event = { Records: messages.map((message) => sqsRecord(queue.name, message)) };
      const response = await handler(event, context);
      const failures = response?.batchItemFailures ?? [];
      return new Map(
        failures.map((item) => [item.itemIdentifier, 'its handler reported a failure']),
      );
    } catch (error) {
      const reason = failureReason(error);
      return new Map(messages.map((message) => [message.id, reason]));
    }
  }
}

function retryDelayMs(receiveCount: number): number {
  return Math.min(MAX_RETRY_DELAY_MS, 500 * 2 ** receiveCount);
}

function sqsRecord(queueName: string, message: PumpedMessage): SQSRecord {
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAtMs),
      SenderId: 'local',
      ApproximateFirstReceiveTimestamp: String(message.sentAtMs),
      MessageGroupId: message.orgId,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:local:000000000000:${queueName}`,
    awsRegion: 'local',
  };
}
