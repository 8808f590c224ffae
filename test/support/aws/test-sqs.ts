import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { loopbackClient } from '../../../local/cloud/services/loopback-service.ts';

export function sqsClient(endpoint: string): SQSClient {
  return new SQSClient({ ...loopbackClient(endpoint), useQueueUrlAsEndpoint: false });
}

let queues = 0;

/** A standard queue with its dead-letter queue, as they are deployed. */
export async function createQueue(
  client: SQSClient,
  maxReceiveCount: number,
): Promise<{ readonly url: string; readonly deadLetterUrl: string }> {
  queues += 1;
  const deadLetterUrl = await create(client, `dead-${queues}`, {});
  const attributes = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] }),
  );
  const deadLetterTargetArn = attributes.Attributes?.QueueArn;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
  return { url: await create(client, `queue-${queues}`, { RedrivePolicy }), deadLetterUrl };
}

async function create(
  client: SQSClient,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  if (QueueUrl === undefined) throw new Error(`The queue ${QueueName} was not created.`);
  return QueueUrl;
}

/** A consumer's view of a queue. */
export function consumerOf(client: SQSClient, QueueUrl: string) {
  return {
    async receive(max: number, VisibilityTimeout: number) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: max,
          VisibilityTimeout,
          MessageSystemAttributeNames: ['All'],
        }),
      );
      return Messages.map(({ Body = '', ReceiptHandle = '', Attributes }) => ({
        body: Body,
        receipt: ReceiptHandle,
        receiveCount: Number(Attributes?.ApproximateReceiveCount),
      }));
    },
    async delete(ReceiptHandle: string): Promise<void> {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    async release(ReceiptHandle: string, VisibilityTimeout: number): Promise<void> {
      const input = { QueueUrl, ReceiptHandle, VisibilityTimeout };
      await client.send(new ChangeMessageVisibilityCommand(input));
    },
  };
}
