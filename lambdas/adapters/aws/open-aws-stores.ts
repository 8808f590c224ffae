import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import type { SNSClientConfig } from '@aws-sdk/client-sns';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AppError } from '#core/errors.ts';
import type { QueueMessage } from '#core/messages.ts';
import type { Feed } from '#ports/feed.ts';
import type { Notifier } from '#ports/notifier.ts';
import type { Ports } from '#ports/ports.ts';
import type { Telemetry } from '#ports/telemetry.ts';
import type { AwsStores } from '../../config.ts';
import { LogNotifier } from '../log-notifier.ts';
import { CachedSecrets } from './cached-secrets.ts';
import { DynamoActivityLedger } from './dynamo-activity-ledger.ts';
import { DynamoActivitySettings } from './dynamo-activity-settings.ts';
import { DynamoDeadLetters } from './dynamo-dead-letters.ts';
import { DynamoJobStore } from './dynamo-job-store.ts';
import { DynamoKeyStore } from './dynamo-key-store.ts';
import { DynamoMirrorStore } from './dynamo-mirror-store.ts';
import { DynamoOrgStore } from './dynamo-org-store.ts';
import { DynamoTable } from './dynamo-table.ts';
import { DynamoUsageStore } from './dynamo-usage-store.ts';
import { openSnsNotifier } from './open-sns-notifier.ts';
import { RedriveQueues } from './redrive-queues.ts';
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
  const { clock, random, telemetry } = world;
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
  const { feed, close } = await openFeed(config, table, world, { ...LIMITS, ...options.events });
  const admins = openNotifier(config, telemetry, { ...LIMITS, ...options.sns });
  return {
    secrets: new CachedSecrets(new SsmSecrets(ssm, config.parameterPrefix), clock, telemetry),
    orgs: new DynamoOrgStore(control),
    jobs: new DynamoJobStore(control),
    keys: new DynamoKeyStore(control),
    mirror:
      config.mirrorTable === undefined
        ? missing('RTS_MIRROR_TABLE')
        : new DynamoMirrorStore(table(config.mirrorTable), clock, random),
    feed,
    notifier: admins.notifier,
    noticeQueue: queue('RTS_NOTICE_QUEUE_URL', config.noticeQueueUrl),
    bulkQueue: queue('RTS_BULK_QUEUE_URL', config.bulkQueueUrl),
    activityQueue: queue('RTS_ACTIVITY_QUEUE_URL', config.activityQueueUrl),
    activityLedger: new DynamoActivityLedger(control),
    activitySettings: new DynamoActivitySettings(control),
    usage: new DynamoUsageStore(control),
    deadLetters: new DynamoDeadLetters(control, redriveQueues(sqs, clock, config)),
    close: async () => {
      for (const client of [dynamo, sqs, ssm]) client.destroy();
      close();
      admins.close();
    },
  };
}

function redriveQueues(sqs: SQSClient, clock: Ports['clock'], config: AwsStores): RedriveQueues {
  return new RedriveQueues(sqs, clock, {
    notices: { url: config.noticeQueueUrl, deadLetterUrl: config.noticeDeadLetterUrl },
    bulk: { url: config.bulkQueueUrl, deadLetterUrl: config.bulkDeadLetterUrl },
    activities: { url: config.activityQueueUrl, deadLetterUrl: config.activityDeadLetterUrl },
  });
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

/** In the place of a port: every method says what is missing. */
function missing<Port extends object>(variables: string): Port {
  const refuse = (): never => {
    throw new AppError('internal', `This function is configured without ${variables}.`);
  };
  return new Proxy({} as Port, {
    // Whoever awaits the port itself asks for `then`.
    get: (_, name) => (name === 'then' ? undefined : refuse),
  });
}
