import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { loopbackClient } from './services/loopback-service.ts';
import type { JsonMap, Resource } from './template.ts';

const QUEUE_ATTRIBUTES = ['VisibilityTimeout', 'MessageRetentionPeriod', 'DelaySeconds'];

/** Makes the template's tables and queues. Everything else of it is behaviour, not a thing. */
export async function makeResources(
  resources: readonly Resource[],
  backends: { readonly dynamodb: string; readonly sqs: string },
): Promise<void> {
  const dynamo = new DynamoDBClient(loopbackClient(backends.dynamodb));
  const sqs = new SQSClient({ ...loopbackClient(backends.sqs), useQueueUrlAsEndpoint: false });
  for (const { type, physical, properties } of resources) {
    if (type !== 'AWS::DynamoDB::GlobalTable') continue;
    await dynamo.send(new CreateTableCommand(tableInput(physical.ref, properties)));
  }
  const queues = resources.filter(({ type }) => type === 'AWS::SQS::Queue');
  // Dead letters first: a redrive policy names a queue that exists.
  const redriven = ({ properties }: Resource) => Number(properties['RedrivePolicy'] !== undefined);
  for (const queue of queues.toSorted((a, b) => redriven(a) - redriven(b))) {
    await sqs.send(
      new CreateQueueCommand({ QueueName: queue.id, Attributes: attributesOf(queue) }),
    );
  }
  dynamo.destroy();
  sqs.destroy();
}

function tableInput(TableName: string, properties: JsonMap): CreateTableCommandInput {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes } =
    properties;
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions,
    KeySchema,
    ...(GlobalSecondaryIndexes !== undefined && { GlobalSecondaryIndexes }),
    ...(LocalSecondaryIndexes !== undefined && { LocalSecondaryIndexes }),
  } as unknown as CreateTableCommandInput;
}

function attributesOf({ properties }: Resource): Record<string, string> {
  const given = QUEUE_ATTRIBUTES.filter((name) => properties[name] !== undefined);
  const redrive = properties['RedrivePolicy'];
  return {
    ...Object.fromEntries(given.map((name) => [name, String(properties[name])])),
    ...(redrive !== undefined && { RedrivePolicy: JSON.stringify(redrive) }),
  };
}
