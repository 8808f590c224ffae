import { chmodSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '#core/errors.ts';

/** One step of a database's shape. Steps that were released are never edited: a correction is a further step. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

export interface DatabaseShape {
  /** For error messages, e.g. `receiver`. */
  readonly name: string;
  /** Applied in order; `PRAGMA user_version` counts the ones a file has. */
  readonly migrations: readonly Migration[];
  /** Deterministic functions of one text that the migrations and statements call, by name. */
  readonly functions?: Readonly<Record<string, (text: string) => number>>;
  /** Set before the first page is written; a larger page suits wide rows. */
  readonly pageSizeBytes: number;
  /**
   * `fast`: write-ahead log, NORMAL. A killed process loses nothing committed; a power cut may lose the last moments,
   * which interval sync brings back. `careful`: every commit reaches the disk, what is deleted is overwritten.
   */
  readonly writes: 'fast' | 'careful';
}

/** How long a statement waits for another process (a backup, say) to release the file. */
const BUSY_TIMEOUT_MS = 5_000;
const CACHE_KIB = 8 * 1_024;
/** A commit folds the log back into the file at this size: long commits, which checkpointer.ts is there to forestall. */
const CHECKPOINT_BYTES = 128 * 1_024 * 1_024;

/**
 * Opens or creates a database file, readable by its owner only, and brings it to the newest shape. Before an upgrade
 * the file is copied to `<path>.before-v<n>`, n being the version it is upgraded to.
 *
 * @param path a file, or `:memory:`
 * @throws AppError internal when the file is no such database or was written by a newer release
 */
export function openDatabase(path: string, shape: DatabaseShape): DatabaseSync {
  if (path !== ':memory:') createForOwner(path);
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    configure(database, shape);
    for (const [name, call] of Object.entries(shape.functions ?? {})) {
      database.function(name, { deterministic: true }, (text) => call(String(text)));
    }
    migrate(database, path, shape);
    return database;
  } catch (error) {
    database.close();
    throw unusable(path, shape, error);
  }
}

/**
 * Runs `work` as one transaction that takes the write lock at once: all of it is written, or nothing.
 * `work` must not be asynchronous.
 */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** A consistent copy of the database as it is now, also while others write. An older copy is replaced. */
export function copyDatabase(database: DatabaseSync, target: string): void {
  rmSync(target, { force: true });
  database.prepare('VACUUM INTO ?').run(target);
  chmodSync(target, 0o600);
}

function configure(database: DatabaseSync, { pageSizeBytes, writes }: DatabaseShape): void {
  database.exec(`PRAGMA page_size = ${pageSizeBytes}; PRAGMA cache_size = -${CACHE_KIB};`);
  if (writes === 'careful') {
    database.exec(
      'PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;',
    );
  } else {
    const checkpointPages = Math.ceil(CHECKPOINT_BYTES / pageSizeBytes);
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = ${checkpointPages};
    `);
  }
}

function migrate(database: DatabaseSync, path: string, shape: DatabaseShape): void {
  const { migrations, name } = shape;
  const found = versionOf(database);
  if (found > migrations.length) {
    throw new AppError(
      'internal',
      `${path} was written by a newer release (${name} data version ${found}, this release knows ${migrations.length}). Start that release, or restore the copy made before the upgrade.`,
    );
  }
  if (found > 0 && found < migrations.length && path !== ':memory:') {
    copyDatabase(database, `${path}.before-v${migrations.length}`);
  }
  migrations.slice(found).forEach((migration, index) => {
    inTransaction(database, () => {
      database.exec(migration.sql);
      database.exec(`PRAGMA user_version = ${found + index + 1}`);
    });
  });
}

/** The shape's version a file has: how many migrations were applied to it. */
export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
}

/** Before SQLite does: its log files take over the mode, and at no moment may others read. */
function createForOwner(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

function unusable(path: string, { name }: DatabaseShape, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError('internal', `${path} cannot be opened as ${name} data: ${reason}.`, {
    cause,
  });
}
