import { OrgError } from '../errors.ts';
import { keyPrefixOf } from '../schema/ids.ts';
import type { ChildRelationship, FieldValues, ObjectSchema } from '../schema/schema.ts';
import type { Deletions } from './deletions.ts';
import { rulesOf } from './object-rules.ts';
import type { RecordKey, SaveContext } from './record-store.ts';
import { checkUnique } from './references.ts';
import type { RuleDeps } from './rules.ts';
import { storedChildren } from './stored-children.ts';
import { stampOf } from './times.ts';
import { entityIsDeleted } from './writer.ts';

export interface BinDeps extends RuleDeps {
  readonly deletions: Deletions;
}

/** Deleting, with everything a deletion takes along, and undoing it. */
export class RecycleBin {
  readonly #deps: BinDeps;

  constructor(deps: BinDeps) {
    this.#deps = deps;
  }

  remove(object: ObjectSchema, id: string, context: SaveContext): RecordKey[] {
    this.#requirePresent(object, id);
    const doomed = this.#withCascade({ object: object.name, id });
    for (const key of doomed) this.#refuseIfRestricted(key);
    const stamp = stampOf(context.nowMs);
    const rows = doomed.map((key) => this.#discard(key, id, context, stamp));
    for (const key of doomed) this.#clearLookups(key, id, stamp);
    this.#followUp(rows, stamp);
    return doomed;
  }

  undelete(object: ObjectSchema, id: string, context: SaveContext): RecordKey[] {
    const { deletions, schema } = this.#deps;
    const keys = deletions.binnedWith(id);
    if (!keys.some((key) => key.id === id)) throw notInBin();
    const ordered = [{ object: object.name, id }, ...keys.filter((key) => key.id !== id)];
    const stamp = stampOf(context.nowMs);
    const rows = ordered.map((key) =>
      this.#restore(schema.require(key.object), key.id, id, context, stamp),
    );
    for (const restored of rows) this.#dropDanglingLookups(restored.object, restored.row);
    for (const { key, field, value } of deletions.clearedBy(id)) {
      this.#refill(key, field, value, stamp);
    }
    deletions.forget(id);
    this.#followUp(rows, stamp);
    return ordered;
  }

  /** Out of the bin, together with what went there with it. Ids that are not in the bin are passed over. */
  purge(object: ObjectSchema, id: string): void {
    const { deletions, rows, schema } = this.#deps;
    const keys = deletions.binnedWith(id);
    for (const key of keys.some((binned) => binned.id === id) ? keys : []) {
      rows.erase(schema.require(key.object), key.id);
      deletions.markPurged(key);
    }
    if (keys.length === 0 && rows.stateOf(object, id) === 'deleted') {
      rows.erase(object, id);
      deletions.markPurged({ object: object.name, id });
    }
  }

  /** To the bin with a pointer to the record it was merged into; nothing else goes with it. */
  retire(object: ObjectSchema, id: string, winnerId: string, context: SaveContext): void {
    const stamp = stampOf(context.nowMs);
    this.#discard({ object: object.name, id }, id, context, stamp);
    this.#deps.rows.update(object, id, { MasterRecordId: winnerId });
  }

  #requirePresent(object: ObjectSchema, id: string): void {
    const state = this.#deps.rows.stateOf(object, id);
    if (state === 'missing')
      throw new OrgError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
    if (state === 'deleted') throw entityIsDeleted();
  }

  /** The record and, level by level, the children whose look-up cascades. */
  #withCascade(root: RecordKey): RecordKey[] {
    const doomed = [root];
    const seen = new Set([root.id]);
    for (const parent of doomed) {
      for (const relationship of storedChildren(this.#deps.schema, parent.object)) {
        if (!relationship.cascadeDelete) continue;
        for (const id of this.#childIds(relationship, parent.id)) {
          if (seen.has(id)) continue;
          seen.add(id);
          doomed.push({ object: relationship.childObject, id });
        }
      }
    }
    return doomed;
  }

