import type { SourceFile } from './apex/program.ts';
import { DeployError, type DeployProblem } from './deploy-error.ts';
import type { ObjectSchema } from './schema/schema.ts';
import type { SqliteRecordStore } from './store/sqlite-record-store.ts';

/**
 * Takes out of the database what a deploy removed: rows of objects, values of fields, code, permission sets. Without
 * it, a later deploy of the same source would find them again.
 * @param before the objects as they were; the store's schema is the new one already
 * @param after the source that is left
 * @throws DeployError naming permission sets that somebody holds
 */
export function removeGone(
  store: SqliteRecordStore,
  before: readonly ObjectSchema[],
  removed: readonly string[],
  after: readonly SourceFile[],
): void {
  const kept = new Set(after.map(({ path }) => path));
  const gone = removed.filter((path) => !kept.has(path));
  const problems = gone.flatMap((path) => removePermissionSet(store, path));
  if (problems.length > 0) throw new DeployError(problems);
  for (const path of gone) removeCode(store, path);
  for (const object of before) store.dropGone(object);
}

function removeCode(store: SqliteRecordStore, path: string): void {
  const [, name = '', suffix] = /([^/]+)\.(cls|trigger)$/.exec(path) ?? [];
  if (suffix === undefined) return;
  const object = store.schema.require(suffix === 'cls' ? 'ApexClass' : 'ApexTrigger');
  for (const id of store.rows.idsWhere(object, 'Name', name)) store.rows.erase(object, id);
}

function removePermissionSet(store: SqliteRecordStore, path: string): DeployProblem[] {
  const name = /^permissionsets\/([^/]+)\.permissionset-meta\.xml$/.exec(path)?.[1];
  if (name === undefined) return [];
  const erase = (object: string, field: string, value: string) => {
    const schema = store.schema.require(object);
    for (const id of store.rows.idsWhere(schema, field, value)) store.rows.erase(schema, id);
  };
  const sets = store.rows.idsWhere(store.schema.require('PermissionSet'), 'Name', name);
  const assignments = store.schema.require('PermissionSetAssignment');
  const isHeld = sets.some(
    (id) => store.rows.idsWhere(assignments, 'PermissionSetId', id).length > 0,
  );
  if (isHeld) {
    return [{ file: path, message: `Permission set ${name} is assigned to users; unassign it.` }];
  }
  for (const id of sets) {
    for (const grants of ['ObjectPermissions', 'FieldPermissions']) erase(grants, 'ParentId', id);
  }
  erase('PermissionSet', 'Name', name);
  return [];
}
