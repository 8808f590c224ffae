import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ApiCall } from '../api-call.ts';
import type { ApiOrg } from '../api-org.ts';
import { type ApiResult, fromUtf8, json } from '../http.ts';
import { mayLogIn } from '../org-as.ts';
import { requireApproval } from './approval.ts';
import { redeemCode } from './authorize.ts';
import type { ConnectedApp } from './connected-apps.ts';
import { verifyJwtAssertion } from './jwt-assertion.ts';
import { NO_STORE, OauthError, oauthErrorResult } from './oauth-error.ts';
import { SESSION_LIFETIME_MS } from './sessions.ts';
import { findActiveUser, textOf } from './users.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const SCOPE = 'id api refresh_token';

/** `POST /services/oauth2/token`. */
export function postToken(call: ApiCall): ApiResult {
  return answering(() => json(200, grant(call, readForm(call)), { ...NO_STORE }));
}

/** `GET|POST /services/oauth2/revoke`. */
export function revokeToken(call: ApiCall): ApiResult {
  return answering(() => {
    const token = call.query.get('token') ?? readForm(call).get('token') ?? '';
    if (call.org.sessions.revoke(token) || call.org.refreshTokens.revoke(token)) {
      return { status: 200, headers: NO_STORE };
    }
    throw new OauthError('invalid_token', 'invalid token');
  });
}

/** `POST /services/oauth2/introspect`, for clients with a secret: what a token stands for, if for anything. */
export function introspectToken(call: ApiCall): ApiResult {
  return answering(() => {
    const form = readForm(call);
    const { clientId } = authenticateClient(call, form);
    return json(200, introspection(call.org, clientId, form.get('token') ?? ''), { ...NO_STORE });
  });
}

/** Seconds since the epoch; a token that never expires has no `exp`, a refresh token no times. */
function introspection(org: ApiOrg, clientId: string, token: string): object {
  const session = org.sessions.look(token);
  const refresh = session === undefined ? org.refreshTokens.look(token) : undefined;
  const userId = session?.userId ?? refresh?.userId;
  if (userId === undefined || !mayLogIn(org, userId)) return { active: false };
  const seconds = (ms: number): number => Math.floor(ms / 1000);
  return {
    active: true,
    scope: SCOPE,
    client_id: refresh?.clientId ?? clientId,
    username: textOf(org.store.read('User', userId)?.['Username']),
    sub: `${org.instanceUrl}/id/${org.orgId}/${userId}`,
    token_type: session === undefined ? 'refresh_token' : 'access_token',
    ...(session?.expiresMs == null ? {} : { exp: seconds(session.expiresMs) }),
    ...(session === undefined
      ? {}
      : { iat: seconds(session.issuedMs), nbf: seconds(session.issuedMs) }),
  };
}

function answering(work: () => ApiResult): ApiResult {
  try {
    return work();
  } catch (error) {
    if (error instanceof OauthError) return oauthErrorResult(error);
    throw error;
  }
}

function readForm(call: ApiCall): URLSearchParams {
  try {
    return new URLSearchParams(fromUtf8(call.body));
  } catch {
    throw new OauthError('invalid_request', 'the request body is not UTF-8');
  }
}

function grant(call: ApiCall, form: URLSearchParams): Readonly<Record<string, string>> {
  const { org } = call;
  switch (form.get('grant_type')) {
    case JWT_BEARER:
      return grantByJwt(org, form);
    case 'client_credentials':
      return grantByCredentials(call, form);
    case 'authorization_code':
      return grantByCode(call, form);
    case 'refresh_token':
      return grantByRefreshToken(call, form);
    case 'password':
      // Users of a practice org have none, so whatever is sent is wrong.
      throw new OauthError('invalid_grant', 'authentication failure - Invalid Password');
    default:
      throw new OauthError('unsupported_grant_type', 'grant type not supported');
  }
}

/** No refresh token and no signature: the assertion itself is the way to the next token. */
function grantByJwt(org: ApiOrg, form: URLSearchParams): Readonly<Record<string, string>> {
  const rules = {
    audiences: ['https://login.salesforce.com', 'https://test.salesforce.com', org.instanceUrl],
    ...org.jwtRules,
  };
  const nowMs = org.scheduler.now();
  const claims = verifyJwtAssertion(form.get('assertion') ?? '', org.apps, rules, nowMs);
  const userId = activeUserId(org, claims.username);
  requireApproval(org, claims.app, userId);
  return { ...newToken(org, userId), scope: SCOPE, ...whereabouts(org, userId) };
}

