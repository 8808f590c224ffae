import type { RecordId } from '#core/ids.ts';
import type { Fields, LastChange, MirrorRecord } from '#core/record.ts';
import { emailKey, ownerKey } from '../lookup-keys.ts';
import type { RowLayouts } from './row-layouts.ts';

/** A row of `mirror_record` as it is read. */
export interface MirrorRow {
  readonly id: string;
  readonly modstamp: number;
  readonly read_at: number;
  readonly revision: number;
  readonly flags: number;
  readonly merged_into: string | null;
  readonly field_set: string;
  readonly fields: string;
  readonly last_change: string;
  readonly layout: number | null;
}

const DELETED = 1;
const HIDDEN = 2;

export const isDeleted = (flags: number): boolean => (flags & DELETED) !== 0;
export const isHidden = (flags: number): boolean => (flags & HIDDEN) !== 0;

/** The columns of `mirror_record` after `space`, in order; it has no `layout` then. */
export type MirrorColumns = readonly [
  id: string,
  modstamp: number,
  readAt: number,
  revision: number,
  flags: number,
  mergedInto: string | null,
  fieldSet: string,
  fields: string,
  lastChange: string,
  email: string | null,
  owner: string | null,
];

export function toColumns(record: MirrorRecord): MirrorColumns {
  return [
    record.id,
    record.version.modstampMs,
    record.version.readAtMs,
    record.revision,
    (record.deleted ? DELETED : 0) | (record.hidden ? HIDDEN : 0),
    record.mergedInto ?? null,
    record.fieldSet,
    JSON.stringify(record.fields),
    lastChangeText(record.lastChange),
    emailKey(record) ?? null,
    ownerKey(record) ?? null,
  ];
}

/** As `JSON.stringify` writes it; most changes of a load took nothing away, and their texts are alike. */
export function lastChangeText(change: LastChange): string {
  for (const _ in change.old) return JSON.stringify(change);
  const { type, via, appliedAtMs } = change;
  return `{"type":"${type}","via":"${via}","appliedAtMs":${appliedAtMs},"old":{}}`;
}

export function fromRow(object: string, row: MirrorRow, layouts: RowLayouts): MirrorRecord {
  const record = {
    object,
    id: row.id as RecordId,
    version: { modstampMs: row.modstamp, readAtMs: row.read_at },
    revision: row.revision,
    deleted: isDeleted(row.flags),
    hidden: isHidden(row.flags),
    fields:
      row.layout === null
        ? (JSON.parse(row.fields) as Fields)
        : layouts.fieldsOf(row.layout, row.fields),
    fieldSet: row.field_set,
    lastChange: JSON.parse(row.last_change) as LastChange,
  };
  return row.merged_into === null ? record : { ...record, mergedInto: row.merged_into as RecordId };
}
