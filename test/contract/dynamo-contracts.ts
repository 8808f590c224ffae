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
import { defineUsageStoreContract } from './usage-store.contract.ts';
import { defineUserConnectionsContract } from './user-connections.contract.ts';

type Over = <Subject>(select: (aws: AwsHarness) => Subject) => () => Promise<Harness<Subject>>;

/** One stand-in for DynamoDB for all suites of a file, each with tables, queues and parameters of its own. */
export function overDynamo(start: () => Promise<LoopbackService>): {
  readonly over: Over;
  close(): Promise<void>;
} {
  let service: Promise<LoopbackService> | undefined;
  return {
    over: (select) => async () => {
      service ??= start();
      const aws = await openAwsHarness(await service);
      return { subject: select(aws), close: aws.close };
    },
    close: async () => {
      // One that could not be started has been told of by every suite.
      const started = await service?.catch(() => undefined);
      await started?.close();
    },
  };
}

/**
 * The contracts of every store that lies in DynamoDB.
 * @param mirrorRuns runs of the mirror's property
 */
export function defineDynamoContracts(name: string, over: Over, mirrorRuns: number): void {
  defineMirrorStoreContract(
    name,
    over(({ stores }) => stores.mirror),
    { runs: mirrorRuns, manyRecords: 240 },
  );
  defineOrgStoreContract(
    name,
    over(({ stores }) => stores.orgs),
  );
  defineJobStoreContract(
    name,
    over(({ stores }) => stores.jobs),
  );
  defineKeyStoreContract(
    name,
    over(({ stores }) => stores.keys),
  );
  defineFeedContract(
    name,
    over(({ stores, clock }) => ({ feed: stores.feed, clock })),
  );
  defineDeadLettersContract(name, over(deadLetters));
  defineUsageStoreContract(
    name,
    over(({ stores }) => stores.usage),
  );
  defineActivityLedgerContract(
    name,
    over(({ stores }) => stores.activityLedger),
  );
  defineActivitySettingsContract(
    name,
    over(({ stores }) => stores.activitySettings),
  );
  defineUserConnectionsContract(
    name,
    over(({ stores }) => stores.userConnections),
  );
  defineCreationsContract(
    name,
    over(({ stores }) => stores.creations),
  );
  definePageSessionsContract(
    name,
    over(({ stores }) => stores.pageSessions),
  );
  defineChangeLogContract(
    name,
    over(({ stores }) => stores.changeLog),
  );
  defineMirrorForgettingContract(
    name,
    over(({ stores }) => stores.mirror),
  );
  defineFeedForgettingContract(
    name,
    over(({ stores, clock }) => ({ feed: stores.feed, clock })),
  );
  defineFindingsForgettingContract(
    name,
    over(({ stores }) => stores.jobs),
  );
}

/** Letters lie in DynamoDB, and go back to queues. */
function deadLetters({ stores, queueClient, notices }: AwsHarness) {
  const queue = consumerOf(queueClient, notices.url);
  return {
    letters: stores.deadLetters,
    takeAll: async () => {
      const messages = await queue.receive(10, 30);
      for (const { receipt } of messages) await queue.delete(receipt);
      return messages.map(({ body }) => body);
    },
  };
}
