import { AppError } from '#core/errors.ts';
import { type OrgId, toId18 } from '#core/ids.ts';
import { openText, SEAL_IV_BYTES, sealText } from '#core/sealed-text.ts';
import type { Ports } from '#ports/ports.ts';
import { secretHash } from './api-keys.ts';
import { type StartedSession, startPageSession } from './page-sessions.ts';

const LINK_LIVES_MS = 24 * 3_600_000;
const PURPOSE = 'page-link';
const SECRET_BYTES = 32;

/** Makes what a link to the page carries; it opens the page once. Kept as a sign-in under way, which it is. */
export async function makePageLink(
  { keys, random, clock }: Pick<Ports, 'keys' | 'random' | 'clock'>,
  orgId: OrgId,
  who: string,
): Promise<{ readonly code: string; readonly expiresAtMs: number }> {
  const code = `${orgId}.${Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url')}`;
  const sealed = sealText(code, PURPOSE, who, random.bytes(SEAL_IV_BYTES));
  const begunAtMs = clock.now();
  const expiresAtMs = begunAtMs + LINK_LIVES_MS;
  await keys.addSignIn({ sha256: secretHash(code), sealed, begunAtMs, expiresAtMs });
  return { code, expiresAtMs };
}

/**
 * Trades a link for a session, once however many try.
 *
 * @throws AppError gone for a link that was used, is too old, or was never made here
 */
export async function openPageLink(
  ports: Pick<Ports, 'keys' | 'orgs' | 'pageSessions' | 'random' | 'clock'>,
  code: string,
): Promise<StartedSession> {
  const stored = await ports.keys.takeSignIn(secretHash(code));
  const alive = stored !== undefined && stored.expiresAtMs > ports.clock.now();
  const who = alive ? openText(code, PURPOSE, stored.sealed) : undefined;
  const orgId = toId18(code.split('.')[0] ?? '') as OrgId | undefined;
  const org = who === undefined || orgId === undefined ? undefined : await ports.orgs.get(orgId);
  if (who === undefined || org === undefined) {
    throw new AppError(
      'gone',
      'This link was used already, or is too old. Make another one: npm run page on one machine, POST /page-links with a key.',
    );
  }
  return startPageSession(ports, { orgId: org.orgId, who });
}
