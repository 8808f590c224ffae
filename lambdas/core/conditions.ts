import { createHash } from 'node:crypto';
import type { Notice, NoticeChange } from './notice.ts';
import type { Conditions } from './org.ts';

/** Hash of an object's field set while conditions are off: every field the Sync User can read. */
export const ALL_FIELDS = '*';
const HASH_LENGTH = 12;

/**
 * Fingerprint of a list of synced fields: the first 12 hex digits of SHA-256 over the names, lower case, sorted,
 * joined by `|`. Apex makes the same one; names are ASCII, so both sort alike.
 */
export function conditionsHash(fields: readonly string[]): string {
  const names = [...new Set(fields.map((field) => field.toLowerCase()))].sort();
  return createHash('sha256').update(names.join('|')).digest('hex').slice(0, HASH_LENGTH);
}

/** The hash that a notice about the object carries when the org holds the same conditions as we. */
export function hashOf(conditions: Conditions, object: string): string {
  return conditions.on ? conditionsHash(syncedFields(conditions, object)) : ALL_FIELDS;
}

/** The synced fields of an object: none for one that is not listed. */
function syncedFields(
  conditions: Extract<Conditions, { on: true }>,
  object: string,
): readonly string[] {
  return Object.hasOwn(conditions.objects, object) ? (conditions.objects[object] ?? []) : [];
}

/**
 * `counts`: apply it. `dropped`: an update of nothing that is synced. `drifted`: apply it, but the org filters by
 * other conditions than ours, so its values are not taken and its rows need repair.
 */
export type ConditionsVerdict = 'counts' | 'dropped' | 'drifted';

/**
 * Whether a change counts by the Sync Conditions. Drops an update only if both sides hold the same conditions and none
 * of the changed fields is synced; never an insert, delete, undelete or merge, a Lead conversion, or an update whose
 * fields are unknown (`*` or not said).
 */
export function judgeChange(conditions: Conditions, change: NoticeChange): ConditionsVerdict {
  if (change.conditions !== undefined && change.conditions !== hashOf(conditions, change.object)) {
    return 'drifted';
  }
  if (!conditions.on || change.op !== 'update' || change.conditions === undefined) return 'counts';
  if (change.fields === undefined) return 'counts';
  const synced = new Set(syncedFields(conditions, change.object).map((f) => f.toLowerCase()));
  return change.fields.some((field) => alwaysCounts(field) || synced.has(field.toLowerCase()))
    ? 'counts'
    : 'dropped';
}

/**
 * Whether the field sets that a notice without changes states are other than ours. Objects without synced fields are
 * not stated: the org has no rows of them.
 */
export function statesOthers(conditions: Conditions, stated: Notice['conditions']): boolean {
  if (stated === undefined) return false;
  if (!conditions.on || stated === ALL_FIELDS) return conditions.on || stated !== ALL_FIELDS;
  const ours = Object.entries(conditions.objects).filter(([, fields]) => fields.length > 0);
  const theirs = new Map(Object.entries(stated));
  return (
    ours.length !== theirs.size ||
    ours.some(([object, fields]) => theirs.get(object.toLowerCase()) !== conditionsHash(fields))
  );
}

function alwaysCounts(field: string): boolean {
  return field === '*' || field.toLowerCase() === 'isconverted';
}

/** The change without its values: what is left when they were filtered by conditions other than ours. */
export function withoutValues(change: NoticeChange): NoticeChange {
  const { records: _records, readAt: _readAt, ...rest } = change;
  return _records === undefined ? change : { ...rest, values: 'omitted' };
}
