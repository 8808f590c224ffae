import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SnsNotifier } from '#adapters/aws/sns-notifier.ts';
import {
  type LoopbackService,
  loopbackClient,
} from '../../../local/cloud/services/loopback-service.ts';
import { startSqs } from '../../../local/cloud/services/sqs.ts';
import { consumerOf, createQueue, sqsClient } from '../../support/aws/test-sqs.ts';
import { freshOrgId } from '../../support/salesforce-ids.ts';
import { RecordingTelemetry } from '../../support/test-receiver.ts';

describe('notices to an SNS topic', () => {
  let service: LoopbackService;
  let client: SNSClient;
  beforeAll(async () => {
    service = await startSqs();
    client = new SNSClient({ ...loopbackClient(service.endpoint), maxAttempts: 1 });
  });
  afterAll(async () => {
    client.destroy();
    await service.close();
  });

  it('reach who subscribed', async () => {
    const queues = sqsClient(service.endpoint);
    const { url } = await createQueue(queues, 5);
    const wanted = { QueueUrl: url, AttributeNames: ['QueueArn' as const] };
    const { Attributes } = await queues.send(new GetQueueAttributesCommand(wanted));
    const { TopicArn = '' } = await client.send(new CreateTopicCommand({ Name: 'admins' }));
    const Endpoint = Attributes?.QueueArn;
    await client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));

    const notifier = new SnsNotifier(client, TopicArn, new RecordingTelemetry());
    await notifier.notify(freshOrgId(), `Waits\nfor ${'x'.repeat(200)}`, 'Work goes on by itself.');
    const [message] = await consumerOf(queues, url).receive(1, 10);
    const envelope = JSON.parse(message?.body ?? '{}');
    expect(envelope.Message).toBe('Work goes on by itself.');
    expect(envelope.Subject).toMatch(/^Waits for x+$/);
    expect(envelope.Subject).toHaveLength(100);
    queues.destroy();
  });

  it('are logged where the topic cannot be reached, and stop nothing', async () => {
    const telemetry = new RecordingTelemetry();
    const away = new SNSClient({ ...loopbackClient('http://127.0.0.1:1'), maxAttempts: 1 });
    const notifier = new SnsNotifier(away, 'arn:aws:sns:us-east-1:1:t', telemetry);
    await notifier.notify(freshOrgId(), 'Subject', 'Text');
    expect(telemetry.lines).toMatchObject([{ level: 'error', message: 'AdminNotNotified' }]);
    away.destroy();
  });
});
