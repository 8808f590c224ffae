import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecordWrite } from '#core/record.ts';
import { openDatabase } from '../../../lambdas/adapters/sqlite/database.ts';
import { RECEIVER_SHAPE } from '../../../lambdas/adapters/sqlite/receiver-shape.ts';
import { SqliteMirrorStore } from '../../../lambdas/adapters/sqlite/sqlite-mirror-store.ts';
import { systemClock } from '../../../lambdas/adapters/system-clock.ts';
import { anUpsert, aTombstone, EPOCH_MS } from '../../support/record-writes.ts';
import { freshOrgId, recordIdOf } from '../../support/salesforce-ids.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Enough that entries have been moved from the recent table, and some are still in it. */
const PEOPLE = 13_000;
const addressOf = (n: number) => `${Math.imul(n + 1, 0x9e3779b1) >>> 0}@example.org`;
const idOf = (n: number) => recordIdOf('003', n + 1);

function openMirror(path = ':memory:') {
  const database = openDatabase(path, RECEIVER_SHAPE);
  const mirror = new SqliteMirrorStore(database, systemClock);
  const orgId = freshOrgId();
  return {
    database,
    mirror,
    orgId,
    apply: (writes: readonly RecordWrite[]) => mirror.apply(orgId, writes, EPOCH_MS),
    found: async (email: string) => (await mirror.findByEmail(orgId, email)).map(({ id }) => id),
    entries: (table: string) =>
      Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']),
  };
}

const people = () =>
  Array.from({ length: PEOPLE }, (_, n) => anUpsert({ Email: addressOf(n) }, { id: idOf(n) }));

describe('finding by e-mail address', () => {
  it('finds everybody, wherever the entry lies', async () => {
    const { apply, found, entries } = openMirror();
    await apply(people());
    expect(entries('mirror_email')).toBeGreaterThan(0);
    expect(entries('mirror_email_recent')).toBeGreaterThan(0);
    expect(entries('mirror_email') + entries('mirror_email_recent')).toBe(PEOPLE);
    for (let n = 0; n < PEOPLE; n += 1) expect(await found(addressOf(n))).toEqual([idOf(n)]);
  });

  it('follows a change of address, and forgets who was deleted', async () => {
    const { apply, found, entries } = openMirror();
    await apply(people());
    const several = [0, 1, 6_500, 12_998, 12_999];
    await apply(
      several.map((n) => anUpsert({ Email: 'shared@example.org' }, { id: idOf(n), stamp: 60 })),
    );
    expect(await found('shared@example.org')).toEqual(several.map(idOf));
    for (const n of several) expect(await found(addressOf(n))).toEqual([]);
    await apply(several.map((n) => aTombstone({ id: idOf(n), stamp: 120 })));
    expect(await found('shared@example.org')).toEqual([]);
    expect(entries('mirror_email') + entries('mirror_email_recent')).toBe(PEOPLE - several.length);
  });

  it('does not touch the index when the address stays', async () => {
    const { apply, entries } = openMirror();
    await apply(people());
    const moved = entries('mirror_email');
    await apply(
      people().map((write) => ({
        ...anUpsert({ ...write.fields, Title: 'CTO' }, { id: write.id, stamp: 60 }),
      })),
    );
    expect(entries('mirror_email') + entries('mirror_email_recent')).toBe(PEOPLE);
    expect(entries('mirror_email')).toBeGreaterThanOrEqual(moved);
  });

  it('leaves nothing behind when an object is cleared', async () => {
    const { apply, mirror, orgId, entries } = openMirror();
    await apply(people());
    await mirror.clear(orgId, 'Contact');
    expect(entries('mirror_email')).toBe(0);
    expect(entries('mirror_email_recent')).toBe(0);
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
