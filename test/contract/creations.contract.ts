import { describe, expect } from 'vitest';
import type { Creation } from '#core/creation.ts';
import type { OrgId } from '#core/ids.ts';
import type { Creations } from '#ports/creations.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { recordIdOf } from '../support/salesforce-ids.ts';

const creation = (orgId: OrgId, id: string, change: Partial<Creation> = {}): Creation => ({
  orgId,
  revision: 0,
  id,
  object: 'Lead',
  email: 'ada@acme.example',
  user: 'alex@practice.example',
  origin: { from: 'rule', rule: 'Webinar' },
  atMs: 1_000,
  state: 'creating',
  ...change,
});

/** What every `Creations` promises. */
export function defineCreationsContract(
  name: string,
  make: () => Promise<Harness<Creations>>,
): void {
  describe(`creations: ${name}`, () => {
    const inOrg = contractCases<Creations>({
      make,
      seed: async (store, orgId) => {
        await store.put(creation(orgId, 'a'));
      },
      observe: (store, orgId) => store.list(orgId, { limit: 10 }),
    });

    inOrg('keeps a creation, written over the revision that was read', async (store, org) => {
      expect(await store.get(org, 'a')).toBeUndefined();
      expect(await store.put(creation(org, 'a'))).toBe('stored');
      expect(await store.put(creation(org, 'a'))).toBe('conflict');
      const done = creation(org, 'a', {
        revision: 1,
        state: 'created',
        recordId: recordIdOf('00Q', 1),
      });
      expect(await store.put(done)).toBe('stored');
      expect(await store.get(org, 'a')).toEqual({ ...done, revision: 2 });
      await store.delete(org, 'a');
      expect(await store.get(org, 'a')).toBeUndefined();
    });

    inOrg('lists newest first, of one rule if asked', async (store, org) => {
      await store.put(creation(org, 'a', { atMs: 1_000 }));
      await store.put(creation(org, 'b', { atMs: 3_000, origin: { from: 'sidebar' } }));
      await store.put(creation(org, 'c', { atMs: 2_000 }));
      const idsOf = async (options: Parameters<Creations['list']>[1]) =>
        (await store.list(org, options)).map(({ id }) => id);
      expect(await idsOf({ limit: 10 })).toEqual(['b', 'c', 'a']);
      expect(await idsOf({ limit: 2 })).toEqual(['b', 'c']);
      expect(await idsOf({ rule: 'Webinar', limit: 10 })).toEqual(['c', 'a']);
      expect(await idsOf({ rule: 'Other', limit: 10 })).toEqual([]);
    });

    inOrg('forgets an org', async (store, org) => {
      await store.put(creation(org, 'a'));
      await store.clear(org);
      expect(await store.list(org, { limit: 10 })).toEqual([]);
    });
  });
}
