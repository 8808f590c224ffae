import { AppError } from '#core/errors.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import { DEFAULT_SHARE_PERCENT, type Purpose } from '#core/quota.ts';
import type { Clock } from '#ports/clock.ts';
import type { HttpTransport } from '#ports/http-transport.ts';
import type { Random } from '#ports/random.ts';
import type { Salesforce, SalesforceOrgs, SalesforceUser } from '#ports/salesforce.ts';
import type { SalesforceCredentials, Secrets } from '#ports/secrets.ts';
import type { Telemetry } from '#ports/telemetry.ts';
import type { UsageStore } from '#ports/usage-store.ts';
import type { KeptDescribes } from './describe.ts';
import { createHostRules } from './hosts.ts';
import { meteredRest } from './metered-rest.ts';
import type { PageParser } from './page-rows.ts';
import { createQuotaMeter } from './quota-meter.ts';
import { createRest, type Rest } from './rest.ts';
import { createSalesforceClient } from './salesforce-client.ts';
import type { Session } from './session.ts';
import { createSession } from './session.ts';
import { createWebSignIn } from './web-sign-in.ts';

export interface SalesforceOrgsDeps {
  readonly transport: HttpTransport;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly usage: UsageStore;
  /** See `SALESFORCE_LOGIN_HOSTS` of hosts.ts. */
  readonly loginHosts: readonly string[];
  readonly pageParser?: PageParser | undefined;
}

type Org = Parameters<SalesforceOrgs['forOrg']>[0];

/** How an org is reached as one user: one session and one set of describes for all purposes. */
interface Reach {
  readonly credentials: string;
  readonly rest: Rest;
  readonly describes: KeptDescribes;
}

/** Whose session it is; without `userId` the Sync User's. */
interface Who {
  readonly credentials: SalesforceCredentials;
  readonly rotated: (next: SalesforceCredentials) => Promise<void>;
  readonly userId?: RecordId;
}

/** Users whose session is kept; beyond that the one unused for longest signs in anew. */
const MAX_SESSIONS = 500;

export function createSalesforceOrgs(deps: SalesforceOrgsDeps): SalesforceOrgs {
  const hosts = createHostRules(deps.loginHosts);
  const meter = createQuotaMeter(deps);
  const known = new Map<string, Reach>();

  function sessionFor(
    loginUrl: string,
    credentials: SalesforceCredentials,
    onRotated: (next: SalesforceCredentials) => Promise<void>,
    expectedOrgId?: OrgId,
  ): Session {
    const { transport, clock } = deps;
    const expected = expectedOrgId === undefined ? {} : { expectedOrgId };
    return createSession({
      transport,
      clock,
      hosts,
      loginUrl,
      credentials,
      onRotated,
      ...expected,
    });
  }

  function restFor(session: Session, pinnedOrigin: string, orgId?: OrgId, userId?: RecordId): Rest {
    const { transport, clock, random } = deps;
    const base = { transport, session, clock, random, pinnedOrigin };
    if (orgId === undefined) return createRest(base);
    return createRest({
      ...base,
      onAnswer: (purpose, headers) => meter.note(orgId, purpose, headers, userId),
    });
  }

  function clientFor(
    { rest, describes }: Pick<Reach, 'rest' | 'describes'>,
    apiVersion: string,
    origin: string,
  ): Salesforce {
    const instanceOrigin = async () => origin;
    return createSalesforceClient({
      rest,
      clock: deps.clock,
      apiVersion,
      instanceOrigin,
      describes,
      pageParser: deps.pageParser,
    });
  }

  /** A refresh token that Salesforce replaced is stored before anything is done with the new session. */
  async function storeRotated(org: Org, credentials: SalesforceCredentials): Promise<void> {
    const secrets = await deps.secrets.find(org.orgId, { fresh: true });
    if (secrets === undefined) return;
    await deps.secrets.put(org.orgId, { ...secrets, credentials });
    deps.telemetry.info('RefreshTokenRotated', { orgId: org.orgId });
    replaceKept(keyOf(org), credentials);
  }

  function replaceKept(key: string, credentials: SalesforceCredentials): void {
    const kept = known.get(key);
    if (kept !== undefined) known.set(key, { ...kept, credentials: JSON.stringify(credentials) });
  }

  async function forOrg(org: Org, purpose: Purpose = 'admin'): Promise<Salesforce> {
    const secrets = await deps.secrets.find(org.orgId);
    if (secrets === undefined) {
      throw new AppError('not-found', `The org ${org.orgId} is not connected.`);
    }
    const rotated = (next: SalesforceCredentials) => storeRotated(org, next);
    return open(org, purpose, keyOf(org), { credentials: secrets.credentials, rotated });
  }

  async function forUser(org: Org, user: SalesforceUser, purpose: Purpose): Promise<Salesforce> {
    const { userId, credentials, onRotated } = user;
    const key = `${keyOf(org)} ${userId}`;
    const rotated = async (next: SalesforceCredentials) => {
      await onRotated(next);
      replaceKept(key, next);
    };
    return open(org, purpose, key, { credentials, rotated, userId });
  }

  /** A client on the session that is kept under the key, if it still is of these credentials. */
  function open(
    org: Org,
    purpose: Purpose,
    key: string,
    { credentials, rotated, userId }: Who,
  ): Salesforce {
    const kept = known.get(key);
    known.delete(key);
    const origin = hosts.instanceOrigin(org.instanceUrl);
    const text = JSON.stringify(credentials);
    const newReach = (): Reach => {
      const session = sessionFor(org.loginUrl, credentials, rotated, org.orgId);
      const rest = restFor(session, origin, org.orgId, userId);
      return { credentials: text, rest, describes: new Map() };
    };
    const reach = kept?.credentials === text ? kept : newReach();
    known.set(key, reach);
    forgetOldest();
    const { orgId, apiVersion } = org;
    const sharePercent = org.quotaSharePercent ?? DEFAULT_SHARE_PERCENT;
    const { clock } = deps;
    const options = { meter, clock, orgId, apiVersion, purpose, sharePercent };
    return clientFor({ ...reach, rest: meteredRest(reach.rest, options) }, apiVersion, origin);
  }

  /** A Map keeps the order of insertion, and every use inserts anew: the first key is the one unused for longest. */
  function forgetOldest(): void {
    const oldest = known.keys().next();
    if (known.size > MAX_SESSIONS && oldest.done !== true) known.delete(oldest.value);
  }

  return {
    ...createWebSignIn(deps.transport, hosts),
    forOrg,
    forUser,
    withCredentials: async (loginUrl, apiVersion, credentials) => {
      const session = sessionFor(loginUrl, credentials, async () => undefined);
      const { instanceOrigin } = await session.token();
      const rest = restFor(session, instanceOrigin);
      const client = clientFor({ rest, describes: new Map() }, apiVersion, instanceOrigin);
      return { ...client, instanceUrl: instanceOrigin, credentials: () => session.credentials() };
    },
  };
}

function keyOf({ orgId, instanceUrl, loginUrl, apiVersion }: Org): string {
  return `${orgId} ${instanceUrl} ${loginUrl} ${apiVersion}`;
}
