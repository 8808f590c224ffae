import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Ports } from '#ports/ports.ts';
import type { AwsStores } from '../../config.ts';
import { DynamoDeadLetters } from './dynamo-dead-letters.ts';
import { DynamoJobStore } from './dynamo-job-store.ts';
import type { DynamoTable } from './dynamo-table.ts';
import { DynamoUsageStore } from './dynamo-usage-store.ts';
import { RedriveQueues } from './redrive-queues.ts';

export type WorkStores = Pick<Ports, 'jobs' | 'usage' | 'deadLetters'>;

/** The stores of whatever plans or works messages off. */
export function openWorkStores(
  config: AwsStores,
  control: DynamoTable,
  sqs: SQSClient,
  { clock }: Pick<Ports, 'clock'>,
): WorkStores {
  return {
    jobs: new DynamoJobStore(control),
    usage: new DynamoUsageStore(control),
    deadLetters: new DynamoDeadLetters(
      control,
      new RedriveQueues(sqs, clock, {
        notices: { url: config.noticeQueueUrl, deadLetterUrl: config.noticeDeadLetterUrl },
        bulk: { url: config.bulkQueueUrl, deadLetterUrl: config.bulkDeadLetterUrl },
        activities: { url: config.activityQueueUrl, deadLetterUrl: config.activityDeadLetterUrl },
      }),
    ),
  };
}
