import type { FieldSchema, ObjectSchema } from '../../schema/schema.ts';
import type { ApiOrg } from '../api-org.ts';
import type { PackageVersion } from './package-version.ts';

/** `objects/Parcel__c/…` */
const OBJECT_PATH = /^objects\/(\w+)\//;
/** `objects/Parcel__c/fields/Size__c.field-meta.xml` */
const FIELD_PATH = /^objects\/(\w+)\/fields\/(\w+)\.field-meta\.xml$/;

interface Row {
  readonly object: 'ObjectPermissions' | 'FieldPermissions';
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * "Install for All Users": every profile may work with the package's objects and fields. What a profile has already is
 * left as it is.
 */
export function grantToAll(org: ApiOrg, version: PackageVersion, userId: string): void {
  const rows = profileSets(org, userId).flatMap((parentId) => [
    ...objectRows(org, version, parentId),
    ...fieldRows(org, version, parentId),
  ]);
  if (rows.length === 0) return;
  org.engine.save({ operation: 'insert', records: rows, allOrNone: false, userId, source: 'rest' });
}

/** The permission sets behind profiles. */
function profileSets(org: ApiOrg, userId: string): string[] {
  const plan = org.soql.plan('SELECT Id FROM PermissionSet WHERE IsOwnedByProfile = true');
  return [...org.soql.run(plan, { nowMs: org.scheduler.now(), userId })].flatMap(
    ({ id }) => id ?? [],
  );
}

function objectRows(org: ApiOrg, { files }: PackageVersion, ParentId: string): Row[] {
  const names = new Set(files.flatMap(({ path }) => OBJECT_PATH.exec(path)?.[1] ?? []));
  return [...names]
    .flatMap((name) => org.schema.find(name) ?? [])
    .filter(({ kind }) => kind === 'custom')
    .map(({ name }) => ({
      object: 'ObjectPermissions',
      input: {
        ParentId,
        SobjectType: name,
        PermissionsRead: true,
        PermissionsCreate: true,
        PermissionsEdit: true,
        PermissionsDelete: true,
      },
    }));
}

function fieldRows(org: ApiOrg, { files }: PackageVersion, ParentId: string): Row[] {
  return files.flatMap(({ path }): Row[] => {
    const [, objectName = '', fieldName = ''] = FIELD_PATH.exec(path) ?? [];
    const object = org.schema.find(objectName);
    const field = object?.fields.get(fieldName.toLowerCase());
    if (object === undefined || field === undefined || !isGuarded(object, field)) return [];
    return [
      {
        object: 'FieldPermissions',
        input: {
          ParentId,
          SobjectType: object.name,
          Field: `${object.name}.${field.name}`,
          PermissionsRead: true,
          PermissionsEdit: field.formula === undefined && field.autoNumberFormat === undefined,
        },
      },
    ];
  });
}

/** Required fields, and those of settings and events, are everybody's already. */
function isGuarded(object: ObjectSchema, field: FieldSchema): boolean {
  return field.nillable && (object.kind === 'custom' || object.kind === 'standard');
}
