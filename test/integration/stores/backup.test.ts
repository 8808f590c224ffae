import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { backUpStores, restoreStores } from '#adapters/sqlite/backup.ts';
import { openSqliteStores, type SqliteStorePorts } from '#adapters/sqlite/open-sqlite-stores.ts';
import { systemClock } from '#adapters/system-clock.ts';
import type { OrgId } from '#core/ids.ts';
import { feedEvents } from '../../support/feed-events.ts';
import { anOrgState } from '../../support/org-states.ts';
import { anUpsert } from '../../support/record-writes.ts';
import { freshOrgId, recordIdOf } from '../../support/salesforce-ids.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SECRETS = {
  token: 'whsec_x',
  credentials: { kind: 'client-credentials', clientId: 'c', clientSecret: 'hush-hush' },
} as const;
const NOW = Date.UTC(2026, 10, 22, 1, 2, 3);

let root: string;
let dataDir: string;
let copy: string;
let org: OrgId;

beforeEach(() => {
  root = temporaryFolder();
  dataDir = join(root, 'data', 'receiver');
  copy = join(root, 'copy');
  org = freshOrgId();
});

async function write(stores: SqliteStorePorts, name: string, stamp: number): Promise<void> {
  await stores.mirror.apply(org, [anUpsert({ Name: name }, { stamp })], systemClock.now());
  await stores.feed.append(org, feedEvents(org, 1, stamp), systemClock.now());
}

const nameIn = async (stores: SqliteStorePorts) =>
  (await stores.mirror.get(org, 'Contact', recordIdOf('003', 1)))?.fields['Name'];

/** Runs `work` over the stores of a folder, and closes them. */
async function withStores<T>(dir: string, work: (stores: SqliteStorePorts) => Promise<T>) {
  const stores = openSqliteStores(dir, systemClock);
  try {
    return await work(stores);
  } finally {
    await stores.close();
  }
}

describe('a backup', () => {
  it('is a copy of one moment, made while the receiver writes', async () => {
    await withStores(dataDir, async (stores) => {
      await stores.orgs.create(anOrgState(org));
      await write(stores, 'then', 1);
      const files = backUpStores(dataDir, copy, { withSecrets: false });
      expect(files).toEqual([join(copy, 'receiver.db')]);
      await write(stores, 'later', 2);
    });
    expect(readdirSync(copy)).toEqual(['receiver.db']);
    expect(statSync(join(copy, 'receiver.db')).mode & 0o777).toBe(0o600);
    expect(await withStores(copy, nameIn)).toBe('then');
  });

  it('holds secrets only when asked to', async () => {
    await withStores(dataDir, (stores) => stores.secrets.put(org, SECRETS));
    backUpStores(dataDir, copy, { withSecrets: true });
    expect(await withStores(copy, (stores) => stores.secrets.find(org))).toEqual(SECRETS);
    expect(statSync(join(copy, 'secrets.db')).mode & 0o777).toBe(0o600);
    const without = join(root, 'without');
    backUpStores(dataDir, without, { withSecrets: false });
    for (const file of readdirSync(without)) {
      expect(readFileSync(join(without, file)).includes('hush-hush')).toBe(false);
    }
  });

  it('is never written over, and needs data', async () => {
    expect(() => backUpStores(dataDir, copy, { withSecrets: false })).toThrow(
      /holds no receiver's data/,
    );
    await withStores(dataDir, async () => undefined);
    backUpStores(dataDir, copy, { withSecrets: false });
    const before = readFileSync(join(copy, 'receiver.db'));
    expect(() => backUpStores(dataDir, copy, { withSecrets: false })).toThrow(
      /holds a copy already/,
    );
    expect(readFileSync(join(copy, 'receiver.db')).equals(before)).toBe(true);
  });
});

