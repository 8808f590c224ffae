import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** A row as text cells by column name. */
export type Row = Readonly<Record<string, string>>;

/** The simplest mirror: one table, the fields as JSON, an index by e-mail, batches in transactions. */
export class RowTable {
  readonly #database: DatabaseSync;
  readonly #upsert: StatementSync;
  readonly #fields: readonly string[];

  constructor(file: string, fields: readonly string[]) {
    this.#database = new DatabaseSync(file);
    this.#fields = fields;
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE row (id TEXT PRIMARY KEY, stamp TEXT, email TEXT, fields TEXT) WITHOUT ROWID;
      CREATE INDEX row_email ON row (email);
    `);
    this.#upsert = this.#database.prepare(`
      INSERT INTO row VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp, email = excluded.email, fields = excluded.fields
    `);
  }

  upsert(rows: readonly Row[]): void {
    this.#database.exec('BEGIN');
    for (const row of rows) {
      const fields = Object.fromEntries(this.#fields.map((name) => [name, row[name] ?? null]));
      const email = (row['Email'] ?? '').toLowerCase();
      this.#upsert.run(row['Id'] ?? '', row['SystemModstamp'] ?? '', email, JSON.stringify(fields));
    }
    this.#database.exec('COMMIT');
  }

  count(): number {
    return Number(this.#database.prepare('SELECT count(*) AS n FROM row').get()?.['n']);
  }
}