  #childIds(relationship: ChildRelationship, parentId: string): string[] {
    return this.#deps.rows.idsWhere(
      this.#deps.schema.require(relationship.childObject),
      relationship.field,
      parentId,
    );
  }

  #refuseIfRestricted(key: RecordKey): void {
    for (const relationship of storedChildren(this.#deps.schema, key.object)) {
      if (!relationship.restrictedDelete) continue;
      const children = this.#childIds(relationship, key.id);
      if (children.length > 0) throw this.#deleteFailed(key, relationship, children);
    }
  }

  #deleteFailed(
    key: RecordKey,
    relationship: ChildRelationship,
    children: readonly string[],
  ): OrgError {
    const child = this.#deps.schema.require(relationship.childObject);
    const message =
      `Your attempt to delete ${this.#nameOf(key)} could not be completed because it is associated with the following ` +
      `${child.labelPlural.toLowerCase()}.: ${children.map((id) => this.#nameOf({ object: child.name, id })).join(', ')}\n`;
    return new OrgError('DELETE_FAILED', message);
  }

  #nameOf(key: RecordKey): string {
    const object = this.#deps.schema.require(key.object);
    const nameField = [...object.fields.values()].find((field) => field.nameField);
    const name = nameField && this.#deps.rows.value(object.name, key.id, nameField.name);
    return String(name ?? key.id);
  }

  /** Into the bin, or out of the database for objects that have none. Returns the row as it was. */
  #discard(key: RecordKey, root: string, context: SaveContext, stamp: string): Removed {
    const object = this.#deps.schema.require(key.object);
    const row = this.#deps.rows.read(object, key.id) ?? {};
    if (object.undeletable) {
      this.#deps.rows.update(object, key.id, {
        IsDeleted: true,
        ...this.#stamps(key.id === root, context, stamp),
      });
    } else {
      this.#deps.rows.erase(object, key.id);
    }
    this.#deps.deletions.log(key, root, stamp, object.undeletable);
    return { object, row };
  }

  /** The record itself counts as modified by the user, what goes or comes with it only as touched by the system. */
  #stamps(isRoot: boolean, context: SaveContext, stamp: string): FieldValues {
    if (!isRoot) return { SystemModstamp: stamp };
    return { LastModifiedDate: stamp, LastModifiedById: context.userId, SystemModstamp: stamp };
  }

  /** Look-ups that do not cascade let go of the record; what they held is remembered for an undelete. */
  #clearLookups(key: RecordKey, root: string, stamp: string): void {
    const { deletions, rows, schema } = this.#deps;
    for (const relationship of storedChildren(schema, key.object)) {
      if (relationship.cascadeDelete || keptPointers.has(relationship.field)) continue;
      const child = schema.require(relationship.childObject);
      const field = child.fields.get(relationship.field.toLowerCase());
      if (!field?.nillable) continue;
      for (const id of this.#childIds(relationship, key.id)) {
        rows.update(child, id, { [field.name]: null, ...modstamp(child, stamp) });
        deletions.logCleared(root, { object: child.name, id }, field, key.id);
      }
    }
  }

  #restore(
    object: ObjectSchema,
    id: string,
    root: string,
    context: SaveContext,
    stamp: string,
  ): Removed {
    const row = this.#deps.rows.read(object, id);
    if (!row) throw notInBin();
    for (const field of object.fields.values()) {
      const value = row[field.name];
      if (field.unique && value != null) checkUnique(this.#deps, object, field, String(value), id);
    }
    const revived: FieldValues = { IsDeleted: false, ...this.#stamps(id === root, context, stamp) };
    if (object.fields.has('masterrecordid')) revived['MasterRecordId'] = null;
    this.#deps.rows.update(object, id, revived);
    return { object, row };
  }

  /** What a record pointed at may have gone while it lay in the bin. */
  #dropDanglingLookups(object: ObjectSchema, row: FieldValues): void {
    const { rows, schema } = this.#deps;
    for (const field of object.fields.values()) {
      const target = row[field.name];
      if (field.type !== 'reference' || typeof target !== 'string' || !field.nillable) continue;
      const parent = schema.byKeyPrefix(keyPrefixOf(target));
      if (!parent || keptPointers.has(field.name) || rows.stateOf(parent, target) === 'present')
        continue;
      rows.update(object, String(row['Id']), { [field.name]: null });
    }
  }

  /** A cleared look-up points at the record again unless somebody has given it another value. */
  #refill(key: RecordKey, field: string, value: string, stamp: string): void {
    const { rows, schema } = this.#deps;
    const child = schema.find(key.object);
    if (!child?.fields.has(field.toLowerCase()) || rows.stateOf(child, key.id) === 'missing')
      return;
    if (rows.value(child.name, key.id, field) !== null) return;
    rows.update(child, key.id, { [field]: value, ...modstamp(child, stamp) });
  }

  #followUp(removed: readonly Removed[], stamp: string): void {
    for (const { object, row } of removed)
      rulesOf(object).afterPresenceChange?.(row, stamp, this.#deps);
  }
}

interface Removed {
  readonly object: ObjectSchema;
  readonly row: FieldValues;
}

/** Pointers that tell history and stay when their record goes. */
const keptPointers: ReadonlySet<string> = new Set([
  'MasterRecordId',
  'CreatedById',
  'LastModifiedById',
]);

function modstamp(object: ObjectSchema, stamp: string): FieldValues {
  return object.fields.has('systemmodstamp') ? { SystemModstamp: stamp } : {};
}

function notInBin(): OrgError {
  return new OrgError('UNDELETE_FAILED', 'Entity is not in the recycle bin');
}
