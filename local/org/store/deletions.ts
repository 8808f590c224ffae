import type { FieldSchema } from '../schema/schema.ts';
import type { Database } from './database.ts';
import type { RecordKey } from './record-store.ts';
import { stampOf } from './times.ts';

/**
 * What was deleted, when, and together with what: the log that getDeleted answers from, and the Recycle Bin's memory
 * for undelete. `root` is the record whose deletion took the others along.
 */
export class Deletions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS deletions (
        object TEXT NOT NULL, id TEXT NOT NULL, root TEXT NOT NULL, deleted_at TEXT NOT NULL, in_bin INTEGER NOT NULL,
        PRIMARY KEY (object, id)
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS deletions_by_time ON deletions (object, deleted_at);
      CREATE INDEX IF NOT EXISTS deletions_by_root ON deletions (root);
      CREATE TABLE IF NOT EXISTS cleared_lookups (
        root TEXT NOT NULL, object TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (root, object, id, field)
      ) WITHOUT ROWID;
    `);
  }

  log(key: RecordKey, root: string, stamp: string, inBin: boolean): void {
    this.#database.run(
      `INSERT INTO deletions (object, id, root, deleted_at, in_bin) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (object, id) DO UPDATE SET root = excluded.root, deleted_at = excluded.deleted_at,
         in_bin = excluded.in_bin`,
      key.object,
      key.id,
      root,
      stamp,
      inBin ? 1 : 0,
    );
  }

  logCleared(root: string, key: RecordKey, field: FieldSchema, value: string): void {
    this.#database.run(
      'INSERT OR REPLACE INTO cleared_lookups (root, object, id, field, value) VALUES (?, ?, ?, ?, ?)',
      root,
      key.object,
      key.id,
      field.name,
      value,
    );
  }

  /** Records in the bin that went with `root`, itself included. */
  binnedWith(root: string): RecordKey[] {
    return this.#database
      .rows('SELECT object, id FROM deletions WHERE root = ? AND in_bin = 1', root)
      .map(([object, id]) => ({ object: String(object), id: String(id) }));
  }

  clearedBy(root: string): { key: RecordKey; field: string; value: string }[] {
    return this.#database
      .rows('SELECT object, id, field, value FROM cleared_lookups WHERE root = ?', root)
      .map(([object, id, field, value]) => ({
        key: { object: String(object), id: String(id) },
        field: String(field),
        value: String(value),
      }));
  }

  /** How many records of each object lie in the bin. */
  binned(): ReadonlyMap<string, number> {
    const rows = this.#database.rows(
      'SELECT object, count(*) FROM deletions WHERE in_bin = 1 GROUP BY object',
    );
    return new Map(rows.map(([object, count]) => [String(object), Number(count)]));
  }

  /** The deletion is undone: as if it had not been. */
  forget(root: string): void {
    this.#database.run('DELETE FROM deletions WHERE root = ? AND in_bin = 1', root);
    this.#database.run('DELETE FROM cleared_lookups WHERE root = ?', root);
  }

  /** The record is out of the bin for good; getDeleted still knows it. */
  markPurged(key: RecordKey): void {
    this.#database.run(
      'UPDATE deletions SET in_bin = 0 WHERE object = ? AND id = ?',
      key.object,
      key.id,
    );
    this.#database.run('DELETE FROM cleared_lookups WHERE root = ?', key.id);
  }

  /** Roots in the bin that were deleted before the given time, up to so many. */
  rootsBefore(epochMs: number, limit: number): RecordKey[] {
    return this.#database
      .rows(
        'SELECT object, id FROM deletions WHERE in_bin = 1 AND id = root AND deleted_at < ? LIMIT ?',
        stampOf(epochMs),
        limit,
      )
      .map(([object, id]) => ({ object: String(object), id: String(id) }));
  }

  /**
   * Shortens the log by up to so many; what is in the bin stays, and so do the look-ups that undeleting it fills again.
   * @returns whether more are left
   */
  forgetBefore(epochMs: number, limit: number): boolean {
    const forgotten = this.#database.run(
      `DELETE FROM deletions WHERE (object, id) IN
         (SELECT object, id FROM deletions WHERE in_bin = 0 AND deleted_at < ? LIMIT ?)`,
      stampOf(epochMs),
      limit,
    );
    if (forgotten === limit) return true;
    this.#database.run(
      'DELETE FROM cleared_lookups WHERE root NOT IN (SELECT id FROM deletions WHERE in_bin = 1)',
    );
    return false;
  }

  /** The object is gone, and its records with it. */
  forgetObject(object: string): void {
    this.#database.run('DELETE FROM deletions WHERE object = ?', object);
    this.#database.run('DELETE FROM cleared_lookups WHERE object = ?', object);
  }

  between(object: string, startMs: number, endMs: number): { id: string; deletedDate: string }[] {
    return this.#database
      .rows(
        `SELECT id, deleted_at FROM deletions WHERE object = ? AND deleted_at >= ? AND deleted_at < ?
         ORDER BY deleted_at, id`,
        object,
        new Date(startMs).toISOString(),
        new Date(endMs).toISOString(),
      )
      .map(([id, deletedDate]) => ({ id: String(id), deletedDate: String(deletedDate) }));
  }
}
