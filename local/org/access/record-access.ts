import { OrgError } from '../errors.ts';
import { toId15 } from '../schema/ids.ts';
import type { FieldValues, ObjectSchema, Schema } from '../schema/schema.ts';
import type { Runtime } from '../soql/sql-builder.ts';
import type { SqliteRecordStore } from '../store/sqlite-record-store.ts';
import { tableName } from '../store/tables.ts';
import type { RecordUse, Sharing } from './sharing.ts';

export interface RecordAccessDeps {
  /** The whole org's. */
  readonly schema: Schema;
  /** What the user may see of it. */
  readonly userSchema: Schema;
  readonly store: SqliteRecordStore;
  readonly userId: string;
  readonly sharing: Sharing;
}

/** What a save does with a record. */
export type SaveAction = 'insert' | 'update' | 'delete' | 'undelete';

/** Which records one user may read, edit and delete, and point look-ups at. */
export class RecordAccess {
  readonly #deps: RecordAccessDeps;

  constructor(deps: RecordAccessDeps) {
    this.#deps = deps;
  }

  /** Those of the ids that the user may use so; ids of no record are left out. Deleted records count, too. */
  usable(objectName: string, ids: readonly string[], use: RecordUse): ReadonlySet<string> {
    const object = this.#deps.schema.require(objectName);
    const filter = this.#deps.sharing.filter(object, 'r', use);
    if (filter === undefined) return new Set(ids);
    const runtime: Runtime = {
      binds: new Map(),
      nowMs: 0,
      userId: this.#deps.userId,
      timeZone: 'GMT',
    };
    const rows = this.#deps.store.database.rows(
      `SELECT r."Id" FROM ${tableName(object.name)} AS r
        WHERE r."Id" IN (SELECT value FROM json_each(?)) AND ${filter.text}`,
      JSON.stringify(ids),
      ...filter.parameters.map((parameter) => parameter(runtime)),
    );
    return new Set(rows.map(([id]) => String(id)));
  }

  /**
   * Refuses what the user may not do with any record of the object; fields are checked when input is read.
   * @throws OrgError INVALID_TYPE, CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY, INSUFFICIENT_ACCESS_OR_READONLY
   */
  requireObject(action: SaveAction, objectName: string): void {
    const object = this.#deps.userSchema.require(objectName);
    const org = this.#deps.schema.require(objectName);
    if (action === 'insert' && org.createable && !object.createable) {
      const message = `entity type cannot be inserted: ${object.label}`;
      throw new OrgError('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', message);
    }
    const isRefused =
      action === 'update'
        ? org.updateable && !object.updateable
        : action !== 'insert' && org.deletable && !object.deletable;
    if (isRefused) throw noAccess();
  }

  /**
   * Refuses a save that permissions or sharing do not allow.
   * @param id undefined for an insert
   * @throws OrgError as `requireObject`, and INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY
   */
  checkSave(
    action: SaveAction,
    objectName: string,
    id: string | undefined,
    values: FieldValues,
  ): void {
    this.requireObject(action, objectName);
    const object = this.#deps.schema.require(objectName);
    const removes = action === 'delete' || action === 'undelete';
    // An id of nothing is for the store to refuse.
    if (id !== undefined && this.#deps.store.rows.stateOf(object, id) !== 'missing') {
      this.requireUse(objectName, id, removes ? 'delete' : 'edit');
    }
    if (!removes) this.#requireVisibleParents(object, values);
  }

  canUse(objectName: string, id: string, use: RecordUse): boolean {
    return this.usable(objectName, [id], use).has(id);
  }

  /** @throws OrgError INSUFFICIENT_ACCESS_OR_READONLY */
  requireUse(objectName: string, id: string, use: RecordUse): void {
    if (!this.canUse(objectName, id, use)) throw noAccess();
  }

  /**
   * What a save points at must be visible to who saves.
   * @throws OrgError INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY
   */
  #requireVisibleParents(object: ObjectSchema, values: FieldValues): void {
    const { schema, store } = this.#deps;
    for (const [name, id] of Object.entries(values)) {
      if (object.fields.get(name.toLowerCase())?.type !== 'reference') continue;
      const target = typeof id === 'string' ? schema.byKeyPrefix(id.slice(0, 3)) : undefined;
      if (typeof id !== 'string' || !target || store.rows.stateOf(target, id) === 'missing')
        continue;
      if (this.canUse(target.name, id, 'read')) continue;
      throw new OrgError(
        'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
        `insufficient access rights on cross-reference id: ${toId15(id)}`,
      );
    }
  }
}

function noAccess(): OrgError {
  return new OrgError(
    'INSUFFICIENT_ACCESS_OR_READONLY',
    'insufficient access rights on object id',
    { status: 403 },
  );
}
