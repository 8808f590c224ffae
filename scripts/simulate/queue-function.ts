import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { PumpedMessage, PumpedQueue } from '../../local/receiver/pump.ts';
import type { Timer } from '../../local/scheduler.ts';
import type { Random } from '../../local/seeded-random.ts';
import { type Environment, type Invocation, invoke } from './environment.ts';
import type { SimulationScheduler } from './traced-scheduler.ts';

export type QueueEnvironment = Environment<SQSEvent, SQSBatchResponse | undefined>;

export interface QueueFunctionOptions {
  readonly queue: PumpedQueue;
  readonly scheduler: SimulationScheduler;
  readonly random: Random;
  readonly newEnvironment: () => QueueEnvironment;
  readonly batchSize: number;
  readonly concurrency: number;
  /** Of every delivery that was handled: how likely it comes once more, as a standard queue may. */
  readonly repeats: number;
  readonly onRepeat: () => void;
}

interface Slot {
  environment: QueueEnvironment | undefined;
  busy: boolean;
}

const TIMEOUT_MS = 60_000;
/** As AWS asks for: a slow batch is not given out twice. */
const VISIBILITY_MS = 6 * TIMEOUT_MS;
const LONGEST_RETRY_MS = 60_000;
const LONGEST_REPEAT_MS = 120_000;

/** A queue and the function that consumes it: batches of any size, at least once, in no order. */
export class QueueFunction {
  readonly #options: QueueFunctionOptions;
  readonly #slots: readonly Slot[];
  readonly #stopListening: () => void;
  #timer: Timer | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #polling = false;
  #stopped = false;

  constructor(options: QueueFunctionOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.concurrency }, () => ({
      environment: undefined,
      busy: false,
    }));
    this.#stopListening = options.queue.onMessage(() => this.#pollAt(options.scheduler.now()));
    this.#pollNext();
  }

  /** Environments that live now. */
  get environments(): readonly QueueEnvironment[] {
    return this.#slots.flatMap(({ environment }) => environment ?? []);
  }

  /** No batch is given out any more; what runs, runs on. */
  stop(): void {
    this.#stopped = true;
    this.#stopListening();
    this.#timer?.cancel();
  }

  #pollNext(): void {
    const nextMs = this.#options.queue.nextVisibleAtMs();
    if (nextMs !== undefined) this.#pollAt(nextMs);
  }

  #pollAt(timeMs: number): void {
    const { scheduler, queue, random } = this.#options;
    const atMs = Math.max(timeMs, scheduler.now()) + 1 + random.integer(40);
    if (this.#stopped || atMs >= this.#timerAtMs) return;
    this.#timer?.cancel();
    this.#timerAtMs = atMs;
    this.#timer = scheduler.schedule(atMs - scheduler.now(), `poll ${queue.name}`, () => {
      this.#timerAtMs = Number.POSITIVE_INFINITY;
      return this.#poll();
    });
  }

  async #poll(): Promise<void> {
    if (this.#polling || this.#stopped) return;
    this.#polling = true;
    const { queue, random, batchSize, scheduler } = this.#options;
    for (const slot of this.#slots.filter(({ busy }) => !busy)) {
      // Cheaper than to receive nothing.
      if ((queue.nextVisibleAtMs() ?? Number.POSITIVE_INFINITY) > scheduler.now()) break;
      const messages = await queue.receive(1 + random.integer(batchSize), VISIBILITY_MS);
      if (messages.length === 0) break;
      slot.busy = true;
      void this.#work(slot, messages);
    }
    this.#polling = false;
    if (this.#slots.some(({ busy }) => !busy)) this.#pollNext();
  }

  async #work(slot: Slot, messages: readonly PumpedMessage[]): Promise<void> {
    const { queue, scheduler, newEnvironment } = this.#options;
    slot.environment ??= newEnvironment();
    const event = { Records: messages.map((message) => recordOf(queue.name, message)) };
    const invocation = await invoke(slot.environment, event, scheduler, TIMEOUT_MS);
    if (this.#stopped) return;
    if (invocation.outcome === 'died') slot.environment = undefined;
    else await this.#settle(messages, invocation);
    slot.busy = false;
    this.#pollAt(scheduler.now());
  }

  /** What a dead process had in hand comes back when its visibility time is over. */
  async #settle(
    messages: readonly PumpedMessage[],
    invocation: Exclude<Invocation<SQSBatchResponse | undefined>, { outcome: 'died' }>,
  ): Promise<void> {
    const { queue, random, repeats, onRepeat } = this.#options;
    const failed = failures(messages, invocation);
    for (const { id, receipt, receiveCount } of messages) {
      if (failed.has(id)) {
        const delayMs = Math.min(LONGEST_RETRY_MS, 500 * 2 ** receiveCount);
        await queue.release(receipt, delayMs, 'its handler reported a failure');
      } else if (receiveCount === 1 && random.next() < repeats) {
        onRepeat();
        await queue.release(receipt, random.integer(LONGEST_REPEAT_MS), 'given out once more');
      } else await queue.delete(receipt);
    }
  }
}

function failures(
  messages: readonly PumpedMessage[],
  invocation: Exclude<Invocation<SQSBatchResponse | undefined>, { outcome: 'died' }>,
): ReadonlySet<string> {
  if (invocation.outcome === 'failed') return new Set(messages.map(({ id }) => id));
  const items = invocation.answer?.batchItemFailures ?? [];
  return new Set(items.map(({ itemIdentifier }) => itemIdentifier));
}

function recordOf(queueName: string, message: PumpedMessage): SQSRecord {
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAtMs),
      SenderId: 'simulation',
      ApproximateFirstReceiveTimestamp: String(message.sentAtMs),
      MessageGroupId: message.orgId,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:simulation:000000000000:${queueName}`,
    awsRegion: 'simulation',
  };
}
