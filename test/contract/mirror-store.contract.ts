import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { Fields, MirrorRecord, RecordWrite } from '#core/record.ts';
import { decideWrite } from '#core/versions.ts';
import type { MirrorStore } from '#ports/mirror-store.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { aHide, anUpsert, aTombstone, EPOCH_MS } from '../support/record-writes.ts';
import { freshOrgId, recordIdOf } from '../support/salesforce-ids.ts';
import { defineLoading } from './mirror-loads.contract.ts';

const NOW = EPOCH_MS + 3_600_000;
const CONTACT = recordIdOf('003', 1);
const OWNER = recordIdOf('005', 1);
const ADDRESS = 'jane@example.com';
const OBJECTS = ['Contact', 'Lead', 'Task', 'Account'];

export interface MirrorStoreContractOptions {
  /** Sequences that the property tests try. */
  readonly runs: number;
  /** Records of the large case: more than one transaction or batch of the adapter takes. */
  readonly manyRecords: number;
}

/** What every `MirrorStore` promises. */
export function defineMirrorStoreContract(
  name: string,
  make: () => Promise<Harness<MirrorStore>>,
  { runs, manyRecords }: MirrorStoreContractOptions,
): void {
  describe(`mirror store: ${name}`, () => {
    const inOrg = contractCases({ make, seed, observe });
    defineWriting(inOrg, manyRecords);
    defineLoading(inOrg);
    defineConcurrency(inOrg);
    defineLookUps(inOrg);
    defineListings(inOrg);
    defineCountsAndClearing(inOrg);
    defineProperties(inOrg, runs);
  });
}

type InOrg = ReturnType<typeof contractCases<MirrorStore>>;

/** Neighbours hold records with the ids, address and owner that the cases use. */
async function seed(store: MirrorStore, orgId: OrgId): Promise<void> {
  const fields = { Email: ADDRESS, OwnerId: OWNER, Name: `of ${orgId}`, AccountId: CONTACT };
  const writes: RecordWrite[] = OBJECTS.map((object) => anUpsert(fields, { object }));
  await store.apply(orgId, [...writes, aTombstone({ id: recordIdOf('003', 2) })], NOW);
}

async function observe(store: MirrorStore, orgId: OrgId): Promise<unknown> {
  const objects = await Promise.all(
    OBJECTS.map(async (object) => [
      await store.scan(orgId, object, { limit: 100 }),
      await store.counts(orgId, object),
    ]),
  );
  return [objects, await store.findByEmail(orgId, ADDRESS)];
}

const ids = (records: readonly { id: RecordId }[]): RecordId[] => records.map(({ id }) => id);

