import { describe, expect } from 'vitest';
import type { OrgId } from '#core/ids.ts';

import type { JobStore } from '#ports/job-store.ts';
import type { MirrorStore } from '#ports/mirror-store.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { aFeedEvent, feedEvents } from '../support/feed-events.ts';
import { aHide, anUpsert, aTombstone, EPOCH_MS } from '../support/record-writes.ts';
import { recordIdOf } from '../support/salesforce-ids.ts';
import type { FeedSubject } from './feed.contract.ts';

/* What stores promise to the erasing of a person: values go, whatever tells old from new stays. */

const NOW = EPOCH_MS + 3_600_000;
const [ADA, BOB, EVE, NEVER] = [1, 2, 3, 9].map((n) => recordIdOf('003', n)) as [
  ReturnType<typeof recordIdOf>,
  ReturnType<typeof recordIdOf>,
  ReturnType<typeof recordIdOf>,
  ReturnType<typeof recordIdOf>,
];

/** A deleted record, a hidden one, and one that was changed. */
async function seedMirror(store: MirrorStore, org: OrgId): Promise<void> {
  const first = [ADA, BOB, EVE].map((id) =>
    anUpsert({ Email: `${id}@x.example`, Name: 'before' }, { id }),
  );
  await store.apply(org, first, NOW);
  const ends = [
    aTombstone({ id: ADA, stamp: 1 }),
    aHide({ id: BOB, stamp: 1 }),
    anUpsert({ Email: `${EVE}@x.example`, Name: 'after' }, { id: EVE, stamp: 1 }),
  ];
  await store.apply(org, ends, NOW);
}

export function defineMirrorForgettingContract(
  name: string,
  make: () => Promise<Harness<MirrorStore>>,
): void {
  describe(`forgetting values, mirror: ${name}`, () => {
    const inOrg = contractCases({
      make,
      seed: seedMirror,
      observe: (store, org) => store.scan(org, 'Contact', { limit: 10 }),
    });

    inOrg('takes what the org does not show any more, and nothing else', async (store, org) => {
      await seedMirror(store, org);
      const before = await store.getMany(org, 'Contact', [ADA, BOB, EVE]);
      expect(await store.forgetValues(org, 'Contact', [ADA, BOB, EVE, NEVER])).toBe(3);
      const bare = (id: typeof ADA) => {
        const record = before.get(id);
        return record && { ...record, lastChange: { ...record.lastChange, old: {} } };
      };
      expect(await store.get(org, 'Contact', ADA)).toEqual(bare(ADA));
      expect(await store.get(org, 'Contact', BOB)).toEqual({
        ...bare(BOB),
        fields: {},
        fieldSet: '',
      });
      expect(await store.get(org, 'Contact', EVE)).toEqual(bare(EVE));
      expect(await store.counts(org, 'Contact')).toEqual({ live: 1, deleted: 1, hidden: 1 });
      expect(await store.findByEmail(org, `${EVE}@x.example`)).toHaveLength(1);
      expect(await store.forgetValues(org, 'Contact', [ADA, BOB, EVE])).toBe(0);
      expect(await store.forgetValues(org, 'Lead', [ADA])).toBe(0);
    });

    inOrg('older news brings no value back, younger news counts', async (store, org) => {
      await seedMirror(store, org);
      await store.forgetValues(org, 'Contact', [ADA, BOB]);
      const old = [ADA, BOB].map((id) => anUpsert({ Email: 'late@x.example' }, { id }));
      const outcomes = await store.apply(org, old, NOW);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stale', 'stale']);
      expect(await store.findByEmail(org, 'late@x.example')).toEqual([]);
      const again = anUpsert({ Email: 'back@x.example' }, { id: ADA, stamp: 2 });
      expect((await store.apply(org, [again], NOW))[0]?.outcome).toBe('applied');
      expect(await store.findByEmail(org, 'back@x.example')).toHaveLength(1);
    });

    inOrg('lets no writer that comes between be lost', async (store, org) => {
      await seedMirror(store, org);
      const writes = [2, 3, 4, 5].map((stamp) =>
        anUpsert({ Name: `${stamp}` }, { id: EVE, stamp }),
      );
      await Promise.all([
        ...writes.map((write) => store.apply(org, [write], NOW)),
        ...writes.map(() => store.forgetValues(org, 'Contact', [EVE])),
      ]);
      expect((await store.get(org, 'Contact', EVE))?.fields).toEqual({ Name: '5' });
    });
  });
}

export function defineFeedForgettingContract(
  name: string,
  make: () => Promise<Harness<FeedSubject>>,
): void {
  describe(`forgetting values, feed: ${name}`, () => {
    const append = async ({ feed, clock }: FeedSubject, org: OrgId, count: number) => {
      for (let n = 0; n < count; n += 1) {
        await feed.append(org, feedEvents(org, 2, 2 * n), clock.now());
      }
    };
    const inOrg = contractCases<FeedSubject>({
      make,
      seed: (subject, org) => append(subject, org, 2),
      observe: ({ feed }, org) => feed.read(org, undefined, 10),
    });

    inOrg(
      'empties the events that are wanted; order, ids and cursors stay',
      async (subject, org) => {
        const { feed } = subject;
        await append(subject, org, 2);
        const { next } = await feed.read(org, undefined, 2);
        const wanted = feedEvents(org, 4)[2]?.recordId;
        const forget = () => feed.forgetValues(org, ({ recordId }) => recordId === wanted);
        expect(await forget()).toEqual({ events: 1 });
        const { events } = await feed.read(org, undefined, 10);
        const bare = aFeedEvent(org, 2, { changed: {} });
        expect(events).toEqual([...feedEvents(org, 2), bare, aFeedEvent(org, 3)]);
        expect((await feed.read(org, next, 10)).events).toEqual(events.slice(2));
        expect(await forget()).toEqual({ events: 0 });
      },
    );

    inOrg('goes through more than one call looks at', async (subject, org) => {
      await append(subject, org, 60);
      const { feed } = subject;
      const calls: number[] = [];
      for (let from: number | undefined; ; ) {
        const { events, next } = await feed.forgetValues(org, () => true, from);
        calls.push(events);
        from = next;
        if (from === undefined) break;
      }
      expect(calls).toEqual([100, 20]);
      const { events } = await feed.read(org, undefined, 1_000);
      expect(events.every(({ changed }) => Object.keys(changed).length === 0)).toBe(true);
    });

    inOrg('has nothing to do in an empty feed', async ({ feed }, org) => {
      expect(await feed.forgetValues(org, () => true)).toEqual({ events: 0 });
    });
  });
}

export function defineFindingsForgettingContract(
  name: string,
  make: () => Promise<Harness<JobStore>>,
): void {
  describe(`forgetting findings: ${name}`, () => {
    const seed = async (store: JobStore, org: OrgId) => {
      for (const pass of ['one', 'two']) {
        const findings = [ADA, BOB].map((id) => ({
          object: 'Contact',
          id,
          kind: 'stale' as const,
        }));
        await store.addFindings(org, pass, findings);
      }
    };
    const inOrg = contractCases<JobStore>({
      make,
      seed,
      observe: (store, org) => store.listFindings(org, 'one', { limit: 10 }),
    });

    inOrg('takes those of the records from every pass', async (store, org) => {
      await seed(store, org);
      expect(await store.removeFindings(org, [ADA, NEVER])).toBe(2);
      for (const pass of ['one', 'two']) {
        const left = await store.listFindings(org, pass, { limit: 10 });
        expect(left.map(({ id }) => id)).toEqual([BOB]);
      }
      expect(await store.removeFindings(org, [])).toBe(0);
    });
  });
}
