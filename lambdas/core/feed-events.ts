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
    modstamp: isoTime(version.modstampMs),
    appliedAt: isoTime(lastChange.appliedAtMs),
    changed: changedFields(record),
  };
  return mergedInto === undefined ? event : { ...event, mergedInto };
}

/** Records of one batch share few times, and writing a time out is a third of what an event costs. */
const isoTime = ((): ((timeMs: number) => string) => {
  const texts = new Map<number, string>();
  return (timeMs) => {
    const known = texts.get(timeMs);
    if (known !== undefined) return known;
    if (texts.size >= 100) texts.clear();
    const text = new Date(timeMs).toISOString();
    texts.set(timeMs, text);
    return text;
  };
})();

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
