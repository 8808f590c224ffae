import { AppError } from '#core/errors.ts';
import { openText } from '#core/sealed-text.ts';
import type { Ports } from '#ports/ports.ts';
import type { SalesforceCredentials } from '#ports/secrets.ts';
import { secretHash } from './api-keys.ts';
import { type PendingSignIn, SIGN_IN_PURPOSE } from './begin-sign-in.ts';
import { connectByCode } from './connect-by-code.ts';
import {
  type ConnectedOrg,
  type ConnectedSyncUser,
  type ConnectOrgInput,
  type ConnectOrgPorts,
  connectSyncUser,
  DEFAULT_API_VERSION,
} from './connect-org.ts';
import { type ConnectedUser, type ConnectUserPorts, connectUser } from './connect-user.ts';
import type { StartedSession } from './page-sessions.ts';
import { finishPageSignIn } from './page-sign-in.ts';

/** What the browser brings back from Salesforce. */
export interface SignInAnswer {
  readonly state: string;
  /** Of the cookie that `beginSignIn` gave. */
  readonly browserSecret: string | undefined;
  readonly code?: string | undefined;
  /** OAuth's name of what went wrong, such as `access_denied`. */
  readonly error?: string | undefined;
}

/**
 * Ends a sign-in: trades the code for a refresh token and connects the org or the user it belongs to, or opens the page.
 * A state works once, whatever comes of it, and only for the browser that began.
 *
 * @throws AppError not-found for an unknown or used state, forbidden for another browser, a denied consent or another
 *   org, gone for a code or sign-in that is too old
 */
export async function finishSignIn(
  ports: ConnectOrgPorts & ConnectUserPorts & Pick<Ports, 'pageSessions'>,
  gatewayUrl: string,
  answer: SignInAnswer,
): Promise<ConnectedOrg | ConnectedSyncUser | ConnectedUser | StartedSession> {
  const pending = await takePending(ports, answer);
  const code = requireCode(answer);
  const { loginUrl, client, redirectUri, codeVerifier, apiVersion, orgId } = pending;
  const refreshToken = await ports.salesforce.redeemCode(loginUrl, {
    client,
    code,
    codeVerifier,
    redirectUri,
  });
  const credentials: SalesforceCredentials = { kind: 'refresh-token', ...client, refreshToken };
  if (pending.page !== undefined && orgId !== undefined) {
    const { page: profile } = pending;
    const version = apiVersion === undefined ? {} : { apiVersion };
    return await finishPageSignIn(ports, { orgId, loginUrl, credentials, profile, ...version });
  }
  if (pending.user !== undefined && orgId !== undefined) {
    const { user } = pending;
    const version = apiVersion ?? DEFAULT_API_VERSION;
    return await connectUser(ports, { orgId, user, loginUrl, apiVersion: version, credentials });
  }
  const input: ConnectOrgInput = {
    loginUrl,
    credentials,
    gatewayUrl,
    ...(apiVersion !== undefined && { apiVersion }),
    ...(orgId !== undefined && { expectedOrgId: orgId }),
  };
  if (pending.setupCodeHash === undefined) return await connectSyncUser(ports, input);
  return await connectByCode(ports, pending.setupCodeHash, input);
}

async function takePending(
  { keys, clock }: Pick<ConnectOrgPorts, 'keys' | 'clock'>,
  { state, browserSecret }: SignInAnswer,
): Promise<PendingSignIn> {
  const stored = await keys.takeSignIn(secretHash(state));
  if (stored === undefined) {
    throw new AppError(
      'not-found',
      'This sign-in is not known: it was finished already, or never begun here. Begin again.',
      { pointer: 'state' },
    );
  }
  if (stored.expiresAtMs <= clock.now()) {
    throw new AppError('gone', 'This sign-in took longer than 15 minutes. Begin again.');
  }
  const text = openText(browserSecret ?? '', SIGN_IN_PURPOSE, stored.sealed);
  if (text === undefined) {
    throw new AppError(
      'forbidden',
      'This sign-in was begun in another browser, or cookies are switched off. Begin again in the browser that finishes it.',
    );
  }
  // What we sealed ourselves, and nobody else can.
  return JSON.parse(text) as PendingSignIn;
}

function requireCode({ code, error }: SignInAnswer): string {
  if (code !== undefined) return code;
  if (error === 'access_denied') {
    throw new AppError(
      'forbidden',
      'Access was denied at Salesforce: nothing was connected. Begin again and choose Allow.',
    );
  }
  const reason = /^[a-z_]{1,60}$/i.test(error ?? '') ? error : 'no code came back';
  throw new AppError('salesforce-refused', `Salesforce ended the sign-in: ${reason}.`);
}
