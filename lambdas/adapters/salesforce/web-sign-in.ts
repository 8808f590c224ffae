import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { SignInRefused } from '#core/sign-in-refused.ts';
import type { HttpTransport } from '#ports/http-transport.ts';
import type { SalesforceOrgs } from '#ports/salesforce.ts';
import { bodyStart } from './body-text.ts';
import type { HostRules } from './hosts.ts';
import { signInError } from './session.ts';

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** API calls, and a token that renews itself; nothing of the user's pages or files. */
const SCOPE = 'api refresh_token';

const codeAnswer = z.object({ refresh_token: z.optional(z.string().check(z.minLength(1))) });

/** The OAuth 2.0 web server flow with PKCE, on login hosts of Salesforce only. */
export function createWebSignIn(
  transport: HttpTransport,
  hosts: HostRules,
): Pick<SalesforceOrgs, 'authorizeUrl' | 'redeemCode'> {
  return {
    authorizeUrl(loginUrl, { clientId, redirectUri, state, codeChallenge }) {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: SCOPE,
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
        // Whoever is signed in at Salesforce already may not be the Sync User.
        prompt: 'login consent',
      });
      return `${hosts.loginOrigin(loginUrl)}/services/oauth2/authorize?${query}`;
    },

    async redeemCode(loginUrl, { client, code, codeVerifier, redirectUri }) {
      const { clientId, clientSecret } = client;
      const form = new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        client_id: clientId,
        redirect_uri: redirectUri,
        code_verifier: codeVerifier,
        ...(clientSecret !== undefined && { client_secret: clientSecret }),
      });
      const response = await transport.send({
        method: 'POST',
        url: `${hosts.loginOrigin(loginUrl)}/services/oauth2/token`,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
        },
        body: form.toString(),
        timeoutMs: TIMEOUT_MS,
      });
      const body = await bodyStart(response.body, MAX_ANSWER_BYTES);
      if (response.status === 200) return refreshTokenOf(body);
      throw codeRefused(signInError(response.status, response.headers, body));
    },
  };
}

function refreshTokenOf(body: string): string {
  const answer = codeAnswer.safeParse(json(body));
  if (answer.success && answer.data.refresh_token !== undefined) return answer.data.refresh_token;
  throw new AppError(
    'conflict',
    'Salesforce gave no refresh token: allow the app the scope "Perform requests at any time (refresh_token)", then begin again.',
  );
}

/** A refusal of the code is about the code, not about a Sync User that is connected. */
function codeRefused(error: AppError): AppError {
  if (!(error instanceof SignInRefused)) return error;
  switch (error.detail) {
    case 'invalid_grant':
      return new AppError('gone', 'The code of this sign-in is no longer valid. Begin again.');
    case 'invalid_client_id':
    case 'invalid_client':
    case 'invalid_client_credentials':
      return new AppError(
        'invalid-input',
        'Salesforce does not know the app, or not with this secret: check the consumer key and secret. A new app takes up to ten minutes.',
        { pointer: '/client' },
      );
    case 'redirect_uri_mismatch':
      return new AppError(
        'conflict',
        "The app does not allow this receiver's callback URL: add it to the app at Salesforce.",
      );
    default:
      return error;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
