import type { OrgId } from './ids.ts';
import type { FeedEvent, Fields, FieldValue, MirrorRecord } from './record.ts';

/**
 * The feed event of a record's last change (R15). Made from the stored record alone, so that a redelivered message can
 * publish it again under the same id.
 *
 * `changed` names, with old and new value: for `record.created` every field that has a value; for a deletion or merge
 * every field that had one; else what changed. It is empty for `record.hidden` (values are kept) and for the
 * `record.refreshed` of a record the mirror did not know: its values are read from the mirror, the feed of an initial
 * audit would otherwise hold the whole org a second time.
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
export function feedEventId(record: Pick<MirrorRecord, 'id' | 'revision'>): string {
  return `${record.id}:${record.revision}`;
}

function changedFields({ fields, lastChange }: MirrorRecord): FeedEvent['changed'] {
  const names =
    lastChange.type === 'record.created'
      ? Object.keys(fields).filter((name) => ownValue(fields, name) !== null)
      : Object.keys(lastChange.old);
  return Object.fromEntries(
    names.map((name) => [
      name,
      { old: ownValue(lastChange.old, name), new: ownValue(fields, name) },
    ]),
  );
}

function ownValue(fields: Fields, name: string): FieldValue {
  return Object.hasOwn(fields, name) ? (fields[name] ?? null) : null;
}
