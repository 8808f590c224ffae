import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { PageProfile } from '#ports/page-sessions.ts';
import type { Ports } from '#ports/ports.ts';
import type { SalesforceCredentials } from '#ports/secrets.ts';
import { type BegunSignIn, beginSignIn } from './begin-sign-in.ts';
import { DEFAULT_API_VERSION } from './connect-org.ts';
import { isOrgAdmin } from './is-org-admin.ts';
import { type StartedSession, startPageSession } from './page-sessions.ts';
import { clientOf } from './user-link.ts';

/**
 * Begins *Sign in with Salesforce* for the page of an org, at the login host it was connected by and with the same app.
 *
 * @throws AppError not-found for an org that is not connected here
 */
export async function beginPageSignIn(
  ports: Pick<Ports, 'orgs' | 'secrets' | 'salesforce' | 'keys' | 'random' | 'clock'>,
  orgId: OrgId,
  page: PageProfile,
  redirectUri: string,
): Promise<BegunSignIn> {
  const org = await ports.orgs.get(orgId);
  const known = await ports.secrets.find(orgId);
  if (org === undefined || org.phase === 'removed' || known === undefined) {
    throw new AppError('not-found', 'This org is not connected here.', { pointer: '/orgId' });
  }
  const { loginUrl, apiVersion } = org;
  const request = { loginUrl, apiVersion, orgId, client: clientOf(known.credentials), page };
  return beginSignIn(ports, request, redirectUri);
}

interface PageSignIn {
  readonly orgId: OrgId;
  readonly loginUrl: string;
  readonly apiVersion?: string;
  readonly credentials: SalesforceCredentials;
  readonly profile: PageProfile;
}

/**
 * Lets an admin of the org in, or any user to what concerns himself. Who it is, Salesforce says, at the instance that the org was connected at; the user's own
 * token is used for that one question and kept nowhere.
 *
 * @throws AppError forbidden for a user of another org, and as an admin for who is none
 */
export async function finishPageSignIn(
  ports: Pick<Ports, 'orgs' | 'salesforce' | 'pageSessions' | 'random' | 'clock' | 'telemetry'>,
  { orgId, loginUrl, apiVersion = DEFAULT_API_VERSION, credentials, profile }: PageSignIn,
): Promise<StartedSession> {
  const org = await ports.orgs.get(orgId);
  const salesforce = await ports.salesforce.withCredentials(loginUrl, apiVersion, credentials);
  const { orgId: usersOrg, userId, username } = await salesforce.identity();
  if (usersOrg !== orgId || salesforce.instanceUrl !== org?.instanceUrl) {
    throw new AppError('forbidden', `This user does not belong to the org ${orgId}.`);
  }
  if (profile === 'admin' && !(await isOrgAdmin(ports, orgId, userId))) {
    throw new AppError(
      'forbidden',
      `The Salesforce user ${username} is no admin: Customize Application or Modify All Data is needed.`,
    );
  }
  ports.telemetry.info('PageSignedIn', { orgId, userId });
  return startPageSession(ports, { orgId, who: username, userId, profile });
}
