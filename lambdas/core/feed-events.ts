import type { OrgId } from './ids.ts';
import type { FeedEvent, Fields, FieldValue, MirrorRecord } from './record.ts';

/**
 * The feed event of a record's last change (R15). Made from the stored record alone, so that a redelivered message can
 * publish it again under the same id.
 *
 * `changed` names, with old and new value: for a record new to the mirror every field that has a value; for a deletion
 * or merge every field that had one; else what changed. It is empty for `record.hidden` (values are kept) and for an old
 * record that Bulk brought first: the feed of an initial audit would otherwise hold the whole org a second time, and
 * who follows the feed reads it from the mirror.
 */
export function feedEvent(orgId: OrgId, record: MirrorRecord): FeedEvent {
  const { id, object, revision, version, lastChange, mergedInto } = record;
  const event = {
    id: feedEventId(record),
    type: lastChange.type,
    orgId,
    object,
    recordId: id,
    revision,
    via: lastChange.via,
    modstamp: new Date(version.modstampMs).toISOString(),
    appliedAt: new Date(lastChange.appliedAtMs).toISOString(),
    changed: changedFields(record),
  };
  return mergedInto === undefined ? event : { ...event, mergedInto };
}

/** `recordId:revision`, unique in an org. */
function feedEventId(record: Pick<MirrorRecord, 'id' | 'revision'>): string {
  return `${record.id}:${record.revision}`;
}

function changedFields(record: MirrorRecord): FeedEvent['changed'] {
  const { fields, lastChange } = record;
  const names = bringsAll(record)
    ? Object.keys(fields).filter((name) => ownValue(fields, name) !== null)
    : Object.keys(lastChange.old);
  return Object.fromEntries(
    names.map((name) => [
      name,
      { old: ownValue(lastChange.old, name), new: ownValue(fields, name) },
    ]),
  );
}

function bringsAll({ revision, lastChange: { type, via } }: MirrorRecord): boolean {
  if (type === 'record.created') return true;
  return type === 'record.refreshed' && revision === 1 && via !== 'bulk';
}

function ownValue(fields: Fields, name: string): FieldValue {
  return Object.hasOwn(fields, name) ? (fields[name] ?? null) : null;
}
