import { OrgError } from '../../../errors.ts';
import type { FieldValues, ObjectSchema, Schema } from '../../../schema/schema.ts';
import type { RecordStore, SaveContext } from '../../../store/record-store.ts';
import { SObjectValue } from '../../sobject.ts';
import type { DmlRow } from './dml-row.ts';
import type { TriggerRunner } from './trigger-runner.ts';

/** What one attempt to save a chunk works with. */
export interface ChunkWorld {
  readonly schema: Schema;
  readonly store: RecordStore;
  readonly triggers: TriggerRunner;
  readonly context: SaveContext;
}

/**
 * One attempt: before-triggers, checks and write, after-triggers, for up to 200 rows of one object and one action.
 * Rows that a trigger or the store refuses are marked as failed and left out of the later steps.
 *
 * @throws TriggerFailure when a trigger ends with an exception, UncatchableError
 */
export function attemptChunk(world: ChunkWorld, chunk: readonly DmlRow[]): void {
  const rows = surviving(chunk);
  const [first] = rows;
  if (first === undefined) {
    return;
  }
  const schema = world.schema.require(first.object);
  switch (first.action) {
    case 'insert':
      insertRows(world, schema, rows);
      return;
    case 'update':
      updateRows(world, schema, rows);
      return;
    case 'delete':
      deleteRows(world, schema, rows);
      return;
    case 'undelete':
      undeleteRows(world, schema, rows);
      return;
  }
}

function insertRows(world: ChunkWorld, schema: ObjectSchema, rows: readonly DmlRow[]): void {
  const { store, triggers, context } = world;
  for (const row of rows) {
    row.attempt(() => {
      row.draft = store.withDefaults(schema.name, row.values, context);
    });
  }
  if (triggers.has(schema.name, 'before insert')) {
    const drafts = surviving(rows).map((row) => ({ row, record: recordOf(schema, row.draft) }));
    triggers.run(schema.name, 'before insert', { newRecords: drafts.map(({ record }) => record) });
    for (const { row, record } of drafts) {
      row.draft = record.fieldValues();
      row.failByTrigger(record);
    }
  }
  for (const row of surviving(rows)) {
    row.attempt(() => {
      row.draft = store.insert(schema.name, row.draft, context);
      row.id = idOf(row.draft);
    });
  }
  if (triggers.has(schema.name, 'after insert')) {
    const stored = surviving(rows);
    const newRecords = stored.map((row) => recordOf(schema, row.draft).freeze());
    triggers.run(schema.name, 'after insert', { newRecords });
    failByTriggers(stored, newRecords);
  }
}

function updateRows(world: ChunkWorld, schema: ObjectSchema, rows: readonly DmlRow[]): void {
  const { store, triggers, context } = world;
  const before = readStored(world, schema, rows);
  if (triggers.has(schema.name, 'before update')) {
    runBeforeUpdate(world, schema, surviving(rows), before);
  }
  for (const row of surviving(rows)) {
    row.attempt(() => {
      row.draft = store.update(schema.name, idOfRow(row), row.draft, context);
    });
  }
  if (triggers.has(schema.name, 'after update')) {
    const stored = surviving(rows);
    const newRecords = stored.map((row) => recordOf(schema, row.draft).freeze());
    const oldRecords = stored.map((row) => storedRecord(schema, before, row).freeze());
    triggers.run(schema.name, 'after update', { newRecords, oldRecords });
    failByTriggers(stored, newRecords);
  }
}

function runBeforeUpdate(
  world: ChunkWorld,
  schema: ObjectSchema,
  rows: readonly DmlRow[],
  before: ReadonlyMap<string, FieldValues>,
): void {
  const drafts = rows.map((row) => {
    const values = { ...before.get(idOfRow(row)), ...row.draft };
    return { row, values, record: recordOf(schema, values) };
  });
  world.triggers.run(schema.name, 'before update', {
    newRecords: drafts.map(({ record }) => record),
    oldRecords: rows.map((row) => storedRecord(schema, before, row).freeze()),
  });
  for (const { row, values, record } of drafts) {
    row.draft = { ...row.draft, ...changesOf(values, record.fieldValues()) };
    row.failByTrigger(record);
  }
}

function deleteRows(world: ChunkWorld, schema: ObjectSchema, rows: readonly DmlRow[]): void {
  const { store, triggers, context } = world;
  const before = readStored(world, schema, rows);
  const fires = triggers.hasAny(schema.name);
  if (fires) {
    const doomed = surviving(rows);
    const oldRecords = doomed.map((row) => storedRecord(schema, before, row).freeze());
    triggers.run(schema.name, 'before delete', { oldRecords });
    failByTriggers(doomed, oldRecords);
  }
  for (const row of surviving(rows)) {
    row.attempt(() => {
      store.remove(schema.name, idOfRow(row), context);
    });
  }
  if (fires) {
    const deleted = surviving(rows);
    const oldRecords = deleted.map((row) => storedRecord(schema, before, row).freeze());
    triggers.run(schema.name, 'after delete', { oldRecords });
    failByTriggers(deleted, oldRecords);
  }
}

function undeleteRows(world: ChunkWorld, schema: ObjectSchema, rows: readonly DmlRow[]): void {
  const { store, triggers, context } = world;
  for (const row of rows) {
    row.attempt(() => {
      store.undelete(schema.name, idOfRow(row), context);
    });
  }
  if (triggers.has(schema.name, 'after undelete')) {
    const restored = surviving(rows);
    const stored = store.readMany(schema.name, restored.map(idOfRow));
    const newRecords = restored.map((row) => storedRecord(schema, stored, row).freeze());
    triggers.run(schema.name, 'after undelete', { newRecords });
    failByTriggers(restored, newRecords);
  }
}

/** The rows as they are stored; those that are not there fail. */
function readStored(
  { store }: ChunkWorld,
  schema: ObjectSchema,
  rows: readonly DmlRow[],
): Map<string, FieldValues> {
  const stored = store.readMany(schema.name, rows.map(idOfRow));
  for (const row of rows) {
    const values = stored.get(idOfRow(row));
    if (values === undefined) {
      row.attempt(() => {
        throw new OrgError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', {
          status: 404,
        });
      });
    } else if (values['IsDeleted'] === true) {
      row.attempt(() => {
        throw new OrgError('ENTITY_IS_DELETED', 'entity is deleted', { status: 404 });
      });
    }
  }
  return stored;
}

export function surviving(rows: readonly DmlRow[]): DmlRow[] {
  return rows.filter((row) => !row.failed);
}

export function recordOf(schema: ObjectSchema, values: FieldValues): SObjectValue {
  return SObjectValue.fromFieldValues(schema, values);
}

function storedRecord(
  schema: ObjectSchema,
  stored: ReadonlyMap<string, FieldValues>,
  row: DmlRow,
): SObjectValue {
  return recordOf(schema, stored.get(idOfRow(row)) ?? {});
}

function failByTriggers(rows: readonly DmlRow[], records: readonly SObjectValue[]): void {
  for (const [index, row] of rows.entries()) {
    row.failByTrigger(records[index]);
  }
}

function changesOf(before: FieldValues, after: FieldValues): FieldValues {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => value !== (before[name] ?? null)),
  );
}

function idOf(values: FieldValues): string {
  const id = values['Id'];
  if (typeof id !== 'string') {
    throw new Error('The record store gave a new record no id.');
  }
  return id;
}

function idOfRow(row: DmlRow): string {
  if (row.id === null) {
    throw new Error(`A row of ${row.object} reached the store without an id.`);
  }
  return row.id;
}