function defineWriting(inOrg: InOrg, manyRecords: number): void {
  inOrg('knows nothing of an org before the first write', async (store, org) => {
    expect(await store.get(org, 'Contact', CONTACT)).toBeUndefined();
    expect(await store.getMany(org, 'Contact', [CONTACT])).toEqual(new Map());
    expect(await store.findByEmail(org, ADDRESS)).toEqual([]);
    expect(await store.tasksByOwner(org, OWNER, 10)).toEqual([]);
    expect(await store.versions(org, 'Contact', { limit: 10 })).toEqual([]);
    expect(await store.scan(org, 'Contact', { limit: 10 })).toEqual([]);
    expect(await store.referrers(org, 'Contact', 'AccountId', CONTACT, { limit: 10 })).toEqual([]);
    expect(await store.counts(org, 'Contact')).toEqual({ live: 0, deleted: 0, hidden: 0 });
    expect(await store.apply(org, [], NOW)).toEqual([]);
  });

  inOrg('gives back what was written, value for value', async (store, org) => {
    const fields = {
      Name: "O'Brien; DROP TABLE mirror_record; -- \u{1F600} ünïcode \u0000 end",
      Empty: '',
      Nothing: null,
      Amount: -12.5,
      Large: 9_007_199_254_740_991,
      Yes: true,
      Text: 'line\r\nbreak, "quoted", \\ ',
      Date: '2026-11-21T09:00:00.000Z',
    };
    const [outcome] = await store.apply(org, [anUpsert(fields)], NOW);
    expect(outcome).toEqual(decideWrite(undefined, anUpsert(fields), NOW));
    expect(await store.get(org, 'Contact', CONTACT)).toEqual(outcome?.record);
    expect(outcome?.record.fields).toEqual(fields);
  });

  inOrg('keeps fields named like members of every object apart from them', async (store, org) => {
    const fields = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}') as Fields;
    await store.apply(org, [anUpsert(fields)], NOW);
    const record = await store.get(org, 'Contact', CONTACT);
    expect(Object.entries(record?.fields ?? {}).sort()).toEqual(Object.entries(fields).sort());
    expect(Object.getPrototypeOf(record?.fields)).toBe(Object.prototype);
  });

  inOrg('keeps long texts', async (store, org) => {
    const fields = { Description: 'ä'.repeat(131_072), Other: 'x'.repeat(131_072) };
    await store.apply(org, [anUpsert(fields)], NOW);
    expect((await store.get(org, 'Contact', CONTACT))?.fields).toEqual(fields);
  });

  inOrg('reports each write’s outcome in the order of the writes', async (store, org) => {
    const [first, second, third] = [
      recordIdOf('003', 1),
      recordIdOf('003', 2),
      recordIdOf('003', 3),
    ];
    await store.apply(org, [anUpsert({ Name: 'a' }, { id: second, stamp: 5 })], NOW);
    const unsettled = { id: third, stamp: 5, readAfterMs: 0 };
    await store.apply(org, [anUpsert({ Name: 'a' }, unsettled)], NOW);
    const outcomes = await store.apply(
      org,
      [
        anUpsert({ Name: 'new' }, { id: first }),
        anUpsert({ Name: 'late' }, { id: second, stamp: 4 }),
        anUpsert({ Name: 'a' }, { id: second, stamp: 5 }),
        anUpsert({ Name: 'b' }, unsettled),
        anUpsert({ Name: 'other' }, { object: 'Lead', id: recordIdOf('00Q', 1) }),
      ],
      NOW,
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'applied',
      'stale',
      'unchanged',
      'tie',
      'applied',
    ]);
    expect(outcomes.map(({ record }) => record.fields['Name'])).toEqual([
      'new',
      'a',
      'a',
      'a',
      'other',
    ]);
  });

  inOrg('applies several writes to one record in order', async (store, org) => {
    const writes = [
      anUpsert({ Name: 'one' }, { stamp: 1 }),
      aTombstone({ stamp: 2 }),
      anUpsert({ Name: 'three' }, { stamp: 3 }),
      anUpsert({ Name: 'too late' }, { stamp: 2 }),
    ];
    const outcomes = await store.apply(org, writes, NOW);
    expect(outcomes.map(({ outcome, record }) => [outcome, record.revision])).toEqual([
      ['applied', 1],
      ['applied', 2],
      ['applied', 3],
      ['stale', 3],
    ]);
    expect(await store.get(org, 'Contact', CONTACT)).toEqual(outcomes.at(-1)?.record);
    expect(await store.counts(org, 'Contact')).toEqual({ live: 1, deleted: 0, hidden: 0 });
  });

  inOrg(
    'stores a moved version of unchanged content without a new revision',
    async (store, org) => {
      await store.apply(org, [anUpsert({ Name: 'a' }, { stamp: 1 })], NOW);
      const again = anUpsert({ Name: 'a' }, { stamp: 7 });
      const [outcome] = await store.apply(org, [again], NOW);
      expect(outcome?.outcome).toBe('unchanged');
      const record = await store.get(org, 'Contact', CONTACT);
      expect(record).toMatchObject({ version: again.version, revision: 1 });
    },
  );

  inOrg('applies more writes than one step takes', async (store, org) => {
    const writes = Array.from({ length: manyRecords }, (_, n) =>
      anUpsert({ Name: `contact ${n}` }, { id: recordIdOf('003', n) }),
    );
    const outcomes = await store.apply(org, writes, NOW);
    expect(outcomes.map(({ record }) => record.id)).toEqual(ids(writes));
    expect(await store.counts(org, 'Contact')).toMatchObject({ live: manyRecords });
    const found = await store.getMany(org, 'Contact', ids(writes));
    expect(found.size).toBe(manyRecords);
    expect(found.get(recordIdOf('003', 7))?.fields).toEqual({ Name: 'contact 7' });
  });

  inOrg('gives of many ids those it holds, deleted ones too', async (store, org) => {
    const [one, two, three] = [recordIdOf('003', 1), recordIdOf('003', 2), recordIdOf('003', 3)];
    await store.apply(org, [anUpsert({}, { id: one }), aTombstone({ id: three })], NOW);
    const found = await store.getMany(org, 'Contact', [three, two, one, one]);
    expect([...found.keys()].sort()).toEqual([one, three]);
    expect(found.get(three)?.deleted).toBe(true);
    expect(await store.getMany(org, 'Lead', [one])).toEqual(new Map());
    expect(await store.getMany(org, 'Contact', [])).toEqual(new Map());
  });

  inOrg(
    'writes a tombstone for a record it never knew, and remembers a merge',
    async (store, org) => {
      const winner = recordIdOf('003', 9);
      const [outcome] = await store.apply(org, [aTombstone({ mergedInto: winner })], NOW);
      expect(outcome).toMatchObject({ outcome: 'applied', record: { deleted: true, revision: 1 } });
      expect(await store.get(org, 'Contact', CONTACT)).toMatchObject({ mergedInto: winner });
      await store.apply(org, [anUpsert({ Name: 'back' }, { stamp: 60 })], NOW);
      const back = await store.get(org, 'Contact', CONTACT);
      expect(back).toMatchObject({ deleted: false, fields: { Name: 'back' } });
      expect(back).not.toHaveProperty('mergedInto');
    },
  );
}

