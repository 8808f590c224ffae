import type { LimitCounter } from '../limits.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { attemptChunk, type ChunkWorld, surviving } from './chunk-steps.ts';
import type { DmlRow } from './dml-row.ts';
import { TriggerFailure } from './trigger-runner.ts';

export interface SaveWorld extends ChunkWorld {
  readonly unit: UnitOfWork;
  readonly limits: LimitCounter;
}

/** Triggers see at most so many records at once. */
export const CHUNK_SIZE = 200;
const MAXIMUM_ATTEMPTS = 3;

const ROLLED_BACK = {
  code: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  message:
    'Record rolled back because not all records were valid and the request was using AllOrNone header',
  fields: [],
};

const TOO_MANY_RETRIES = {
  code: 'UNKNOWN_EXCEPTION',
  message: 'Too many batch retries in the presence of Apex triggers and partial failures.',
  fields: [],
};

/**
 * Saves the rows in chunks of up to 200 of one object and action. With `allOrNone` the first failure undoes all of
 * it; otherwise a chunk in which rows failed is rolled back and tried again with the others (Apex Developer Guide,
 * Bulk DML Exception Handling).
 *
 * @throws UncatchableError with everything undone that this call did
 */
export function saveRows(world: SaveWorld, rows: readonly DmlRow[], allOrNone: boolean): void {
  if (allOrNone) {
    saveAllOrNone(world, rows);
    return;
  }
  for (const chunk of chunksOf(rows)) {
    saveWithRetries(world, chunk);
  }
}

/** Splits rows where object or action change, after 200, and where an id comes a second time. */
function chunksOf(rows: readonly DmlRow[]): DmlRow[][] {
  const chunks: DmlRow[][] = [];
  let chunk: DmlRow[] = [];
  let ids = new Set<string>();
  for (const row of rows) {
    const [first] = chunk;
    const fits =
      first !== undefined &&
      chunk.length < CHUNK_SIZE &&
      first.object === row.object &&
      first.action === row.action &&
      (row.id === null || !ids.has(row.id));
    if (!fits) {
      chunk = [];
      ids = new Set();
      chunks.push(chunk);
    }
    chunk.push(row);
    if (row.id !== null) {
      ids.add(row.id);
    }
  }
  return chunks;
}

function saveAllOrNone(world: SaveWorld, rows: readonly DmlRow[]): void {
  const start = world.unit.savepoint();
  try {
    if (rows.some((row) => row.failed)) {
      undo(rows, start);
      return;
    }
    for (const chunk of chunksOf(rows)) {
      attempt(world, chunk);
      if (chunk.some((row) => row.failed)) {
        undo(rows, start);
        break;
      }
    }
  } catch (error) {
    undo(rows, start);
    throw error;
  } finally {
    start.release();
  }
}

function undo(rows: readonly DmlRow[], start: { rollback(): void }): void {
  start.rollback();
  for (const row of rows) {
    row.forgetAttempt();
    if (!row.failed) {
      row.fail(ROLLED_BACK);
    }
  }
}

function saveWithRetries(world: SaveWorld, chunk: readonly DmlRow[]): void {
  const usedBefore = world.limits.snapshot();
  let candidates = surviving(chunk);
  if (candidates.length === 0) {
    return;
  }
  for (let count = 1; count <= MAXIMUM_ATTEMPTS; count += 1) {
    if (attemptOrUndo(world, candidates)) {
      return;
    }
    candidates = surviving(candidates);
    if (candidates.length === 0) {
      return;
    }
    world.limits.restore(usedBefore);
  }
  for (const row of candidates) {
    row.fail(TOO_MANY_RETRIES);
  }
}

/** True when what the attempt wrote may stay. */
function attemptOrUndo(world: SaveWorld, rows: readonly DmlRow[]): boolean {
  const start = world.unit.savepoint();
  try {
    attempt(world, rows);
    const mayStay = rows.every((row) => !row.failed) || !firesTriggers(world, rows);
    if (!mayStay) {
      start.rollback();
      for (const row of rows) {
        row.forgetAttempt();
      }
    }
    return mayStay;
  } catch (error) {
    start.rollback();
    throw error;
  } finally {
    start.release();
  }
}

/** Without triggers a failed row has left nothing behind that the others could depend on. */
function firesTriggers(world: SaveWorld, rows: readonly DmlRow[]): boolean {
  return rows.some((row) => world.triggers.hasAny(row.object));
}

function attempt(world: SaveWorld, rows: readonly DmlRow[]): void {
  try {
    attemptChunk(world, rows);
  } catch (error) {
    if (!(error instanceof TriggerFailure)) {
      throw error;
    }
    for (const row of surviving(rows)) {
      row.fail({ code: error.code, message: error.message, fields: [] });
    }
  }
}
