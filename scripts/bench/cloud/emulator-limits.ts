import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Cloud } from '../../../local/cloud/cloud.ts';
import { loopbackClient } from '../../../local/cloud/services/loopback-service.ts';

const FOR_MS = 3_000;
const AT_ONCE = 32;

/** What the stand-ins for DynamoDB and SQS do by themselves, a second, with nothing of ours before them. */
interface EmulatorLimits {
  /** Items of 1 kB. */
  readonly putsPerSecond: number;
  /** Messages of 1 kB, sent, taken by tens and deleted. */
  readonly messagesPerSecond: number;
}

export async function emulatorLimits({
  services,
  output,
  resources,
}: Cloud): Promise<EmulatorLimits> {
  const dynamo = new DynamoDBClient(loopbackClient(services.dynamodb.endpoint));
  const documents = DynamoDBDocumentClient.from(dynamo);
  const value = 'x'.repeat(1_000);
  const TableName = output('MirrorTable');
  const putsPerSecond = await rate(async (count) => {
    await documents.send(
      new PutCommand({ TableName, Item: { pk: 'BENCH', sk: `${count}`, value } }),
    );
    return 1;
  });
  dynamo.destroy();
  const client = loopbackClient(services.sqs.endpoint);
  const sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false });
  // A queue that no function takes from.
  const queue = resources.find(
    ({ type, id }) => type === 'AWS::SQS::Queue' && /^NoticesDead/.test(id),
  );
  const messagesPerSecond = await rate(() => tenMessages(sqs, queue?.physical.ref ?? '', value));
  sqs.destroy();
  return { putsPerSecond, messagesPerSecond };
}

async function tenMessages(sqs: SQSClient, QueueUrl: string, MessageBody: string): Promise<number> {
  for (let sent = 0; sent < 10; sent += 1) {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }
  const taking = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
  const { Messages = [] } = await sqs.send(taking);
  if (Messages.length === 0) return 0;
  const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: `${at}`, ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  return Messages.length;
}

async function rate(work: (count: number) => Promise<number>): Promise<number> {
  const begun = performance.now();
  let [started, done] = [0, 0];
  const worker = async () => {
    while (performance.now() - begun < FOR_MS) {
      started += 1;
      done += await work(started);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return Math.round(done / ((performance.now() - begun) / 1_000));
}
