import type {
  FieldSchema,
  FieldValue,
  FieldValues,
  IdListSource,
  ObjectSchema,
} from '../schema/schema.ts';
import type { Database, SqlRow, SqlValue } from './database.ts';

/** How one object lies in the database: a table with a column per stored field, in describe order. */
export interface Table {
  readonly name: string;
  readonly columns: readonly FieldSchema[];
  /** True when rows carry `IsDeleted`. */
  readonly hasIsDeleted: boolean;
  readonly insertSql: string;
}

const tables = new WeakMap<ObjectSchema, Table>();

export function tableOf(object: ObjectSchema): Table {
  let table = tables.get(object);
  if (!table) {
    table = describeTable(object);
    tables.set(object, table);
  }
  return table;
}

/** Compound addresses are put together from their parts: like what is computed, they have no column. */
export function isStored(field: FieldSchema): boolean {
  return field.type !== 'address' && !isComputed(field);
}

/** Whether the value follows from others, by a formula or as a list of what points at the record. */
export function isComputed({ formula, idList }: FieldSchema): boolean {
  return formula !== undefined || idList !== undefined;
}

/** SQL of a list of ids, the first in front and the others by age. @param alias of the row that has the list */
export function idListSql({ object, link, listed, first }: IdListSource, alias: string): string {
  const id = `j.${quote(listed)}`;
  const inOrder = `${id} IS NOT ${alias}.${quote(first)}, j."Id"`;
  return (
    `(SELECT nullif(json_group_array(${id} ORDER BY ${inOrder}), '[]') FROM ${tableName(object)} AS j ` +
    `WHERE j.${quote(link)} = ${alias}."Id" AND j."IsDeleted" = 0)`
  );
}

function describeTable(object: ObjectSchema): Table {
  const name = tableName(object.name);
  const columns = [...object.fields.values()].filter(isStored);
  const names = columns.map((field) => quote(field.name)).join(', ');
  return {
    name,
    columns,
    hasIsDeleted: object.fields.has('isdeleted'),
    insertSql: `INSERT INTO ${name} (${names}) VALUES (${columns.map(() => '?').join(', ')})`,
  };
}

export function tableName(objectName: string): string {
  return quote(`o_${objectName.toLowerCase()}`);
}

/** An SQL identifier. Names come from the schema, which lets only letters, digits and underscores in. */
export function quote(name: string): string {
  if (!/^\w+$/.test(name)) throw new Error(`not a name: ${name}`);
  return `"${name}"`;
}

/**
 * Creates the table, or adds the columns and indexes it lacks. Columns of fields that are gone stay, unread.
 * @param compared further fields that are searched by their values, in lower case
 */
export function migrateTable(
  database: Database,
  object: ObjectSchema,
  compared: ReadonlySet<string> = new Set(),
): void {
  if (object.view !== undefined) {
    createView(database, object, object.view);
    return;
  }
  const { name, columns } = tableOf(object);
  const existing = new Set(
    database.rows(`PRAGMA table_info(${name})`).map((row) => String(row[1]).toLowerCase()),
  );
  if (existing.size === 0) {
    database.exec(`CREATE TABLE ${name} (${columns.map(columnDefinition).join(', ')})`);
  } else {
    for (const field of columns.filter((column) => !existing.has(column.name.toLowerCase()))) {
      const fallback =
        field.type === 'boolean' ? ` DEFAULT ${field.defaultValue === true ? 1 : 0}` : '';
      database.exec(`ALTER TABLE ${name} ADD COLUMN ${columnDefinition(field)}${fallback}`);
    }
  }
  const isSearched = (field: FieldSchema): boolean =>
    isIndexed(field) || compared.has(field.name.toLowerCase());
  for (const field of columns.filter(isSearched)) createIndex(database, object, field);
}

