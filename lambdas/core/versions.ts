import type { RecordId } from './ids.ts';
import type {
  ChangeType,
  Fields,
  FieldValue,
  LastChange,
  MirrorRecord,
  RecordVersion,
  RecordWrite,
  UpsertWrite,
  WriteOutcome,
} from './record.ts';

/**
 * R1: `SystemModstamp` counts whole seconds, so a read begun within its second may miss a second save with the same
 * stamp. A read begun this long after the stamp has seen every save that carries it: it is settled.
 */
const SETTLED_AFTER_MS = 5_000;

/** Whether the read that saw this version began late enough to have seen every save with its stamp (R1). */
export function isSettled(version: RecordVersion): boolean {
  return version.readAtMs - version.modstampMs >= SETTLED_AFTER_MS;
}

/** How a version stands to another: `undecided` = same stamp, and neither read can tell which save came last. */
export type VersionOrder = 'newer' | 'older' | 'undecided';

/** R1: stamps first; on equal stamps a settled read beats an unsettled one, and the later of two settled ones wins. */
export function compareVersions(left: RecordVersion, right: RecordVersion): VersionOrder {
  if (left.modstampMs !== right.modstampMs) {
    return left.modstampMs > right.modstampMs ? 'newer' : 'older';
  }
  const leftSettled = isSettled(left);
  if (leftSettled !== isSettled(right)) return leftSettled ? 'newer' : 'older';
  if (!leftSettled || left.readAtMs === right.readAtMs) return 'undecided';
  return left.readAtMs > right.readAtMs ? 'newer' : 'older';
}

/**
 * The version rule (R1, R2, R4): what becomes of a stored record when a write arrives, in whatever order and however
 * often writes arrive. Pure: the stores make it atomic.
 *
 * The outcome's `record` is what the store must hold afterwards; it is `stored` itself when there is nothing to write.
 * `unchanged` may carry a moved `version` (same content, seen again later): it is written without a new revision, so a
 * store must compare version and revision when it writes conditionally.
 *
 * @param stored what the mirror holds of the same object and id
 * @param nowMs receiver's clock; only noted in `lastChange.appliedAtMs`
 */
export function decideWrite(
  stored: MirrorRecord | undefined,
  write: RecordWrite,
  nowMs: number,
): WriteOutcome {
  if (stored === undefined) return { outcome: 'applied', record: firstRecord(write, nowMs) };

  const order = compareVersions(write.version, stored.version);
  const sameStamp = write.version.modstampMs === stored.version.modstampMs;
  if (order === 'older' && !sameStamp) return { outcome: 'stale', record: stored };

  const next = contentAfter(stored, write, sameStamp);
  if (sameContent(stored, next)) {
    const record = order === 'newer' ? { ...stored, version: write.version } : stored;
    return { outcome: 'unchanged', record };
  }
  if (order === 'newer' || addsDeletion(stored, write)) {
    const version = order === 'newer' ? write.version : stored.version;
    return { outcome: 'applied', record: changedRecord(stored, write, next, version, nowMs) };
  }
  return { outcome: order === 'older' ? 'stale' : 'tie', record: stored };
}

/** The part of a record that two reads can disagree about. */
interface Content {
  readonly deleted: boolean;
  readonly hidden: boolean;
  readonly mergedInto: RecordId | undefined;
  readonly fields: Fields;
  /** Empty when `fields` cover nothing: a tombstone keeps no values, what it took away is in `lastChange.old`. */
  readonly fieldSet: string;
}

function contentOf(write: RecordWrite): Content {
  if (write.kind === 'upsert') {
    const { fields, fieldSet } = write;
    return { deleted: false, hidden: false, mergedInto: undefined, fields, fieldSet };
  }
  const deleted = write.kind === 'tombstone';
  const mergedInto = write.kind === 'tombstone' ? write.mergedInto : undefined;
  return { deleted, hidden: !deleted, mergedInto, fields: {}, fieldSet: '' };
}

function contentAfter(stored: MirrorRecord, write: RecordWrite, sameStamp: boolean): Content {
  const content = contentOf(write);
  const { deleted, hidden, mergedInto, fields, fieldSet } = stored;
  const declaredDeleted = sameStamp && deleted;
  switch (write.kind) {
    case 'upsert':
      return content;
    case 'tombstone':
      // R4: at an equal version the winner's id is kept, whichever of the two writes brought it.
      return {
        ...content,
        mergedInto: content.mergedInto ?? (declaredDeleted ? mergedInto : undefined),
      };
    case 'hide':
      // R2: a hidden record keeps its values. What was declared deleted stays so: an emptied recycle bin forgets it.
      return declaredDeleted
        ? { deleted, hidden, mergedInto, fields, fieldSet }
        : { ...content, fields, fieldSet };
  }
}

