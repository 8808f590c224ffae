import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, type EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AppError } from '#core/errors.ts';
import type { Ports } from '#ports/ports.ts';
import type { AwsStores } from '../../config.ts';
import { CachedSecrets } from './cached-secrets.ts';
import { DynamoFeed } from './dynamo-feed.ts';
import { DynamoJobStore } from './dynamo-job-store.ts';
import { DynamoKeyStore } from './dynamo-key-store.ts';
import { DynamoMirrorStore } from './dynamo-mirror-store.ts';
import { DynamoOrgStore } from './dynamo-org-store.ts';
import { DynamoTable } from './dynamo-table.ts';
import { EventAnnouncer } from './event-announcer.ts';
import { SqsQueue } from './sqs-queue.ts';
import { SsmSecrets } from './ssm-secrets.ts';

/** Where the services are, when not where the SDK looks by itself. */
export interface AwsClientOptions {
  readonly dynamo?: DynamoDBClientConfig;
  readonly sqs?: SQSClientConfig;
  readonly ssm?: SSMClientConfig;
  readonly events?: EventBridgeClientConfig;
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
export function openAwsStores(
  config: AwsStores,
  { clock, random, telemetry }: Pick<Ports, 'clock' | 'random' | 'telemetry'>,
  options: AwsClientOptions = {},
): AwsStorePorts {
  const dynamo = new DynamoDBClient({ ...LIMITS, ...options.dynamo });
  const sqs = new SQSClient({ ...LIMITS, ...options.sqs });
  const ssm = new SSMClient({ ...LIMITS, ...options.ssm });
  const events = new EventBridgeClient({ ...LIMITS, ...options.events });
  const documents = DynamoDBDocumentClient.from(dynamo);
  const table = (name: string) => new DynamoTable(documents, name, clock);

  const control = table(config.controlTable);
  const { mirrorTable, feedTable, eventBus, noticeQueueUrl, bulkQueueUrl } = config;
  return {
    secrets: new CachedSecrets(new SsmSecrets(ssm, config.parameterPrefix), clock, telemetry),
    orgs: new DynamoOrgStore(control),
    jobs: new DynamoJobStore(control),
    keys: new DynamoKeyStore(control),
    mirror: configured('RTS_MIRROR_TABLE', mirrorTable, (name) => {
      return new DynamoMirrorStore(table(name), clock, random);
    }),
    feed: configured('RTS_FEED_TABLE and RTS_EVENT_BUS', feedTable && eventBus, (bus) => {
      const announcer = new EventAnnouncer(events, bus);
      return new DynamoFeed(table(feedTable ?? ''), announcer, clock, random);
    }),
    noticeQueue: configured('RTS_NOTICE_QUEUE_URL', noticeQueueUrl, (url) => {
      return new SqsQueue(sqs, url);
    }),
    bulkQueue: configured('RTS_BULK_QUEUE_URL', bulkQueueUrl, (url) => new SqsQueue(sqs, url)),
    close: async () => {
      for (const client of [dynamo, sqs, ssm, events]) client.destroy();
    },
  };
}

/** A port, or in its place one whose every method says what is missing. */
function configured<Port extends object>(
  variables: string,
  value: string | undefined,
  make: (value: string) => Port,
): Port {
  if (value !== undefined) return make(value);
  const refuse = (): never => {
    throw new AppError('internal', `This function is configured without ${variables}.`);
  };
  return new Proxy({} as Port, {
    // Whoever awaits the port itself asks for `then`.
    get: (_, name) => (name === 'then' ? undefined : refuse),
  });
}
