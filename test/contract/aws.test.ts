import { afterAll } from 'vitest';
import { startDynalite } from '../../local/cloud/services/dynalite.ts';
import type { AwsHarness } from '../support/aws/aws-harness.ts';
import { consumerOf } from '../support/aws/test-sqs.ts';
import { defineDynamoContracts, overDynamo } from './dynamo-contracts.ts';
import { defineQueueContract, type QueueSubject } from './queue.contract.ts';
import { defineSecretsContract } from './secrets.contract.ts';

const { over, close } = overDynamo(startDynalite);
afterAll(close);

defineDynamoContracts('DynamoDB (dynalite)', over, 15);
defineSecretsContract(
  'SSM',
  over(({ stores }) => stores.secrets),
);
defineQueueContract('SQS (fauxqs)', over(queueSubject));

function queueSubject({ stores, queueClient, notices }: AwsHarness): QueueSubject {
  const deadLetters = consumerOf(queueClient, notices.deadLetterUrl);
  return {
    queue: stores.noticeQueue,
    ...consumerOf(queueClient, notices.url),
    deadLetters: async () => (await deadLetters.receive(10, 0)).map(({ body }) => body),
    now: () => performance.now(),
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
