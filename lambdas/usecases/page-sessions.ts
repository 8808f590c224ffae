import { createHmac } from 'node:crypto';
import { AppError } from '#core/errors.ts';
import { type OrgId, toId18 } from '#core/ids.ts';
import type { PageSession } from '#ports/page-sessions.ts';
import type { Ports } from '#ports/ports.ts';
import { secretHash } from './api-keys.ts';
import { isActiveUser, isOrgAdmin } from './is-org-admin.ts';

/** How long somebody stays signed in to the page, ms. */
export const SESSION_LIVES_MS = 12 * 3_600_000;
/** How often it is asked whether a Salesforce user may be here still, ms. */
const RECHECK_MS = 3_600_000;
const SECRET_BYTES = 32;

export interface StartedSession {
  /** For the browser's cookie: org id and secret. */
  readonly cookie: string;
  readonly session: PageSession;
}

/** Lets somebody in, who has proven to be allowed to. */
export async function startPageSession(
  { pageSessions, random, clock }: Pick<Ports, 'pageSessions' | 'random' | 'clock'>,
  person: Pick<PageSession, 'orgId' | 'who' | 'userId' | 'profile'>,
): Promise<StartedSession> {
  const secret = Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url');
  const nowMs = clock.now();
  const session = { ...person, checkedAtMs: nowMs, expiresAtMs: nowMs + SESSION_LIVES_MS };
  await pageSessions.put(secretHash(secret), session);
  return { cookie: `${person.orgId}.${secret}`, session };
}

export type FindSessionPorts = Pick<Ports, 'pageSessions' | 'orgs' | 'salesforce' | 'clock'>;

/**
 * Who a cookie belongs to. Salesforce is asked once an hour whether an admin is one still, and whether another user is
 * active still; who is not any more is signed out.
 *
 * @returns undefined for a cookie that nobody was given, or that is too old
 */
export async function findPageSession(
  ports: FindSessionPorts,
  cookie: string | undefined,
): Promise<PageSession | undefined> {
  const { orgId, secret } = partsOf(cookie);
  if (orgId === undefined) return undefined;
  const sha256 = secretHash(secret);
  const session = await ports.pageSessions.find(orgId, sha256);
  const nowMs = ports.clock.now();
  if (session === undefined || session.expiresAtMs <= nowMs) return undefined;
  if (session.userId === undefined || nowMs - session.checkedAtMs < RECHECK_MS) return session;
  if (await mayStay(ports, session, session.userId)) {
    const next = { ...session, checkedAtMs: nowMs };
    await ports.pageSessions.put(sha256, next);
    return next;
  }
  await ports.pageSessions.delete(orgId, sha256);
  return undefined;
}

/** @throws AppError unavailable: nobody stays in because Salesforce does not answer, and nobody is thrown out */
async function mayStay(
  ports: FindSessionPorts,
  { orgId, profile }: PageSession,
  userId: string,
): Promise<boolean> {
  try {
    const ask = profile === 'user' ? isActiveUser : isOrgAdmin;
    return await ask(ports, orgId, userId);
  } catch (cause) {
    const what = profile === 'user' ? 'an active user' : 'an admin';
    const message = `Salesforce does not say now whether you are ${what} of the org still.`;
    throw new AppError('unavailable', message, { retryable: true, cause });
  }
}

/** @returns the session that was ended; undefined where there was none */
export async function endPageSession(
  { pageSessions }: Pick<Ports, 'pageSessions'>,
  cookie: string | undefined,
): Promise<PageSession | undefined> {
  const { orgId, secret } = partsOf(cookie);
  if (orgId === undefined) return undefined;
  const sha256 = secretHash(secret);
  const session = await pageSessions.find(orgId, sha256);
  await pageSessions.delete(orgId, sha256);
  return session;
}

/**
 * What a page of ours shows with every change: made of the session's secret, which no other page can read.
 *
 * @throws AppError forbidden where it is missing or of another session
 */
export function requireCsrfToken(cookie: string, given: string | undefined): void {
  // Both are hashed: comparing takes the same time however much of them agrees.
  if (secretHash(given ?? '') === secretHash(csrfToken(cookie))) return;
  throw new AppError('forbidden', 'This request does not come from the page itself. Reload it.');
}

export function csrfToken(cookie: string): string {
  return createHmac('sha256', cookie).update('csrf').digest('base64url');
}

function partsOf(cookie: string | undefined): { orgId: OrgId | undefined; secret: string } {
  const [org = '', secret = ''] = (cookie ?? '').split('.');
  const orgId = toId18(org);
  const isOrg = orgId?.startsWith('00D') === true && secret !== '';
  return { orgId: isOrg ? (orgId as OrgId) : undefined, secret };
}
