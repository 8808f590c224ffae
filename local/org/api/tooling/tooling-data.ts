import { OrgSchema } from '../../schema/org-schema.ts';
import type { FieldValues, ObjectSchema, Schema } from '../../schema/schema.ts';
import type { SoqlEngine } from '../../soql/soql.ts';
import { createSoqlEngine } from '../../soql/soql-engine.ts';
import { Database } from '../../store/database.ts';
import { Rows } from '../../store/rows.ts';
import { migrateTable, tableName } from '../../store/tables.ts';

interface ToolingData {
  readonly schema: Schema;
  /** Rows as of now. */
  readonly soql: SoqlEngine;
}

export interface ToolingRow {
  readonly object: ObjectSchema;
  readonly values: FieldValues;
}

/** Where the rows of some objects come from. */
export interface ToolingSource {
  readonly objects: readonly ObjectSchema[];
  /** Something that is another value whenever the rows may be others. */
  version(): unknown;
  rows(): readonly ToolingRow[];
}

/** What only the Tooling API shows, as of now. */
export interface Tooling {
  current(): ToolingData;
  /** To be called when the org closes: SQLite's functions keep whatever they can reach until their database closes. */
  close(): void;
}

/**
 * A small database in memory, made when somebody first asks, and filled from what the org knows already.
 */
export function createTooling(sources: readonly ToolingSource[], now: () => number): Tooling {
  let opened: OpenedTooling | undefined;
  return {
    current() {
      opened ??= new OpenedTooling(sources, now);
      return opened.current();
    },
    close() {
      opened?.close();
      opened = undefined;
    },
  };
}

class OpenedTooling implements Tooling {
  readonly #sources: readonly ToolingSource[];
  readonly #database: Database;
  readonly #data: ToolingData;
  readonly #rows: Rows;
  readonly #filledFor = new Map<ToolingSource, unknown>();

  constructor(sources: readonly ToolingSource[], now: () => number) {
    const objects = sources.flatMap((source) => source.objects);
    const schema = new OrgSchema(objects);
    const database = new Database(':memory:', { now });
    for (const object of objects) migrateTable(database, object);
    this.#sources = sources;
    this.#database = database;
    this.#data = { schema, soql: createSoqlEngine({ schema, database }) };
    this.#rows = new Rows(database, schema);
  }

  current(): ToolingData {
    for (const source of this.#sources) {
      const version = source.version();
      if (this.#filledFor.has(source) && this.#filledFor.get(source) === version) continue;
      this.#fill(source);
      this.#filledFor.set(source, version);
    }
    return this.#data;
  }

  close(): void {
    this.#database.close();
  }

  #fill(source: ToolingSource): void {
    for (const { name } of source.objects) this.#database.run(`DELETE FROM ${tableName(name)}`);
    for (const { object, values } of source.rows()) this.#rows.insert(object, values);
  }
}
