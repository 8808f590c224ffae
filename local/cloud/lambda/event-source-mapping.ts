import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { REGION } from '../template.ts';

export interface MappingOptions {
  /** Signs as the function's role: Lambda polls with it. */
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  /** Batches under way at once; 0 = it takes messages only when `poll` is called. */
  readonly concurrency: number;
  readonly invoke: (event: SQSEvent) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

/** What became of one batch, in messages. */
export interface PollResult {
  readonly taken: number;
  readonly failed: number;
}

const WAIT_SECONDS = 1;
const MAX_PER_REQUEST = 10;
const AFTER_ERROR_MS = 200;

/**
 * Lambda's event source mapping for a standard queue with partial batch responses: takes batches, deletes what the
 * function did not list as failed, leaves the rest to the queue's visibility time-out. A function that throws, or names
 * a message it was not given, failed the whole batch.
 */
export class EventSourceMapping {
  readonly #options: MappingOptions;
  readonly #stop = new AbortController();
  readonly #loops: readonly Promise<void>[];

  constructor(options: MappingOptions) {
    this.#options = options;
    this.#loops = Array.from({ length: options.concurrency }, () => this.#loop());
  }

  /** Takes no more messages and waits for the batches under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.poll(WAIT_SECONDS);
      } catch (error) {
        if (signal.aborted) return;
        this.#options.onError(error);
        await new Promise((resolve) => setTimeout(resolve, AFTER_ERROR_MS));
      }
    }
  }

  /** Lambda follows the length of a queue to decide how many batches run at once; it cannot go on without. */
  async #lookAtQueue(): Promise<void> {
    const { sqs, queueUrl } = this.#options;
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames }));
  }

  /** Takes one batch, if there is one, and has it worked off. @throws Error when the queue refuses */
  async poll(waitSeconds: number): Promise<PollResult> {
    const messages = await this.#receive(waitSeconds);
    if (messages.length > 0)
      return { taken: messages.length, failed: await this.#deliver(messages) };
    await this.#lookAtQueue();
    return { taken: 0, failed: 0 };
  }

  async #receive(waitSeconds: number): Promise<readonly Message[]> {
    const { sqs, queueUrl, batchSize } = this.#options;
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(MAX_PER_REQUEST, batchSize),
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
    });
    return (await sqs.send(command, { abortSignal: this.#stop.signal })).Messages ?? [];
  }

  /** @returns how many failed; those come again */
  async #deliver(messages: readonly Message[]): Promise<number> {
    const { sqs, queueUrl, queueArn, invoke, onError } = this.#options;
    let failed: ReadonlySet<string>;
    try {
      const answer = await invoke({ Records: messages.map((one) => toRecord(one, queueArn)) });
      failed = failuresOf(answer as SQSBatchResponse | null, messages);
    } catch (error) {
      onError(error);
      return messages.length;
    }
    const done = messages.filter(({ MessageId }) => !failed.has(MessageId ?? ''));
    if (done.length === 0) return failed.size;
    const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    return failed.size;
  }
}

function failuresOf(
  answer: SQSBatchResponse | null,
  messages: readonly Message[],
): ReadonlySet<string> {
  const failed = (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  const given = new Set(messages.map(({ MessageId }) => MessageId));
  const strange = failed.find((id) => !given.has(id));
  if (strange !== undefined)
    throw new Error(`The function says that ${strange} failed, which it was not given.`);
  return new Set(failed);
}

function toRecord(message: Message, eventSourceARN: string): SQSRecord {
  const {
    MessageId = '',
    ReceiptHandle = '',
    Body = '',
    MD5OfBody = '',
    Attributes = {},
  } = message;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: {},
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: REGION,
  };
}
