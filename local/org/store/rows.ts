import type { FieldValues, ObjectSchema, Schema } from '../schema/schema.ts';
import type { Database } from './database.ts';
import { decodeRow, encode, quote, tableName, tableOf } from './tables.ts';

/**
 * Reads and writes whole rows, without any rule: the rules sit above. Every change of a row that the outside may see
 * comes with its stamps already in the values.
 */
export class Rows {
  readonly #database: Database;
  readonly #schema: Schema;

  constructor(database: Database, schema: Schema) {
    this.#database = database;
    this.#schema = schema;
  }

  read(object: ObjectSchema, id: string): FieldValues | undefined {
    const table = tableOf(object);
    const row = this.#database.row(table.selectByIdSql, id);
    return row && decodeRow(table, row);
  }

  insert(object: ObjectSchema, row: FieldValues): void {
    const table = tableOf(object);
    this.#database.run(table.insertSql, ...table.columns.map((field) => encode(row[field.name])));
  }

  update(object: ObjectSchema, id: string, changes: FieldValues): void {
    const names = Object.keys(changes);
    if (names.length === 0) return;
    const assignments = names.map((name) => `${quote(name)} = ?`).join(', ');
    const values = names.map((name) => encode(changes[name]));
    this.#database.run(
      `UPDATE ${tableName(object.name)} SET ${assignments} WHERE "Id" = ?`,
      ...values,
      id,
    );
  }

  erase(object: ObjectSchema, id: string): void {
    this.#database.run(`DELETE FROM ${tableName(object.name)} WHERE "Id" = ?`, id);
  }

  /** Ids of rows with that value in a column; deleted ones left out. */
  idsWhere(object: ObjectSchema, field: string, value: string | number): string[] {
    const condition = this.#undeleted(object);
    const sql = `SELECT "Id" FROM ${tableName(object.name)} WHERE ${quote(field)} = ?${condition} ORDER BY "Id"`;
    return this.#database.rows(sql, value).map((row) => String(row[0]));
  }

  /** The state of a record another one wants to point at. */
  stateOf(object: ObjectSchema, id: string): 'present' | 'deleted' | 'missing' {
    const flag = tableOf(object).hasIsDeleted ? '"IsDeleted"' : '0';
    const row = this.#database.row(
      `SELECT ${flag} FROM ${tableName(object.name)} WHERE "Id" = ?`,
      id,
    );
    if (!row) return 'missing';
    return row[0] === 1 ? 'deleted' : 'present';
  }

  /** One column of one row; null when the row is missing. */
  value(object: string, id: string, field: string) {
    const schema = this.#schema.require(object);
    const row = this.#database.row(
      `SELECT ${quote(field)} FROM ${tableName(schema.name)} WHERE "Id" = ?`,
      id,
    );
    return row?.[0] ?? null;
  }

  #undeleted(object: ObjectSchema): string {
    return tableOf(object).hasIsDeleted ? ' AND "IsDeleted" = 0' : '';
  }
}
