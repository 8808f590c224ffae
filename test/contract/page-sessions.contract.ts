import { describe, expect } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import type { PageSession, PageSessions } from '#ports/page-sessions.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { EPOCH_MS } from '../support/record-writes.ts';

const HASH = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
const HOUR_MS = 3_600_000;

const session = (orgId: OrgId, change: Partial<PageSession> = {}): PageSession => ({
  orgId,
  who: 'alex@practice.example',
  userId: '005000000000001AAA',
  checkedAtMs: EPOCH_MS,
  expiresAtMs: EPOCH_MS + HOUR_MS,
  ...change,
});

/** What every `PageSessions` promises. */
export function definePageSessionsContract(
  name: string,
  make: () => Promise<Harness<PageSessions>>,
): void {
  describe(`page sessions: ${name}`, () => {
    const inOrg = contractCases<PageSessions>({
      make,
      seed: (store, orgId) => store.put(HASH, session(orgId)),
      observe: (store, orgId) => store.find(orgId, HASH),
    });

    inOrg('keeps a session until it is put anew or deleted', async (store, org) => {
      expect(await store.find(org, HASH)).toBeUndefined();
      await store.put(HASH, session(org));
      expect(await store.find(org, HASH)).toEqual(session(org));
      const later = session(org, { checkedAtMs: EPOCH_MS + 1 });
      await store.put(HASH, later);
      expect(await store.find(org, HASH)).toEqual(later);
      expect(await store.find(org, OTHER)).toBeUndefined();
      await store.delete(org, HASH);
      await store.delete(org, HASH);
      expect(await store.find(org, HASH)).toBeUndefined();
    });

    inOrg('clears all of an org', async (store, org) => {
      await store.put(HASH, session(org));
      await store.put(OTHER, session(org));
      await store.clear(org);
      expect(await store.find(org, HASH)).toBeUndefined();
      expect(await store.find(org, OTHER)).toBeUndefined();
    });
  });
}