describe('restoring', () => {
  it('brings back what was, and moves aside what is', async () => {
    await withStores(dataDir, async (stores) => {
      await stores.secrets.put(org, SECRETS);
      await write(stores, 'then', 1);
    });
    backUpStores(dataDir, copy, { withSecrets: false });
    await withStores(dataDir, (stores) => write(stores, 'later', 2));

    const { files, before } = restoreStores(dataDir, copy, NOW);
    expect(files).toEqual([join(dataDir, 'receiver.db')]);
    expect(before).toBe(join(dataDir, 'before-restore-2026-11-22T01-02-03.000Z'));
    await withStores(dataDir, async (stores) => {
      expect(await nameIn(stores)).toBe('then');
      expect(await stores.secrets.find(org)).toEqual(SECRETS);
    });
    expect(await withStores(before ?? '', nameIn)).toBe('later');
  });

  it('ends every cursor of the feed, those given out after the copy above all', async () => {
    const cursors = await withStores(dataDir, async (stores) => {
      await write(stores, 'then', 1);
      backUpStores(dataDir, copy, { withSecrets: false });
      const early = (await stores.feed.read(org, 'latest', 1)).next;
      await write(stores, 'later', 2);
      return [early, (await stores.feed.read(org, 'latest', 1)).next];
    });
    restoreStores(dataDir, copy, NOW);
    await withStores(dataDir, async (stores) => {
      for (const cursor of cursors) {
        await expect(stores.feed.read(org, cursor, 1)).rejects.toMatchObject({ code: 'gone' });
      }
      await write(stores, 'new', 3);
      expect((await stores.feed.read(org, undefined, 9)).events).toEqual(feedEvents(org, 1, 3));
    });
  });

  it('works where nothing was', async () => {
    await withStores(dataDir, (stores) => write(stores, 'then', 1));
    backUpStores(dataDir, copy, { withSecrets: true });
    const elsewhere = join(root, 'elsewhere', 'receiver');
    const { before } = restoreStores(elsewhere, copy, NOW);
    expect(before).toBeUndefined();
    expect(await withStores(elsewhere, nameIn)).toBe('then');
  });

  it('refuses while the receiver runs, and changes nothing', async () => {
    await withStores(dataDir, async (stores) => {
      await write(stores, 'then', 1);
      backUpStores(dataDir, copy, { withSecrets: false });
      await write(stores, 'later', 2);
      expect(() => restoreStores(dataDir, copy, NOW)).toThrow(/in use. Stop the receiver first/);
      await write(stores, 'latest', 3);
      expect(await nameIn(stores)).toBe('latest');
    });
    expect(readdirSync(dataDir).filter((name) => name.includes('restor'))).toEqual([]);
  });

  it('refuses what is damaged, newer or missing, and changes nothing', async () => {
    await withStores(dataDir, (stores) => write(stores, 'now', 1));
    expect(() => restoreStores(dataDir, copy, NOW)).toThrow(
      /holds no copy: receiver.db is missing/,
    );
    mkdirSync(copy);
    writeFileSync(
      join(copy, 'receiver.db'),
      'no database at all, but long enough for a header'.repeat(9),
    );
    expect(() => restoreStores(dataDir, copy, NOW)).toThrow(
      /receiver.db cannot be restored: .*not a database/,
    );
    expect(await withStores(dataDir, nameIn)).toBe('now');
    expect(readdirSync(dataDir).toSorted()).toEqual(['receiver.db', 'secrets.db']);
  });
});

describe('the commands', () => {
  function run(script: string, ...args: string[]) {
    const path = join(import.meta.dirname, '../../../scripts', script);
    return spawnSync(process.execPath, [path, ...args], { encoding: 'utf8', cwd: root });
  }

  it('copy and restore the data folder of npm start', async () => {
    await withStores(dataDir, (stores) => write(stores, 'then', 1));
    const backup = run('backup.ts', '--data', 'data', '--to', 'copy', '--secrets');
    expect(backup).toMatchObject({ status: 0, stderr: '' });
    expect(backup.stdout).toContain(join(copy, 'secrets.db'));
    await withStores(dataDir, (stores) => write(stores, 'later', 2));
    const restore = run('restore.ts', '--data', 'data', '--from', 'copy');
    expect(restore).toMatchObject({ status: 0, stderr: '' });
    expect(restore.stdout).toMatch(
      /^Restored .*receiver\.db and .*\. What was there is in .*before-restore-/,
    );
    expect(await withStores(dataDir, nameIn)).toBe('then');
  });

  it('say in one sentence what is wrong', () => {
    const cases: [string, string[], RegExp][] = [
      ['backup.ts', [], /^--to is missing\./],
      [
        'backup.ts',
        ['--to', 'copy'],
        /\.data\/receiver holds no receiver's data: receiver\.db is missing\.\n$/,
      ],
      ['backup.ts', ['--too', 'copy'], /Unknown option '--too'/],
      ['restore.ts', [], /^--from is missing\./],
      ['restore.ts', ['--from', 'copy'], /copy holds no copy: receiver\.db is missing\.\n$/],
    ];
    for (const [script, args, message] of cases) {
      const { status, stderr } = run(script, ...args);
      expect(stderr).toMatch(message);
      expect(stderr).not.toContain('    at ');
      expect(status).toBe(1);
    }
    expect(existsSync(copy)).toBe(false);
    expect(run('restore.ts', '--help')).toMatchObject({ status: 0, stderr: '' });
  });
});
