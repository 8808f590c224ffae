import * as z from 'zod/mini';
import { orgId } from '#core/ids.ts';
import { iso } from '#core/time-text.ts';
import type { PageSession } from '#ports/page-sessions.ts';
import { makePageLink, openPageLink } from '#usecases/page-links.ts';
import {
  csrfToken,
  endPageSession,
  findPageSession,
  requireCsrfToken,
  SESSION_LIVES_MS,
} from '#usecases/page-sessions.ts';
import { beginPageSignIn } from '#usecases/page-sign-in.ts';
import { requireSameSite } from '../caller.ts';
import { logSession } from '../log-change.ts';
import { openRoute, orgRoute, type Route } from '../route.ts';
import { idText, time } from '../schemas.ts';
import {
  callbackUrl,
  publicUrl,
  sessionCookie,
  sessionCookieName,
  signInCookie,
} from '../sign-in-cookie.ts';

const PATH = '/v1/page-sessions';

const pageSessionSchema = z.object({
  orgId: z.string(),
  who: z.string(),
  profile: z
    .enum(['admin', 'user'])
    .check(z.describe('`user`: may ask only for `/users/me/…` of the org')),
  csrfToken: z.string().check(z.describe('To be sent as X-CSRF-Token with every change')),
  expiresAt: time,
});

const openByLink = openRoute({
  access: 'open',
  method: 'POST',
  path: PATH,
  operationId: 'openPageLink',
  summary: 'Signs a browser in to the page by a link, which works once; the cookie is the session',
  body: z.strictObject({ link: z.string().check(z.minLength(1), z.maxLength(200)) }),
  answers: { 201: { description: 'Signed in', schema: pageSessionSchema } },
  refusals: [400, 403, 410, 429],
  handle: async ({ ports, settings, signInLimit, body, fetchSite }) => {
    requireSameSite({ fetchSite });
    signInLimit.take('link');
    const { cookie, session } = await openPageLink(ports, body.link);
    await logSession(ports, 'signIn', session);
    const headers = { 'set-cookie': sessionCookie(settings, cookie, SESSION_LIVES_MS / 1_000) };
    return { status: 201, headers, body: sessionView(cookie, session) };
  },
});

const current = openRoute({
  access: 'open',
  method: 'GET',
  path: PATH,
  operationId: 'getPageSession',
  summary: 'Who the browser is signed in as',
  answers: {
    200: {
      description: 'The session; null = signed out',
      schema: z.object({ session: z.union([pageSessionSchema, z.null()]) }),
    },
  },
  refusals: [502, 503],
  handle: async ({ ports, settings, cookies }) => {
    const cookie = cookies[sessionCookieName(settings)];
    const session = await findPageSession(ports, cookie);
    const known = session !== undefined && cookie !== undefined;
    return { status: 200, body: { session: known ? sessionView(cookie, session) : null } };
  },
});

const signOut = openRoute({
  access: 'open',
  method: 'DELETE',
  path: PATH,
  operationId: 'endPageSession',
  summary: 'Signs the browser out',
  answers: { 204: { description: 'Signed out' } },
  refusals: [403],
  handle: async ({ ports, settings, cookies, csrfToken: given }) => {
    const cookie = cookies[sessionCookieName(settings)];
    if (cookie !== undefined) requireCsrfToken(cookie, given);
    const ended = await endPageSession(ports, cookie);
    if (ended !== undefined) await logSession(ports, 'signOut', ended);
    return { status: 204, headers: { 'set-cookie': sessionCookie(settings, '', 0) } };
  },
});

const signIn = openRoute({
  access: 'open',
  method: 'POST',
  path: '/v1/page-sign-ins',
  operationId: 'beginPageSignIn',
  summary:
    'Begins to sign in to the page with Salesforce, as an admin of an org or as a user of it',
  body: z.strictObject({
    orgId: idText,
    as: z._default(
      z.enum(['admin', 'user']).check(z.describe('`user`: to his own settings, at `/me`')),
      'admin',
    ),
  }),
  answers: {
    201: {
      description:
        'Send the browser that asked to authorizeUrl; the cookie binds the sign-in to it',
      schema: z.object({ authorizeUrl: z.string(), expiresAt: time }),
    },
  },
  refusals: [400, 403, 404, 429],
  handle: async ({ ports, settings, signInLimit, body, fetchSite }) => {
    requireSameSite({ fetchSite });
    signInLimit.take('salesforce');
    const org = orgId(body.orgId, '/orgId');
    const begun = await beginPageSignIn(ports, org, body.as, callbackUrl(settings));
    return {
      status: 201,
      headers: { 'set-cookie': signInCookie(settings, begun.browserSecret) },
      body: { authorizeUrl: begun.authorizeUrl, expiresAt: iso(begun.expiresAtMs) },
    };
  },
});

const makeLink = orgRoute({
  method: 'POST',
  path: '/v1/orgs/{orgId}/page-links',
  operationId: 'makePageLink',
  summary: 'Makes a link that opens the page, once, within a day',
  body: z.strictObject({
    label: z
      .string()
      .check(z.minLength(1), z.maxLength(80), z.describe('Stands in the log of changes')),
  }),
  answers: {
    201: { description: 'The link', schema: z.object({ url: z.string(), expiresAt: time }) },
  },
  handle: async ({ ports, settings, org, body }) => {
    const { code, expiresAtMs } = await makePageLink(ports, org.orgId, body.label);
    const url = `${publicUrl(settings)}/#link=${code}`;
    return { status: 201, body: { url, expiresAt: iso(expiresAtMs) } };
  },
});

function sessionView(cookie: string, session: PageSession): z.output<typeof pageSessionSchema> {
  const { orgId: org, who, profile = 'admin', expiresAtMs } = session;
  const expiresAt = iso(expiresAtMs);
  return { orgId: org, who, profile, csrfToken: csrfToken(cookie), expiresAt };
}

export const pageSessionRoutes: readonly Route[] = [openByLink, current, signOut, signIn, makeLink];
