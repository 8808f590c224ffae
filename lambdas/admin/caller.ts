import { AppError } from '#core/errors.ts';
import { type OrgId, toId18 } from '#core/ids.ts';
import type { LoggedChange } from '#ports/change-log.ts';
import type { PageProfile } from '#ports/page-sessions.ts';
import type { Ports } from '#ports/ports.ts';
import { authenticateKey } from '#usecases/api-keys.ts';
import { findPageSession, requireCsrfToken } from '#usecases/page-sessions.ts';
import type { RawRequest, Route, RouteContext } from './route.ts';
import { sessionCookieName } from './sign-in-cookie.ts';

/** Who asks, and for which org: by a key, or by a session of the page. */
export interface Caller {
  readonly orgId: OrgId;
  readonly who: string;
  readonly by: LoggedChange['by'];
  /** F17. Keys are an admin's. */
  readonly profile: PageProfile;
  /** The Salesforce user, of a session that one opened. */
  readonly userId?: string;
}

/**
 * A key comes before a cookie. With a cookie every change must show the page's token too, and come from the page: a
 * browser sends the cookie along whoever asks.
 *
 * @throws AppError unauthorized, forbidden for another org or a forged request, throttled
 */
export async function authorizedCaller(
  { ports, settings, changeLimit }: RouteContext,
  { method, access }: Pick<Route, 'method' | 'access'>,
  raw: RawRequest,
): Promise<Caller> {
  const cookie = raw.cookies[sessionCookieName(settings)];
  const caller =
    raw.bearer === undefined && cookie !== undefined
      ? await byCookie(ports, cookie)
      : await byKey(ports, raw.bearer);
  if (caller.by === 'page' && cookie !== undefined && method !== 'GET') {
    requireSameSite(raw);
    requireCsrfToken(cookie, raw.csrfToken);
    changeLimit.take(cookie);
  }
  if (caller.profile === 'user' && access !== 'org-member') {
    throw new AppError('forbidden', 'This is for admins of the org. Your own settings are at /me.');
  }
  if (toId18(raw.params['orgId'] ?? '') === caller.orgId) return caller;
  const what = caller.by === 'key' ? 'This key belongs' : 'You are signed in';
  throw new AppError('forbidden', `${what} to another org.`, { pointer: 'orgId' });
}

/** Browsers say where a request began; ours always says so. */
export function requireSameSite({ fetchSite }: Pick<RawRequest, 'fetchSite'>): void {
  if (fetchSite === undefined || fetchSite === 'same-origin') return;
  throw new AppError('forbidden', 'This request comes from another site.');
}

async function byKey(ports: Ports, bearer: string | undefined): Promise<Caller> {
  const { orgId, label } = await authenticateKey(ports, bearer);
  return { orgId, who: label, by: 'key', profile: 'admin' };
}

async function byCookie(ports: Ports, cookie: string): Promise<Caller> {
  const session = await findPageSession(ports, cookie);
  if (session === undefined)
    throw new AppError('unauthorized', 'You are signed out: sign in again.');
  const { orgId, who, userId, profile = 'admin' } = session;
  return { orgId, who, by: 'page', profile, ...(userId !== undefined && { userId }) };
}
