import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { type OrgId, toId18 } from '#core/ids.ts';
import { SignInRefused } from '#core/sign-in-refused.ts';
import type { Clock } from '#ports/clock.ts';
import type { HttpTransport } from '#ports/http-transport.ts';
import type { SalesforceCredentials } from '#ports/secrets.ts';
import { bodyStart } from './body-text.ts';
import type { HostRules } from './hosts.ts';
import { errorFromAnswer } from './salesforce-error.ts';

/** An access token and the one origin it may be sent to. */
export interface Token {
  readonly accessToken: string;
  readonly instanceOrigin: string;
}

/** Signs in and keeps the token. Parallel calls share one sign-in. */
export interface Session {
  /** @throws AppError unauthorized when Salesforce refuses the credentials */
  token(): Promise<Token>;
  /** A token other than `refused`: the one in force if it is newer, else a fresh sign-in. */
  renew(refused: Token): Promise<Token>;
  /** Tells that a token fresh from a sign-in was refused too: no sign-in for a minute, else it would loop for ever. */
  blame(token: Token): void;
  /** As they are now: a sign-in may have rotated the refresh token. */
  credentials(): SalesforceCredentials;
}

export interface SessionDeps {
  readonly transport: HttpTransport;
  readonly clock: Clock;
  readonly hosts: HostRules;
  readonly loginUrl: string;
  readonly credentials: SalesforceCredentials;
  /** Tokens of any other org are refused; absent while an org is being connected. */
  readonly expectedOrgId?: OrgId;
  /** Stores a rotated refresh token before the new access token is used. */
  readonly onRotated: (credentials: SalesforceCredentials) => Promise<void>;
}

const SIGN_IN_TIMEOUT_MS = 30_000;
const ASSERTION_LIFE_SECONDS = 180;
const BLAME_MS = 60_000;
const MAX_ANSWER_BYTES = 64 * 1024;

const tokenAnswer = z.object({
  access_token: z.string().check(z.regex(/^[\x21-\x7e]{1,4096}$/)),
  instance_url: z.string(),
  refresh_token: z.optional(z.string()),
  /** The identity URL, `https://…/id/00D…/005…`. */
  id: z.optional(z.string()),
});

