import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SqsQueue } from '#adapters/aws/sqs-queue.ts';
import type { WorkerMessage } from '#core/messages.ts';
import {
  type JsonObject,
  ServiceError,
  startJsonService,
} from '../../../local/cloud/services/json-service.ts';
import { loopbackClient } from '../../../local/cloud/services/loopback-service.ts';
import { startSqs } from '../../../local/cloud/services/sqs.ts';
import { appErrorOf } from '../../support/app-error-of.ts';
import { createQueue, sqsClient } from '../../support/aws/test-sqs.ts';
import { aMessage } from '../../support/queue-messages.ts';
import { freshOrgId } from '../../support/salesforce-ids.ts';

interface BatchEntry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId: string;
  readonly DelaySeconds?: number;
}

/** A queue over a service that answers each request as `answer` says; `requests` are what it was sent. */
async function queueOver(answer: (entries: readonly BatchEntry[], request: number) => JsonObject) {
  const requests: (readonly BatchEntry[])[] = [];
  const service = await startJsonService({
    SendMessageBatch: (input) => {
      const entries = input['Entries'] as BatchEntry[];
      requests.push(entries);
      return answer(entries, requests.length);
    },
  });
  const client = new SQSClient({
    ...loopbackClient(service.endpoint),
    useQueueUrlAsEndpoint: false,
    md5: false,
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await service.close();
  });
  return { queue: new SqsQueue<WorkerMessage>(client, `${service.endpoint}/q`), requests };
}

const taken = ({ Id }: BatchEntry) => ({ Id, MessageId: Id, MD5OfMessageBody: '' });
const refused = ({ Id }: BatchEntry) => ({ Id, SenderFault: false, Code: 'InternalError' });

describe('the SQS queue', () => {
  it('makes the org the message group', async () => {
    const { queue, requests } = await queueOver((entries) => ({ Successful: entries.map(taken) }));
    const [one, two] = [freshOrgId(), freshOrgId()];
    await queue.send(one, [aMessage(one, 1)]);
    await queue.send(two, [aMessage(two, 1)]);
    expect(requests.flat().map(({ MessageGroupId }) => MessageGroupId)).toEqual([one, two]);
  });

  it('sends what a request left behind once more, and only that', async () => {
    const org = freshOrgId();
    const { queue, requests } = await queueOver((entries, request) =>
      request === 1
        ? { Successful: entries.slice(0, 2).map(taken), Failed: entries.slice(2).map(refused) }
        : { Successful: entries.map(taken) },
    );
    const messages = [1, 2, 3, 4].map((n) => aMessage(org, n));
    await queue.send(org, messages);
    expect(
      requests.map((entries) => entries.map(({ MessageBody }) => JSON.parse(MessageBody))),
    ).toEqual([messages, messages.slice(2)]);
  });

  it('is unavailable when messages are left behind twice', async () => {
    const org = freshOrgId();
    const { queue, requests } = await queueOver((entries) => ({ Failed: entries.map(refused) }));
    const error = await appErrorOf(queue.send(org, [aMessage(org, 1)]));
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(requests).toHaveLength(2);
  });

  it('rounds delays up to whole seconds, to 900 at most', async () => {
    const { queue, requests } = await queueOver((entries) => ({ Successful: entries.map(taken) }));
    const org = freshOrgId();
    for (const delaySeconds of [0, 0.2, 1, 1.5, 3_600]) {
      await queue.send(org, [aMessage(org, 1)], { delaySeconds });
    }
    const delays = requests.flat().map(({ DelaySeconds }) => DelaySeconds);
    expect(delays).toEqual([undefined, 1, 1, 2, 900]);
  });

  it('names failures without what was sent', async () => {
    const org = freshOrgId();
    const cases = [
      ['AccessDeniedException', 'internal', false],
      ['ThrottlingException', 'throttled', true],
      ['InternalFailure', 'unavailable', true],
    ] as const;
    for (const [type, code, retryable] of cases) {
      const { queue } = await queueOver(() => {
        throw new ServiceError(type, 'quoting sender@acme.example');
      });
      const error = await appErrorOf(queue.send(org, [aMessage(org, 1)]));
      expect(error).toMatchObject({ code, retryable });
      expect(error.message).toContain(type);
      expect(error.message).not.toContain('acme.example');
    }
  });

  it('is unavailable when nothing answers', async () => {
    const client = new SQSClient({ ...loopbackClient('http://127.0.0.1:1'), maxAttempts: 1 });
    const queue = new SqsQueue<WorkerMessage>(client, 'http://127.0.0.1:1/000000000000/q');
    const org = freshOrgId();
    const error = await appErrorOf(queue.send(org, [aMessage(org, 1)]));
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    client.destroy();
  });

  it('is refused a queue that does not exist', async () => {
    const service = await startSqs();
    const client = sqsClient(service.endpoint);
    const { url } = await createQueue(client, 5);
    const org = freshOrgId();
    const queue = new SqsQueue<WorkerMessage>(client, `${url}-gone`);
    const error = await appErrorOf(queue.send(org, [aMessage(org, 1)]));
    expect(error).toMatchObject({ code: 'internal', retryable: false });
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: url }));
    expect(Messages).toBeUndefined();
    client.destroy();
    await service.close();
  });
});
