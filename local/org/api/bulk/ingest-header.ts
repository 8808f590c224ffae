import type { FieldSchema, ObjectSchema, Schema } from '../../schema/schema.ts';
import type { IngestJob } from './job.ts';

/** The platform's limits on the head of an upload, in characters and columns. */
const LONGEST_HEADER = 32_000;
const MOST_COLUMNS = 5_000;

/** A head that names no field of the object, or too many: the whole job fails. */
export class UnknownColumn extends Error {
  override readonly name = 'UnknownColumn';
}

/** A column of an upload: a field, or a parent found by one of the parent's own keys. */
export type Column =
  | { readonly kind: 'field'; readonly name: string }
  | {
      readonly kind: 'parent';
      /** Declared relationship name, e.g. `Account`, `Owner`, `Parcel__r`. */
      readonly relationship: string;
      readonly key: string;
      /** Given for polymorphic look-ups: `Lead` in `Lead:Who.Email`. */
      readonly parentObject?: string;
    };

/** A value that clears the field; an empty one leaves it alone. */
const NULL_MARK = '#N/A';

/**
 * Resolves the head of an upload; names compare without case.
 * @throws UnknownColumn
 */
export function parseHeader(
  schema: Schema,
  job: IngestJob,
  header: readonly string[],
): readonly Column[] {
  const object = schema.require(job.object);
  const length = header.reduce((sum, head) => sum + head.length + 1, -1);
  if (length > LONGEST_HEADER) {
    throw new UnknownColumn(`The header has more than ${LONGEST_HEADER} characters`);
  }
  if (header.length > MOST_COLUMNS) {
    throw new UnknownColumn(`The data has more than ${MOST_COLUMNS} columns`);
  }
  return header.map((head) => parseColumn(schema, object, head));
}

function parseColumn(schema: Schema, object: ObjectSchema, head: string): Column {
  const field = object.fields.get(head.toLowerCase());
  if (field !== undefined) return { kind: 'field', name: field.name };
  const match = /^(?:(\w+):)?(\w+)\.(\w+)$/.exec(head);
  const [, typeName, relationship, key] = match ?? [];
  const lookup = relationship === undefined ? undefined : findLookup(object, relationship);
  if (lookup?.relationshipName === undefined || key === undefined) throw unknownColumn(head);
  const parent = schema.find(typeName ?? lookup.referenceTo[0] ?? '');
  const keyField = parent?.fields.get(key.toLowerCase());
  if (parent === undefined || keyField === undefined) throw unknownColumn(head);
  return {
    kind: 'parent',
    relationship: lookup.relationshipName,
    key: keyField.name,
    ...(typeName === undefined ? {} : { parentObject: parent.name }),
  };
}

function findLookup(object: ObjectSchema, relationship: string): FieldSchema | undefined {
  const wanted = relationship.toLowerCase();
  for (const field of object.fields.values()) {
    if (field.relationshipName?.toLowerCase() === wanted) return field;
  }
  return undefined;
}

function unknownColumn(head: string): UnknownColumn {
  return new UnknownColumn(`Field name not found : ${head.slice(0, 255)}`);
}

/** One row as the save engine takes it. Empty cells are left out. */
export function rowInput(
  columns: readonly Column[],
  row: readonly string[],
): Readonly<Record<string, unknown>> {
  const input: Record<string, unknown> = {};
  for (const [index, column] of columns.entries()) {
    const cell = row[index] ?? '';
    if (cell === '') continue;
    const value = cell === NULL_MARK ? null : cell;
    if (column.kind === 'field') input[column.name] = value;
    else input[column.relationship] = value === null ? null : parentReference(column, value);
  }
  return input;
}

function parentReference(
  column: Extract<Column, { kind: 'parent' }>,
  value: string,
): Readonly<Record<string, unknown>> {
  const { key, parentObject } = column;
  const attributes = parentObject === undefined ? {} : { attributes: { type: parentObject } };
  return { ...attributes, [key]: value };
}