function defineConcurrency(inOrg: InOrg): void {
  inOrg('never goes backwards under writers that run at the same time', async (store, org) => {
    const stamps = Array.from({ length: 24 }, (_, n) => (n * 7) % 24);
    const results = await Promise.all(
      stamps.map((stamp) => store.apply(org, [anUpsert({ Name: `at ${stamp}` }, { stamp })], NOW)),
    );
    const stored = await store.get(org, 'Contact', CONTACT);
    expect(stored?.fields).toEqual({ Name: 'at 23' });
    // Each applied write has a revision of its own, without a hole: none overwrote another unseen.
    const revisions = results
      .flat()
      .flatMap((r) => (r.outcome === 'applied' ? [r.record.revision] : []));
    expect(revisions.sort((a, b) => a - b)).toEqual(revisions.map((_, n) => n + 1));
    expect(stored?.revision).toBe(revisions.length);
    expect(await store.counts(org, 'Contact')).toEqual({ live: 1, deleted: 0, hidden: 0 });
  });

  inOrg('creates a record once when many write it first', async (store, org) => {
    const results = await Promise.all(
      Array.from({ length: 12 }, () => store.apply(org, [anUpsert({ Name: 'same' })], NOW)),
    );
    const outcomes = results.flat().map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'unchanged')).toHaveLength(11);
    expect(await store.counts(org, 'Contact')).toEqual({ live: 1, deleted: 0, hidden: 0 });
  });
}

