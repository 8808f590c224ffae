import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { QueueMessage } from '#core/messages.ts';
import type { Queue } from '#ports/queue.ts';
import { MESSAGE_MAX_BYTES, messageText } from '../message-text.ts';
import { awsError } from './aws-error.ts';
import { mapLimit } from './concurrency.ts';

const MESSAGES_PER_REQUEST = 10;
/** The longest that SQS holds a message back. */
const DELAY_MAX_SECONDS = 900;
const REQUESTS_AT_ONCE = 4;
/** What SQS did not take of a batch is sent once more. */
const ATTEMPTS = 2;

/**
 * A standard queue on SQS. The org is the message group: fair queues let no org's backlog hold up the others. Redrive to
 * the dead letters is the queue's own.
 */
export class SqsQueue<M extends QueueMessage> implements Queue<M> {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  /** `delaySeconds`: SQS counts whole seconds, at most 900; fractions are rounded up. */
  async send(
    orgId: OrgId,
    messages: readonly M[],
    { delaySeconds = 0 }: { delaySeconds?: number } = {},
  ): Promise<void> {
    const delay = Math.min(Math.ceil(delaySeconds), DELAY_MAX_SECONDS);
    const bodies = messages.map(messageText);
    const entries = bodies.map((MessageBody, index) => ({
      Id: String(index),
      MessageBody,
      MessageGroupId: orgId,
      ...(delay > 0 && { DelaySeconds: delay }),
    }));
    await mapLimit(requestsOf(entries), REQUESTS_AT_ONCE, (request) => this.#send(request));
  }

  async #send(entries: SendMessageBatchRequestEntry[]): Promise<void> {
    let rest = entries;
    for (let attempt = 0; attempt < ATTEMPTS && rest.length > 0; attempt += 1) {
      rest = await this.#sendOnce(rest);
    }
    if (rest.length === 0) return;
    const message = `SQS did not take ${rest.length} of ${entries.length} messages for ${this.#url}.`;
    throw new AppError('unavailable', message, { retryable: true });
  }

  /** @returns the entries that were not taken */
  async #sendOnce(
    entries: SendMessageBatchRequestEntry[],
  ): Promise<SendMessageBatchRequestEntry[]> {
    try {
      const command = new SendMessageBatchCommand({ QueueUrl: this.#url, Entries: entries });
      const { Failed = [] } = await this.#client.send(command);
      const failed = new Set(Failed.map(({ Id }) => Id));
      return entries.filter(({ Id }) => failed.has(Id));
    } catch (error) {
      throw awsError(`SQS SendMessageBatch to ${this.#url}`, error);
    }
  }
}

/** A request holds 10 messages and 1 MiB in all. */
function requestsOf(
  entries: readonly SendMessageBatchRequestEntry[],
): SendMessageBatchRequestEntry[][] {
  const requests: SendMessageBatchRequestEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.MessageBody ?? '');
    const current = requests.at(-1);
    if (current && current.length < MESSAGES_PER_REQUEST && bytes + size <= MESSAGE_MAX_BYTES) {
      current.push(entry);
      bytes += size;
    } else {
      requests.push([entry]);
      bytes = size;
    }
  }
  return requests;
}
