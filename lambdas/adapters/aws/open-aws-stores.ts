import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import type { SNSClientConfig } from '@aws-sdk/client-sns';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { QueueMessage } from '#core/messages.ts';
import type { Feed } from '#ports/feed.ts';
import type { Notifier } from '#ports/notifier.ts';
import type { Ports } from '#ports/ports.ts';
import type { Telemetry } from '#ports/telemetry.ts';
import type { AwsStores } from '../../config.ts';
import { LogNotifier } from '../log-notifier.ts';
import { CachedSecrets } from './cached-secrets.ts';
import { DynamoOrgStore } from './dynamo-org-store.ts';
import { DynamoTable } from './dynamo-table.ts';
import { missing } from './missing.ts';
import type { RecordStores } from './open-record-stores.ts';
import { openSnsNotifier } from './open-sns-notifier.ts';
import type { WorkStores } from './open-work-stores.ts';
import { SqsQueue } from './sqs-queue.ts';
import { SsmSecrets } from './ssm-secrets.ts';

/** Where the services are, when not where the SDK looks by itself. */
export interface AwsClientOptions {
  readonly dynamo?: DynamoDBClientConfig;
  readonly sqs?: SQSClientConfig;
  readonly ssm?: SSMClientConfig;
  readonly events?: EventBridgeClientConfig;
  readonly sns?: SNSClientConfig;
}

type AwsStorePorts = Omit<Ports, 'salesforce' | 'clock' | 'random' | 'telemetry'> & {
  close(): Promise<void>;
};

/** Bounds for every request, so that a hanging connection does not use up an invocation. */
const LIMITS = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

/**
 * The stores on AWS. What the configuration of a function leaves out is refused, by name, only when it is used.
 */
export async function openAwsStores(
  config: AwsStores,
  world: Pick<Ports, 'clock' | 'random' | 'telemetry'>,
  options: AwsClientOptions = {},
): Promise<AwsStorePorts> {
  const { clock, telemetry } = world;
  const dynamo = new DynamoDBClient({ ...LIMITS, ...options.dynamo });
  const sqs = new SQSClient({ ...LIMITS, ...options.sqs });
  const ssm = new SSMClient({ ...LIMITS, ...options.ssm });
  const documents = DynamoDBDocumentClient.from(dynamo);
  const table = (name: string) => new DynamoTable(documents, name, clock);

  const control = table(config.controlTable);
  const queue = (variable: string, url: string | undefined) =>
    url === undefined
      ? missing<SqsQueue<QueueMessage>>(variable)
      : new SqsQueue<QueueMessage>(sqs, url);
  const work = await openWork(config, control, sqs, world);
  const records = await openRecords(config, table, world);
  const { feed, close } = await openFeed(config, table, world, { ...LIMITS, ...options.events });
  const admins = openNotifier(config, telemetry, { ...LIMITS, ...options.sns });
  return {
    ...work,
    ...records,
    secrets: new CachedSecrets(new SsmSecrets(ssm, config.parameterPrefix), clock, telemetry),
    orgs: new DynamoOrgStore(control),
    feed,
    notifier: admins.notifier,
    noticeQueue: queue('RTS_NOTICE_QUEUE_URL', config.noticeQueueUrl),
    bulkQueue: queue('RTS_BULK_QUEUE_URL', config.bulkQueueUrl),
    activityQueue: queue('RTS_ACTIVITY_QUEUE_URL', config.activityQueueUrl),
    close: async () => {
      for (const client of [dynamo, sqs, ssm]) client.destroy();
      close();
      admins.close();
    },
  };
}

/** A function that may only queue notices works nothing off: it starts without these. */
async function openWork(
  config: AwsStores,
  control: DynamoTable,
  sqs: SQSClient,
  world: Pick<Ports, 'clock'>,
): Promise<WorkStores> {
  if ((config.bulkQueueUrl ?? config.activityQueueUrl) !== undefined) {
    const { openWorkStores } = await import('./open-work-stores.ts');
    return openWorkStores(config, control, sqs, world);
  }
  const nothing = missing<never>('RTS_BULK_QUEUE_URL or RTS_ACTIVITY_QUEUE_URL');
  return { jobs: nothing, usage: nothing, deadLetters: nothing };
}

async function openRecords(
  { controlTable, mirrorTable }: AwsStores,
  table: (name: string) => DynamoTable,
  world: Pick<Ports, 'clock' | 'random'>,
): Promise<RecordStores> {
  if (mirrorTable !== undefined) {
    const { openRecordStores } = await import('./open-record-stores.ts');
    return openRecordStores({ control: table(controlTable), mirror: table(mirrorTable) }, world);
  }
  const nothing = missing<never>('RTS_MIRROR_TABLE');
  return {
    keys: nothing,
    mirror: nothing,
    activityLedger: nothing,
    activitySettings: nothing,
    userConnections: nothing,
    creations: nothing,
    pageSessions: nothing,
    changeLog: nothing,
  };
}

function openNotifier(
  { adminTopicArn }: AwsStores,
  telemetry: Telemetry,
  client: SNSClientConfig,
): { notifier: Notifier; close(): void } {
  if (adminTopicArn === undefined) {
    return { notifier: new LogNotifier(telemetry), close: () => {} };
  }
  return openSnsNotifier(adminTopicArn, telemetry, client);
}

async function openFeed(
  { feedTable, eventBus }: AwsStores,
  table: (name: string) => DynamoTable,
  { clock, random }: Pick<Ports, 'clock' | 'random'>,
  client: EventBridgeClientConfig,
): Promise<{ feed: Feed; close(): void }> {
  if (feedTable === undefined || eventBus === undefined) {
    return { feed: missing('RTS_FEED_TABLE and RTS_EVENT_BUS'), close: () => {} };
  }
  const { openDynamoFeed } = await import('./open-dynamo-feed.ts');
  return openDynamoFeed({ table: table(feedTable), eventBus, client, clock, random });
}
