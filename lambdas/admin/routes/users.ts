import * as z from 'zod/mini';
import { emailAddress } from '#core/activities/activity.ts';
import { recordId } from '#core/ids.ts';
import { iso } from '#core/time-text.ts';
import { beginSignIn } from '#usecases/begin-sign-in.ts';
import { disconnectUser } from '#usecases/connect-user.ts';
import { makeUserLink, openUserLink } from '#usecases/user-link.ts';
import { openRoute, orgRoute, type Route } from '../route.ts';
import { idText, time } from '../schemas.ts';
import { callbackUrl, publicUrl, signInCookie } from '../sign-in-cookie.ts';

const PATH = '/v1/orgs/{orgId}/users';
const CONNECT_PATH = '/connect/user';

export const userSchema = z.object({
  userId: z.string(),
  username: z.string(),
  user: z.string().check(z.describe('The Mixmax user')),
  connectedAt: time,
  problem: z.optional(
    z.object({ reason: z.string(), since: time }).check(z.describe('Nothing is written as him')),
  ),
});

const listUsers = orgRoute({
  method: 'GET',
  path: PATH,
  operationId: 'listUsers',
  summary: 'Users whose activities are written as themselves; of all others the Sync User writes',
  answers: { 200: { description: 'The users', schema: z.object({ users: z.array(userSchema) }) } },
  handle: async ({ ports, org }) => {
    const connections = await ports.userConnections.list(org.orgId);
    const users = connections.map(({ userId, username, user, connectedAtMs, problem }) => ({
      userId,
      username,
      user,
      connectedAt: iso(connectedAtMs),
      ...(problem !== undefined && {
        problem: { reason: problem.reason, since: iso(problem.sinceMs) },
      }),
    }));
    return { status: 200, body: { users } };
  },
});

const makeLink = orgRoute({
  method: 'POST',
  path: `${PATH}/links`,
  operationId: 'makeUserLink',
  summary: 'Makes a link by which a Mixmax user connects to Salesforce in his browser',
  body: z.strictObject({ user: emailAddress }),
  answers: {
    201: {
      description: 'Show it to that user as Connect to Salesforce',
      schema: z.object({
        url: z.string(),
        callbackUrl: z.string().check(z.describe('What the app at Salesforce must allow')),
        expiresAt: time,
      }),
    },
  },
  refusals: [409],
  handle: async ({ ports, settings, org, body }) => {
    const { ticket, expiresAtMs } = await makeUserLink(ports, org, body.user);
    const url = `${publicUrl(settings)}${CONNECT_PATH}?ticket=${ticket}`;
    const answer = { url, callbackUrl: callbackUrl(settings), expiresAt: iso(expiresAtMs) };
    return { status: 201, body: answer };
  },
});

const openLink = openRoute({
  access: 'open',
  method: 'GET',
  path: CONNECT_PATH,
  operationId: 'connectUser',
  summary: 'What a link opens: sends the browser to sign in at Salesforce',
  query: z.object({ ticket: z.string().check(z.minLength(1), z.maxLength(2_000)) }),
  answers: { 303: { description: 'To Salesforce; the cookie binds the sign-in to the browser' } },
  refusals: [400, 403, 409, 410],
  handle: async ({ ports, settings, query }) => {
    const { org, user, client } = await openUserLink(ports, query.ticket);
    const { loginUrl, apiVersion, orgId } = org;
    const request = { loginUrl, apiVersion, orgId, user, client };
    const begun = await beginSignIn(ports, request, callbackUrl(settings));
    const cookie = signInCookie(settings, begun.browserSecret);
    return { status: 303, headers: { location: begun.authorizeUrl, 'set-cookie': cookie } };
  },
});

const disconnect = orgRoute({
  method: 'DELETE',
  path: `${PATH}/{userId}`,
  operationId: 'disconnectUser',
  summary: "Forgets a user's sign-in: the Sync User writes his activities from then on",
  params: z.strictObject({ userId: idText }),
  answers: { 204: { description: 'Done; what waited for the user is tried again' } },
  refusals: [404, 503],
  handle: async ({ ports, org, params }) => {
    await disconnectUser(ports, org.orgId, recordId(params.userId, 'userId'));
    return { status: 204 };
  },
});

export const userRoutes: readonly Route[] = [listUsers, makeLink, disconnect, openLink];
