import type { UserAccess } from '../../../access/access-control.ts';
import type { RecordAccess } from '../../../access/record-access.ts';
import type { FieldValue, Schema } from '../../../schema/schema.ts';
import type { RecordStore } from '../../../store/record-store.ts';
import type { AccessMode } from '../../realm.ts';
import type { ExecutionContext } from '../execution-context.ts';
import type { OrgServices } from '../org-services.ts';
import type { DmlRow } from './dml-row.ts';

/**
 * Fails the rows that the running user may not save: in user mode by object and field permissions and sharing, from a
 * class `with sharing` by sharing alone.
 */
export function checkRowAccess(
  org: OrgServices,
  context: ExecutionContext,
  rows: readonly DmlRow[],
  mode: AccessMode | undefined,
): void {
  if (mode !== 'user' && context.sharing !== 'with') {
    return;
  }
  const access = org.access?.of(context.userId);
  if (access?.records === undefined) {
    return;
  }
  for (const row of rows.filter(({ failed }) => !failed)) {
    if (mode !== 'user' || mayTouch(access, org, row)) {
      checkSharing(access.records, org, row);
    }
  }
}

/** Object and field permissions. */
function mayTouch({ schema }: UserAccess, org: OrgServices, row: DmlRow): boolean {
  const object = schema.find(row.object);
  const allowed =
    row.action === 'insert'
      ? object?.createable
      : row.action === 'update'
        ? object?.updateable
        : object?.deletable;
  if (allowed !== true) {
    const message = `Access to entity '${row.object}' denied`;
    row.fail({ code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', message, fields: [] });
    return false;
  }
  const fields = forbiddenFields(schema, org.store, row);
  if (fields.length > 0) {
    const message = `Operation failed due to fields being inaccessible on Sobject ${row.object}, check errors on Exception or Result!`;
    row.fail({ code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', message, fields });
    return false;
  }
  return true;
}

/** Fields that the row sets to something else than is stored, and the user may not write. */
function forbiddenFields(schema: Schema, store: RecordStore, row: DmlRow): string[] {
  const object = schema.require(row.object);
  const stored = row.id === null ? undefined : store.read(row.object, row.id);
  return Object.entries(row.values)
    .filter(([name, value]) => isChange(stored?.[name], value))
    .map(([name]) => name)
    .filter((name) => {
      const field = object.fields.get(name.toLowerCase());
      return row.action === 'insert' ? field?.createable !== true : field?.updateable !== true;
    });
}

function isChange(stored: FieldValue | undefined, value: FieldValue): boolean {
  return (stored ?? null) !== value;
}

function checkSharing(records: RecordAccess, org: OrgServices, row: DmlRow): void {
  const { id, object } = row;
  if (id === null || org.store.read(object, id) === undefined) {
    return;
  }
  row.attempt(() => {
    const removes = row.action === 'delete' || row.action === 'undelete';
    records.requireUse(object, id, removes ? 'delete' : 'edit');
  });
}
