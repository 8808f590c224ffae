import { copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkpointer } from '#adapters/sqlite/checkpointer.ts';
import { openDatabase } from '#adapters/sqlite/database.ts';
import { RECEIVER_SHAPE } from '#adapters/sqlite/receiver-shape.ts';
import { SqliteMirrorStore } from '#adapters/sqlite/sqlite-mirror-store.ts';
import { systemClock } from '#adapters/system-clock.ts';
import { anUpsert } from '../../support/record-writes.ts';
import { freshOrgId, recordIdOf } from '../../support/salesforce-ids.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const KIB = 1_024;
/** Folding begins after a few transactions of `importRows`. */
const SIZES = { begin: 512 * KIB, rest: 64 * KIB, most: 2_048 * KIB };
const ROWS = 20_000;
const TEXT = 'x'.repeat(400);

const orgId = freshOrgId();
let path: string;
let database: DatabaseSync;
let checkpointer: Checkpointer;
let mirror: SqliteMirrorStore;
/** Of the import, so that a second one changes every row. */
let stamp = 0;

beforeEach(() => {
  path = join(temporaryFolder(), 'receiver.db');
  database = openDatabase(path, RECEIVER_SHAPE);
  checkpointer = new Checkpointer(path, SIZES);
  mirror = new SqliteMirrorStore(database, systemClock, { checkpointer });
});

afterEach(async () => {
  await checkpointer.close();
  database.close();
});

const logBytes = () => statSync(`${path}-wal`).size;

/** One import without a pause, as a job's pages bring it. */
async function importRows(count = ROWS): Promise<void> {
  stamp += 1;
  const writes = Array.from({ length: count }, (_, n) =>
    anUpsert({ LastName: `${TEXT}${stamp}` }, { id: recordIdOf('003', n + 1), stamp }),
  );
  await mirror.apply(orgId, writes, 0);
}

describe('the log of an import', () => {
  it('starts over while rows come without a pause', async () => {
    await importRows();
    // All of it is 18 MB, and SQLite itself would begin to fold at 128.
    expect(logBytes()).toBeLessThan(9 * KIB * KIB);
    expect((await mirror.counts(orgId, 'Contact')).live).toBe(ROWS);
  });

  it('starts over although others write small things all the while', async () => {
    let going = true;
    const others = (async () => {
      for (let n = 0; going; n += 1) {
        database.exec(`INSERT INTO setup_code VALUES ('code ${n}')`);
        await systemClock.sleep(5);
      }
    })();
    await importRows();
    await importRows();
    going = false;
    await others;
    expect(logBytes()).toBeLessThan(9 * KIB * KIB);
  });

  it('loses no row of it while it starts over', async () => {
    await importRows();
    await checkpointer.close();
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const copy = join(temporaryFolder(), 'copy.db');
    copyFileSync(path, copy);
    const alone = new DatabaseSync(copy);
    expect(alone.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(alone.prepare('SELECT count(*) AS n FROM mirror_record').get()).toEqual({ n: ROWS });
    alone.close();
  });

  it('waits for who reads an older state, and the import does not', async () => {
    const reader = new DatabaseSync(path);
    reader.exec('BEGIN; SELECT count(*) FROM mirror_record');
    await importRows();
    expect(logBytes()).toBeGreaterThan(15 * KIB * KIB);
    reader.exec('COMMIT');
    reader.close();
    expect((await mirror.counts(orgId, 'Contact')).live).toBe(ROWS);
  });

  it('goes on where it cannot be folded', async () => {
    await checkpointer.close();
    checkpointer = new Checkpointer(join(temporaryFolder(), 'nowhere', 'receiver.db'), SIZES);
    mirror = new SqliteMirrorStore(database, systemClock, { checkpointer });
    await importRows(5_000);
    expect((await mirror.counts(orgId, 'Contact')).live).toBe(5_000);
  });
});
