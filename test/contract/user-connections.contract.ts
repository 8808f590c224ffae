import { describe, expect } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import type { UserConnection } from '#core/user-connection.ts';
import type { UserConnections } from '#ports/user-connections.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { recordIdOf } from '../support/salesforce-ids.ts';

const ALEX = recordIdOf('005', 1);
const OTTO = recordIdOf('005', 2);

const connection = (orgId: OrgId, userId = ALEX, change: Partial<UserConnection> = {}) => ({
  orgId,
  userId,
  revision: 0,
  username: 'alex@practice.example',
  user: 'alex@practice.example',
  connectedAtMs: 1_000,
  sealed: 'sealed',
  ...change,
});

/** What every `UserConnections` promises. */
export function defineUserConnectionsContract(
  name: string,
  make: () => Promise<Harness<UserConnections>>,
): void {
  describe(`user connections: ${name}`, () => {
    const inOrg = contractCases<UserConnections>({
      make,
      seed: async (store, orgId) => {
        await store.put(connection(orgId));
      },
      observe: (store, orgId) => store.list(orgId),
    });

    inOrg('keeps a connection, written over the revision that was read', async (store, org) => {
      expect(await store.get(org, ALEX)).toBeUndefined();
      expect(await store.put(connection(org, ALEX, { revision: 1 }))).toBe('conflict');
      expect(await store.put(connection(org))).toBe('stored');
      expect(await store.put(connection(org))).toBe('conflict');
      const next = connection(org, ALEX, {
        revision: 1,
        problem: { reason: 'gone', sinceMs: 2_000 },
      });
      expect(await store.put(next)).toBe('stored');
      expect(await store.get(org, ALEX)).toEqual({ ...next, revision: 2 });
    });

    inOrg('lists and deletes', async (store, org) => {
      await store.put(connection(org, OTTO));
      await store.put(connection(org, ALEX));
      expect((await store.list(org)).map(({ userId }) => userId)).toEqual([ALEX, OTTO]);
      expect(await store.delete(org, ALEX)).toBe('deleted');
      expect(await store.delete(org, ALEX)).toBe('unknown');
      expect((await store.list(org)).map(({ userId }) => userId)).toEqual([OTTO]);
    });

    inOrg('forgets an org', async (store, org) => {
      await store.put(connection(org));
      await store.clear(org);
      expect(await store.list(org)).toEqual([]);
    });
  });
}
