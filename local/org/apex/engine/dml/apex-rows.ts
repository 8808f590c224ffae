import { OrgError } from '../../../errors.ts';
import type { FieldSchema, FieldValues, ObjectSchema } from '../../../schema/schema.ts';
import type { RecordStore } from '../../../store/record-store.ts';
import type { RowError, SaveOperation } from '../../platform/system/system-services.ts';
import type { SObjectValue } from '../../sobject.ts';
import { DmlRow, type RowAction } from './dml-row.ts';

/**
 * The rows of an Apex DML statement. Fields that nobody may write (stamps, formulas of a queried record) are left
 * out, as the platform does; a record that lacks what the operation needs becomes a failed row.
 */
export function rowsOfRecords(
  store: RecordStore,
  operation: SaveOperation,
  records: readonly SObjectValue[],
  externalIdField: string | undefined,
): DmlRow[] {
  const rows = records.map((record) => rowOf(store, operation, record, externalIdField));
  return externalIdField === undefined ? rows : failRepeatedKeys(rows, externalIdField);
}

function rowOf(
  store: RecordStore,
  operation: SaveOperation,
  record: SObjectValue,
  externalIdField: string | undefined,
): DmlRow {
  const { schema, id } = record;
  const { action, target, error } =
    operation === 'upsert'
      ? upsertTarget(store, record, externalIdField)
      : { action: operation, target: id, error: idError(operation, id) };
  const row = new DmlRow(schema.name, action, target, writableValues(schema, record, action));
  if (error !== undefined) {
    row.fail(error);
  }
  row.attempt(() => {
    addParentReferences(store, row, record);
  });
  return row;
}

function idError(operation: SaveOperation, id: string | null): RowError | undefined {
  if (operation === 'insert') {
    return id === null
      ? undefined
      : {
          code: 'INVALID_FIELD_FOR_INSERT_UPDATE',
          message: 'cannot specify Id in an insert call',
          fields: ['Id'],
        };
  }
  return id === null
    ? { code: 'MISSING_ARGUMENT', message: `Id not specified in an ${operation} call`, fields: [] }
    : undefined;
}

interface UpsertTarget {
  readonly action: RowAction;
  readonly target: string | null;
  readonly error?: RowError;
}

/** By the external id when one is named, else by the record's own id. */
function upsertTarget(
  store: RecordStore,
  record: SObjectValue,
  externalIdField: string | undefined,
): UpsertTarget {
  if (externalIdField === undefined || externalIdField.toLowerCase() === 'id') {
    return { action: record.id === null ? 'insert' : 'update', target: record.id };
  }
  const field = record.resolve(externalIdField);
  return resolveKey(store, record.schema, field, record.fieldValues()[field.name] ?? null);
}

/** Whether an upsert with that key inserts or updates. */
export function resolveKey(
  store: RecordStore,
  schema: ObjectSchema,
  field: FieldSchema,
  value: string | number | boolean | null,
): UpsertTarget {
  const fail = (code: string, message: string): UpsertTarget => ({
    action: 'insert',
    target: null,
    error: { code, message, fields: [field.name] },
  });
  if (!field.externalId && !field.idLookup) {
    return fail(
      'INVALID_FIELD',
      `Field name provided, ${field.name} does not match an External ID, Salesforce Id, or indexed field for ${schema.name}`,
    );
  }
  if (value === null) {
    return fail('MISSING_ARGUMENT', `${field.name} not specified`);
  }
  const ids = store.findByKey(schema.name, field.name, String(value));
  if (ids.length > 1) {
    return fail(
      'DUPLICATE_EXTERNAL_ID',
      `${field.name}: more than one record found for external id field: [${ids.join(', ')}]`,
    );
  }
  const [id] = ids;
  return id === undefined ? { action: 'insert', target: null } : { action: 'update', target: id };
}

/** Two records of one upsert may not carry the same key. */
function failRepeatedKeys(rows: DmlRow[], externalIdField: string): DmlRow[] {
  const seen = new Set<string>();
  for (const row of rows) {
    const name = Object.keys(row.values).find(
      (key) => key.toLowerCase() === externalIdField.toLowerCase(),
    );
    const key = name === undefined ? null : row.values[name];
    if (key !== null && key !== undefined) {
      const folded = `${row.object} ${String(key).toLowerCase()}`;
      if (seen.has(folded)) {
        row.fail({
          code: 'DUPLICATE_VALUE',
          message: `Duplicate external id specified: ${String(key)}`,
          fields: [externalIdField],
        });
      }
      seen.add(folded);
    }
  }
  return rows;
}

function writableValues(
  schema: ObjectSchema,
  record: SObjectValue,
  action: RowAction,
): FieldValues {
  if (action === 'delete' || action === 'undelete') {
    return {};
  }
  return Object.fromEntries(
    Object.entries(record.fieldValues()).filter(([name]) => {
      const field = schema.fields.get(name.toLowerCase());
      return action === 'insert' ? field?.createable : field?.updateable;
    }),
  );
}

/** `new Contact(Account = new Account(Key__c = 'x'))` sets AccountId to the account with that key. */
function addParentReferences(store: RecordStore, row: DmlRow, record: SObjectValue): void {
  if (record.queried || (row.action !== 'insert' && row.action !== 'update')) {
    return;
  }
  for (const [relationship, parent] of record.populatedParents()) {
    if (parent !== null) {
      Object.assign(row.values, store.coerce(row.object, { [relationship]: keyOf(parent) }));
    }
  }
}

function keyOf(parent: SObjectValue): FieldValues {
  const keys = Object.entries(parent.fieldValues()).filter(([name]) => {
    const field = parent.schema.fields.get(name.toLowerCase());
    return field?.externalId === true || field?.idLookup === true;
  });
  if (keys.length !== 1) {
    throw new OrgError(
      'INVALID_FIELD',
      `The parent ${parent.schema.name} must be given by exactly one external id field`,
    );
  }
  return Object.fromEntries(keys);
}
