import { AppError } from './errors.ts';
import type { RecordId } from './ids.ts';
import { recordId } from './ids.ts';
import type { Fields, FieldValue, TombstoneWrite, UpsertWrite, Via } from './record.ts';

/** A record as read, with `SystemModstamp` among its fields. */
export interface ReadRow {
  readonly id: RecordId;
  readonly fields: Fields;
}

interface ReadContext {
  /** When the read began, Salesforce's clock, ms. */
  readonly readAtMs: number;
  readonly via: Via;
}

/**
 * The write of a record that was read with its field set and `SystemModstamp`.
 * @throws AppError salesforce-refused when the stamp is missing
 */
export function upsertFromRead(
  object: string,
  row: ReadRow,
  context: ReadContext & { readonly fieldSet: string; readonly bornAfterMs: number },
): UpsertWrite {
  const { readAtMs, via, fieldSet, bornAfterMs } = context;
  const { SystemModstamp, ...fields } = row.fields;
  const version = { modstampMs: stampMs(object, SystemModstamp), readAtMs };
  return { kind: 'upsert', object, id: row.id, version, via, fields, fieldSet, bornAfterMs };
}

/**
 * The tombstone of a record that was read as deleted, with `SystemModstamp` and, where the object has it,
 * `MasterRecordId`, the winner of a merge (R4).
 * @throws AppError salesforce-refused when the stamp is missing
 */
export function tombstoneFromRead(
  object: string,
  row: ReadRow,
  { readAtMs, via }: ReadContext,
): TombstoneWrite {
  const version = { modstampMs: stampMs(object, row.fields['SystemModstamp']), readAtMs };
  const write: TombstoneWrite = { kind: 'tombstone', object, id: row.id, version, via };
  const master = row.fields['MasterRecordId'];
  return typeof master === 'string'
    ? { ...write, mergedInto: recordId(master, 'MasterRecordId') }
    : write;
}

function stampMs(object: string, value: FieldValue | undefined): number {
  const timeMs = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new AppError(
    'salesforce-refused',
    `A record of ${object} was read without SystemModstamp.`,
  );
}
