import { AppError } from '#core/errors.ts';
import type { Clock } from '#ports/clock.ts';
import type { HttpTransport } from '#ports/http-transport.ts';
import type { Random } from '#ports/random.ts';
import type { Salesforce, SalesforceOrgs } from '#ports/salesforce.ts';
import type { SalesforceCredentials, Secrets } from '#ports/secrets.ts';
import type { Telemetry } from '#ports/telemetry.ts';
import { createHostRules } from './hosts.ts';
import { createRest } from './rest.ts';
import { createSalesforceClient } from './salesforce-client.ts';
import type { Session } from './session.ts';
import { createSession } from './session.ts';

export interface SalesforceOrgsDeps {
  readonly transport: HttpTransport;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  /** See `SALESFORCE_LOGIN_HOSTS` of hosts.ts. */
  readonly loginHosts: readonly string[];
}

type Org = Parameters<SalesforceOrgs['forOrg']>[0];

/** Orgs whose session is kept; beyond that the one unused for longest signs in anew. */
const MAX_SESSIONS = 500;

export function createSalesforceOrgs(deps: SalesforceOrgsDeps): SalesforceOrgs {
  const hosts = createHostRules(deps.loginHosts);
  const known = new Map<string, { readonly credentials: string; readonly client: Salesforce }>();

  function sessionFor(
    loginUrl: string,
    credentials: SalesforceCredentials,
    onRotated: (next: SalesforceCredentials) => Promise<void>,
  ): Session {
    const { transport, clock } = deps;
    return createSession({ transport, clock, hosts, loginUrl, credentials, onRotated });
  }

  function clientFor(session: Session, apiVersion: string, pinnedOrigin?: string): Salesforce {
    const { transport, clock, random } = deps;
    const rest = createRest({ transport, session, clock, random, pinnedOrigin });
    const instanceOrigin = async () => pinnedOrigin ?? (await session.token()).instanceOrigin;
    return createSalesforceClient({ rest, clock, apiVersion, instanceOrigin });
  }

  /** A refresh token that Salesforce replaced is stored before anything is done with the new session. */
  async function storeRotated(org: Org, credentials: SalesforceCredentials): Promise<void> {
    const secrets = await deps.secrets.find(org.orgId, { fresh: true });
    if (secrets === undefined) return;
    await deps.secrets.put(org.orgId, { ...secrets, credentials });
    deps.telemetry.info('RefreshTokenRotated', { orgId: org.orgId });
    const key = keyOf(org);
    const kept = known.get(key);
    if (kept !== undefined) known.set(key, { ...kept, credentials: JSON.stringify(credentials) });
  }

  async function forOrg(org: Org): Promise<Salesforce> {
    const secrets = await deps.secrets.find(org.orgId);
    if (secrets === undefined) {
      throw new AppError('not-found', `The org ${org.orgId} is not connected.`);
    }
    const key = keyOf(org);
    const credentials = JSON.stringify(secrets.credentials);
    const kept = known.get(key);
    known.delete(key);
    const client =
      kept?.credentials === credentials
        ? kept.client
        : clientFor(
            sessionFor(org.loginUrl, secrets.credentials, (next) => storeRotated(org, next)),
            org.apiVersion,
            hosts.instanceOrigin(org.instanceUrl),
          );
    known.set(key, { credentials, client });
    forgetOldest();
    return client;
  }

  /** A Map keeps the order of insertion, and every use inserts anew: the first key is the one unused for longest. */
  function forgetOldest(): void {
    const oldest = known.keys().next();
    if (known.size > MAX_SESSIONS && oldest.done !== true) known.delete(oldest.value);
  }

  return {
    forOrg,
    withCredentials: async (loginUrl, apiVersion, credentials) => {
      const session = sessionFor(loginUrl, credentials, async () => undefined);
      const { instanceOrigin } = await session.token();
      const client = clientFor(session, apiVersion, instanceOrigin);
      return { ...client, instanceUrl: instanceOrigin, credentials: () => session.credentials() };
    },
  };
}

function keyOf({ orgId, instanceUrl, loginUrl, apiVersion }: Org): string {
  return `${orgId} ${instanceUrl} ${loginUrl} ${apiVersion}`;
}
