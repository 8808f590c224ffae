import { OrgSchema } from '../../schema/org-schema.ts';
import type { FieldValues, ObjectSchema, Schema } from '../../schema/schema.ts';
import type { SoqlEngine } from '../../soql/soql.ts';
import { createSoqlEngine } from '../../soql/soql-engine.ts';
import { Database } from '../../store/database.ts';
import { Rows } from '../../store/rows.ts';
import { migrateTable, tableName } from '../../store/tables.ts';

export interface ToolingData {
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

/**
 * Opens what only the Tooling API shows: a small database in memory, filled from what the org knows already when
 * somebody asks.
 */
export function openToolingData(
  sources: readonly ToolingSource[],
  now: () => number,
): () => ToolingData {
  const objects = sources.flatMap((source) => source.objects);
  const schema = new OrgSchema(objects);
  const database = new Database(':memory:', { now });
  for (const object of objects) migrateTable(database, object);
  const data: ToolingData = { schema, soql: createSoqlEngine({ schema, database }) };
  const rows = new Rows(database, schema);
  const filledFor = new Map<ToolingSource, unknown>();

  function fill(source: ToolingSource): void {
    for (const object of source.objects) database.run(`DELETE FROM ${tableName(object.name)}`);
    for (const { object, values } of source.rows()) rows.insert(object, values);
  }

  return () => {
    for (const source of sources) {
      const version = source.version();
      if (filledFor.has(source) && filledFor.get(source) === version) continue;
      fill(source);
      filledFor.set(source, version);
    }
    return data;
  };
}
