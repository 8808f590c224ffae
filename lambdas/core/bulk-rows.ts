import { AppError } from './errors.ts';
import { type RecordId, recordId } from './ids.ts';
import type { FieldSet } from './org.ts';
import type { BulkColumn, Job } from './pass.ts';
import type { FieldValue, RecordWrite } from './record.ts';
import { isBorn } from './versions.ts';

/** A row whose record may be new to the mirror: all that is kept of it, ready to be stored. */
export interface LoadedRow {
  readonly id: RecordId;
  /** SystemModstamp, ms. */
  readonly modstampMs: number;
  /** The values of its load's `names`, in that order: a JSON array. */
  readonly values: string;
  /** `Email` and `OwnerId` among them, which look-ups go by; null where there is none. */
  readonly email: FieldValue;
  readonly ownerId: FieldValue;
}

/** Live records that Bulk brought and that were there before their object was mirrored. */
export interface RowLoad {
  readonly object: string;
  readonly fieldSet: string;
  /** When their read began, Salesforce's clock, ms (R1). */
  readonly readAtMs: number;
  readonly names: readonly string[];
  readonly rows: readonly LoadedRow[];
}

/** Columns that make a record's version and state; the field set's follow. */
const STATE_COLUMNS: readonly BulkColumn[] = [
  { name: 'Id', type: 'id' },
  { name: 'SystemModstamp', type: 'datetime' },
  { name: 'IsDeleted', type: 'boolean' },
];
const MASTER_RECORD_ID: BulkColumn = { name: 'MasterRecordId', type: 'reference' };

/** The columns of an object's Bulk query. Users cannot be deleted, few objects can be merged: state only where it is. */
export function bulkColumns(
  fieldSet: FieldSet,
  described: readonly BulkColumn[],
): readonly BulkColumn[] {
  const types = new Map(described.map(({ name, type }) => [name, type]));
  const state = [...STATE_COLUMNS, MASTER_RECORD_ID].filter(({ name }) => types.has(name));
  const fields = fieldSet.fields.flatMap((name) => {
    const type = types.get(name);
    return type === undefined ? [] : [{ name, type }];
  });
  return [...state, ...fields];
}

/**
 * Makes the writes of a job's rows: where each column goes is worked out once. A deleted row becomes a tombstone with
 * its own stamp.
 * @throws AppError salesforce-refused for a row without Id or SystemModstamp
 */
export function rowWriter(
  job: Pick<Job, 'object' | 'columns' | 'fieldSet' | 'bornAfterMs'>,
  readAtMs: number,
): (row: readonly FieldValue[]) => RecordWrite {
  const { object, fieldSet, bornAfterMs } = job;
  const { idAt, stampAt, deletedAt, masterAt, held } = placesOf(job.columns);
  const blank = blankFields(held.map(({ name }) => name));
  const via = 'bulk' as const;

  return (row) => {
    const id = recordId(textAt(row, idAt, object), 'Id');
    const modstampMs = Date.parse(textAt(row, stampAt, object));
    const base = { object, id, version: { modstampMs, readAtMs }, via };
    if (row[deletedAt] === true) {
      const master = row[masterAt];
      return typeof master === 'string'
        ? { ...base, kind: 'tombstone', mergedInto: recordId(master, 'MasterRecordId') }
        : { ...base, kind: 'tombstone' };
    }
    const fields = { ...blank };
    for (const { name, index } of held) fields[name] = row[index] ?? null;
    return { ...base, kind: 'upsert', fields, fieldSet, bornAfterMs };
  };
}

/**
 * Sorts out the rows that are old records alive: if the mirror knows nothing of them, they are all it keeps of them
 * (`MirrorStore.addUnknown`). Deleted rows, and records to be announced as created, are left to `rowWriter`.
 * @throws AppError salesforce-refused, invalid-input as `rowWriter`
 */
export function rowLoader(
  job: Pick<Job, 'object' | 'columns' | 'fieldSet' | 'bornAfterMs'>,
  readAtMs: number,
): (rows: readonly (readonly FieldValue[])[]) => RowLoad {
  const { object, columns, fieldSet, bornAfterMs } = job;
  const { idAt, stampAt, deletedAt, held } = placesOf(columns);
  const names = held.map(({ name }) => name);
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  const [createdAt, emailAt, ownerAt] = [at('CreatedDate'), at('Email'), at('OwnerId')];
  const timeOf = lastTime();

  return (all) => {
    const rows: LoadedRow[] = [];
    for (const row of all) {
      if (row[deletedAt] === true || isBorn(row[createdAt] ?? null, bornAfterMs)) continue;
      rows.push({
        id: recordId(textAt(row, idAt, object), 'Id'),
        modstampMs: timeOf(textAt(row, stampAt, object)),
        values: JSON.stringify(held.map(({ index }) => row[index] ?? null)),
        email: row[emailAt] ?? null,
        ownerId: row[ownerAt] ?? null,
      });
    }
    return { object, fieldSet, readAtMs, names, rows };
  };
}

/** Rows that were saved together carry the same stamp, and reading one takes longer than comparing. */
function lastTime(): (text: string) => number {
  let [last, timeMs] = ['', Number.NaN];
  return (text) => {
    if (text !== last) [last, timeMs] = [text, Date.parse(text)];
    return timeMs;
  };
}

function placesOf(columns: readonly BulkColumn[]) {
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  const [idAt, stampAt] = [at('Id'), at('SystemModstamp')];
  const [deletedAt, masterAt] = [at('IsDeleted'), at('MasterRecordId')];
  const states = new Set([idAt, stampAt, deletedAt, masterAt]);
  const held = columns.flatMap(({ name }, index) => (states.has(index) ? [] : [{ name, index }]));
  return { idAt, stampAt, deletedAt, masterAt, held };
}

/**
 * What every row's fields are copied from. An object that is built member by member turns into a hash table beyond a
 * dozen of them; a copy of a parsed one keeps its shape, and everything behind it runs faster.
 */
function blankFields(names: readonly string[]): Record<string, FieldValue> {
  return JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, null]))));
}

function textAt(row: readonly FieldValue[], index: number, object: string): string {
  const value = row[index];
  if (typeof value === 'string') return value;
  throw new AppError('salesforce-refused', `A row of ${object} came without Id or SystemModstamp.`);
}
