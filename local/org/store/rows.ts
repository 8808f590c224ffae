import { formulaSql } from '../formula/compile-formula.ts';
import type { FieldSchema, FieldValues, ObjectSchema, Schema } from '../schema/schema.ts';
import type { Database } from './database.ts';
import { RowLocks } from './row-locks.ts';
import { decodeRow, encode, idListSql, quote, tableName, tableOf } from './tables.ts';

/** How many ids one statement reads. */
const readBatch = 500;

/** Reads rows of one object: all its fields, stored or computed. */
interface Reader {
  readonly fields: readonly FieldSchema[];
  /** Up to WHERE; the row's alias is `r`. */
  readonly sql: string;
}

/**
 * Reads and writes whole rows, without any rule: the rules sit above. Every change of a row that the outside may see
 * comes with its stamps already in the values.
 */
export class Rows {
  /** Rows that may not be changed now. */
  readonly locks = new RowLocks();
  readonly #database: Database;
  readonly #schema: Schema;
  readonly #readers = new Map<string, Reader>();
  #readersVersion = -1;
  #setupVersion = 0;

  constructor(database: Database, schema: Schema) {
    this.#database = database;
    this.#schema = schema;
  }

  /** The row with the values of its formulas. */
  read(object: ObjectSchema, id: string): FieldValues | undefined {
    const reader = this.#readerOf(object);
    const row = this.#database.row(`${reader.sql} WHERE r."Id" = ?`, id);
    return row && decodeRow(reader.fields, row);
  }

  /** In the order of the ids; ids without row are left out. */
  readMany(object: ObjectSchema, ids: readonly string[]): Map<string, FieldValues> {
    const reader = this.#readerOf(object);
    const found = new Map<string, FieldValues>();
    const sql = `${reader.sql} WHERE r."Id" IN (SELECT value FROM json_each(?))`;
    for (let start = 0; start < ids.length; start += readBatch) {
      const batch = JSON.stringify(ids.slice(start, start + readBatch));
      for (const row of this.#database.rows(sql, batch)) {
        const values = decodeRow(reader.fields, row);
        found.set(String(values['Id']), values);
      }
    }
    return new Map(ids.flatMap((id) => entryOf(found, id)));
  }

  /** Formulas may read other objects, so what reads them holds for one version of the schema. */
  #readerOf(object: ObjectSchema): Reader {
    if (this.#readersVersion !== this.#schema.version) {
      this.#readers.clear();
      this.#readersVersion = this.#schema.version;
    }
    let reader = this.#readers.get(object.name);
    if (!reader) {
      reader = this.#makeReader(object);
      this.#readers.set(object.name, reader);
    }
    return reader;
  }

  #makeReader(object: ObjectSchema): Reader {
    const fields = [...object.fields.values()].filter((field) => field.type !== 'address');
    const columns = fields.map((field) => {
      if (field.idList !== undefined) return idListSql(field.idList, 'r');
      return field.formula === undefined
        ? `r.${quote(field.name)}`
        : formulaSql(this.#schema, object, field, 'r');
    });
    return { fields, sql: `SELECT ${columns.join(', ')} FROM ${tableName(object.name)} AS r` };
  }

  /** Counts up with every change of a set-up object's rows: what is made of users and permissions keys on it. */
  get setupVersion(): number {
    return this.#setupVersion;
  }

  insert(object: ObjectSchema, row: FieldValues): void {
    if (object.setupObject) this.#setupVersion += 1;
    const table = tableOf(object);
    this.#database.run(table.insertSql, ...table.columns.map((field) => encode(row[field.name])));
  }

  /** @throws OrgError UNABLE_TO_LOCK_ROW */
  update(object: ObjectSchema, id: string, changes: FieldValues): void {
    const names = Object.keys(changes);
    if (names.length === 0) return;
    this.locks.touch(id, () => this.#stamps(object, id, changes));
    if (object.setupObject) this.#setupVersion += 1;
    const assignments = names.map((name) => `${quote(name)} = ?`).join(', ');
    const values = names.map((name) => encode(changes[name]));
    this.#database.run(
      `UPDATE ${tableName(object.name)} SET ${assignments} WHERE "Id" = ?`,
      ...values,
      id,
    );
  }

  /** @throws OrgError UNABLE_TO_LOCK_ROW */
  erase(object: ObjectSchema, id: string): void {
    this.locks.touch(id, () => this.#stamps(object, id, {}));
    if (object.setupObject) this.#setupVersion += 1;
    this.#database.run(`DELETE FROM ${tableName(object.name)} WHERE "Id" = ?`, id);
  }

  /** Ids of rows with that value in a column; deleted ones left out. */
  idsWhere(object: ObjectSchema, field: string, value: string | number): string[] {
    const condition = this.#undeleted(object);
    const sql = `SELECT "Id" FROM ${tableName(object.name)} WHERE ${quote(field)} = ?${condition} ORDER BY "Id"`;
    return this.#database.rows(sql, value).map((row) => String(row[0]));
  }

  allIds(object: ObjectSchema): string[] {
    const rows = this.#database.rows(`SELECT "Id" FROM ${tableName(object.name)} ORDER BY "Id"`);
    return rows.map((row) => String(row[0]));
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

  #stamps(object: ObjectSchema, id: string, changes: FieldValues): { held: string; given: string } {
    const hasStamp = object.fields.has('systemmodstamp');
    const held = hasStamp ? String(this.value(object.name, id, 'SystemModstamp') ?? '') : '';
    return { held, given: String(changes['SystemModstamp'] ?? held) };
  }

  #undeleted(object: ObjectSchema): string {
    return tableOf(object).hasIsDeleted ? ' AND "IsDeleted" = 0' : '';
  }
}

function entryOf(found: ReadonlyMap<string, FieldValues>, id: string): [string, FieldValues][] {
  const values = found.get(id);
  return values ? [[id, values]] : [];
}
