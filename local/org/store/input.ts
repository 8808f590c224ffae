import { OrgError } from '../errors.ts';
import type {
  FieldSchema,
  FieldValue,
  FieldValues,
  ObjectSchema,
  Schema,
} from '../schema/schema.ts';
import { coerceValue } from './coercion.ts';

/** What the caller is about to do with the values; decides which fields may be given. */
export type Purpose = 'insert' | 'update' | undefined;

export interface InputDeps {
  readonly schema: Schema;
  /** Ids of undeleted records with that value in a key field. */
  findByKey(object: string, field: string, value: string): readonly string[];
}

/**
 * Raw input as field values: names in any case, values in any form a client sends, look-ups by the parent's key
 * (`Account: {ExtId__c: 'x'}` in JSON, `Account.ExtId__c` or `Lead:Who.Email` in CSV). `attributes` is left out.
 */
export function coerceInput(
  deps: InputDeps,
  object: ObjectSchema,
  input: Readonly<Record<string, unknown>>,
  purpose: Purpose,
): FieldValues {
  const values: FieldValues = {};
  const forbidden: string[] = [];
  for (const [name, raw] of Object.entries(input)) {
    if (name === 'attributes') continue;
    const field = object.fields.get(name.toLowerCase());
    if (field && field.type !== 'address') values[field.name] = coerceValue(field, raw);
    else if (field) throw notWritable([field.name]);
    else assignByKey(deps, object, values, name, raw);
  }
  for (const name of Object.keys(values)) {
    const field = object.fields.get(name.toLowerCase());
    if (field && !mayWrite(field, purpose)) forbidden.push(name);
  }
  if (forbidden.length > 0) throw notWritable(forbidden);
  return values;
}

function mayWrite(field: FieldSchema, purpose: Purpose): boolean {
  if (purpose === 'insert') return field.createable;
  if (purpose === 'update') return field.updateable || field.type === 'id';
  return true;
}

function notWritable(fields: readonly string[]): OrgError {
  return new OrgError(
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    `Unable to create/update fields: ${fields.join(', ')}. Please check the security settings of this field and ` +
      'verify that it is read/write for your profile or permission set.',
    { fields },
  );
}

/** A name that is no field: the relationship of a look-up, with the parent's key as value. */
function assignByKey(
  deps: InputDeps,
  object: ObjectSchema,
  values: FieldValues,
  name: string,
  raw: unknown,
): void {
  const [path = name, csvKey] = splitOnce(name, '.');
  const [first = path, second] = splitOnce(path, ':');
  const [typeName, relationship] = second === undefined ? [undefined, first] : [first, second];
  const field = findByRelationship(object, relationship);
  if (!field) throw noSuchColumn(object, name);
  if (raw === null || (csvKey !== undefined && (raw === '' || raw === undefined))) {
    values[field.name] = null;
    return;
  }
  const key =
    csvKey === undefined
      ? keyOfObject(object, field, raw)
      : { key: csvKey, value: raw, type: undefined };
  values[field.name] = resolveKey(deps, field, typeName ?? key.type, key.key, key.value);
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function findByRelationship(object: ObjectSchema, relationship: string): FieldSchema | undefined {
  const wanted = relationship.toLowerCase();
  for (const field of object.fields.values()) {
    if (field.relationshipName?.toLowerCase() === wanted) return field;
  }
  return undefined;
}

function keyOfObject(object: ObjectSchema, field: FieldSchema, raw: unknown) {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw noSuchColumn(object, field.relationshipName ?? field.name);
  const entries = Object.entries(raw).filter(([name]) => name !== 'attributes');
  const [entry] = entries;
  if (!entry || entries.length > 1) {
    throw new OrgError(
      'INVALID_FIELD',
      `Exactly one key field must be given for ${field.relationshipName}`,
      {
        fields: [field.name],
      },
    );
  }
  return { key: entry[0], value: entry[1], type: typeOfAttributes(raw) };
}

function typeOfAttributes(raw: object): string | undefined {
  const attributes: unknown = 'attributes' in raw ? raw.attributes : undefined;
  if (typeof attributes !== 'object' || attributes === null || !('type' in attributes))
    return undefined;
  return typeof attributes.type === 'string' ? attributes.type : undefined;
}

function resolveKey(
  deps: InputDeps,
  field: FieldSchema,
  typeName: string | undefined,
  keyName: string,
  raw: unknown,
): FieldValue {
  const parent = parentType(deps, field, typeName);
  const key = parent.fields.get(keyName.toLowerCase());
  if (!key) throw noSuchColumn(parent, keyName);
  if (!key.externalId && !key.idLookup && !key.unique) {
    const message = `Foreign key external ID field ${key.name} of ${parent.name} is not an external id`;
    throw new OrgError('INVALID_FIELD', message, { fields: [field.name] });
  }
  const value = coerceValue(key, raw);
  if (value === null) return null;
  if (key.type === 'id') return value;
  const ids = deps.findByKey(parent.name, key.name, String(value));
  if (ids.length === 1) return ids[0] ?? null;
  throw unresolvedKey(field, parent, key, value, ids.length);
}

function parentType(
  deps: InputDeps,
  field: FieldSchema,
  typeName: string | undefined,
): ObjectSchema {
  if (typeName !== undefined) {
    const parent = deps.schema.require(typeName);
    if (field.referenceTo.includes(parent.name)) return parent;
  }
  const [only] = field.referenceTo;
  if (only !== undefined && field.referenceTo.length === 1) return deps.schema.require(only);
  const message = `A polymorphic foreign key must name its type: ${field.relationshipName}`;
  throw new OrgError('INVALID_FIELD', message, { fields: [field.name] });
}

function unresolvedKey(
  field: FieldSchema,
  parent: ObjectSchema,
  key: FieldSchema,
  value: FieldValue,
  matches: number,
): OrgError {
  const found = matches === 0 ? 'not found' : 'matches more than one record';
  return new OrgError(
    'INVALID_FIELD',
    `Foreign key external ID: ${value} ${found} for field ${key.name} in entity ${parent.name}`,
    { fields: [field.name] },
  );
}

function noSuchColumn(object: ObjectSchema, name: string): OrgError {
  return new OrgError(
    'INVALID_FIELD',
    `No such column '${name}' on sobject of type ${object.name}`,
  );
}
