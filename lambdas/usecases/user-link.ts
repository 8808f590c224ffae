import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import { toId18 } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import { openText, SEAL_IV_BYTES, sealText } from '#core/sealed-text.ts';
import type { Ports } from '#ports/ports.ts';
import type { OAuthClient } from '#ports/salesforce.ts';
import type { SalesforceCredentials } from '#ports/secrets.ts';

const LINK_LIVES_MS = 24 * 60 * 60_000;
const PURPOSE = 'user-link';

/** What a link says, sealed so that only this receiver can have said it. */
interface Said {
  /** The Mixmax user, lower case. */
  readonly user: string;
  readonly expiresAtMs: number;
}

export interface OpenedLink {
  readonly org: OrgState;
  readonly user: string;
  /** The app at Salesforce: the one that the Sync User is connected by. */
  readonly client: OAuthClient;
}

/**
 * Makes what a Mixmax user's link to connect to Salesforce carries. Nothing is stored: whoever opens it signs in at
 * Salesforce as himself, so it may be opened often, and by a mail filter before him.
 */
export async function makeUserLink(
  { secrets, random, clock }: Pick<Ports, 'secrets' | 'random' | 'clock'>,
  { orgId }: OrgState,
  user: string,
): Promise<{ readonly ticket: string; readonly expiresAtMs: number }> {
  const known = await secrets.find(orgId, { fresh: true });
  if (known === undefined) throw noSyncUser();
  const said: Said = { user: user.toLowerCase(), expiresAtMs: clock.now() + LINK_LIVES_MS };
  const sealed = sealText(known.token, PURPOSE, JSON.stringify(said), random.bytes(SEAL_IV_BYTES));
  return { ticket: `${orgId}.${sealed}`, expiresAtMs: said.expiresAtMs };
}

/**
 * @throws AppError forbidden for a link that was not made here, gone for one that is too old, conflict for an org that
 *   has no Sync User (any more)
 */
export async function openUserLink(
  { secrets, orgs, clock }: Pick<Ports, 'secrets' | 'orgs' | 'clock'>,
  ticket: string,
): Promise<OpenedLink> {
  const dot = ticket.indexOf('.');
  const orgId = toId18(ticket.slice(0, Math.max(dot, 0))) as OrgId | undefined;
  const known = orgId === undefined ? undefined : await secrets.find(orgId);
  const text = openText(known?.token ?? '', PURPOSE, ticket.slice(dot + 1));
  if (orgId === undefined || known === undefined || text === undefined) {
    const message = 'This link is not valid here. Ask for a new one in Mixmax.';
    throw new AppError('forbidden', message, { pointer: 'ticket' });
  }
  // What we sealed ourselves, and nobody else can.
  const { user, expiresAtMs } = JSON.parse(text) as Said;
  if (expiresAtMs <= clock.now()) {
    throw new AppError('gone', 'This link is older than a day. Ask for a new one in Mixmax.');
  }
  const org = await orgs.get(orgId);
  if (org === undefined || org.phase === 'removed') throw noSyncUser();
  return { org, user, client: clientOf(known.credentials) };
}

/** D3: nobody can connect before the Sync User. */
function noSyncUser(): AppError {
  return new AppError(
    'conflict',
    'The org has no Sync User: an admin connects one first, then users can connect.',
  );
}

/** The app at Salesforce that the Sync User is connected by. */
export function clientOf(credentials: SalesforceCredentials): OAuthClient {
  const { clientId } = credentials;
  const clientSecret = 'clientSecret' in credentials ? credentials.clientSecret : undefined;
  return { clientId, ...(clientSecret !== undefined && { clientSecret }) };
}
