import { describe, expect } from 'vitest';
import type { ActivityState, LedgerEntry } from '#core/activities/ledger-entry.ts';
import type { OrgId } from '#core/ids.ts';
import type { ActivityLedger } from '#ports/activity-ledger.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { EPOCH_MS } from '../support/record-writes.ts';
import { recordIdOf } from '../support/salesforce-ids.ts';

function entry(
  orgId: OrgId,
  id: string,
  state: ActivityState = 'queued',
  sinceMs = EPOCH_MS,
): LedgerEntry {
  return {
    orgId,
    id,
    revision: 0,
    version: 1,
    hash: 'h',
    state,
    stateSinceMs: sinceMs,
    acceptedAtMs: EPOCH_MS,
    activity: {
      id,
      version: 1,
      kind: 'email.received',
      at: '2026-11-20T09:30:15Z',
      user: 'me@acme.example',
      from: 'ada@acme.example',
      subject: 'Grüße 👋',
      text: 'long '.repeat(1_000),
    },
    userId: recordIdOf('005', 1),
    rows: [],
    skips: [{ person: 0, reason: 'no-record' }],
    attempts: 0,
  };
}

const ids = (entries: readonly LedgerEntry[]) => entries.map(({ id }) => id);

/** What every `ActivityLedger` promises. */
export function defineActivityLedgerContract(
  name: string,
  make: () => Promise<Harness<ActivityLedger>>,
): void {
  describe(`activity ledger: ${name}`, () => {
    const inOrg = contractCases<ActivityLedger>({
      make,
      seed: async (ledger, orgId) => {
        await ledger.put(orgId, [entry(orgId, 'a'), entry(orgId, 'b', 'failed')]);
      },
      observe: async (ledger, orgId) => [
        await ledger.getMany(orgId, ['a', 'b']),
        await ledger.list(orgId, 'failed', { limit: 10 }),
      ],
    });

    inOrg('answers what was stored, with the next revision', async (ledger, org) => {
      expect(await ledger.put(org, [entry(org, 'a'), entry(org, 'b')])).toEqual([
        'stored',
        'stored',
      ]);
      const found = await ledger.getMany(org, ['b', 'x', 'a']);
      expect([...found.keys()].sort()).toEqual(['a', 'b']);
      expect(found.get('a')).toEqual({ ...entry(org, 'a'), revision: 1 });
    });

    inOrg('writes only over the revision that was read', async (ledger, org) => {
      await ledger.put(org, [entry(org, 'a')]);
      const next = { ...entry(org, 'a', 'written'), revision: 1 };
      expect(await ledger.put(org, [entry(org, 'a'), entry(org, 'b'), next])).toEqual([
        'conflict',
        'stored',
        'stored',
      ]);
      expect(await ledger.put(org, [next, { ...next, id: 'c' }])).toEqual(['conflict', 'conflict']);
      expect((await ledger.getMany(org, ['a'])).get('a')).toMatchObject({
        revision: 2,
        state: 'written',
      });
    });

    inOrg('lets one of many writers win', async (ledger, org) => {
      await ledger.put(org, [entry(org, 'a')]);
      const next = { ...entry(org, 'a', 'writing'), revision: 1 };
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => ledger.put(org, [next])));
      expect(outcomes.flat().filter((outcome) => outcome === 'stored')).toHaveLength(1);
    });

    inOrg('lists a state, longest in it first, page by page', async (ledger, org) => {
      const waiting = Array.from({ length: 45 }, (_, n) =>
        entry(org, `w${n}`, 'unresolved', EPOCH_MS + Math.floor(n / 3)),
      );
      await ledger.put(org, [...waiting, entry(org, 'q')]);
      const all = await ledger.list(org, 'unresolved', { limit: 100 });
      const order = waiting
        .toSorted((a, b) => a.stateSinceMs - b.stateSinceMs || (a.id < b.id ? -1 : 1))
        .map(({ id }) => id);
      expect(ids(all)).toEqual(order);
      const paged: string[] = [];
      for (let after: LedgerEntry | undefined; ; ) {
        const options = { limit: 7, ...(after !== undefined && { after }) };
        const page = await ledger.list(org, 'unresolved', options);
        paged.push(...ids(page));
        after = page.at(-1);
        if (page.length < 7) break;
      }
      expect(paged).toEqual(order);
      const [first] = all;
      if (first !== undefined) await ledger.put(org, [{ ...first, state: 'written' }]);
      expect(ids(await ledger.list(org, 'unresolved', { limit: 100 }))).toEqual(order.slice(1));
    });

    inOrg('forgets an org', async (ledger, org) => {
      await ledger.put(org, [entry(org, 'a'), entry(org, 'b', 'failed')]);
      await ledger.clear(org);
      expect((await ledger.getMany(org, ['a', 'b'])).size).toBe(0);
      expect(await ledger.list(org, 'failed', { limit: 10 })).toEqual([]);
    });
  });
}
