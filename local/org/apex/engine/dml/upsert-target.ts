import type { FieldSchema, FieldValue, FieldValues, ObjectSchema } from '../../../schema/schema.ts';
import type { RecordStore } from '../../../store/record-store.ts';
import type { RowError } from '../../platform/system/system-services.ts';
import type { DmlRow } from './dml-row.ts';

/** What an upsert does with a record. */
export interface UpsertTarget {
  readonly action: 'insert' | 'update';
  /** Of the record to update. */
  readonly id: string | null;
  readonly error?: RowError;
}

/** Decides by the external id field when one is named, else by the record's own id. */
export function upsertTarget(
  store: Pick<RecordStore, 'findByKey'>,
  schema: ObjectSchema,
  values: FieldValues,
  keyField: string | undefined,
): UpsertTarget {
  const field = schema.fields.get((keyField ?? 'Id').toLowerCase());
  if (field === undefined) {
    return failed(
      'INVALID_FIELD',
      `No such column '${keyField}' on sobject of type ${schema.name}`,
      [],
    );
  }
  const key = values[field.name] ?? null;
  if (field.type === 'id') {
    return typeof key === 'string' ? { action: 'update', id: key } : { action: 'insert', id: null };
  }
  return targetByKey(store, schema, field, key);
}

function targetByKey(
  store: Pick<RecordStore, 'findByKey'>,
  schema: ObjectSchema,
  field: FieldSchema,
  key: FieldValue,
): UpsertTarget {
  if (!field.externalId && !field.idLookup) {
    return failed(
      'INVALID_FIELD',
      `Field name provided, ${field.name} does not match an External ID, Salesforce Id, or indexed field for ${schema.name}`,
      [field.name],
    );
  }
  if (key === null) {
    return failed('MISSING_ARGUMENT', `${field.name} not specified`, [field.name]);
  }
  const ids = store.findByKey(schema.name, field.name, String(key));
  if (ids.length > 1) {
    return failed(
      'DUPLICATE_EXTERNAL_ID',
      `${field.name}: more than one record found for external id field: [${ids.join(', ')}]`,
      [field.name],
    );
  }
  const [id] = ids;
  return id === undefined ? { action: 'insert', id: null } : { action: 'update', id };
}

function failed(code: string, message: string, fields: readonly string[]): UpsertTarget {
  return { action: 'insert', id: null, error: { code, message, fields } };
}

/** Two records of one upsert may not carry the same key: the later ones fail. */
export function failRepeatedKeys(rows: readonly DmlRow[], keyField: string): void {
  const seen = new Set<string>();
  for (const row of rows) {
    const name = Object.keys(row.values).find(
      (key) => key.toLowerCase() === keyField.toLowerCase(),
    );
    const key = name === undefined ? null : (row.values[name] ?? null);
    if (key === null) {
      continue;
    }
    const folded = `${row.object} ${String(key).toLowerCase()}`;
    if (seen.has(folded)) {
      row.fail({
        code: 'DUPLICATE_VALUE',
        message: `Duplicate external id specified: ${String(key)}`,
        fields: [keyField],
      });
    }
    seen.add(folded);
  }
}
