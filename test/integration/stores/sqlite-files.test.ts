import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { type DatabaseShape, openDatabase, versionOf } from '#adapters/sqlite/database.ts';
import { openSqliteStores } from '#adapters/sqlite/open-sqlite-stores.ts';
import { systemClock } from '#adapters/system-clock.ts';
import { aMessage } from '../../support/queue-messages.ts';
import { anUpsert } from '../../support/record-writes.ts';
import { freshOrgId, orgIdOf, recordIdOf } from '../../support/salesforce-ids.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SHAPE: DatabaseShape = {
  name: 'shelf',
  migrations: [{ name: 'first', sql: 'CREATE TABLE book (title TEXT NOT NULL) STRICT' }],
  pageSizeBytes: 4_096,
  writes: 'fast',
};
const SECOND = { name: 'second', sql: "ALTER TABLE book ADD COLUMN author TEXT DEFAULT 'unknown'" };

const titles = (database: DatabaseSync) => database.prepare('SELECT * FROM book').all();

describe('database files', () => {
  it('are brought to the newest shape, with a copy of what was before', () => {
    const path = join(temporaryFolder(), 'shelf.db');
    const first = openDatabase(path, SHAPE);
    first.exec("INSERT INTO book VALUES ('Emma')");
    first.close();

    const second = openDatabase(path, { ...SHAPE, migrations: [...SHAPE.migrations, SECOND] });
    expect(versionOf(second)).toBe(2);
    expect(titles(second)).toMatchObject([{ title: 'Emma', author: 'unknown' }]);
    second.close();

    const copy = openDatabase(`${path}.before-v2`, SHAPE);
    expect(versionOf(copy)).toBe(1);
    expect(titles(copy)).toMatchObject([{ title: 'Emma' }]);
    copy.close();
    expect(statSync(`${path}.before-v2`).mode & 0o777).toBe(0o600);
  });

  it('stay as they were when an upgrade fails', () => {
    const path = join(temporaryFolder(), 'shelf.db');
    const first = openDatabase(path, SHAPE);
    first.exec("INSERT INTO book VALUES ('Emma')");
    first.close();
    const broken = { name: 'broken', sql: 'DROP TABLE book; SELECT title FROM nowhere;' };
    const upgrade = () =>
      openDatabase(path, { ...SHAPE, migrations: [...SHAPE.migrations, broken] });
    expect(upgrade).toThrow(/shelf\.db cannot be opened as shelf data: no such table: nowhere/);
    const again = openDatabase(path, SHAPE);
    expect(titles(again)).toMatchObject([{ title: 'Emma' }]);
    again.close();
  });

  it('are copied anew when an upgrade is tried again', () => {
    const path = join(temporaryFolder(), 'shelf.db');
    openDatabase(path, SHAPE).close();
    const broken = { name: 'broken', sql: 'SELECT title FROM nowhere;' };
    const upgrade = () => {
      openDatabase(path, { ...SHAPE, migrations: [...SHAPE.migrations, broken] });
    };
    expect(upgrade).toThrow();
    const older = openDatabase(path, SHAPE);
    older.exec("INSERT INTO book VALUES ('Persuasion')");
    older.close();
    expect(upgrade).toThrow(/no such table/);
    const copy = openDatabase(`${path}.before-v2`, SHAPE);
    expect(titles(copy)).toMatchObject([{ title: 'Persuasion' }]);
    copy.close();
  });

  it('make no copy when there is nothing to upgrade', () => {
    const folder = temporaryFolder();
    openDatabase(join(folder, 'shelf.db'), SHAPE).close();
    openDatabase(join(folder, 'shelf.db'), SHAPE).close();
    expect(readdirSync(folder)).toEqual(['shelf.db']);
  });

  it('of a newer release are refused, and left alone', () => {
    const path = join(temporaryFolder(), 'shelf.db');
    openDatabase(path, { ...SHAPE, migrations: [...SHAPE.migrations, SECOND] }).close();
    const before = readFileSync(path);
    expect(() => openDatabase(path, SHAPE)).toThrow(
      /written by a newer release .*version 2.*knows 1/,
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('that are no databases are refused, and left alone', () => {
    const path = join(temporaryFolder(), 'shelf.db');
    writeFileSync(
      path,
      'not a database, but some text that is long enough to be a header.'.repeat(9),
    );
    const before = readFileSync(path);
    expect(() => openDatabase(path, SHAPE)).toThrow(/not a database/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('can be read by their owner only, whatever they were before', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'secrets.db'), '', { mode: 0o644 });
    const stores = openSqliteStores(join(folder), systemClock);
    await stores.secrets.put(orgIdOf(1), {
      token: 'whsec_x',
      credentials: { kind: 'client-credentials', clientId: 'c', clientSecret: 'hush-hush' },
    });
    await stores.mirror.apply(orgIdOf(1), [anUpsert({ Name: 'x' })], 1);
    const files = readdirSync(folder);
    expect(files).toContain('receiver.db-wal');
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o077, file).toBe(0);
    await stores.close();
  });

  it('keep secrets apart from everything else, and overwrite deleted ones', async () => {
    const folder = temporaryFolder();
    const stores = openSqliteStores(folder, systemClock);
    const credentials = {
      kind: 'client-credentials',
      clientId: 'c',
      clientSecret: 'hush-hush',
    } as const;
    await stores.secrets.put(orgIdOf(1), { token: 'whsec_x', credentials });
    const holders = () =>
      readdirSync(folder).filter((file) => readFileSync(join(folder, file)).includes('hush-hush'));
    expect(holders()).toEqual(['secrets.db']);
    await stores.secrets.delete(orgIdOf(1));
    expect(holders()).toEqual([]);
    await stores.close();
  });
});

/** Resolves with the last round the writer had finished when it was killed. */
async function killAfter(writer: ChildProcess, rounds: number): Promise<number> {
  let last = 0;
  if (writer.stdout === null) throw new Error('no output');
  for await (const line of createInterface({ input: writer.stdout })) {
    last = Number(line);
    if (last === rounds) writer.kill('SIGKILL');
  }
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
  expect(writer.signalCode).toBe('SIGKILL');
  return last;
}

describe('clearing', () => {
  it('removes the rows before it is done', async () => {
    const folder = temporaryFolder();
    const org = freshOrgId();
    const stores = openSqliteStores(folder, systemClock);
    const writes = Array.from({ length: 2_500 }, (_, n) =>
      anUpsert({ n }, { id: recordIdOf('003', n) }),
    );
    await stores.mirror.apply(org, writes, 1);
    await stores.mirror.clear(org);
    const database = new DatabaseSync(join(folder, 'receiver.db'));
    expect(database.prepare('SELECT count(*) AS n FROM mirror_record').get()).toEqual({ n: 0 });
    database.close();
    await stores.close();
  });
});

describe('a killed process', () => {
  it('loses nothing that was committed', async () => {
    const folder = temporaryFolder();
    const script = join(import.meta.dirname, '../../support/endless-writer.ts');
    let total = 0;
    for (const rounds of [40, 75, 20]) {
      const writer = spawn(process.execPath, [script, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const finished = await killAfter(writer, rounds);
      total += finished;
      const org = orgIdOf(1);
      const stores = openSqliteStores(folder, systemClock);
      const ids = Array.from({ length: finished }, (_, n) => recordIdOf('003', n + 1));
      expect((await stores.mirror.getMany(org, 'Contact', ids)).size).toBe(finished);
      expect((await stores.mirror.counts(org, 'Contact')).live).toBeGreaterThanOrEqual(finished);
      const page = await stores.feed.read(org, undefined, 10_000);
      expect(page.events.length).toBeGreaterThanOrEqual(total);
      expect(stores.consumers.notices.depth().messages).toBeGreaterThanOrEqual(total);
      const { counters } = await stores.orgs.liveness(org);
      expect(counters['rounds']).toBeGreaterThanOrEqual(total);
      await stores.close();
    }
  });

  it('gives back what it had in flight', async () => {
    const folder = temporaryFolder();
    const org = freshOrgId();
    const stores = openSqliteStores(folder, systemClock);
    await stores.noticeQueue.send(org, [aMessage(org, 1)]);
    await stores.noticeQueue.send(org, [aMessage(org, 2)], { delaySeconds: 600 });
    expect(await stores.consumers.notices.receive(10, 600_000)).toHaveLength(1);
    expect(await stores.consumers.notices.receive(10, 600_000)).toEqual([]);
    // What a kill leaves behind: the files as they are now, log and all.
    const remains = temporaryFolder();
    for (const file of readdirSync(folder)) copyFileSync(join(folder, file), join(remains, file));
    await stores.close();

    const again = openSqliteStores(remains, systemClock);
    const received = await again.consumers.notices.receive(10, 600_000);
    expect(received.map(({ body, receiveCount }) => [JSON.parse(body), receiveCount])).toEqual([
      [aMessage(org, 1), 2],
    ]);
    await again.close();
  });

  it('leaves no rows of a clearing that it cut short', async () => {
    const folder = temporaryFolder();
    const org = freshOrgId();
    const stores = openSqliteStores(folder, systemClock);
    const writes = Array.from({ length: 2_500 }, (_, n) =>
      anUpsert({ n }, { id: recordIdOf('003', n) }),
    );
    await stores.mirror.apply(org, writes, 1);
    const clearing = stores.mirror.clear(org);
    const remains = temporaryFolder();
    for (const file of readdirSync(folder)) copyFileSync(join(folder, file), join(remains, file));
    await clearing;
    await stores.close();

    const again = openSqliteStores(remains, systemClock);
    expect(await again.mirror.scan(org, 'Contact', { limit: 10 })).toEqual([]);
    await again.mirror.apply(org, [anUpsert({ Name: 'anew' })], 1);
    await again.close();
    const database = new DatabaseSync(join(remains, 'receiver.db'));
    expect(database.prepare('SELECT count(*) AS n FROM mirror_record').get()).toEqual({ n: 1 });
    database.close();
  });
});
