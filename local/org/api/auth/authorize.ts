import { createHash } from 'node:crypto';
import type { ApiCall } from '../api-call.ts';
import type { ApiOrg } from '../api-org.ts';
import { escapeHtml, htmlPage } from '../html.ts';
import { type ApiResult, fromUtf8 } from '../http.ts';
import { isAdmitted, NOT_ADMITTED } from './approval.ts';
import type { ConnectedApp } from './connected-apps.ts';
import { OauthError, oauthErrorResult } from './oauth-error.ts';
import { userButtons } from './user-choice.ts';
import { findActiveUser, textOf } from './users.ts';

const COLLECTION = 'authorizationCodes';
const CODE_LIFETIME_MS = 15 * 60 * 1000;

interface CodeDocument {
  readonly clientId: string;
  readonly userId: string;
  readonly redirectUri: string;
  readonly expiresMs: number;
  readonly codeChallenge: string | null;
}

interface AuthorizeRequest {
  readonly app: ConnectedApp;
  readonly redirectUri: string;
  readonly state: string | null;
  readonly codeChallenge: string | null;
}

/**
 * `GET /services/oauth2/authorize`: a page that lists the org's active users. A practice org has no passwords; who
 * opens the page picks whom to be, or refuses.
 */
export function getAuthorizePage(call: ApiCall): ApiResult {
  return answering(() => {
    const request = readAuthorizeRequest(call.org, call.query);
    return authorizePage(call.org, request.app.clientId, call.query);
  });
}

/** `POST /services/oauth2/authorize`: the choice made on the page; redirects with the code, or with `access_denied`. */
export function postAuthorizeChoice(call: ApiCall): ApiResult {
  return answering(() => {
    const request = readAuthorizeRequest(call.org, call.query);
    const username = new URLSearchParams(fromUtf8(call.body)).get('username');
    const target = new URL(request.redirectUri);
    const user = username === null ? undefined : findActiveUser(call.org.store, username);
    if (user === undefined) {
      target.searchParams.set('error', 'access_denied');
      target.searchParams.set('error_description', 'end-user denied authorization');
    } else if (!isAdmitted(call.org, request.app, textOf(user['Id']))) {
      target.searchParams.set('error', 'OAUTH_APP_ACCESS_DENIED');
      target.searchParams.set('error_description', NOT_ADMITTED);
    } else {
      target.searchParams.set('code', issueCode(call.org, request, textOf(user['Id'])));
    }
    if (request.state !== null) target.searchParams.set('state', request.state);
    return { status: 302, headers: { location: target.href } };
  });
}

/**
 * Takes an authorization code; it works once.
 * @returns the user's id, 18 characters
 * @throws OauthError
 */
export function redeemCode(org: ApiOrg, app: ConnectedApp, form: URLSearchParams): string {
  const key = form.get('code') ?? '';
  const { documents } = org.store;
  const code = documents.get(COLLECTION, key) as CodeDocument | undefined;
  documents.delete(COLLECTION, key);
  if (
    code === undefined ||
    code.clientId !== app.clientId ||
    code.expiresMs <= org.scheduler.now()
  ) {
    throw new OauthError('invalid_grant', 'invalid authorization code');
  }
  if (code.redirectUri !== form.get('redirect_uri')) {
    throw new OauthError('redirect_uri_mismatch', 'redirect_uri must match configuration');
  }
  checkVerifier(code.codeChallenge, form.get('code_verifier'));
  return code.userId;
}

function checkVerifier(challenge: string | null, verifier: string | null): void {
  if (challenge === null) return;
  if (verifier === null) throw new OauthError('invalid_grant', 'invalid code verifier');
  if (createHash('sha256').update(verifier).digest('base64url') !== challenge) {
    throw new OauthError('invalid_request', 'invalid code verifier');
  }
}

function answering(work: () => ApiResult): ApiResult {
  try {
    return work();
  } catch (error) {
    if (error instanceof OauthError) return oauthErrorResult(error);
    throw error;
  }
}

function readAuthorizeRequest(org: ApiOrg, query: URLSearchParams): AuthorizeRequest {
  if (query.get('response_type') !== 'code') {
    throw new OauthError('unsupported_response_type', 'response type not supported');
  }
  const app = org.apps.find(query.get('client_id') ?? '');
  if (app === undefined) throw new OauthError('invalid_client_id', 'client identifier invalid');
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!mayRedirectTo(app, redirectUri)) {
    throw new OauthError('redirect_uri_mismatch', 'redirect_uri must match configuration');
  }
  return {
    app,
    redirectUri,
    state: query.get('state'),
    codeChallenge: query.get('code_challenge'),
  };
}

function mayRedirectTo(app: ConnectedApp, redirectUri: string): boolean {
  if (app.redirectUris !== undefined) return app.redirectUris.includes(redirectUri);
  if (!URL.canParse(redirectUri)) return false;
  const { protocol, hostname } = new URL(redirectUri);
  return /^https?:$/.test(protocol) && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

function issueCode(org: ApiOrg, request: AuthorizeRequest, userId: string): string {
  const code = `aPrx${Buffer.from(org.random.bytes(48)).toString('base64url')}`;
  const document: CodeDocument = {
    clientId: request.app.clientId,
    userId,
    redirectUri: request.redirectUri,
    expiresMs: org.scheduler.now() + CODE_LIFETIME_MS,
    codeChallenge: request.codeChallenge,
  };
  org.store.documents.put(COLLECTION, code, document);
  return code;
}

function authorizePage(org: ApiOrg, clientId: string, query: URLSearchParams): ApiResult {
  const action = escapeHtml(`/services/oauth2/authorize?${query}`);
  return htmlPage(
    'Allow access?',
    `<p><b>${escapeHtml(clientId)}</b> asks to use this org as:</p>` +
      `<form class="choices" method="post" action="${action}">${userButtons(org)}<button>Deny</button></form>`,
  );
}
