import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { ApiKey, KeyStore, StoredSignIn } from '#ports/key-store.ts';
import { bodyOf } from './bodies.ts';
import { type DynamoTable, EXISTS, NOT_EXISTS } from './dynamo-table.ts';
import {
  KEY_PREFIX,
  keyHashKey,
  keyListingKey,
  orgPartition,
  setupCodeKey,
  signInKey,
} from './keys.ts';

/**
 * API keys in the control table, two items each: one in the org's list, one under the hash that a request is found by.
 * A key works only while the latter exists; it is made last and removed first, so that no key works unlisted.
 */
export class DynamoKeyStore implements KeyStore {
  readonly #table: DynamoTable;

  constructor(control: DynamoTable) {
    this.#table = control;
  }

  async add(key: ApiKey, sha256: string): Promise<void> {
    const body = JSON.stringify(key);
    const listing = keyListingKey(key.orgId, key.id);
    if (!(await this.#table.put({ ...listing, sha256, body }, NOT_EXISTS))) throw exists(key);
    if (await this.#table.put({ ...keyHashKey(sha256), body }, NOT_EXISTS)) return;
    await this.#table.delete(listing);
    throw exists(key);
  }

  async find(sha256: string): Promise<ApiKey | undefined> {
    const item = await this.#table.get(keyHashKey(sha256));
    return item === undefined ? undefined : bodyOf<ApiKey>(item);
  }

  async list(orgId: OrgId): Promise<readonly ApiKey[]> {
    const items = await this.#table.queryAll({
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': orgPartition(orgId), ':prefix': KEY_PREFIX },
    });
    const keys = items.map((item) => bodyOf<ApiKey>(item));
    return keys.sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  }

  async revoke(orgId: OrgId, keyId: string): Promise<'revoked' | 'unknown'> {
    const listing = keyListingKey(orgId, keyId);
    const item = await this.#table.get(listing);
    if (item === undefined) return 'unknown';
    await this.#table.delete(keyHashKey(String(item['sha256'])));
    return (await this.#table.delete(listing, EXISTS)) ? 'revoked' : 'unknown';
  }

  async addSetupCode(sha256: string): Promise<void> {
    await this.#table.put(setupCodeKey(sha256));
  }

  useSetupCode(sha256: string): Promise<boolean> {
    return this.#table.delete(setupCodeKey(sha256), EXISTS);
  }

  async knowsSetupCode(sha256: string): Promise<boolean> {
    return (await this.#table.get(setupCodeKey(sha256))) !== undefined;
  }

  /** The table removes it some time after it has expired. */
  async addSignIn({ sha256, ...signIn }: StoredSignIn): Promise<void> {
    const expiresAtSeconds = Math.ceil(signIn.expiresAtMs / 1_000);
    const body = JSON.stringify(signIn);
    await this.#table.put({ ...signInKey(sha256), body, expiresAtSeconds }, NOT_EXISTS);
  }

  /** Of all who read it, the one whose delete finds it has it. */
  async takeSignIn(sha256: string): Promise<Omit<StoredSignIn, 'sha256'> | undefined> {
    const key = signInKey(sha256);
    const item = await this.#table.get(key);
    if (item === undefined || !(await this.#table.delete(key, EXISTS))) return undefined;
    return bodyOf<Omit<StoredSignIn, 'sha256'>>(item);
  }
}

function exists({ id }: ApiKey): AppError {
  return new AppError('conflict', `API key ${id} exists already.`);
}