/** At an equal stamp "deleted" adds to "hidden", and a winner's id (R4) to "deleted", whatever the reads' order. */
function addsDeletion(stored: MirrorRecord, write: RecordWrite): boolean {
  if (write.kind !== 'tombstone' || write.version.modstampMs !== stored.version.modstampMs)
    return false;
  if (stored.hidden) return true;
  return stored.deleted && stored.mergedInto === undefined && write.mergedInto !== undefined;
}

function sameContent(stored: MirrorRecord, next: Content): boolean {
  return (
    stored.deleted === next.deleted &&
    stored.hidden === next.hidden &&
    stored.mergedInto === next.mergedInto &&
    stored.fieldSet === next.fieldSet &&
    sameFields(stored.fields, next.fields)
  );
}

function firstRecord(write: RecordWrite, nowMs: number): MirrorRecord {
  const type = write.kind === 'upsert' ? birthType(write) : endType(write);
  return assemble(write, contentOf(write), write.version, 1, {
    type,
    via: write.via,
    appliedAtMs: nowMs,
    old: {},
  });
}

function changedRecord(
  stored: MirrorRecord,
  write: RecordWrite,
  next: Content,
  version: RecordVersion,
  nowMs: number,
): MirrorRecord {
  const type = write.kind === 'upsert' ? changeType(stored, write) : endType(write);
  const old = previousValues(stored.fields, next.fields);
  const change = { type, via: write.via, appliedAtMs: nowMs, old };
  return assemble(write, next, version, stored.revision + 1, change);
}

function assemble(
  { object, id }: RecordWrite,
  { deleted, hidden, mergedInto, fields, fieldSet }: Content,
  version: RecordVersion,
  revision: number,
  lastChange: LastChange,
): MirrorRecord {
  const record = { object, id, version, revision, deleted, hidden, fields, fieldSet, lastChange };
  return mergedInto === undefined ? record : { ...record, mergedInto };
}

/** An unknown record: born since `bornAfterMs` by its own CreatedDate, or an old one that the mirror only now holds. */
function birthType(write: UpsertWrite): ChangeType {
  const born = isBorn(fieldOf(write.fields, 'CreatedDate'), write.bornAfterMs);
  return born ? 'record.created' : 'record.refreshed';
}

/** Whether an unknown record counts as created, by its CreatedDate: see `UpsertWrite.bornAfterMs`. */
export function isBorn(createdDate: FieldValue, bornAfterMs: number): boolean {
  const createdMs = typeof createdDate === 'string' ? Date.parse(createdDate) : Number.NaN;
  // Without a CreatedDate only a write that vouches for every birth (`bornAfterMs` 0) announces one.
  return Number.isNaN(createdMs) ? bornAfterMs <= 0 : createdMs >= bornAfterMs;
}

/** Back from deleted or hidden, or read again under another field set: refreshed. All else is an update. */
function changeType(stored: MirrorRecord, write: UpsertWrite): ChangeType {
  if (stored.deleted || stored.hidden) return 'record.refreshed';
  const sameStamp = stored.version.modstampMs === write.version.modstampMs;
  return sameStamp && stored.fieldSet !== write.fieldSet ? 'record.refreshed' : 'record.updated';
}

function endType(write: Exclude<RecordWrite, UpsertWrite>): ChangeType {
  if (write.kind === 'hide') return 'record.hidden';
  return write.mergedInto === undefined ? 'record.deleted' : 'record.merged';
}

/** A field's value; absent and null are the same to the mirror. Never a member of the prototype. */
function fieldOf(fields: Fields, name: string): FieldValue {
  return Object.hasOwn(fields, name) ? (fields[name] ?? null) : null;
}

function sameFields(left: Fields, right: Fields): boolean {
  if (left === right) return true;
  for (const name in left) if (fieldOf(left, name) !== fieldOf(right, name)) return false;
  for (const name in right) if (fieldOf(left, name) !== fieldOf(right, name)) return false;
  return true;
}

/** Previous values of the fields that differ. `fromEntries` defines members, so no name can reach the prototype. */
function previousValues(before: Fields, after: Fields): Fields {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => fieldOf(before, name) !== fieldOf(after, name));
  return Object.fromEntries(changed.map((name) => [name, fieldOf(before, name)]));
}
