import { createHash } from 'node:crypto';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { ApiKey } from '#ports/key-store.ts';
import type { Ports } from '#ports/ports.ts';

const KEY_PREFIX = 'rts_';
const KEY_BYTES = 32;

/** How keys and set-up codes are stored and found: SHA-256, hex. They are random enough to need no salt. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Makes a key of the HTTP API for one org. The key itself is answered here once and stored nowhere. */
export async function createKey(
  ports: Pick<Ports, 'keys' | 'random' | 'clock'>,
  orgId: OrgId,
  label: string,
): Promise<ApiKey & { readonly key: string }> {
  const key = KEY_PREFIX + Buffer.from(ports.random.bytes(KEY_BYTES)).toString('base64url');
  const stored = { id: ports.random.uuid(), orgId, label, createdAtMs: ports.clock.now() };
  await ports.keys.add(stored, secretHash(key));
  return { ...stored, key };
}

/**
 * Which org a key opens.
 *
 * @throws AppError unauthorized for a missing or unknown key
 */
export async function authenticateKey(
  ports: Pick<Ports, 'keys'>,
  key: string | undefined,
): Promise<ApiKey> {
  const known = key?.startsWith(KEY_PREFIX) ? await ports.keys.find(secretHash(key)) : undefined;
  if (known === undefined) {
    throw new AppError('unauthorized', 'Show a valid key as "Authorization: Bearer rts_…".');
  }
  return known;
}

/** @throws AppError not-found, conflict for the org's last key, which would lock everybody out */
export async function revokeKey(
  ports: Pick<Ports, 'keys'>,
  orgId: OrgId,
  keyId: string,
): Promise<void> {
  const keys = await ports.keys.list(orgId);
  if (!keys.some(({ id }) => id === keyId)) throw unknownKey();
  if (keys.length === 1) {
    throw new AppError('conflict', "This is the org's last key: create another one first.");
  }
  if ((await ports.keys.revoke(orgId, keyId)) === 'unknown') throw unknownKey();
}

function unknownKey(): AppError {
  return new AppError('not-found', 'The org has no key with this id.', { pointer: 'keyId' });
}
