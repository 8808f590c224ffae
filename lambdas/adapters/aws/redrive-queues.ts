import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type DeadLetter, letterOrg, type QueueName, UNSAID_REASON } from '#core/dead-letter.ts';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { Clock } from '#ports/clock.ts';
import { awsError } from './aws-error.ts';

interface QueueUrls {
  readonly url?: string | undefined;
  /** Where its redrive policy sets messages aside. */
  readonly deadLetterUrl?: string | undefined;
}

const MESSAGES_PER_REQUEST = 10;
const REQUESTS_PER_CALL = 20;
/** Longer than parking a batch takes. */
const HIDDEN_SECONDS = 120;

/** The queues' side of dead letters: what SQS set aside is taken over, what is sent again goes back. */
export class RedriveQueues {
  readonly #client: SQSClient;
  readonly #clock: Clock;
  readonly #urls: Readonly<Record<QueueName, QueueUrls>>;

  constructor(client: SQSClient, clock: Clock, urls: Readonly<Record<QueueName, QueueUrls>>) {
    this.#client = client;
    this.#clock = clock;
    this.#urls = urls;
  }

  /** @param body as it was first sent: its text is fit for SQS already */
  async send(queue: QueueName, orgId: OrgId, body: string): Promise<void> {
    const QueueUrl = configured(this.#urls[queue].url, queue);
    const input = { QueueUrl, MessageBody: body, MessageGroupId: orgId };
    await attempt('SendMessage', () => this.#client.send(new SendMessageCommand(input)));
  }

  /** Hands over what SQS set aside; each message is deleted there once `park` has it. */
  async collect(park: (letter: DeadLetter) => Promise<void>): Promise<number> {
    let collected = 0;
    for (const queue of ['notices', 'bulk', 'activities'] as const) {
      const url = configured(this.#urls[queue].deadLetterUrl, `dead letters of ${queue}`);
      for (let request = 0; request < REQUESTS_PER_CALL; request += 1) {
        const messages = await this.#receive(url);
        for (const message of messages) collected += await this.#take(queue, url, message, park);
        if (messages.length === 0) break;
      }
    }
    return collected;
  }

  async #receive(QueueUrl: string): Promise<readonly Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: MESSAGES_PER_REQUEST,
      VisibilityTimeout: HIDDEN_SECONDS,
      MessageSystemAttributeNames: ['All'],
    });
    return (await attempt('ReceiveMessage', () => this.#client.send(command))).Messages ?? [];
  }

  /** A message of no org is nobody's to see: it stays where it is, for the operator. */
  async #take(
    queue: QueueName,
    QueueUrl: string,
    message: Message,
    park: (letter: DeadLetter) => Promise<void>,
  ): Promise<number> {
    const orgId = letterOrg(message.Attributes?.MessageGroupId, message.Body ?? '');
    if (orgId === undefined) return 0;
    await park({
      id: message.MessageId ?? '',
      orgId,
      queue,
      body: message.Body ?? '',
      sentAtMs: Number(message.Attributes?.SentTimestamp ?? 0),
      parkedAtMs: this.#clock.now(),
      receives: Number(message.Attributes?.ApproximateReceiveCount ?? 0),
      reason: UNSAID_REASON,
    });
    const input = { QueueUrl, ReceiptHandle: message.ReceiptHandle };
    await attempt('DeleteMessage', () => this.#client.send(new DeleteMessageCommand(input)));
    return 1;
  }
}

async function attempt<Result>(operation: string, request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    throw awsError(`SQS ${operation} on dead letters`, error);
  }
}

function configured(url: string | undefined, queue: string): string {
  if (url !== undefined) return url;
  throw new AppError('internal', `This function is configured without the queue ${queue}.`);
}
