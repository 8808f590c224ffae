import { openAwsStores } from '#adapters/aws/open-aws-stores.ts';
import { ConsoleTelemetry } from '#adapters/console-telemetry.ts';
import { SystemRandom } from '#adapters/system-random.ts';
import { startEventBus } from '../../../local/cloud/services/event-bus.ts';
import {
  type LoopbackService,
  loopbackClient,
} from '../../../local/cloud/services/loopback-service.ts';
import { startParameterStore } from '../../../local/cloud/services/parameter-store.ts';
import { startSqs } from '../../../local/cloud/services/sqs.ts';
import { ManualClock } from '../manual-clock.ts';
import { createTables } from './dynamo-servers.ts';
import { createQueue, sqsClient } from './test-sqs.ts';

/** Longer than back-off takes, shorter than a feed's reader waits between two looks. */
const BACK_OFF_MS = 500;

/** The stores on AWS over services on loopback: real requests of the real SDK. */
export async function openAwsHarness(dynamo: LoopbackService) {
  const [sqs, ssm, bus] = await Promise.all([startSqs(), startParameterStore(), startEventBus()]);
  const tables = await createTables(dynamo.endpoint);
  const queueClient = sqsClient(sqs.endpoint);
  const notices = await createQueue(queueClient, 5);
  const bulk = await createQueue(queueClient, 5);
  const activities = await createQueue(queueClient, 5);
  const clock = new ManualClock(undefined, BACK_OFF_MS);
  const telemetry = new ConsoleTelemetry({ level: 'ERROR', now: () => clock.now() });
  const stores = await openAwsStores(
    {
      mode: 'aws',
      ...tables,
      parameterPrefix: '/rts/orgs',
      eventBus: 'rts',
      noticeQueueUrl: notices.url,
      bulkQueueUrl: bulk.url,
      noticeDeadLetterUrl: notices.deadLetterUrl,
      bulkDeadLetterUrl: bulk.deadLetterUrl,
      activityQueueUrl: activities.url,
      activityDeadLetterUrl: activities.deadLetterUrl,
    },
    { clock, random: new SystemRandom(), telemetry },
    {
      dynamo: loopbackClient(dynamo.endpoint),
      sqs: { ...loopbackClient(sqs.endpoint), useQueueUrlAsEndpoint: false },
      ssm: loopbackClient(ssm.endpoint),
      events: loopbackClient(bus.endpoint),
    },
  );
  return {
    stores,
    clock,
    ssm,
    bus,
    queueClient,
    notices,
    close: async () => {
      await stores.close();
      queueClient.destroy();
      await Promise.all([sqs.close(), ssm.close(), bus.close()]);
    },
  };
}

export type AwsHarness = Awaited<ReturnType<typeof openAwsHarness>>;
