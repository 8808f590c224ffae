import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecordWrite } from '#core/record.ts';
import { openDatabase } from '../../../lambdas/adapters/sqlite/database.ts';
import {
  EmailIndex,
  ENTRIES_OF_HASH,
  emailHash,
} from '../../../lambdas/adapters/sqlite/email-index.ts';
import { RECEIVER_SHAPE } from '../../../lambdas/adapters/sqlite/receiver-shape.ts';
import { SqliteMirrorStore } from '../../../lambdas/adapters/sqlite/sqlite-mirror-store.ts';
import { systemClock } from '../../../lambdas/adapters/system-clock.ts';
import { anUpsert, aTombstone, EPOCH_MS } from '../../support/record-writes.ts';
import { freshOrgId, recordIdOf } from '../../support/salesforce-ids.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Enough that entries lie in every table of the index: folded, in runs, recent. */
const PEOPLE = 13_000;
const SIZES = { recentEntries: 1_200, runs: 4 };
const addressOf = (n: number) => `${Math.imul(n + 1, 0x9e3779b1) >>> 0}@example.org`;
const idOf = (n: number) => recordIdOf('003', n + 1);

function openMirror(path = ':memory:') {
  const database = openDatabase(path, RECEIVER_SHAPE);
  const mirror = new SqliteMirrorStore(database, systemClock, { emailIndex: SIZES });
  const orgId = freshOrgId();
  return {
    database,
    mirror,
    orgId,
    apply: (writes: readonly RecordWrite[]) => mirror.apply(orgId, writes, EPOCH_MS),
    found: async (email: string) => (await mirror.findByEmail(orgId, email)).map(({ id }) => id),
    entries: (table: string) =>
      Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']),
    /** An entry that is being folded lies in two tables. */
    allEntries: () => Number(database.prepare(ALL_ENTRIES).get()?.['n']),
  };
}

const ALL_ENTRIES = `SELECT count(*) AS n FROM (
  SELECT hash, space, id FROM mirror_email UNION SELECT hash, space, id FROM mirror_email_recent
  UNION SELECT hash, space, id FROM mirror_email_run)`;

const people = () =>
  Array.from({ length: PEOPLE }, (_, n) => anUpsert({ Email: addressOf(n) }, { id: idOf(n) }));

