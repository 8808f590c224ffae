import { AppError } from './errors.ts';
import { type RecordId, recordId } from './ids.ts';
import type { FieldSet } from './org.ts';
import type { BulkColumn, Job } from './pass.ts';
import type { FieldValue, RecordWrite } from './record.ts';
import { isBorn } from './versions.ts';

/**
 * Rows of a Bulk result, column by column: what tells records and versions apart and what look-ups go by, and all
 * other values as texts, since most rows are stored and never looked into. Plain data that passes between threads.
 */
export interface BulkRows {
  readonly count: number;
  /** Null, here and below, where the column is empty or was not asked for. */
  readonly ids: readonly FieldValue[];
  readonly stamps: readonly FieldValue[];
  readonly deleted: readonly FieldValue[];
  readonly masters: readonly FieldValue[];
  readonly created: readonly FieldValue[];
  readonly emails: readonly FieldValue[];
  readonly owners: readonly FieldValue[];
  /** Of each row a JSON array: the columns in order without those of version and state. */
  readonly values: readonly string[];
}

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
    const id = recordId(text(row[idAt], object), 'Id');
    const modstampMs = Date.parse(text(row[stampAt], object));
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

/** Makes rows of cells, which are in column order, in the mirror's form. */
export function rowEncoder(
  columns: readonly BulkColumn[],
): (rows: readonly (readonly FieldValue[])[]) => BulkRows {
  const { idAt, stampAt, deletedAt, masterAt, held } = placesOf(columns);
  const [createdAt, emailAt, ownerAt] = [
    placeOf(columns, 'CreatedDate'),
    placeOf(columns, 'Email'),
    placeOf(columns, 'OwnerId'),
  ];
  const indexes = held.map(({ index }) => index);
  return (rows) => {
    const column = (at: number) => rows.map((row) => row[at] ?? null);
    return {
      count: rows.length,
      ids: column(idAt),
      stamps: column(stampAt),
      deleted: column(deletedAt),
      masters: column(masterAt),
      created: column(createdAt),
      emails: column(emailAt),
      owners: column(ownerAt),
      values: rows.map((row) => JSON.stringify(indexes.map((index) => row[index] ?? null))),
    };
  };
}

/** Gives the cells that a row of these was made of, by its place. */
export function cellsOf(
  rows: BulkRows,
  columns: readonly BulkColumn[],
): (place: number) => readonly FieldValue[] {
  const { idAt, stampAt, deletedAt, masterAt, held } = placesOf(columns);
  return (place) => {
    const cells: FieldValue[] = Array(columns.length).fill(null);
    const set = (at: number, value: FieldValue | undefined) => {
      if (at !== -1) cells[at] = value ?? null;
    };
    set(idAt, rows.ids[place]);
    set(stampAt, rows.stamps[place]);
    set(deletedAt, rows.deleted[place]);
    set(masterAt, rows.masters[place]);
    const values = JSON.parse(rows.values[place] ?? '[]') as readonly FieldValue[];
    for (const [at, { index }] of held.entries()) set(index, values[at]);
    return cells;
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
): (rows: BulkRows) => RowLoad {
  const { object, columns, fieldSet } = job;
  const names = placesOf(columns).held.map(({ name }) => name);
  const isNews = birthTest(job.bornAfterMs);
  const timeOf = lastTime();

  return ({ count, ids, stamps, deleted, created, emails, owners, values }) => {
    const rows: LoadedRow[] = [];
    for (let at = 0; at < count; at += 1) {
      if (deleted[at] === true || isNews(created[at] ?? null)) continue;
      rows.push({
        id: recordId(text(ids[at], object), 'Id'),
        modstampMs: timeOf(text(stamps[at], object)),
        values: values[at] ?? '[]',
        email: emails[at] ?? null,
        ownerId: owners[at] ?? null,
      });
    }
    return { object, fieldSet, readAtMs, names, rows };
  };
}

/** `isBorn`, by the texts where they can be compared: times of one length and form are in order as texts, too. */
function birthTest(bornAfterMs: number): (createdDate: FieldValue) => boolean {
  const bound = Math.abs(bornAfterMs) < MAX_TIME_MS ? new Date(bornAfterMs).toISOString() : '';
  return (createdDate) => {
    const comparable =
      typeof createdDate === 'string' && createdDate.length === 24 && bound.length === 24;
    return comparable ? createdDate >= bound : isBorn(createdDate, bornAfterMs);
  };
}

/** What a Date can hold. */
const MAX_TIME_MS = 8.64e15;

/** Rows that were saved together carry the same stamp, and reading one takes longer than comparing. */
function lastTime(): (text: string) => number {
  let [last, timeMs] = ['', Number.NaN];
  return (text) => {
    if (text !== last) [last, timeMs] = [text, Date.parse(text)];
    return timeMs;
  };
}

function placeOf(columns: readonly BulkColumn[], name: string): number {
  return columns.findIndex((column) => column.name === name);
}

function placesOf(columns: readonly BulkColumn[]) {
  const [idAt, stampAt] = [placeOf(columns, 'Id'), placeOf(columns, 'SystemModstamp')];
  const [deletedAt, masterAt] = [placeOf(columns, 'IsDeleted'), placeOf(columns, 'MasterRecordId')];
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

function text(value: FieldValue | undefined, object: string): string {
  if (typeof value === 'string') return value;
  throw new AppError('salesforce-refused', `A row of ${object} came without Id or SystemModstamp.`);
}
