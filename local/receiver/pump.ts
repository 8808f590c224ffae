import { randomUUID } from 'node:crypto';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Scheduler } from '../scheduler.ts';
import { lambdaContext } from './lambda-context.ts';

/** What the pump needs of a queue: SQS's own verbs. */
export interface PumpedQueue {
  readonly name: string;
  /** Up to `max` messages, hidden from other receivers for `visibilityMs`. */
  receive(max: number, visibilityMs: number): readonly PumpedMessage[];
  delete(messageIds: readonly string[]): void;
  /** Makes a message visible again after `delayMs`, with what went wrong; past its last try it is a dead letter. */
  release(messageId: string, delayMs: number, reason: string): void;
  /** Calls back when something may have become visible; returns how to stop that. */
  onMessage(listener: () => void): () => void;
  /** When the next hidden or delayed message becomes visible, ms since the epoch. */
  nextVisibleAt(): number | undefined;
}

export interface PumpedMessage {
  readonly id: string;
  readonly body: string;
  /** 1 at the first delivery. */
  readonly receiveCount: number;
  readonly sentAtMs: number;
  readonly group: string;
}

export type SqsHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | void>;

export interface PumpOptions {
  readonly queue: PumpedQueue;
  readonly handler: SqsHandler;
  readonly scheduler: Scheduler;
  /** Messages a batch, as the event source mapping on AWS. */
  readonly batchSize: number;
  /** Batches under way at once. */
  readonly concurrency: number;
  readonly timeoutMs: number;
}

const MAX_RETRY_DELAY_MS = 60_000;

/**
 * Lambda's event source mapping on one machine: takes batches from a queue, calls the exported handler, deletes what
 * succeeded and releases what failed, later each time.
 */
export class Pump {
  readonly #options: PumpOptions;
  readonly #stopListening: () => void;
  #running = 0;
  #stopped = false;
  #timer: { cancel(): void } | undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#stopListening = options.queue.onMessage(() => this.#fill());
    this.#fill();
  }

  /** Stops taking messages and waits for the batches under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#timer?.cancel();
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  #fill(): void {
    while (!this.#stopped && this.#running < this.#options.concurrency) {
      const messages = this.#options.queue.receive(
        this.#options.batchSize,
        this.#options.timeoutMs * 6,
      );
      if (messages.length === 0) break;
      this.#running++;
      void this.#deliver(messages).finally(() => this.#finished());
    }
    this.#sleepUntilNext();
  }

  #finished(): void {
    this.#running--;
    if (this.#running === 0) for (const resolve of this.#idleWaiters.splice(0)) resolve();
    this.#fill();
  }

  /** Delayed messages announce nothing when they fall due. */
  #sleepUntilNext(): void {
    this.#timer?.cancel();
    const next = this.#stopped ? undefined : this.#options.queue.nextVisibleAt();
    if (next === undefined || this.#running >= this.#options.concurrency) return;
    const { scheduler, queue } = this.#options;
    this.#timer = scheduler.schedule(
      Math.max(1, next - scheduler.now()),
      `pump ${queue.name}`,
      () => this.#fill(),
    );
  }

  async #deliver(messages: readonly PumpedMessage[]): Promise<void> {
    const { queue, handler, scheduler, timeoutMs } = this.#options;
    const context = lambdaContext(scheduler, queue.name, randomUUID(), timeoutMs);
    const failed = new Map<string, string>();
    try {
      const response = await handler(
        { Records: messages.map((m) => sqsRecord(queue.name, m)) },
        context,
      );
      for (const item of response?.batchItemFailures ?? []) {
        failed.set(item.itemIdentifier, 'the handler reported it as failed');
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      for (const message of messages) failed.set(message.id, reason);
    }
    queue.delete(messages.filter((m) => !failed.has(m.id)).map((m) => m.id));
    for (const message of messages) {
      const reason = failed.get(message.id);
      if (reason !== undefined)
        queue.release(message.id, retryDelayMs(message.receiveCount), reason);
    }
  }
}

function retryDelayMs(receiveCount: number): number {
  return Math.min(MAX_RETRY_DELAY_MS, 500 * 2 ** receiveCount);
}

function sqsRecord(queueName: string, message: PumpedMessage): SQSRecord {
  return {
    messageId: message.id,
    receiptHandle: message.id,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAtMs),
      SenderId: 'local',
      ApproximateFirstReceiveTimestamp: String(message.sentAtMs),
      MessageGroupId: message.group,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:local:000000000000:${queueName}`,
    awsRegion: 'local',
  };
}
