import type { PermissionSetSource } from '../schema/metadata.ts';
import { userPermissions } from '../schema/standard/permissions.ts';
import type { RecordStore, SaveContext } from './record-store.ts';

type PermissionStore = Pick<RecordStore, 'insert' | 'update' | 'remove' | 'findByKey'> & {
  idsWhere(object: string, field: string, value: string): readonly string[];
};

/**
 * Writes deployed permission sets as records: the set itself, and what it grants anew each time. Assignments stay.
 */
export function applyPermissionSets(
  store: PermissionStore,
  sets: readonly PermissionSetSource[],
  context: SaveContext,
): void {
  for (const set of sets) {
    const id = savePermissionSet(store, set, context);
    for (const object of ['ObjectPermissions', 'FieldPermissions', 'SetupEntityAccess']) {
      for (const old of store.idsWhere(object, 'ParentId', id)) store.remove(object, old, context);
    }
    grantObjects(store, set, id, context);
    grantFields(store, set, id, context);
    grantCustomPermissions(store, set, id, context);
  }
}

function savePermissionSet(
  store: PermissionStore,
  set: PermissionSetSource,
  context: SaveContext,
): string {
  const values: Record<string, string | boolean | null> = {
    Name: set.name,
    Label: set.label,
    Description: set.description ?? null,
  };
  for (const [name] of userPermissions)
    values[`Permissions${name}`] = set.userPermissions.includes(name);
  const [known] = store.findByKey('PermissionSet', 'Name', set.name);
  const saved = known
    ? store.update('PermissionSet', known, values, context)
    : store.insert('PermissionSet', values, context);
  return String(saved['Id']);
}

function grantObjects(
  store: PermissionStore,
  set: PermissionSetSource,
  id: string,
  context: SaveContext,
): void {
  for (const grant of set.objectPermissions) {
    store.insert(
      'ObjectPermissions',
      {
        ParentId: id,
        SobjectType: grant.object,
        PermissionsCreate: grant.create,
        PermissionsRead: grant.read,
        PermissionsEdit: grant.edit,
        PermissionsDelete: grant.delete,
        PermissionsViewAllRecords: grant.viewAllRecords,
        PermissionsModifyAllRecords: grant.modifyAllRecords,
      },
      context,
    );
  }
}

function grantFields(
  store: PermissionStore,
  set: PermissionSetSource,
  id: string,
  context: SaveContext,
): void {
  for (const grant of set.fieldPermissions) {
    store.insert(
      'FieldPermissions',
      {
        ParentId: id,
        SobjectType: grant.field.split('.')[0] ?? '',
        Field: grant.field,
        PermissionsRead: grant.read,
        PermissionsEdit: grant.edit,
      },
      context,
    );
  }
}

function grantCustomPermissions(
  store: PermissionStore,
  { customPermissions }: PermissionSetSource,
  id: string,
  context: SaveContext,
): void {
  for (const name of customPermissions) {
    const [permission] = store.idsWhere('CustomPermission', 'DeveloperName', name);
    if (permission === undefined) continue;
    const values = { ParentId: id, SetupEntityId: permission };
    store.insert('SetupEntityAccess', values, context);
  }
}
