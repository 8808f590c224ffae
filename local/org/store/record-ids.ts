import { buildId } from '../schema/ids.ts';
import type { ObjectSchema } from '../schema/schema.ts';
import type { Database } from './database.ts';

/**
 * Hands out record ids. Counters run in memory and reach the disk with each commit: an id is never given twice, not
 * even after a rollback, and costs no statement.
 */
export class RecordIds {
  readonly #database: Database;
  readonly #instance: string;
  readonly #counters = new Map<string, number>();
  readonly #unsaved = new Set<string>();

  /** @param instance three characters that all ids of this org share */
  constructor(database: Database, instance: string) {
    this.#database = database;
    this.#instance = instance;
    database.exec(
      'CREATE TABLE IF NOT EXISTS id_counters (prefix TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID',
    );
    for (const [prefix, value] of database.rows('SELECT prefix, value FROM id_counters')) {
      this.#counters.set(String(prefix), Number(value));
    }
    database.onCommit(() => this.#save());
  }

  next(object: ObjectSchema): string {
    const counter = (this.#counters.get(object.keyPrefix) ?? 0) + 1;
    this.#counters.set(object.keyPrefix, counter);
    this.#unsaved.add(object.keyPrefix);
    return buildId(object.keyPrefix, this.#instance, counter);
  }

  #save(): void {
    for (const prefix of this.#unsaved) {
      this.#database.run(
        `INSERT INTO id_counters (prefix, value) VALUES (?, ?)
         ON CONFLICT (prefix) DO UPDATE SET value = max(value, excluded.value)`,
        prefix,
        this.#counters.get(prefix) ?? 0,
      );
    }
    this.#unsaved.clear();
  }
}