/** Made anew each time: its fields may have changed. */
function createView(
  database: Database,
  object: ObjectSchema,
  { object: source, condition, computed }: NonNullable<ObjectSchema['view']>,
): void {
  const { name, columns } = tableOf(object);
  const selected = columns.map((field) => {
    const column = quote(field.name);
    return `${computed[field.name] ?? column} AS ${column}`;
  });
  database.exec(`DROP VIEW IF EXISTS ${name}`);
  database.exec(
    `CREATE VIEW ${name} AS SELECT ${selected.join(', ')} FROM ${tableName(source)} WHERE ${condition}`,
  );
}

export function dropTable(database: Database, object: ObjectSchema): void {
  const kind = object.view === undefined ? 'TABLE' : 'VIEW';
  database.exec(`DROP ${kind} IF EXISTS ${tableName(object.name)}`);
}

/** Drops the columns that a deploy took away; without it, the same field deployed again would show its old values. */
export function dropColumns(database: Database, before: ObjectSchema, now: ObjectSchema): void {
  if (before === now) return;
  for (const field of [...before.fields.values()].filter(isStored)) {
    const after = now.fields.get(field.name.toLowerCase());
    if (after !== undefined && isStored(after)) continue;
    database.exec(`DROP INDEX IF EXISTS ${indexName(before, field)}`);
    database.exec(`ALTER TABLE ${tableName(before.name)} DROP COLUMN ${quote(field.name)}`);
  }
}

function indexName(object: ObjectSchema, field: FieldSchema): string {
  return quote(`i_${object.name.toLowerCase()}_${field.name.toLowerCase()}`);
}

function columnDefinition(field: FieldSchema): string {
  if (field.type === 'id') return `${quote(field.name)} TEXT PRIMARY KEY`;
  return `${quote(field.name)} ${storageClass(field)}${comparesWithoutCase(field) ? ' COLLATE NOCASE' : ''}`;
}

function storageClass(field: FieldSchema): string {
  switch (field.type) {
    case 'boolean':
    case 'int':
      return 'INTEGER';
    case 'double':
    case 'currency':
    case 'percent':
      return 'REAL';
    default:
      return 'TEXT';
  }
}

/** Text compares without case, except ids, times and fields declared case-sensitive. */
export function comparesWithoutCase(field: FieldSchema): boolean {
  return storageClass(field) === 'TEXT' && !binaryTypes.has(field.type) && !field.caseSensitive;
}

const binaryTypes: ReadonlySet<string> = new Set(['id', 'reference', 'date', 'datetime', 'time']);
const plainReferences: ReadonlySet<string> = new Set(['createdbyid', 'lastmodifiedbyid']);
const stampFields: ReadonlySet<string> = new Set(['systemmodstamp', 'createddate']);

function isIndexed(field: FieldSchema): boolean {
  const name = field.name.toLowerCase();
  if (stampFields.has(name)) return true;
  if (field.type === 'reference') return !plainReferences.has(name);
  return field.unique || field.externalId || field.idLookup;
}

function createIndex(database: Database, object: ObjectSchema, field: FieldSchema): void {
  if (field.type === 'id') return;
  const name = indexName(object, field);
  const column = quote(field.name);
  const filled = field.nillable ? ` WHERE ${column} IS NOT NULL` : '';
  database.exec(
    `CREATE INDEX IF NOT EXISTS ${name} ON ${tableName(object.name)} (${column})${filled}`,
  );
}

export function encode(value: FieldValue | undefined): SqlValue {
  if (value === undefined) return null;
  return typeof value === 'boolean' ? (value ? 1 : 0) : value;
}

export function decodeRow(fields: readonly FieldSchema[], row: SqlRow): FieldValues {
  const values: FieldValues = {};
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index];
    if (field) values[field.name] = decode(field, row[index] ?? null);
  }
  return values;
}

/** SQLite knows no booleans: they are kept as 0 and 1. */
function decode(field: FieldSchema, value: SqlValue): FieldValue {
  return field.type === 'boolean' ? value === 1 : value;
}
