import { createHash } from 'node:crypto';
import type { OrgId } from '#core/ids.ts';
import { SEAL_IV_BYTES, sealText } from '#core/sealed-text.ts';
import type { PageProfile } from '#ports/page-sessions.ts';
import type { Ports } from '#ports/ports.ts';
import type { OAuthClient } from '#ports/salesforce.ts';
import { secretHash } from './api-keys.ts';

/** How long a person has for the pages of Salesforce, ms. */
export const SIGN_IN_LIVES_MS = 15 * 60_000;
/** What the browser's secret opens, so that it opens nothing else. */
export const SIGN_IN_PURPOSE = 'sign-in';
const SECRET_BYTES = 32;

export interface SignInRequest {
  /** `https://login.salesforce.com`, `https://test.salesforce.com`, or a My Domain. */
  readonly loginUrl: string;
  /** The External Client App, or connected app. */
  readonly client: OAuthClient;
  readonly apiVersion?: string;
  /** Refused unless the user belongs to this org. */
  readonly orgId?: OrgId;
  /** SHA-256 of the set-up code that pays for it; absent for an org that is connected again. */
  readonly setupCodeHash?: string;
  /** It connects this Mixmax user of `orgId`, not the Sync User. */
  readonly user?: string;
  /** It opens the page of `orgId` as an admin or as a user, and connects nobody. */
  readonly page?: PageProfile;
}

/** What is kept of a sign-in until its browser comes back: sealed with what only that browser holds. */
export interface PendingSignIn extends SignInRequest {
  readonly redirectUri: string;
  /** PKCE: what the code is worth nothing without. */
  readonly codeVerifier: string;
}

export interface BegunSignIn {
  /** Where the browser goes. */
  readonly authorizeUrl: string;
  /** For the browser's cookie: who comes back without it gets nothing. */
  readonly browserSecret: string;
  readonly expiresAtMs: number;
}

/**
 * Begins the OAuth web server flow with PKCE. The state names the sign-in once; the store keeps neither the verifier nor
 * the client's secret in the clear.
 *
 * @throws AppError invalid-input for a host that is no login host of Salesforce
 */
export async function beginSignIn(
  { salesforce, keys, random, clock }: Pick<Ports, 'salesforce' | 'keys' | 'random' | 'clock'>,
  request: SignInRequest,
  redirectUri: string,
): Promise<BegunSignIn> {
  const text = () => Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url');
  const [state, browserSecret, codeVerifier] = [text(), text(), text()];
  const authorizeUrl = salesforce.authorizeUrl(request.loginUrl, {
    clientId: request.client.clientId,
    redirectUri,
    state,
    codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  });
  const pending: PendingSignIn = { ...request, redirectUri, codeVerifier };
  const iv = random.bytes(SEAL_IV_BYTES);
  const sealed = sealText(browserSecret, SIGN_IN_PURPOSE, JSON.stringify(pending), iv);
  const nowMs = clock.now();
  const expiresAtMs = nowMs + SIGN_IN_LIVES_MS;
  await keys.addSignIn({ sha256: secretHash(state), sealed, begunAtMs: nowMs, expiresAtMs });
  return { authorizeUrl, browserSecret, expiresAtMs };
}