export function createSession(deps: SessionDeps): Session {
  let credentials = deps.credentials;
  let current: Token | undefined;
  let pending: Promise<Token> | undefined;
  let blamedUntilMs = 0;

  async function signIn(): Promise<Token> {
    if (deps.clock.now() < blamedUntilMs) throw refusedTokens();
    const answer = await requestToken(deps, credentials);
    if (answer.refreshToken !== undefined && credentials.kind === 'refresh-token') {
      credentials = { ...credentials, refreshToken: answer.refreshToken };
      await deps.onRotated(credentials);
    }
    current = answer.token;
    return current;
  }

  function sharedSignIn(): Promise<Token> {
    pending ??= signIn().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  return {
    token: async () => pending ?? current ?? sharedSignIn(),
    renew: async (refused) => {
      if (pending === undefined && current !== undefined && current !== refused) return current;
      return sharedSignIn();
    },
    blame: (token) => {
      if (current !== token) return;
      current = undefined;
      blamedUntilMs = deps.clock.now() + BLAME_MS;
    },
    credentials: () => credentials,
  };
}

function refusedTokens(): AppError {
  return new AppError(
    'unauthorized',
    'Salesforce refuses the tokens it gives the Sync User: check its profile, API Enabled and IP ranges.',
  );
}

async function requestToken(
  deps: SessionDeps,
  credentials: SalesforceCredentials,
): Promise<{ token: Token; refreshToken: string | undefined }> {
  const loginOrigin = deps.hosts.loginOrigin(deps.loginUrl);
  const form = await grant(credentials, loginOrigin, deps.clock.now());
  const response = await deps.transport.send({
    method: 'POST',
    url: `${loginOrigin}/services/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(form).toString(),
    timeoutMs: SIGN_IN_TIMEOUT_MS,
  });
  const body = await bodyStart(response.body, MAX_ANSWER_BYTES);
  if (response.status !== 200) throw signInError(response.status, response.headers, body);
  const answer = parseTokenAnswer(body);
  requireOrg(deps.expectedOrgId, answer.id);
  return {
    token: {
      accessToken: answer.access_token,
      instanceOrigin: deps.hosts.instanceOrigin(answer.instance_url),
    },
    refreshToken: answer.refresh_token,
  };
}

/** A sandbox keeps its My Domain when it is refreshed, but is another org from then on. */
function requireOrg(expected: OrgId | undefined, identityUrl: string | undefined): void {
  const [, id = ''] = /\/id\/(00D[A-Za-z0-9]{12,15})(?:\/|$)/.exec(identityUrl ?? '') ?? [];
  const signedIn = toId18(id);
  if (expected === undefined || signedIn === undefined || signedIn === expected) return;
  throw new SignInRefused(
    'org-replaced',
    signedIn,
    `The sign-in leads to the org ${signedIn}, not to ${expected}: connect that org by itself.`,
  );
}

async function grant(
  credentials: SalesforceCredentials,
  loginOrigin: string,
  nowMs: number,
): Promise<Record<string, string>> {
  switch (credentials.kind) {
    case 'jwt':
      return {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: await assertion(credentials, loginOrigin, nowMs),
      };
    case 'client-credentials':
      return {
        grant_type: 'client_credentials',
        client_id: credentials.clientId,
        client_secret: credentials.clientSecret,
      };
    case 'refresh-token':
      return {
        grant_type: 'refresh_token',
        client_id: credentials.clientId,
        refresh_token: credentials.refreshToken,
        ...(credentials.clientSecret === undefined
          ? {}
          : { client_secret: credentials.clientSecret }),
      };
  }
}

async function assertion(
  credentials: Extract<SalesforceCredentials, { kind: 'jwt' }>,
  loginOrigin: string,
  nowMs: number,
): Promise<string> {
  const key = privateKey(credentials.privateKeyPem);
  return await new SignJWT()
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(credentials.clientId)
    .setSubject(credentials.username)
    .setAudience(audience(loginOrigin))
    .setExpirationTime(Math.floor(nowMs / 1000) + ASSERTION_LIFE_SECONDS)
    .sign(key);
}

/** Both PEM forms that OpenSSL writes are taken. */
function privateKey(pem: string) {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // Falls through: the cause could quote the key.
  }
  throw new AppError('invalid-input', 'privateKeyPem: not an RSA private key in PEM form.', {
    pointer: 'credentials.privateKeyPem',
  });
}

/** Salesforce expects its central login host as audience, also where the sign-in goes to a My Domain. */
function audience(loginOrigin: string): string {
  if (loginOrigin.endsWith('.sandbox.my.salesforce.com')) return 'https://test.salesforce.com';
  if (loginOrigin.endsWith('.my.salesforce.com')) return 'https://login.salesforce.com';
  return loginOrigin;
}

function parseTokenAnswer(body: string): z.infer<typeof tokenAnswer> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    json = undefined;
  }
  const answer = tokenAnswer.safeParse(json);
  if (answer.success) return answer.data;
  throw new AppError('salesforce-unavailable', 'The sign-in answered no usable token.', {
    retryable: true,
  });
}

/** What a refused sign-in means; also for a code that was to be traded for a token. */
export function signInError(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): AppError {
  const error = errorFromAnswer(status, headers, body);
  const limited = error.errorCode === 'rate_limit_exceeded';
  if (error.retryable || limited) {
    return new AppError('salesforce-unavailable', `Sign-in: ${error.message}`, {
      retryable: true,
      retryAfterSeconds: error.retryAfterSeconds ?? (limited ? 60 : 5),
    });
  }
  return new SignInRefused(
    error.errorCode === 'inactive_user' ? 'inactive' : 'refused',
    error.errorCode,
    `Salesforce refused the Sync User's sign-in (${error.errorCode}): connect the org again.`,
  );
}
