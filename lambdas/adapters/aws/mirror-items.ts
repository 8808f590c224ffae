import { AppError } from '#core/errors.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { Fields, LastChange, MirrorRecord } from '#core/record.ts';
import type { VersionRow } from '#ports/mirror-store.ts';
import { emailKey, ownerKey } from '../lookup-keys.ts';
import { type Expression, type Item, NOT_EXISTS } from './dynamo-table.ts';
import { emailIndexKey, ownerIndexKey, ownerOrder, recordKey } from './keys.ts';
import { packedBytes, packText, unpackText } from './packed-text.ts';

/** DynamoDB takes items of 400 KB, names of attributes included. */
const TEXTS_MAX_BYTES = 395 * 1_024;
/** DynamoDB takes keys of 2 KB; no address is that long, but a field may hold anything. */
const EMAIL_MAX_LENGTH = 320;

/** @throws AppError too-large */
export function toItem(orgId: OrgId, record: MirrorRecord): Item {
  const fields = packText(JSON.stringify(record.fields));
  const lastChange = packText(JSON.stringify(record.lastChange));
  if (packedBytes(fields) + packedBytes(lastChange) > TEXTS_MAX_BYTES) throw tooLarge(record);
  return {
    ...recordKey(orgId, record.object, record.id),
    object: record.object,
    modstampMs: record.version.modstampMs,
    readAtMs: record.version.readAtMs,
    revision: record.revision,
    ...(record.deleted && { deleted: true }),
    ...(record.hidden && { hidden: true }),
    ...(record.mergedInto !== undefined && { mergedInto: record.mergedInto }),
    fieldSet: record.fieldSet,
    fields,
    lastChange,
    ...indexKeys(orgId, record),
  };
}

export function fromItem(item: Item): MirrorRecord {
  const mergedInto = item['mergedInto'] as RecordId | undefined;
  const record = {
    object: String(item['object']),
    id: item['sk'] as RecordId,
    version: { modstampMs: Number(item['modstampMs']), readAtMs: Number(item['readAtMs']) },
    revision: Number(item['revision']),
    deleted: item['deleted'] === true,
    hidden: item['hidden'] === true,
    fields: JSON.parse(unpackText(item['fields'])) as Fields,
    fieldSet: String(item['fieldSet']),
    lastChange: JSON.parse(unpackText(item['lastChange'])) as LastChange,
  };
  return mergedInto === undefined ? record : { ...record, mergedInto };
}

/** Attributes that `toVersionRow` needs. */
export const VERSION_ATTRIBUTES = ['sk', 'modstampMs', 'readAtMs', 'deleted', 'hidden'];

export function toVersionRow(item: Item): VersionRow {
  return {
    id: item['sk'] as RecordId,
    modstampMs: Number(item['modstampMs']),
    readAtMs: Number(item['readAtMs']),
    deleted: item['deleted'] === true,
    hidden: item['hidden'] === true,
  };
}

/**
 * Holds while the stored record is still the one that was read. The revision alone does not tell: unchanged content
 * moves the version without one.
 */
export function stillStored(stored: MirrorRecord | undefined): Expression {
  if (stored === undefined) return NOT_EXISTS;
  const { revision, version } = stored;
  return {
    expression: '#revision = :revision AND #modstampMs = :modstampMs AND #readAtMs = :readAtMs',
    names: ['revision', 'modstampMs', 'readAtMs'],
    values: { revision, ...version },
  };
}

/** Only live records have them: the indexes hold nothing else. */
function indexKeys(orgId: OrgId, record: MirrorRecord) {
  const email = emailKey(record);
  const owner = ownerKey(record);
  return {
    ...(email !== undefined &&
      email.length <= EMAIL_MAX_LENGTH && { emailKey: emailIndexKey(orgId, email) }),
    ...(owner !== undefined && {
      ownerKey: ownerIndexKey(orgId, owner),
      ownerOrder: ownerOrder(record.version.modstampMs, record.id),
    }),
  };
}

function tooLarge({ object, id }: MirrorRecord): AppError {
  return new AppError(
    'too-large',
    `The ${object} ${id} does not fit into a DynamoDB item of 400 KB, although compressed. Turn Sync Conditions on and leave its long texts out.`,
  );
}
