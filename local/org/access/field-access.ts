import type { FieldSchema, ObjectSchema } from '../schema/schema.ts';
import type { FieldGrant, Grants } from './grants.ts';
import { hasObjectPermissions, isActivity } from './object-access.ts';

const ALWAYS: FieldGrant = { read: true, edit: true };
const NEVER: FieldGrant = { read: false, edit: false };

/** Fields everybody sees who sees the object, although a record may lack them. */
const alwaysVisible: ReadonlySet<string> = new Set(['OwnerId', 'RecordTypeId', 'MasterRecordId']);

/** What field-level security allows with a field. */
export function fieldAccess(object: ObjectSchema, field: FieldSchema, grants: Grants): FieldGrant {
  if (!isPermissionable(object, field) || seesAllData(grants)) return ALWAYS;
  const name = permissionName(field);
  const own = granted(grants, object.name, name);
  // A field of Activity is one field: what is granted for Task holds for Event.
  const twin = { Task: 'Event', Event: 'Task' }[object.name];
  return twin === undefined ? own : either(own, granted(grants, twin, name));
}

/** In this org field-level security does not hold for who sees and changes all data. */
function seesAllData({ user }: Grants): boolean {
  return user.has('ModifyAllData') && user.has('ViewAllData');
}

/**
 * Whether field permissions exist for the field. Fields that every record needs, and those that only the platform
 * writes, are visible to all who see the object.
 */
export function isPermissionable(object: ObjectSchema, field: FieldSchema): boolean {
  const hasFieldSecurity =
    (hasObjectPermissions(object) && object.kind !== 'platformEvent') || isActivity(object.name);
  if (!hasFieldSecurity || alwaysVisible.has(field.name)) return false;
  if (field.type === 'address' || field.formula !== undefined) return true;
  if (!field.nillable && field.type !== 'boolean') return false;
  return permissionName(field) !== 'Name' && (field.createable || field.updateable);
}

/** Parts of a compound go with the compound. */
export function permissionName(field: FieldSchema): string {
  return field.compoundFieldName ?? field.name;
}

function granted({ fields }: Grants, object: string, field: string): FieldGrant {
  return fields.get(`${object}.${field}`.toLowerCase()) ?? NEVER;
}

function either(one: FieldGrant, other: FieldGrant): FieldGrant {
  return { read: one.read || other.read, edit: one.edit || other.edit };
}
