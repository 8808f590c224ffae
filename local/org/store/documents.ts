import type { Database } from './database.ts';
import type { DocumentStore } from './record-store.ts';

/** Documents, long texts and number sequences, in tables beside the records. */
export class SqliteDocuments implements DocumentStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS documents (
        collection TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (collection, key)
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS texts (
        collection TEXT NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (collection, key)
      );
      CREATE TABLE IF NOT EXISTS sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    `);
  }

  get(collection: string, key: string): unknown {
    const row = this.#database.row(
      'SELECT json FROM documents WHERE collection = ? AND key = ?',
      collection,
      key,
    );
    return row ? JSON.parse(String(row[0])) : undefined;
  }

  put(collection: string, key: string, document: unknown): void {
    const json = JSON.stringify(document);
    if (json === undefined) throw new Error(`document ${collection}/${key} has no JSON form`);
    this.#database.run(
      `INSERT INTO documents (collection, key, json) VALUES (?, ?, ?)
       ON CONFLICT (collection, key) DO UPDATE SET json = excluded.json`,
      collection,
      key,
      json,
    );
  }

  delete(collection: string, key: string): void {
    this.#database.run('DELETE FROM documents WHERE collection = ? AND key = ?', collection, key);
  }

  putText(collection: string, key: string, text: string): void {
    this.#database.run(
      'INSERT OR REPLACE INTO texts (collection, key, content) VALUES (?, ?, ?)',
      collection,
      key,
      text,
    );
  }

  textBytes(collection: string, key: string): Uint8Array | undefined {
    return this.#database.bytes(
      'SELECT CAST(content AS BLOB) FROM texts WHERE collection = ? AND key = ?',
      collection,
      key,
    );
  }

  deleteWithPrefix(collection: string, prefix: string): void {
    for (const table of ['documents', 'texts']) {
      this.#database.run(
        `DELETE FROM ${table} WHERE collection = ?1 AND key >= ?2 AND key < ?2 || char(0x10ffff)`,
        collection,
        prefix,
      );
    }
  }

  list(
    collection: string,
    options: { after?: string; limit?: number } = {},
  ): readonly { key: string; document: unknown }[] {
    const rows = this.#database.rows(
      'SELECT key, json FROM documents WHERE collection = ? AND key > ? ORDER BY key LIMIT ?',
      collection,
      options.after ?? '',
      options.limit ?? -1,
    );
    return rows.map(([key, json]) => ({
      key: String(key),
      document: JSON.parse(String(json)) as unknown,
    }));
  }

  next(sequence: string): number {
    const row = this.#database.row(
      `INSERT INTO sequences (name, value) VALUES (?, 1)
       ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`,
      sequence,
    );
    return Number(row?.[0]);
  }
}
