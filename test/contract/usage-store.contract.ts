import { describe, expect } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import { HOUR_MS } from '#core/quota.ts';
import type { UsageStore } from '#ports/usage-store.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { EPOCH_MS } from '../support/record-writes.ts';

const FIRST = Math.floor(EPOCH_MS / HOUR_MS) * HOUR_MS;
const use = (hours: number, purpose: 'audit' | 'notices' | 'ping', calls: number) => ({
  hourMs: FIRST + hours * HOUR_MS,
  purpose,
  calls,
});

async function seed(store: UsageStore, orgId: OrgId): Promise<void> {
  await store.add(orgId, [use(0, 'audit', 7), use(1, 'ping', 1)]);
  await store.noteQuota(orgId, { max: 100, used: 9, atMs: EPOCH_MS });
}

/** What every `UsageStore` promises. */
export function defineUsageStoreContract(
  name: string,
  make: () => Promise<Harness<UsageStore>>,
): void {
  describe(`usage store: ${name}`, () => {
    const inOrg = contractCases<UsageStore>({
      make,
      seed,
      observe: async (store, orgId) => [await store.list(orgId, 0), await store.quota(orgId)],
    });

    inOrg('adds up calls by hour and purpose', async (store, org) => {
      await store.add(org, [use(1, 'notices', 2), use(0, 'audit', 3)]);
      await store.add(org, [use(1, 'notices', 5), use(1, 'audit', 1)]);
      const all = [use(0, 'audit', 3), use(1, 'audit', 1), use(1, 'notices', 7)];
      expect(await store.list(org, 0)).toEqual(all);
      expect(await store.list(org, FIRST + 1)).toEqual(all.slice(1));
    });

    inOrg('tells users apart; calls without one are the Sync User’s', async (store, org) => {
      const ada = { ...use(0, 'notices', 1), userId: '005Dp0000000001IAA' };
      const bob = { ...use(0, 'notices', 2), userId: '005Dp0000000002IAA' };
      await store.add(org, [bob, use(0, 'notices', 5), ada]);
      await store.add(org, [bob]);
      expect(await store.list(org, 0)).toEqual([use(0, 'notices', 5), ada, { ...bob, calls: 4 }]);
    });

    inOrg('loses no call when many are noted at once', async (store, org) => {
      await Promise.all(Array.from({ length: 20 }, () => store.add(org, [use(0, 'ping', 1)])));
      expect(await store.list(org, 0)).toEqual([use(0, 'ping', 20)]);
    });

    inOrg('forgets hours after eight days', async (store, org) => {
      await store.add(org, [use(0, 'audit', 1)]);
      await store.add(org, [use(191, 'audit', 2)]);
      expect(await store.list(org, 0)).toHaveLength(2);
      await store.add(org, [use(192, 'audit', 3), use(193, 'audit', 4)]);
      const hours = (await store.list(org, FIRST + HOUR_MS)).map(({ calls }) => calls);
      expect(hours).toEqual([2, 3, 4]);
    });

    inOrg('keeps the newest word on the quota', async (store, org) => {
      expect(await store.quota(org)).toBeUndefined();
      const newer = { max: 15_000, used: 40, atMs: EPOCH_MS + 5 };
      await store.noteQuota(org, newer);
      await store.noteQuota(org, { max: 15_000, used: 30, atMs: EPOCH_MS });
      expect(await store.quota(org)).toEqual(newer);
      await store.noteQuota(org, { ...newer, used: 0, atMs: EPOCH_MS + 6 });
      expect((await store.quota(org))?.used).toBe(0);
    });

    inOrg('forgets an org', async (store, org) => {
      await seed(store, org);
      await store.clear(org);
      expect([await store.list(org, 0), await store.quota(org)]).toEqual([[], undefined]);
    });
  });
}
