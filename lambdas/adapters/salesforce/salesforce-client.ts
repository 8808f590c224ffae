import * as z from 'zod/mini';
import { orgId, recordId } from '#core/ids.ts';
import type { Clock } from '#ports/clock.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { parsed } from './answers.ts';
import { createBulkQueries } from './bulk-queries.ts';
import { createDescribe, type KeptDescribes } from './describe.ts';
import { createQueries } from './queries.ts';
import { createReplication } from './replication.ts';
import type { Rest } from './rest.ts';
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
}

/** One org over REST and Bulk 2.0: reads through rest.ts, saves through jsforce (jsforce-writes.ts says why). */
export function createSalesforceClient(deps: ClientDeps): Salesforce {
  const { rest, clock, apiVersion, instanceOrigin, describes } = deps;
  const base = `/services/data/v${apiVersion}`;
  const describe = createDescribe(rest, base, clock, describes);
  return {
    identity: () => identity(rest, base),
    clockMs: () => rest.clockMs(),
    describe,
    ...createQueries(rest, base, describe),
    ...createReplication(rest, base),
    ...createSetupReader(rest, base),
    ...createSaves(rest, apiVersion, instanceOrigin),
    ...createBulkQueries(rest, apiVersion),
  };
}

const userInfo = z.object({
  organization_id: z.string(),
  user_id: z.string(),
  preferred_username: z.string(),
});
const organizations = z.object({ records: z.array(z.object({ Name: z.string() })) });

/** Not jsforce's `identity()`: it puts the access token into the URL. */
async function identity(rest: Rest, base: string): ReturnType<Salesforce['identity']> {
  const get = async (path: string) =>
    (await rest.json({ method: 'GET', path, repeatable: true })).value;
  const user = parsed(userInfo, await get('/services/oauth2/userinfo'), 'userinfo');
  const soql = encodeURIComponent('SELECT Name FROM Organization');
  const found = parsed(organizations, await get(`${base}/query?q=${soql}`), 'query');
  return {
    orgId: orgId(user.organization_id, 'organization_id'),
    userId: recordId(user.user_id, 'user_id'),
    username: user.preferred_username,
    orgName: found.records[0]?.Name ?? '',
  };
}