function grantByCredentials(
  call: ApiCall,
  form: URLSearchParams,
): Readonly<Record<string, string>> {
  const { org } = call;
  const app = authenticateClient(call, form);
  if (app.runAsUsername === undefined) {
    throw new OauthError('invalid_grant', 'no client credentials user enabled');
  }
  const userId = activeUserId(org, app.runAsUsername);
  return {
    ...newToken(org, userId),
    ...signed(org, userId),
    scope: SCOPE,
    ...whereabouts(org, userId),
    api_instance_url: org.instanceUrl,
  };
}

function grantByCode(call: ApiCall, form: URLSearchParams): Readonly<Record<string, string>> {
  const { org } = call;
  const app = knownClient(call, form);
  const userId = redeemCode(org, app, form);
  return {
    ...newToken(org, userId),
    refresh_token: org.refreshTokens.issue(app.clientId, userId),
    ...signed(org, userId),
    scope: SCOPE,
    ...whereabouts(org, userId),
  };
}

function grantByRefreshToken(
  call: ApiCall,
  form: URLSearchParams,
): Readonly<Record<string, string>> {
  const { org } = call;
  const app = knownClient(call, form);
  const userId = org.refreshTokens.find(form.get('refresh_token') ?? '', app.clientId);
  if (userId === undefined) throw new OauthError('invalid_grant', 'expired access/refresh token');
  if (!mayLogIn(org, userId)) throw inactiveUser();
  return {
    ...newToken(org, userId),
    ...signed(org, userId),
    scope: SCOPE,
    ...whereabouts(org, userId),
  };
}

/** The client by its id; its secret is checked when it has one. */
function knownClient(call: ApiCall, form: URLSearchParams): ConnectedApp {
  const app = call.org.apps.find(clientCredentials(call, form).clientId);
  if (app === undefined) throw new OauthError('invalid_client_id', 'client identifier invalid');
  return app.clientSecret === undefined ? app : authenticateClient(call, form);
}

/** @throws OauthError unless id and secret fit */
function authenticateClient(call: ApiCall, form: URLSearchParams): ConnectedApp {
  const { clientId, clientSecret } = clientCredentials(call, form);
  const app = call.org.apps.find(clientId);
  if (app === undefined) throw new OauthError('invalid_client_id', 'client identifier invalid');
  if (app.clientSecret === undefined || !sameText(app.clientSecret, clientSecret)) {
    throw new OauthError('invalid_client', 'invalid client credentials');
  }
  return app;
}

/** From the form, or from HTTP Basic. */
function clientCredentials(
  call: ApiCall,
  form: URLSearchParams,
): { clientId: string; clientSecret: string } {
  const basic = /^Basic (.+)$/i.exec(call.headers['authorization'] ?? '')?.[1];
  if (basic === undefined) {
    return {
      clientId: form.get('client_id') ?? '',
      clientSecret: form.get('client_secret') ?? '',
    };
  }
  const [clientId = '', ...secret] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  return { clientId, clientSecret: secret.join(':') };
}

function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function activeUserId(org: ApiOrg, username: string): string {
  const user = findActiveUser(org.store, username);
  const userId = textOf(user?.['Id']);
  if (userId !== '' && !mayLogIn(org, userId)) throw inactiveUser();
  if (userId === '') throw new OauthError('invalid_grant', "user hasn't approved this consumer");
  return userId;
}

/** Frozen as well as deactivated users. */
function inactiveUser(): OauthError {
  return new OauthError('inactive_user', 'user is inactive');
}

function newToken(org: ApiOrg, userId: string): { access_token: string } {
  return { access_token: org.sessions.issue(userId, SESSION_LIFETIME_MS) };
}

function whereabouts(org: ApiOrg, userId: string): Readonly<Record<string, string>> {
  return {
    instance_url: org.instanceUrl,
    id: `${org.instanceUrl}/id/${org.orgId}/${userId}`,
    token_type: 'Bearer',
  };
}

/** `issued_at` in milliseconds as text, and the signature over identity and time that clients may check. */
function signed(org: ApiOrg, userId: string): Readonly<Record<string, string>> {
  const issuedAt = String(org.scheduler.now());
  const identity = `${org.instanceUrl}/id/${org.orgId}/${userId}`;
  const signature = createHmac('sha256', org.orgId)
    .update(identity + issuedAt)
    .digest('base64');
  return { signature, issued_at: issuedAt };
}
