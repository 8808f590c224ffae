import { OrgError } from '../../../errors.ts';
import type { FieldValues, ObjectSchema } from '../../../schema/schema.ts';
import type { RecordStore } from '../../../store/record-store.ts';
import type { RowError, SaveOperation } from '../../platform/system/system-services.ts';
import type { SObjectValue } from '../../sobject.ts';
import { DmlRow, type RowAction } from './dml-row.ts';
import { failRepeatedKeys, upsertTarget } from './upsert-target.ts';

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
  if (externalIdField !== undefined) {
    failRepeatedKeys(rows, externalIdField);
  }
  return rows;
}

function rowOf(
  store: RecordStore,
  operation: SaveOperation,
  record: SObjectValue,
  externalIdField: string | undefined,
): DmlRow {
  const { schema } = record;
  const { action, id, error } =
    operation === 'upsert'
      ? upsertTarget(store, schema, record.fieldValues(), externalIdField)
      : { action: operation, id: record.id, error: idError(operation, record.id) };
  const row = new DmlRow(schema.name, action, id, writableValues(schema, record, action));
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
