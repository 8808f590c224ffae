import { AppError } from '#core/errors.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import { openText, SEAL_IV_BYTES, sealText } from '#core/sealed-text.ts';
import type { UserConnection } from '#core/user-connection.ts';
import type { Ports } from '#ports/ports.ts';
import type { SalesforceCredentials } from '#ports/secrets.ts';

const KEY_BYTES = 32;

/** So that the sealed credentials of one user do not open as another's. */
const purposeOf = (userId: RecordId) => `user-credentials ${userId}`;

/**
 * Seals a user's credentials with the org's key for them, which is made here for the first user. An org has hundreds of
 * users, and a store of secrets is priced and sized for one secret an org.
 *
 * @throws AppError not-found for an org that is not connected
 */
export async function sealCredentials(
  { secrets, random }: Pick<Ports, 'secrets' | 'random'>,
  orgId: OrgId,
  userId: RecordId,
  credentials: SalesforceCredentials,
): Promise<string> {
  const known = await secrets.find(orgId, { fresh: true });
  if (known === undefined) throw new AppError('not-found', `The org ${orgId} is not connected.`);
  const userKey = known.userKey ?? Buffer.from(random.bytes(KEY_BYTES)).toString('base64url');
  if (known.userKey === undefined) await secrets.put(orgId, { ...known, userKey });
  const text = JSON.stringify(credentials);
  return sealText(userKey, purposeOf(userId), text, random.bytes(SEAL_IV_BYTES));
}

/** @returns undefined where the org's key is another by now, as after its secrets were lost */
export async function openCredentials(
  { secrets }: Pick<Ports, 'secrets'>,
  { orgId, userId, sealed }: UserConnection,
): Promise<SalesforceCredentials | undefined> {
  const open = (key: string | undefined) =>
    key === undefined ? undefined : openText(key, purposeOf(userId), sealed);
  // The key may be younger than what is cached of the org's secrets.
  const text =
    open((await secrets.find(orgId))?.userKey) ??
    open((await secrets.find(orgId, { fresh: true }))?.userKey);
  // What we sealed ourselves, and nobody else can.
  return text === undefined ? undefined : (JSON.parse(text) as SalesforceCredentials);
}
