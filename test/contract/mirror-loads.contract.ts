import { expect } from 'vitest';
import { bulkColumns, rowEncoder, rowLoader, rowWriter } from '#core/bulk-rows.ts';
import type { RecordId } from '#core/ids.ts';
import type { FieldValue } from '#core/record.ts';
import type { MirrorStore } from '#ports/mirror-store.ts';
import type { contractCases } from '../support/contract-case.ts';
import { aHide, anUpsert, aTombstone, EPOCH_MS } from '../support/record-writes.ts';
import { freshOrgId, recordIdOf } from '../support/salesforce-ids.ts';

const NOW = EPOCH_MS + 3_600_000;
const READ_AT = EPOCH_MS + 60_000;
const OWNER = recordIdOf('005', 1);
const FIELDS = ['__proto__', 'Amount', 'CreatedDate', 'Email', 'OwnerId', 'Subject'];
const DESCRIBED = ['Id', 'SystemModstamp', 'IsDeleted', ...FIELDS].map((name) => ({
  name,
  type: 'string',
}));
const job = {
  object: 'Task',
  columns: bulkColumns({ fields: FIELDS, hash: 'abc' }, DESCRIBED),
  fieldSet: 'abc',
  bornAfterMs: EPOCH_MS,
};
const toWrite = rowWriter(job, READ_AT);

type Row = readonly FieldValue[];

const idOf = (n: number): RecordId => recordIdOf('00T', n);

/** A row of the job: an old Task, alive unless told. */
function aRow(n: number, { deleted = false, subject = `Task ${n}`, bornMs = 0 } = {}): Row {
  const [stamp, born] = [EPOCH_MS + n * 1_000, bornMs].map((ms) => new Date(ms).toISOString());
  const values = [
    'own',
    n % 3 === 0 ? null : n + 0.5,
    born,
    `P${n % 7}@Example.com`,
    OWNER,
    subject,
  ];
  return [idOf(n), stamp, deleted, ...values] as Row;
}

/** As a job's page is taken in: what the short way leaves takes the long one. */
async function takeIn(
  store: MirrorStore,
  org: ReturnType<typeof freshOrgId>,
  rows: readonly Row[],
) {
  const written = await store.addUnknown(
    org,
    rowLoader(job, READ_AT)(rowEncoder(job.columns)(rows)),
    NOW,
  );
  const rest = rows.map(toWrite).filter(({ id }) => !written.has(id));
  await store.apply(org, rest, NOW);
  return written;
}

async function heldOf(store: MirrorStore, org: ReturnType<typeof freshOrgId>) {
  const records = await store.scan(org, 'Task', { limit: 5_000 });
  return { records, counts: await store.counts(org, 'Task') };
}

/** `addUnknown` is a short way of `apply`, and ends where that ends. */
export function defineLoading(inOrg: ReturnType<typeof contractCases<MirrorStore>>): void {
  inOrg('ends with rows of unknown records where their writes end', async (store, org) => {
    const text = 'line\r\nbreak, "quoted", \\ \u{1F600} \u2028 end';
    const rows = Array.from({ length: 1_203 }, (_, n) => aRow(n + 1, { subject: `${text} ${n}` }));
    const other = freshOrgId();
    await takeIn(store, org, rows);
    await store.apply(other, rows.map(toWrite), NOW);
    const held = await heldOf(store, org);
    expect(held).toEqual(await heldOf(store, other));
    expect(held.records).toHaveLength(1_203);
    expect(Object.getPrototypeOf(held.records[0]?.fields)).toBe(Object.prototype);
    expect(Object.entries(held.records[0]?.fields ?? {})).toContainEqual(['__proto__', 'own']);
    const loaded = await store.getMany(org, 'Task', [idOf(1_200), idOf(3)]);
    expect(loaded).toEqual(await store.getMany(other, 'Task', [idOf(1_200), idOf(3)]));
  });

  inOrg('finds rows that were loaded by address, owner and reference', async (store, org) => {
    await takeIn(
      store,
      org,
      Array.from({ length: 300 }, (_, n) => aRow(n + 1)),
    );
    const found = await store.findByEmail(org, 'p5@EXAMPLE.com');
    expect(found.map(({ id }) => id)).toContain(idOf(5));
    expect(found.every(({ fields }) => fields['Email'] === 'P5@Example.com')).toBe(true);
    const [newest] = await store.tasksByOwner(org, OWNER, 1);
    expect(newest?.id).toBe(idOf(300));
    const referring = await store.referrers(org, 'Task', 'OwnerId', OWNER, { limit: 1_000 });
    expect(referring).toHaveLength(300);
    await store.apply(
      org,
      [{ ...toWrite(aRow(9, { subject: 'x' })), version: { modstampMs: NOW, readAtMs: NOW } }],
      NOW,
    );
    expect(await store.referrers(org, 'Task', 'OwnerId', OWNER, { limit: 1_000 })).toEqual(
      referring,
    );
    expect(await store.referrers(org, 'Task', 'OwnerId', idOf(1), { limit: 9 })).toEqual([]);
    expect(await store.referrers(org, 'Task', 'No"Field', OWNER, { limit: 9 })).toEqual([]);
  });

  inOrg('leaves alone what it knows anything of, gone or hidden too', async (store, org) => {
    const known = { object: 'Task', stamp: 900 };
    await store.apply(
      org,
      [
        aTombstone({ ...known, id: idOf(2) }),
        aHide({ ...known, id: idOf(3) }),
        anUpsert({ Subject: 'newer' }, { ...known, id: idOf(4) }),
      ],
      NOW,
    );
    const before = await store.getMany(org, 'Task', [idOf(2), idOf(3), idOf(4)]);
    const written = await takeIn(
      store,
      org,
      [1, 2, 3, 4, 5].map((n) => aRow(n)),
    );
    for (const id of before.keys()) expect(written.has(id)).toBe(false);
    expect(await store.getMany(org, 'Task', [...before.keys()])).toEqual(before);
    expect((await store.counts(org, 'Task')).live).toBe(3);
    expect(await takeIn(store, org, [aRow(1), aRow(5)])).toEqual(new Set());
  });

  inOrg('takes no row of a record that is deleted or was just created', async (store, org) => {
    const rows = [aRow(1, { deleted: true }), aRow(2, { bornMs: EPOCH_MS }), aRow(3)];
    const written = await takeIn(store, org, rows);
    expect([idOf(1), idOf(2)].some((id) => written.has(id))).toBe(false);
    const records = (await heldOf(store, org)).records;
    expect(records.map(({ lastChange }) => lastChange.type)).toEqual([
      'record.deleted',
      'record.created',
      'record.refreshed',
    ]);
  });

  inOrg(
    'writes a record once when loads that hold it come at the same time',
    async (store, org) => {
      const rows = Array.from({ length: 150 }, (_, n) => aRow(n + 1));
      await Promise.all([takeIn(store, org, rows), takeIn(store, org, rows.toReversed())]);
      const { records, counts } = await heldOf(store, org);
      expect(counts.live).toBe(150);
      expect(new Set(records.map(({ revision }) => revision))).toEqual(new Set([1]));
    },
  );
}
