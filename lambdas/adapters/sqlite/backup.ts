import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '#core/errors.ts';
import {
  copyDatabase,
  type DatabaseShape,
  inTransaction,
  openDatabase,
  versionOf,
} from './database.ts';
import { RECEIVER_FILE, SECRETS_FILE } from './open-sqlite-stores.ts';
import { RECEIVER_SHAPE } from './receiver-shape.ts';
import { SECRETS_SHAPE } from './sqlite-secrets.ts';

/**
 * Cursors of the feed given out after the copy was made must not point into events that are written after it was
 * restored: the batches' numbers go on this far beyond.
 */
const FEED_NUMBERS_SKIPPED = 1_000_000;

interface DataFile {
  readonly name: string;
  readonly shape: DatabaseShape;
}

const RECEIVER: DataFile = { name: RECEIVER_FILE, shape: RECEIVER_SHAPE };
const SECRETS: DataFile = { name: SECRETS_FILE, shape: SECRETS_SHAPE };

/**
 * Copies the receiver's data as it is at this moment, also while the receiver runs.
 *
 * @param targetDir created; a copy in it is never written over
 * @param withSecrets else the copy holds no token, key or password, and an org must be connected anew after a total loss
 * @returns the files written
 * @throws AppError not-found, conflict
 */
export function backUpStores(
  dataDir: string,
  targetDir: string,
  { withSecrets }: { readonly withSecrets: boolean },
): readonly string[] {
  const files = withSecrets ? [RECEIVER, SECRETS] : [RECEIVER];
  for (const { name } of files) {
    if (!existsSync(join(dataDir, name))) {
      throw new AppError('not-found', `${dataDir} holds no receiver's data: ${name} is missing.`);
    }
    if (existsSync(join(targetDir, name))) {
      throw new AppError('conflict', `${targetDir} holds a copy already. Choose another folder.`);
    }
  }
  mkdirSync(targetDir, { recursive: true, mode: 0o700 });
  return files.map(({ name }) => {
    const database = new DatabaseSync(join(dataDir, name), { readOnly: true, timeout: 5_000 });
    try {
      copyDatabase(database, join(targetDir, name));
    } finally {
      database.close();
    }
    return join(targetDir, name);
  });
}

export interface Restored {
  readonly files: readonly string[];
  /** Where the data that was there before now is; absent when there was none. */
  readonly before?: string;
}

/**
 * Puts a copy in the place of the receiver's data. What was there is moved aside, not deleted. A copy without secrets
 * leaves those that are there. Readers of the feed are told that their cursors are gone, and compare anew; what
 * Salesforce changed since the copy is brought back by the next passes, as they begin where the copy's data ends.
 *
 * @param nowMs names the folder for what was there
 * @throws AppError not-found, invalid-input for a copy that is damaged or of a newer release, conflict while the
 *   receiver runs
 */
export function restoreStores(dataDir: string, sourceDir: string, nowMs: number): Restored {
  if (!existsSync(join(sourceDir, RECEIVER_FILE))) {
    throw new AppError('not-found', `${sourceDir} holds no copy: ${RECEIVER_FILE} is missing.`);
  }
  const files = [RECEIVER, SECRETS].filter(({ name }) => existsSync(join(sourceDir, name)));
  for (const file of files) checkCopy(sourceDir, file);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const replaced = files.filter(({ name }) => existsSync(join(dataDir, name)));
  for (const { name } of replaced) closeForGood(join(dataDir, name));

  const stamp = new Date(nowMs).toISOString().replaceAll(':', '-');
  const before = join(dataDir, `before-restore-${stamp}`);
  if (replaced.length > 0) mkdirSync(before, { mode: 0o700 });
  // Copied beside first: a full disk must not be noticed halfway.
  for (const { name } of files) copyInto(join(sourceDir, name), join(dataDir, `${name}.restoring`));
  for (const { name } of replaced) renameSync(join(dataDir, name), join(before, name));
  for (const { name } of files) renameSync(join(dataDir, `${name}.restoring`), join(dataDir, name));
  endFeeds(join(dataDir, RECEIVER_FILE));
  const restored = files.map(({ name }) => join(dataDir, name));
  return replaced.length > 0 ? { files: restored, before } : { files: restored };
}

function checkCopy(sourceDir: string, { name, shape }: DataFile): void {
  const path = join(sourceDir, name);
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const check = database.prepare('PRAGMA quick_check').get()?.['quick_check'];
      if (check !== 'ok') throw new Error(String(check));
      if (versionOf(database) > shape.migrations.length)
        throw new Error('it is of a newer release');
    } finally {
      database.close();
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('invalid-input', `${path} cannot be restored: ${reason}.`, { cause });
  }
}

/** Takes the file for itself alone, which fails while anybody has it open, and folds its log back into it. */
function closeForGood(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;');
    database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;');
  } catch (cause) {
    const message = `${path} is in use. Stop the receiver first.`;
    throw new AppError('conflict', message, { cause });
  } finally {
    database.close();
  }
}

function copyInto(source: string, target: string): void {
  rmSync(target, { force: true });
  copyFileSync(source, target);
  chmodSync(target, 0o600);
}

function endFeeds(path: string): void {
  const database = openDatabase(path, RECEIVER_SHAPE);
  inTransaction(database, () => {
    database.prepare('UPDATE feed_end SET next_seq = next_seq + ?').run(FEED_NUMBERS_SKIPPED);
    database.exec('DELETE FROM feed_batch');
  });
  database.close();
}
