import type { ObjectSchema, Schema } from '../schema/schema.ts';
import { userPermissions } from '../schema/standard/permissions.ts';
import type { QueryView } from '../soql/plan-context.ts';
import type { SoqlEngine } from '../soql/soql.ts';
import { createSoqlEngine } from '../soql/soql-engine.ts';
import type { Database } from '../store/database.ts';
import type { SqliteRecordStore } from '../store/sqlite-record-store.ts';
import { type Grants, readGrants } from './grants.ts';
import { RecordAccess } from './record-access.ts';
import { Sharing } from './sharing.ts';
import { UserSchema } from './user-schema.ts';
import { createVisibleStore, type RequestStore } from './visible-store.ts';

/** What one user may see and do, as of the moment it was asked for. */
export interface UserAccess {
  /** 18 characters. */
  readonly userId: string;
  /** An administrator: nothing is filtered, `schema`, `soql` and `store` are the org's own. */
  readonly everything: boolean;
  /** False for inactive and for frozen users. */
  readonly mayLogIn: boolean;
  /** @param permission API name without `Permissions`, e.g. `ApiEnabled` */
  has(permission: string): boolean;
  /** @param name of a custom permission, in any case */
  hasCustom(name: string): boolean;
  /** Without what the user may not read; `createable`, `updateable`, `deletable` are the user's. */
  readonly schema: Schema;
  /** Queries on that schema, of the records that sharing shows. */
  readonly soql: SoqlEngine;
  /** Queries of all fields and objects, of the records that sharing shows: Apex of a class `with sharing`. */
  readonly sharedSoql: SoqlEngine;
  /** Reads by id or key show what sharing shows; input is taken for fields the user may write. */
  readonly store: RequestStore;
  /** What decides about saves; undefined when the user may save everything. */
  readonly records: RecordAccess | undefined;
  /** The same view over another connection to the org's database. */
  soqlOn(database: Database): SoqlEngine;
}

export interface AccessControl {
  /** Of an unknown user: nothing at all. */
  of(userId: string): UserAccess;
}

export interface AccessControlDeps {
  readonly schema: Schema;
  readonly store: SqliteRecordStore;
  readonly soql: SoqlEngine;
  readonly now: () => number;
  /** Custom settings a deployed permission set opens, by the set's name. */
  settingsOf(permissionSet: string): readonly string[];
}

interface Account {
  readonly grants: Grants;
  readonly isPlatform: boolean;
  readonly mayLogIn: boolean;
}

interface Remembered {
  readonly version: string;
  readonly expiresMs: number;
  readonly access: UserAccess;
}

const permissionNames = userPermissions.map(([name]) => name);
/** Who has all of these is refused nothing that this org asks permissions for, but the API itself. */
const ADMINISTRATOR: readonly string[] = [
  'ModifyAllData',
  'ViewAllData',
  'ViewSetup',
  'ViewAllUsers',
  'CustomizeApplication',
  'ManageUsers',
  'ManageRoles',
  'ManageProfilesPermissionsets',
  'AssignPermissionSets',
];
/** Views of the org that are kept; users with the same permissions share one. */
const maxViews = 50;

export function createAccessControl(deps: AccessControlDeps): AccessControl {
  return new StoredAccess(deps);
}

/** Access as the org's rows say: profiles, permission sets, assignments, roles, log-in states. */
class StoredAccess implements AccessControl {
  readonly #deps: AccessControlDeps;
  readonly #users = new Map<string, Remembered>();
  readonly #views = new Map<string, View>();

  constructor(deps: AccessControlDeps) {
    this.#deps = deps;
  }

  of(userId: string): UserAccess {
    const { store, schema, now } = this.#deps;
    const version = `${store.rows.setupVersion} ${schema.version}`;
    const known = this.#users.get(userId);
    if (known?.version === version && known.expiresMs > now()) return known.access;
    const account = this.#read(userId);
    const access = this.#accessOf(userId, account);
    // What an open transaction has changed may yet be taken back.
    if (!store.inTransaction) {
      this.#users.set(userId, { version, expiresMs: account.grants.expiresMs, access });
    }
    return access;
  }

  #read(userId: string): Account {
    const { database } = this.#deps.store;
    const [isActive, userType, isFrozen] =
      database.row(
        `SELECT u."IsActive", u."UserType", l."IsFrozen" FROM "o_user" AS u
           LEFT JOIN "o_userlogin" AS l ON l."UserId" = u."Id" WHERE u."Id" = ?`,
        userId,
      ) ?? [];
    const settingsOf = (set: string): readonly string[] => this.#deps.settingsOf(set);
    const deps = { database, userPermissions: permissionNames, settingsOf };
    return {
      grants: readGrants(deps, userId, this.#deps.now()),
      isPlatform: userType === 'AutomatedProcess' || userType === 'CloudIntegrationUser',
      mayLogIn: isActive === 1 && isFrozen !== 1,
    };
  }

  #accessOf(userId: string, { grants, isPlatform, mayLogIn }: Account): UserAccess {
    const { schema, soql, store } = this.#deps;
    const base = {
      userId,
      mayLogIn,
      has: (permission: string) => grants.user.has(permission),
      hasCustom: (name: string) => grants.custom.has(name.toLowerCase()),
    };
    if (isPlatform || ADMINISTRATOR.every((permission) => grants.user.has(permission))) {
      const soqlOn = (database: Database): SoqlEngine => createSoqlEngine({ schema, database });
      const whole = { schema, soql, sharedSoql: soql, store, records: undefined, soqlOn };
      return { ...base, ...whole, everything: true };
    }
    const view = this.#viewOf(grants);
    const records = new RecordAccess({
      schema,
      userSchema: view.schema,
      store,
      userId,
      sharing: view.sharing,
    });
    return {
      ...base,
      everything: false,
      schema: view.schema,
      soql: view.soql,
      sharedSoql: view.sharedSoql,
      store: createVisibleStore(store, view.schema, records),
      records,
      soqlOn: (database) => createSoqlEngine({ ...view.query, database }),
    };
  }

  #viewOf(grants: Grants): View {
    const { schema, store } = this.#deps;
    const key = `${schema.version} ${fingerprint(grants)}`;
    let view = this.#views.get(key);
    if (view === undefined) {
      view = createView(schema, store.database, grants);
      if (this.#views.size >= maxViews) this.#views.clear();
      this.#views.set(key, view);
    }
    return view;
  }
}

/** What users with the same grants share. */
interface View {
  readonly schema: Schema;
  readonly sharing: Sharing;
  readonly query: QueryView;
  readonly soql: SoqlEngine;
  readonly sharedSoql: SoqlEngine;
}

function createView(schema: Schema, database: Database, grants: Grants): View {
  const sharing = new Sharing(schema, grants);
  const query: QueryView = {
    schema: new UserSchema(schema, grants),
    formulaSchema: schema,
    rowFilter: ({ name }: ObjectSchema, alias) =>
      sharing.filter(schema.require(name), alias, 'read'),
  };
  return {
    schema: query.schema,
    sharing,
    query,
    soql: createSoqlEngine({ ...query, database }),
    sharedSoql: createSoqlEngine({ ...query, schema, database }),
  };
}

function fingerprint({ user, objects, fields, settings }: Grants): string {
  return JSON.stringify([[...user], [...objects], [...fields], [...settings]]);
}