describe('finding by e-mail address', () => {
  it('finds everybody, wherever the entry lies', async () => {
    const { apply, found, entries, allEntries } = openMirror();
    await apply(people());
    for (const table of ['mirror_email', 'mirror_email_run', 'mirror_email_recent']) {
      expect(entries(table), table).toBeGreaterThan(0);
    }
    expect(allEntries()).toBe(PEOPLE);
    for (let n = 0; n < PEOPLE; n += 1) expect(await found(addressOf(n))).toEqual([idOf(n)]);
  });

  it('follows a change of address, and forgets who was deleted', async () => {
    const { apply, found, allEntries } = openMirror();
    await apply(people());
    const several = [0, 1, 6_500, 12_998, 12_999];
    await apply(
      several.map((n) => anUpsert({ Email: 'shared@example.org' }, { id: idOf(n), stamp: 60 })),
    );
    expect(await found('shared@example.org')).toEqual(several.map(idOf));
    for (const n of several) expect(await found(addressOf(n))).toEqual([]);
    await apply(several.map((n) => aTombstone({ id: idOf(n), stamp: 120 })));
    expect(await found('shared@example.org')).toEqual([]);
    expect(allEntries()).toBe(PEOPLE - several.length);
  });

  it('does not touch the index when the address stays', async () => {
    const { apply, entries, allEntries } = openMirror();
    await apply(people());
    const recent = entries('mirror_email_recent');
    await apply(
      people().map((write) => ({
        ...anUpsert({ ...write.fields, Title: 'CTO' }, { id: write.id, stamp: 60 }),
      })),
    );
    expect(allEntries()).toBe(PEOPLE);
    expect(entries('mirror_email_recent')).toBe(recent);
  });

  it('leaves nothing behind when an object is cleared', async () => {
    const { apply, mirror, orgId, allEntries } = openMirror();
    await apply(people());
    await mirror.clear(orgId, 'Contact');
    expect(allEntries()).toBe(0);
  });

  it('loses no entry when a transaction is rolled back in the middle of a fold', async () => {
    const { database, found } = openMirror();
    const index = new EmailIndex(database, { recentEntries: 10, runs: 2 });
    const add = (from: number, rollBack: boolean) => {
      database.exec('BEGIN');
      for (let n = from; n < from + 12; n += 1) index.change(1, idOf(n), null, addressOf(n));
      index.tidy();
      database.exec(rollBack ? 'ROLLBACK' : 'COMMIT');
    };
    const kept: number[] = [];
    // A fold takes 64 steps and more: many of them are undone here.
    for (let round = 0; round < 400; round += 1) {
      add(round * 12, round % 3 === 1);
      if (round % 3 !== 1) kept.push(...Array.from({ length: 12 }, (_, n) => round * 12 + n));
      database.exec('BEGIN');
      index.tidy();
      database.exec(round % 5 === 2 ? 'ROLLBACK' : 'COMMIT');
    }
    const ids = database.prepare(`SELECT DISTINCT id FROM (${ENTRIES_OF_HASH})`);
    for (const n of kept) expect(ids.all(emailHash(addressOf(n)))).toEqual([{ id: idOf(n) }]);
    expect(await found(addressOf(0))).toEqual([]);
  });

  it('keeps what loads bring in sorted batches, through every table', async () => {
    const { mirror, orgId, apply, found, entries, allEntries } = openMirror();
    const load = { object: 'Contact', fieldSet: '*', readAtMs: EPOCH_MS, names: ['Email'] };
    for (let from = 0; from < PEOPLE; from += 250) {
      const rows = Array.from({ length: 250 }, (_, n) => {
        const email = addressOf(from + n);
        const values = JSON.stringify([email]);
        return { id: idOf(from + n), modstampMs: EPOCH_MS, values, email, ownerId: null };
      });
      await mirror.addUnknown(orgId, { ...load, rows }, EPOCH_MS);
    }
    for (const table of ['mirror_email', 'mirror_email_run', 'mirror_email_recent']) {
      expect(entries(table), table).toBeGreaterThan(0);
    }
    expect(allEntries()).toBe(PEOPLE);
    for (let n = 0; n < PEOPLE; n += 7) expect(await found(addressOf(n))).toEqual([idOf(n)]);
    const gone = [0, 6_500, PEOPLE - 260, PEOPLE - 1];
    await apply(gone.map((n) => aTombstone({ id: idOf(n), stamp: 120 })));
    for (const n of gone) expect(await found(addressOf(n))).toEqual([]);
    expect(allEntries()).toBe(PEOPLE - gone.length);
    await mirror.clear(orgId, 'Contact');
    expect(allEntries()).toBe(0);
  });

  it('tells addresses of one hash apart', async () => {
    const { apply, database, found } = openMirror();
    await apply([anUpsert({ Email: 'a@example.org' }, { id: idOf(0) })]);
    await apply([anUpsert({ Email: 'b@example.org' }, { id: idOf(1) })]);
    database.prepare('UPDATE mirror_email_recent SET hash = ?').run(emailHash('a@example.org'));
    expect(await found('a@example.org')).toEqual([idOf(0)]);
  });

  it('takes over the addresses of data from before there was such an index', async () => {
    const path = join(temporaryFolder(), 'receiver.db');
    const [first] = RECEIVER_SHAPE.migrations;
    if (first === undefined) throw new Error('There is no first shape.');
    const old = openDatabase(path, { ...RECEIVER_SHAPE, migrations: [first] });
    const orgId = freshOrgId();
    old.prepare("INSERT INTO mirror_space (org_id, object) VALUES (?, 'Lead')").run(orgId);
    old
      .prepare(
        `INSERT INTO mirror_record VALUES
         (1, ?, ?, ?, 1, 0, NULL, '*', '{}', '{}', 'old@example.org', NULL)`,
      )
      .run(recordIdOf('00Q', 1), EPOCH_MS, EPOCH_MS);
    old.close();
    const mirror = new SqliteMirrorStore(openDatabase(path, RECEIVER_SHAPE), systemClock);
    expect(await mirror.findByEmail(orgId, 'Old@Example.org')).toMatchObject([
      { object: 'Lead', id: recordIdOf('00Q', 1) },
    ]);
  });
});