function defineLookUps(inOrg: InOrg): void {
  inOrg(
    'finds live records of any object by e-mail, without regard to case',
    async (store, org) => {
      const lead = { object: 'Lead', id: recordIdOf('00Q', 1) };
      await store.apply(
        org,
        [
          anUpsert({ Email: 'Jane@Example.COM', Name: 'contact' }),
          anUpsert({ Email: ADDRESS, Name: 'lead' }, lead),
          anUpsert({ Email: 'jane@example.co' }, { id: recordIdOf('003', 2) }),
          anUpsert({ Email: null }, { id: recordIdOf('003', 3) }),
          anUpsert({ Name: 'no address' }, { id: recordIdOf('003', 4) }),
        ],
        NOW,
      );
      const found = await store.findByEmail(org, 'JANE@example.com');
      expect(found.map(({ object, fields }) => [object, fields['Name']]).sort()).toEqual([
        ['Contact', 'contact'],
        ['Lead', 'lead'],
      ]);
      expect(found.find(({ object }) => object === 'Lead')).toEqual(
        await store.get(org, 'Lead', lead.id),
      );
      expect(await store.findByEmail(org, 'jane@example.%')).toEqual([]);
      expect(await store.findByEmail(org, "' OR 1=1 --")).toEqual([]);
      expect(await store.findByEmail(org, '')).toEqual([]);
    },
  );

  inOrg('follows changed addresses, deletions and hiding in look-ups', async (store, org) => {
    const names = async (email: string) => ids(await store.findByEmail(org, email));
    await store.apply(org, [anUpsert({ Email: ADDRESS }, { stamp: 1 })], NOW);
    expect(await names(ADDRESS)).toEqual([CONTACT]);
    await store.apply(org, [anUpsert({ Email: 'new@example.com' }, { stamp: 2 })], NOW);
    expect(await names(ADDRESS)).toEqual([]);
    expect(await names('new@example.com')).toEqual([CONTACT]);
    await store.apply(org, [aHide({ stamp: 3 })], NOW);
    expect(await names('new@example.com')).toEqual([]);
    expect(await store.get(org, 'Contact', CONTACT)).toMatchObject({
      hidden: true,
      deleted: false,
      fields: { Email: 'new@example.com' },
    });
    await store.apply(org, [anUpsert({ Email: ADDRESS }, { stamp: 4 })], NOW);
    expect(await names(ADDRESS)).toEqual([CONTACT]);
    await store.apply(org, [aTombstone({ stamp: 5 })], NOW);
    expect(await names(ADDRESS)).toEqual([]);
  });

  inOrg('lists an owner’s live Tasks, newest first', async (store, org) => {
    const task = (n: number) => ({ object: 'Task', id: recordIdOf('00T', n) });
    await store.apply(
      org,
      [
        anUpsert({ OwnerId: OWNER }, { ...task(1), stamp: 10 }),
        anUpsert({ OwnerId: OWNER }, { ...task(2), stamp: 1_000 }),
        anUpsert({ OwnerId: OWNER }, { ...task(3), stamp: 20 }),
        anUpsert({ OwnerId: recordIdOf('005', 2) }, { ...task(4), stamp: 30 }),
        anUpsert({ OwnerId: OWNER }, { ...task(5), stamp: 40 }),
        anUpsert({ OwnerId: OWNER }, { object: 'Event', id: recordIdOf('00U', 1), stamp: 50 }),
      ],
      NOW,
    );
    await store.apply(org, [aTombstone({ ...task(5), stamp: 41 })], NOW);
    expect(ids(await store.tasksByOwner(org, OWNER, 10))).toEqual([2, 3, 1].map((n) => task(n).id));
    expect(ids(await store.tasksByOwner(org, OWNER, 2))).toEqual([2, 3].map((n) => task(n).id));

    const other = recordIdOf('005', 2);
    await store.apply(org, [anUpsert({ OwnerId: other }, { ...task(3), stamp: 60 })], NOW);
    expect(ids(await store.tasksByOwner(org, OWNER, 10))).toEqual([2, 1].map((n) => task(n).id));
    expect(ids(await store.tasksByOwner(org, other, 10))).toEqual([3, 4].map((n) => task(n).id));
  });
}

