import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { orgId, recordId } from '#core/ids.ts';
import type { Clock } from '#ports/clock.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { createAllocations } from './allocations.ts';
import { parsed } from './answers.ts';
import { createBulkQueries } from './bulk-queries.ts';
import { createDescribe, type KeptDescribes } from './describe.ts';
import { createMetadataDeploy } from './metadata-deploy.ts';
import type { PageParser } from './page-rows.ts';
import { createPermissionTrials } from './permission-trials.ts';
import { createQueries } from './queries.ts';
import { createReplication } from './replication.ts';
import type { Rest } from './rest.ts';
import { createRowSaves } from './row-saves.ts';
import { SalesforceError } from './salesforce-error.ts';
import { createSaves } from './saves.ts';
import { createSetupReader } from './setup-reader.ts';

export interface ClientDeps {
  readonly rest: Rest;
  readonly clock: Clock;
  /** `66.0` */
  readonly apiVersion: string;
  /** The instance that the session belongs to. */
  readonly instanceOrigin: () => Promise<string>;
  readonly describes: KeptDescribes;
  /** Reads pages of Bulk results; by default as part of the call. */
  readonly pageParser?: PageParser | undefined;
}

/** One org over REST and Bulk 2.0: reads through rest.ts, saves through jsforce (jsforce-writes.ts says why). */
export function createSalesforceClient(deps: ClientDeps): Salesforce {
  const { rest, clock, apiVersion, instanceOrigin, describes, pageParser } = deps;
  const base = `/services/data/v${apiVersion}`;
  const describe = createDescribe(rest, base, clock, describes);
  return {
    identity: () => identity(rest, base),
    clockMs: () => rest.clockMs(),
    describe,
    ...createQueries(rest, base, describe),
    ...createReplication(rest, base),
    ...createAllocations(rest, base),
    ...createSetupReader(rest, base),
    ...createPermissionTrials(rest, base),
    ...createMetadataDeploy(rest, base, apiVersion, clock),
    ...createSaves(rest, apiVersion, instanceOrigin),
    ...createRowSaves(rest, base),
    ...createBulkQueries(rest, apiVersion, pageParser),
  };
}

const userInfo = z.object({
  organization_id: z.string(),
  user_id: z.string(),
  preferred_username: z.string(),
});
const organizations = z.object({
  records: z.array(z.object({ Name: z.string(), OrganizationType: z.string() })),
});

/** Not jsforce's `identity()`: it puts the access token into the URL. */
async function identity(rest: Rest, base: string): ReturnType<Salesforce['identity']> {
  const get = async (path: string) =>
    (await rest.json({ method: 'GET', path, repeatable: true })).value;
  const user = parsed(userInfo, await get('/services/oauth2/userinfo'), 'userinfo');
  const soql = encodeURIComponent('SELECT Name, OrganizationType FROM Organization');
  const answer = await get(`${base}/query?q=${soql}`).catch(sayWhyNoApi);
  const found = parsed(organizations, answer, 'query');
  return {
    orgId: orgId(user.organization_id, 'organization_id'),
    userId: recordId(user.user_id, 'user_id'),
    username: user.preferred_username,
    orgName: found.records[0]?.Name ?? '',
    edition: found.records[0]?.OrganizationType ?? '',
  };
}

/** The first call that counts tells whether there is an API at all. */
function sayWhyNoApi(error: unknown): never {
  const errorCode = error instanceof SalesforceError ? error.errorCode : '';
  if (errorCode === 'API_DISABLED_FOR_ORG') {
    throw new AppError(
      'conflict',
      'The org has no API: its edition does not include it, or needs an add-on. Ask Salesforce to enable it.',
    );
  }
  if (errorCode === 'API_CURRENTLY_DISABLED') {
    throw new AppError(
      'conflict',
      'The Sync User lacks the permission API Enabled: assign Mixmax RTS Sync User, or another permission set that has it.',
    );
  }
  throw error;
}
