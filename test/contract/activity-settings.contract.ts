import { describe, expect } from 'vitest';
import { DEFAULT_SETTINGS } from '#core/activities/role-settings.ts';
import type { ActivitySettingsStore } from '#ports/activity-settings-store.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';

const settings = (part: string, revision = 0) => ({
  ...DEFAULT_SETTINGS,
  revision,
  exclusions: { localParts: [part], allowed: [] },
});

/** What every `ActivitySettingsStore` promises. */
export function defineActivitySettingsContract(
  name: string,
  make: () => Promise<Harness<ActivitySettingsStore>>,
): void {
  describe(`activity settings: ${name}`, () => {
    const inOrg = contractCases<ActivitySettingsStore>({
      make,
      seed: async (store, orgId) => {
        await store.put(orgId, settings('seed'));
      },
      observe: (store, orgId) => store.get(orgId),
    });

    inOrg('keeps one document, written over the revision that was read', async (store, org) => {
      expect(await store.get(org)).toBeUndefined();
      expect(await store.put(org, settings('a', 1))).toBe('conflict');
      expect(await store.put(org, settings('b'))).toBe('stored');
      expect(await store.put(org, settings('c'))).toBe('conflict');
      expect(await store.get(org)).toEqual(settings('b', 1));
      expect(await store.put(org, settings('d', 1))).toBe('stored');
      expect(await store.get(org)).toEqual(settings('d', 2));
    });

    inOrg('forgets an org', async (store, org) => {
      await store.put(org, settings('a'));
      await store.clear(org);
      expect(await store.get(org)).toBeUndefined();
    });
  });
}
