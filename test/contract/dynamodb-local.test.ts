import { afterAll } from 'vitest';
import type { LoopbackService } from '../../local/cloud/services/loopback-service.ts';
import { type AwsHarness, openAwsHarness } from '../support/aws/aws-harness.ts';
import { startDynamoDbLocal } from '../support/aws/dynamo-servers.ts';
import type { Harness } from '../support/contract-case.ts';
import { defineActivityLedgerContract } from './activity-ledger.contract.ts';
import { defineFeedContract } from './feed.contract.ts';
import { defineJobStoreContract } from './job-store.contract.ts';
import { defineKeyStoreContract } from './key-store.contract.ts';
import { defineMirrorStoreContract } from './mirror-store.contract.ts';
import { defineOrgStoreContract } from './org-store.contract.ts';

/** Amazon's own emulator, slower and stricter than dynalite. */
let local: Promise<LoopbackService> | undefined;
afterAll(async () => {
  const server = await local?.catch(() => undefined);
  await server?.close();
});

async function over<Subject>(select: (aws: AwsHarness) => Subject): Promise<Harness<Subject>> {
  local ??= startDynamoDbLocal();
  const aws = await openAwsHarness(await local);
  return { subject: select(aws), close: aws.close };
}

const DYNAMO = 'DynamoDB (DynamoDB Local)';
defineMirrorStoreContract(DYNAMO, () => over(({ stores }) => stores.mirror), {
  runs: 8,
  manyRecords: 240,
});
defineOrgStoreContract(DYNAMO, () => over(({ stores }) => stores.orgs));
defineJobStoreContract(DYNAMO, () => over(({ stores }) => stores.jobs));
defineKeyStoreContract(DYNAMO, () => over(({ stores }) => stores.keys));
defineFeedContract(DYNAMO, () => over(({ stores, clock }) => ({ feed: stores.feed, clock })));
defineActivityLedgerContract(DYNAMO, () => over(({ stores }) => stores.activityLedger));
