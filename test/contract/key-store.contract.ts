import { createHash } from 'node:crypto';
import { describe, expect } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import type { ApiKey, KeyStore } from '#ports/key-store.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { EPOCH_MS } from '../support/record-writes.ts';

/** What every `KeyStore` promises. */
export function defineKeyStoreContract(name: string, make: () => Promise<Harness<KeyStore>>): void {
  describe(`key store: ${name}`, () => {
    const inOrg = contractCases({ make, seed, observe });
    defineKeys(inOrg);
    defineSetupCodes(inOrg);
    defineSignIns(inOrg);
  });
}

type InOrg = ReturnType<typeof contractCases<KeyStore>>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hashOf = (orgId: OrgId, id: string): string => sha256(`${orgId} ${id}`);

function aKey(orgId: OrgId, id: string, createdAtMs = EPOCH_MS): ApiKey {
  return { id, orgId, label: `key of ${orgId} \u{1F511}`, createdAtMs };
}

async function seed(store: KeyStore, orgId: OrgId): Promise<void> {
  for (const id of ['one', 'two']) await store.add(aKey(orgId, id), hashOf(orgId, id));
}

async function observe(store: KeyStore, orgId: OrgId): Promise<unknown> {
  return [await store.list(orgId), await store.find(hashOf(orgId, 'one'))];
}

function defineKeys(inOrg: InOrg): void {
  inOrg('finds a key by its hash alone', async (store, org) => {
    expect(await store.find(hashOf(org, 'one'))).toBeUndefined();
    await store.add(aKey(org, 'one'), hashOf(org, 'one'));
    expect(await store.find(hashOf(org, 'one'))).toEqual(aKey(org, 'one'));
    expect(await store.find(hashOf(org, 'one').toUpperCase())).toBeUndefined();
    expect(await store.find('')).toBeUndefined();
  });

  inOrg('lists an org’s keys, oldest first, without their hashes', async (store, org) => {
    const keys = [aKey(org, 'late', 30), aKey(org, 'first', 4), aKey(org, 'middle', 20)];
    for (const key of keys) await store.add(key, hashOf(org, key.id));
    expect(await store.list(org)).toEqual([keys[1], keys[2], keys[0]]);
  });

  inOrg('revokes a key of the org, once', async (store, org) => {
    await seed(store, org);
    expect(await store.revoke(org, 'one')).toBe('revoked');
    expect(await store.revoke(org, 'one')).toBe('unknown');
    expect(await store.find(hashOf(org, 'one'))).toBeUndefined();
    expect(await store.find(hashOf(org, 'two'))).toEqual(aKey(org, 'two'));
    expect((await store.list(org)).map(({ id }) => id)).toEqual(['two']);
    expect(await store.revoke(org, 'never')).toBe('unknown');
  });

  inOrg('refuses a key id or a hash that exists already', async (store, org) => {
    await seed(store, org);
    const again = store.add(aKey(org, 'one'), hashOf(org, 'other'));
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
    const taken = store.add(aKey(org, 'three'), hashOf(org, 'one'));
    await expect(taken).rejects.toMatchObject({ code: 'conflict' });
    expect(await store.find(hashOf(org, 'other'))).toBeUndefined();
    expect(await store.find(hashOf(org, 'one'))).toEqual(aKey(org, 'one'));
    expect((await store.list(org)).map(({ id }) => id).sort()).toEqual(['one', 'two']);
  });
}

function defineSetupCodes(inOrg: InOrg): void {
  inOrg('accepts a set-up code once, however many try at the same time', async (store, org) => {
    const code = sha256(`code of ${org}`);
    expect(await store.useSetupCode(code)).toBe(false);
    await store.addSetupCode(code);
    const tries = await Promise.all(Array.from({ length: 10 }, () => store.useSetupCode(code)));
    expect(tries.filter((used) => used)).toHaveLength(1);
    expect(await store.useSetupCode(code)).toBe(false);
  });

  inOrg('keeps set-up codes apart', async (store, org) => {
    const [first, second] = [sha256(`first of ${org}`), sha256(`second of ${org}`)];
    await store.addSetupCode(first);
    await store.addSetupCode(second);
    await store.addSetupCode(second);
    expect(await store.useSetupCode(second)).toBe(true);
    expect(await store.useSetupCode(second)).toBe(false);
    expect(await store.useSetupCode(first)).toBe(true);
    expect(await store.find(first)).toBeUndefined();
  });
}

function defineSignIns(inOrg: InOrg): void {
  inOrg('knows a set-up code without using it up', async (store, org) => {
    const code = sha256(`known of ${org}`);
    expect(await store.knowsSetupCode(code)).toBe(false);
    await store.addSetupCode(code);
    expect(await store.knowsSetupCode(code)).toBe(true);
    expect(await store.useSetupCode(code)).toBe(true);
    expect(await store.knowsSetupCode(code)).toBe(false);
  });

  inOrg('hands out a sign-in once, however many ask at the same time', async (store, org) => {
    const state = sha256(`state of ${org}`);
    const signIn = { sealed: 'c2VhbGVk', begunAtMs: EPOCH_MS, expiresAtMs: EPOCH_MS + 60_000 };
    await store.addSignIn({ sha256: state, ...signIn });
    expect(await store.takeSignIn(sha256(`other of ${org}`))).toBeUndefined();
    const tries = await Promise.all(Array.from({ length: 10 }, () => store.takeSignIn(state)));
    expect(tries.filter((taken) => taken !== undefined)).toEqual([signIn]);
    expect(await store.takeSignIn(state)).toBeUndefined();
  });
}