function defineListings(inOrg: InOrg): void {
  const many = Array.from({ length: 40 }, (_, n) => recordIdOf('003', n * 17));

  async function pages<T extends { id: RecordId } | RecordId>(
    limit: number,
    page: (options: { after?: RecordId; limit: number }) => Promise<readonly T[]>,
  ): Promise<T[]> {
    const all: T[] = [];
    for (let after: RecordId | undefined; ; ) {
      const rows = await page(after === undefined ? { limit } : { after, limit });
      expect(rows.length).toBeLessThanOrEqual(limit);
      if (rows.length === 0) return all;
      all.push(...rows);
      const last = rows.at(-1) as T;
      after = typeof last === 'string' ? last : last.id;
    }
  }
  inOrg(
    'pages through versions in id order, deleted and hidden ones included',
    async (store, org) => {
      await store.apply(
        org,
        many.toReversed().map((id) => anUpsert({ Name: id }, { id })),
        NOW,
      );
      const gone = many[3] as RecordId;
      const unseen = many[4] as RecordId;
      await store.apply(
        org,
        [aTombstone({ id: gone, stamp: 9 }), aHide({ id: unseen, stamp: 9 })],
        NOW,
      );
      const rows = await pages(7, (options) => store.versions(org, 'Contact', options));
      expect(ids(rows)).toEqual(many);
      const state = (id: RecordId) => rows.find((row) => row.id === id);
      expect(state(gone)).toEqual({
        id: gone,
        modstampMs: EPOCH_MS + 9_000,
        readAtMs: EPOCH_MS + 9_000,
        deleted: true,
        hidden: false,
      });
      expect(state(unseen)).toMatchObject({ deleted: false, hidden: true });
      expect(state(many[5] as RecordId)).toMatchObject({ deleted: false, hidden: false });
    },
  );

  inOrg('pages through whole records in id order', async (store, org) => {
    await store.apply(
      org,
      many.map((id) => anUpsert({ Name: id }, { id })),
      NOW,
    );
    await store.apply(org, [anUpsert({}, { object: 'Contact__c', id: recordIdOf('a01', 1) })], NOW);
    const records = await pages(9, (options) => store.scan(org, 'Contact', options));
    expect(ids(records)).toEqual(many);
    expect(records[2]).toEqual(await store.get(org, 'Contact', many[2] as RecordId));
  });

  inOrg('lists live records that refer to another, in id order', async (store, org) => {
    const target = recordIdOf('001', 1);
    await store.apply(
      org,
      many.map((id, n) => anUpsert({ AccountId: n % 2 === 0 ? target : OWNER }, { id })),
      NOW,
    );
    await store.apply(org, [aTombstone({ id: many[0] as RecordId, stamp: 5 })], NOW);
    await store.apply(org, [aHide({ id: many[2] as RecordId, stamp: 5 })], NOW);
    const found = await pages(4, (options) =>
      store.referrers(org, 'Contact', 'AccountId', target, options),
    );
    expect(found).toEqual(many.filter((_, n) => n % 2 === 0 && n > 2));
    expect(await store.referrers(org, 'Contact', 'OwnerId', target, { limit: 5 })).toEqual([]);
    expect(await store.referrers(org, 'Contact', '$."AccountId"', target, { limit: 5 })).toEqual(
      [],
    );
  });
}

function defineCountsAndClearing(inOrg: InOrg): void {
  inOrg('counts live, deleted and hidden records through every transition', async (store, org) => {
    const counted = async (...writes: RecordWrite[]) => {
      await store.apply(org, writes, NOW);
      const { live, deleted, hidden } = await store.counts(org, 'Contact');
      return [live, deleted, hidden];
    };
    const two = recordIdOf('003', 2);
    expect(await counted(anUpsert({ N: 1 }, { stamp: 1 }), anUpsert({}, { id: two }))).toEqual([
      2, 0, 0,
    ]);
    expect(await counted(anUpsert({ N: 2 }, { stamp: 2 }))).toEqual([2, 0, 0]);
    expect(await counted(aHide({ stamp: 3 }))).toEqual([1, 0, 1]);
    expect(await counted(aTombstone({ stamp: 4 }))).toEqual([1, 1, 0]);
    expect(await counted(aTombstone({ stamp: 4 }))).toEqual([1, 1, 0]);
    expect(await counted(anUpsert({ N: 3 }, { stamp: 3 }))).toEqual([1, 1, 0]);
    expect(await counted(anUpsert({ N: 3 }, { stamp: 20 }))).toEqual([2, 0, 0]);
    expect(await store.counts(org, 'Lead')).toEqual({ live: 0, deleted: 0, hidden: 0 });
  });

  inOrg('forgets one object', async (store, org) => {
    await seed(store, org);
    await store.clear(org, 'Contact');
    expect(await store.scan(org, 'Contact', { limit: 10 })).toEqual([]);
    expect(await store.counts(org, 'Contact')).toEqual({ live: 0, deleted: 0, hidden: 0 });
    expect((await store.findByEmail(org, ADDRESS)).map(({ object }) => object).sort()).toEqual([
      'Account',
      'Lead',
      'Task',
    ]);
    expect(await store.counts(org, 'Lead')).toMatchObject({ live: 1 });
    const [outcome] = await store.apply(org, [anUpsert({ Name: 'anew' })], NOW);
    expect(outcome).toMatchObject({ outcome: 'applied', record: { revision: 1 } });
    expect(await store.counts(org, 'Contact')).toEqual({ live: 1, deleted: 0, hidden: 0 });
  });

  inOrg('forgets an org', async (store, org) => {
    await seed(store, org);
    await store.clear(org);
    for (const object of OBJECTS) {
      expect(await store.scan(org, object, { limit: 10 })).toEqual([]);
      expect(await store.counts(org, object)).toEqual({ live: 0, deleted: 0, hidden: 0 });
    }
    expect(await store.findByEmail(org, ADDRESS)).toEqual([]);
    expect(await store.tasksByOwner(org, OWNER, 10)).toEqual([]);
  });
}

