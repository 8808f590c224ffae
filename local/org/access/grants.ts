import type { Database, SqlRow } from '../store/database.ts';

/** What an object permission allows. */
export interface ObjectGrant {
  readonly read: boolean;
  readonly create: boolean;
  readonly edit: boolean;
  readonly delete: boolean;
  /** Reads every record, whoever owns it. */
  readonly viewAll: boolean;
  /** Edits and deletes every record, whoever owns it. */
  readonly modifyAll: boolean;
}

export interface FieldGrant {
  readonly read: boolean;
  readonly edit: boolean;
}

/** What a user's profile and permission sets allow, taken together: whatever one of them gives, the user has. */
export interface Grants {
  /** API names without `Permissions`. */
  readonly user: ReadonlySet<string>;
  /** By lower-case object name. */
  readonly objects: ReadonlyMap<string, ObjectGrant>;
  /** By lower-case `object.field`. */
  readonly fields: ReadonlyMap<string, FieldGrant>;
  /** Lower-case names of custom permissions. */
  readonly custom: ReadonlySet<string>;
  /** Lower-case names of custom settings that a permission set opens. */
  readonly settings: ReadonlySet<string>;
  /** When the first of the assignments ends, milliseconds since the epoch; infinite when none does. */
  readonly expiresMs: number;
}

export const ALL_GRANTED: ObjectGrant = {
  read: true,
  create: true,
  edit: true,
  delete: true,
  viewAll: true,
  modifyAll: true,
};

export interface GrantsDeps {
  readonly database: Database;
  /** API names without `Permissions` of all user permissions. */
  readonly userPermissions: readonly string[];
  /** Custom settings a deployed permission set opens, by the set's name. */
  settingsOf(permissionSet: string): readonly string[];
}

/** Reads what the permission sets assigned to a user allow now; the set behind the profile is one of them. */
export function readGrants(deps: GrantsDeps, userId: string, nowMs: number): Grants {
  const { database } = deps;
  const assigned = database.rows(
    `SELECT s."Id", s."Name", a."ExpirationDate" FROM "o_permissionsetassignment" AS a
       JOIN "o_permissionset" AS s ON s."Id" = a."PermissionSetId"
      WHERE a."AssigneeId" = ? AND (a."ExpirationDate" IS NULL OR a."ExpirationDate" > ?)`,
    userId,
    new Date(nowMs).toISOString(),
  );
  const ids = JSON.stringify(assigned.map(([id]) => id));
  return {
    user: userGrants(deps, ids),
    objects: objectGrants(database, ids),
    fields: fieldGrants(database, ids),
    custom: customGrants(database, ids),
    settings: new Set(
      assigned.flatMap(([, name]) => deps.settingsOf(String(name)).map((it) => it.toLowerCase())),
    ),
    expiresMs: Math.min(...assigned.map(([, , date]) => endOf(date))),
  };
}

function endOf(date: SqlRow[number] | undefined): number {
  return typeof date === 'string' ? Date.parse(date) : Number.POSITIVE_INFINITY;
}

function userGrants({ database, userPermissions }: GrantsDeps, setIds: string): Set<string> {
  const columns = userPermissions.map((name) => `max("Permissions${name}")`).join(', ');
  const row = database.row(
    `SELECT ${columns} FROM "o_permissionset" WHERE "Id" IN (SELECT value FROM json_each(?))`,
    setIds,
  );
  return new Set(userPermissions.filter((_, index) => row?.[index] === 1));
}

function objectGrants(database: Database, setIds: string): Map<string, ObjectGrant> {
  const rows = database.rows(
    `SELECT lower("SobjectType"), max("PermissionsRead"), max("PermissionsCreate"), max("PermissionsEdit"),
            max("PermissionsDelete"), max("PermissionsViewAllRecords"), max("PermissionsModifyAllRecords")
       FROM "o_objectpermissions" WHERE "ParentId" IN (SELECT value FROM json_each(?)) GROUP BY 1`,
    setIds,
  );
  return new Map(
    rows.map(([object, ...flags]) => {
      const [read = false, create = false, edit = false, remove = false, viewAll, modifyAll] =
        flags.map((flag) => flag === 1);
      return [
        String(object),
        {
          read,
          create,
          edit,
          delete: remove,
          viewAll: viewAll === true || modifyAll === true,
          modifyAll: modifyAll === true,
        },
      ];
    }),
  );
}

function fieldGrants(database: Database, setIds: string): Map<string, FieldGrant> {
  const rows = database.rows(
    `SELECT lower("Field"), max("PermissionsRead"), max("PermissionsEdit")
       FROM "o_fieldpermissions" WHERE "ParentId" IN (SELECT value FROM json_each(?)) GROUP BY 1`,
    setIds,
  );
  return new Map(
    rows.map(([field, read, edit]) => [String(field), { read: read === 1, edit: edit === 1 }]),
  );
}

function customGrants(database: Database, setIds: string): Set<string> {
  const rows = database.rows(
    `SELECT lower(p."DeveloperName") FROM "o_setupentityaccess" AS a
       JOIN "o_custompermission" AS p ON p."Id" = a."SetupEntityId"
      WHERE a."ParentId" IN (SELECT value FROM json_each(?))`,
    setIds,
  );
  return new Set(rows.map(([name]) => String(name)));
}
