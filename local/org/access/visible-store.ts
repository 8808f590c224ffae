import { OrgError } from '../errors.ts';
import type { Schema } from '../schema/schema.ts';
import { coerceInput } from '../store/input.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { RecordAccess } from './record-access.ts';

/** What requests of the API ask of the record store themselves; their saves go through the engine. */
export type RequestStore = Pick<
  RecordStore,
  | 'read'
  | 'readMany'
  | 'findByKey'
  | 'coerce'
  | 'changedBetween'
  | 'deletedBetween'
  | 'purge'
  | 'documents'
>;

/**
 * The record store as one user's requests see it: records that sharing hides are not there, and input may name the
 * fields that the user's schema has.
 */
export function createVisibleStore(
  store: RecordStore,
  schema: Schema,
  records: RecordAccess,
): RequestStore {
  const visible = (object: string, ids: readonly string[]): readonly string[] => {
    const shown = records.usable(object, ids, 'read');
    return ids.filter((id) => shown.has(id));
  };
  const findByKey: RecordStore['findByKey'] = (object, field, value) => {
    if (schema.require(object).fields.has(field.toLowerCase())) {
      return visible(object, store.findByKey(object, field, value));
    }
    const message = `No such column '${field}' on sobject of type ${object}`;
    throw new OrgError('INVALID_FIELD', message);
  };
  return {
    read: (object, id) => (records.canUse(object, id, 'read') ? store.read(object, id) : undefined),
    readMany: (object, ids) => store.readMany(object, visible(object, ids)),
    findByKey,
    coerce: (object, input, purpose) =>
      coerceInput({ schema, findByKey }, schema.require(object), input, purpose),
    changedBetween: (object, startMs, endMs) =>
      visible(object, store.changedBetween(object, startMs, endMs)),
    // Of what is gone for good nobody can tell any more who saw it.
    deletedBetween: (object, startMs, endMs) => store.deletedBetween(object, startMs, endMs),
    purge(object, ids) {
      for (const id of ids) records.requireUse(object, id, 'delete');
      store.purge(object, ids);
    },
    documents: store.documents,
  };
}