const writeOf = fc
  .record({
    kind: fc.constantFrom('upsert', 'upsert', 'upsert', 'tombstone', 'hide'),
    n: fc.integer({ min: 1, max: 3 }),
    stamp: fc.integer({ min: 0, max: 6 }),
    readAfterMs: fc.constantFrom(0, 1_000, 6_000, 60_000),
    name: fc.constantFrom('a', 'b', 'c'),
  })
  .map(({ kind, n, stamp, readAfterMs, name }): RecordWrite => {
    const options = { id: recordIdOf('003', n), stamp, readAfterMs };
    if (kind === 'tombstone') return aTombstone({ ...options, readAfterMs: 0 });
    return kind === 'hide' ? aHide(options) : anUpsert({ Name: name }, options);
  });

function fold(writes: readonly RecordWrite[]): Map<RecordId, MirrorRecord> {
  const records = new Map<RecordId, MirrorRecord>();
  for (const write of writes) {
    records.set(write.id, decideWrite(records.get(write.id), write, NOW).record);
  }
  return records;
}

/** What a record says, not how often it was written. */
function content({ deleted, hidden, fields, version }: MirrorRecord) {
  return { deleted, hidden, fields, version };
}

function defineProperties(inOrg: InOrg, runs: number): void {
  inOrg('ends as the version rule folded over the writes in their order', async (store) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(writeOf, { maxLength: 8 }), { maxLength: 5 }),
        async (calls) => {
          const org = freshOrgId();
          for (const writes of calls) await store.apply(org, writes, NOW);
          const stored = await store.getMany(
            org,
            'Contact',
            [1, 2, 3].map((n) => recordIdOf('003', n)),
          );
          expect(stored).toEqual(fold(calls.flat()));
          const live = [...stored.values()].filter(({ deleted, hidden }) => !deleted && !hidden);
          expect(await store.counts(org, 'Contact')).toMatchObject({ live: live.length });
        },
      ),
      { numRuns: runs },
    );
  });

  inOrg(
    'ends, whatever writers interleave, as the version rule in version order says',
    async (store) => {
      // Settled versions are in one order (R1); content follows from the version, as it does in an org.
      const settled = fc
        .record({ n: fc.integer({ min: 1, max: 2 }), stamp: fc.integer({ min: 0, max: 9 }) })
        .map(({ n, stamp }) => {
          const options = { id: recordIdOf('003', n), stamp };
          return stamp % 4 === 3 ? aTombstone(options) : anUpsert({ Name: `at ${stamp}` }, options);
        });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(settled, { minLength: 1, maxLength: 6 }), { maxLength: 6 }),
          async (calls) => {
            const org = freshOrgId();
            await Promise.all(calls.map((writes) => store.apply(org, writes, NOW)));
            const inOrder = calls
              .flat()
              .sort((a, b) => a.version.modstampMs - b.version.modstampMs);
            const expected = [...fold(inOrder)].map(([id, record]) => [id, content(record)]);
            const stored = await store.scan(org, 'Contact', { limit: 10 });
            expect(new Map(stored.map((record) => [record.id, content(record)]))).toEqual(
              new Map(expected as [RecordId, unknown][]),
            );
          },
        ),
        { numRuns: runs },
      );
    },
  );
}
