import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNSAID_REASON } from '#core/dead-letter.ts';
import { startDynalite } from '../../../local/cloud/services/dynalite.ts';
import type { LoopbackService } from '../../../local/cloud/services/loopback-service.ts';
import { type AwsHarness, openAwsHarness } from '../../support/aws/aws-harness.ts';
import { consumerOf } from '../../support/aws/test-sqs.ts';
import { aMessage } from '../../support/queue-messages.ts';
import { freshOrgId } from '../../support/salesforce-ids.ts';

describe('what SQS set aside by itself', () => {
  let dynalite: LoopbackService;
  let aws: AwsHarness;
  beforeAll(async () => {
    dynalite = await startDynalite();
    aws = await openAwsHarness(dynalite);
  });
  afterAll(async () => {
    await aws.close();
    await dynalite.close();
  });

  it('is taken over under its org, once', async () => {
    const { stores, queueClient, notices } = aws;
    const queue = consumerOf(queueClient, notices.url);
    const orgs = [freshOrgId(), freshOrgId()];
    for (const orgId of orgs) await stores.noticeQueue.send(orgId, [aMessage(orgId, 1)]);
    for (let count = 0; count < 6; count += 1) {
      for (const { receipt } of await queue.receive(10, 30)) await queue.release(receipt, 0);
    }
    expect(await stores.deadLetters.collect()).toBe(2);
    expect(await stores.deadLetters.collect()).toBe(0);
    for (const orgId of orgs) {
      const [letter, ...more] = await stores.deadLetters.list(orgId, 10);
      expect(more).toEqual([]);
      expect(letter).toMatchObject({ orgId, queue: 'notices', reason: UNSAID_REASON });
      expect(JSON.parse(letter?.body ?? '')).toEqual(aMessage(orgId, 1));
    }
  });
});
