import { afterAll } from 'vitest';
import { startDynalite } from '../../local/cloud/services/dynalite.ts';
import type { LoopbackService } from '../../local/cloud/services/loopback-service.ts';
import { type AwsHarness, openAwsHarness } from '../support/aws/aws-harness.ts';
import { consumerOf } from '../support/aws/test-sqs.ts';
import type { Harness } from '../support/contract-case.ts';
import { defineActivityLedgerContract } from './activity-ledger.contract.ts';
import { defineActivitySettingsContract } from './activity-settings.contract.ts';
import { defineChangeLogContract } from './change-log.contract.ts';
import { defineCreationsContract } from './creations.contract.ts';
import { defineDeadLettersContract } from './dead-letters.contract.ts';
import { defineFeedContract } from './feed.contract.ts';
import {
  defineFeedForgettingContract,
  defineFindingsForgettingContract,
  defineMirrorForgettingContract,
} from './forgetting.contract.ts';
import { defineJobStoreContract } from './job-store.contract.ts';
import { defineKeyStoreContract } from './key-store.contract.ts';
import { defineMirrorStoreContract } from './mirror-store.contract.ts';
import { defineOrgStoreContract } from './org-store.contract.ts';
import { definePageSessionsContract } from './page-sessions.contract.ts';
import { defineQueueContract, type QueueSubject } from './queue.contract.ts';
import { defineSecretsContract } from './secrets.contract.ts';
import { defineUsageStoreContract } from './usage-store.contract.ts';
import { defineUserConnectionsContract } from './user-connections.contract.ts';

let dynalite: Promise<LoopbackService> | undefined;
afterAll(async () => (await dynalite)?.close());

async function over<Subject>(select: (aws: AwsHarness) => Subject): Promise<Harness<Subject>> {
  dynalite ??= startDynalite();
  const aws = await openAwsHarness(await dynalite);
  return { subject: select(aws), close: aws.close };
}

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

const DYNAMO = 'DynamoDB (dynalite)';
defineMirrorStoreContract(DYNAMO, () => over(({ stores }) => stores.mirror), {
  runs: 15,
  manyRecords: 240,
});
defineOrgStoreContract(DYNAMO, () => over(({ stores }) => stores.orgs));
defineJobStoreContract(DYNAMO, () => over(({ stores }) => stores.jobs));
defineKeyStoreContract(DYNAMO, () => over(({ stores }) => stores.keys));
defineFeedContract(DYNAMO, () => over(({ stores, clock }) => ({ feed: stores.feed, clock })));
defineSecretsContract('SSM', () => over(({ stores }) => stores.secrets));
defineQueueContract('SQS (fauxqs)', () => over(queueSubject));
defineDeadLettersContract(DYNAMO, () =>
  over(({ stores, queueClient, notices }) => {
    const queue = consumerOf(queueClient, notices.url);
    return {
      letters: stores.deadLetters,
      takeAll: async () => {
        const messages = await queue.receive(10, 30);
        for (const { receipt } of messages) await queue.delete(receipt);
        return messages.map(({ body }) => body);
      },
    };
  }),
);
defineUsageStoreContract(DYNAMO, () => over(({ stores }) => stores.usage));
defineActivityLedgerContract(DYNAMO, () => over(({ stores }) => stores.activityLedger));
defineActivitySettingsContract(DYNAMO, () => over(({ stores }) => stores.activitySettings));
defineUserConnectionsContract(DYNAMO, () => over(({ stores }) => stores.userConnections));
defineCreationsContract(DYNAMO, () => over(({ stores }) => stores.creations));
definePageSessionsContract(DYNAMO, () => over(({ stores }) => stores.pageSessions));
defineChangeLogContract(DYNAMO, () => over(({ stores }) => stores.changeLog));
defineMirrorForgettingContract(DYNAMO, () => over(({ stores }) => stores.mirror));
defineFeedForgettingContract(DYNAMO, () =>
  over(({ stores, clock }) => ({ feed: stores.feed, clock })),
);
defineFindingsForgettingContract(DYNAMO, () => over(({ stores }) => stores.jobs));
