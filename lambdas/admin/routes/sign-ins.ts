import * as z from 'zod/mini';
import { orgId } from '#core/ids.ts';
import { iso } from '#core/time-text.ts';
import { type BegunSignIn, beginSignIn } from '#usecases/begin-sign-in.ts';
import { requireSetupCode } from '#usecases/connect-by-code.ts';
import { finishSignIn } from '#usecases/finish-sign-in.ts';
import {
  SESSION_LIVES_MS,
  type StartedSession,
  startPageSession,
} from '#usecases/page-sessions.ts';
import { logSession } from '../log-change.ts';
import {
  type AdminSettings,
  openRoute,
  orgRoute,
  type Route,
  type RouteAnswer,
  requireGatewayUrl,
} from '../route.ts';
import { apiVersionText, idText, loginUrlText, shortText, time } from '../schemas.ts';
import {
  CALLBACK_PATH,
  callbackUrl,
  SIGN_IN_COOKIE,
  sessionCookie,
  signInCookie,
  spentCookie,
} from '../sign-in-cookie.ts';

const signInFields = {
  loginUrl: loginUrlText,
  clientId: shortText.check(z.describe('Consumer key of the External Client App')),
  clientSecret: z.optional(
    shortText.check(z.describe('Only if the app asks for it in the web server flow')),
  ),
  apiVersion: apiVersionText,
};
const begunAnswer = {
  description: 'Send the browser that asked to authorizeUrl; the cookie binds the sign-in to it',
  schema: z.object({ authorizeUrl: z.string(), callbackUrl: z.string(), expiresAt: time }),
};

/** Connecting the Sync User in a browser: OAuth web server flow with PKCE. */
export const signInRoutes: readonly Route[] = [
  openRoute({
    access: 'setup-code',
    method: 'POST',
    path: '/v1/sign-ins',
    operationId: 'beginSignIn',
    summary: 'Begins to connect an org by signing in at Salesforce; the set-up code pays for it',
    body: z.strictObject({ ...signInFields, orgId: z.optional(idText) }),
    answers: { 201: begunAnswer },
    handle: async ({ ports, settings, body, bearer }) => {
      const setupCodeHash = await requireSetupCode(ports, bearer);
      const request = {
        ...signInRequest(body),
        setupCodeHash,
        ...(body.orgId !== undefined && { orgId: orgId(body.orgId, '/orgId') }),
      };
      return begun(settings, await beginSignIn(ports, request, callbackUrl(settings)));
    },
  }),
  orgRoute({
    method: 'POST',
    path: '/v1/orgs/{orgId}/sign-ins',
    operationId: 'beginSignInAgain',
    summary:
      'Begins to connect the org again by signing in at Salesforce, as the same or another user',
    body: z.strictObject(signInFields),
    answers: { 201: begunAnswer },
    handle: async ({ ports, settings, org, body }) => {
      const request = { ...signInRequest(body), orgId: org.orgId };
      return begun(settings, await beginSignIn(ports, request, callbackUrl(settings)));
    },
  }),
  openRoute({
    access: 'open',
    method: 'GET',
    path: CALLBACK_PATH,
    operationId: 'finishSignIn',
    summary:
      'Where Salesforce sends the browser back to; connects the org or the user and shows the page',
    query: z.object({
      state: z.string().check(z.minLength(1), z.maxLength(200)),
      code: z.optional(z.string().check(z.minLength(1), z.maxLength(2_000))),
      error: z.optional(z.string().check(z.maxLength(200))),
    }),
    answers: { 303: { description: 'Connected: to the page, a new key in its fragment' } },
    refusals: [401, 403, 404, 409, 410, 502],
    handle: async ({ ports, settings, query, cookies }) => {
      const { state, code, error } = query;
      const answer = { state, code, error, browserSecret: cookies[SIGN_IN_COOKIE] };
      const connected = await finishSignIn(ports, requireGatewayUrl(settings), answer);
      const spent = spentCookie(settings);
      if ('session' in connected) {
        await logSession(ports, 'signIn', connected.session);
        const opened = sessionCookie(settings, connected.cookie, SESSION_LIVES_MS / 1_000);
        const location = connected.session.profile === 'user' ? '/me' : '/';
        return { status: 303, headers: { location }, cookies: [spent, opened] };
      }
      const location = placeOf(connected);
      if (!('apiKey' in connected)) {
        return { status: 303, headers: { location, 'set-cookie': spent } };
      }
      // Whoever connected the org by its set-up code goes on in the page.
      const person = { orgId: connected.orgId, who: 'Whoever connected the org' };
      const { cookie } = await startPageSession(ports, person);
      await logSession(ports, 'signIn', person);
      const opened = sessionCookie(settings, cookie, SESSION_LIVES_MS / 1_000);
      return { status: 303, headers: { location }, cookies: [spent, opened] };
    },
  }),
];

type SignInBody = z.output<z.ZodMiniObject<typeof signInFields>>;

function signInRequest({ loginUrl, clientId, clientSecret, apiVersion }: SignInBody) {
  const client = { clientId, ...(clientSecret !== undefined && { clientSecret }) };
  return { loginUrl, client, ...(apiVersion !== undefined && { apiVersion }) };
}

/** A fragment stays in the browser: no log and no proxy sees the key. */
function placeOf(
  connected: Exclude<Awaited<ReturnType<typeof finishSignIn>>, StartedSession>,
): string {
  if ('userId' in connected) return `/#connected=${encodeURIComponent(connected.username)}`;
  const key = 'apiKey' in connected ? `&key=${connected.apiKey}` : '';
  return `/#org=${connected.orgId}${key}`;
}

function begun(settings: AdminSettings, signIn: BegunSignIn): RouteAnswer {
  const { authorizeUrl, browserSecret, expiresAtMs } = signIn;
  return {
    status: 201,
    headers: { 'set-cookie': signInCookie(settings, browserSecret) },
    body: { authorizeUrl, callbackUrl: callbackUrl(settings), expiresAt: iso(expiresAtMs) },
  };
}
