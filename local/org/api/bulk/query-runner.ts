import type { FieldValue } from '../../schema/schema.ts';
import type { QueryPlan } from '../../soql/soql.ts';
import { csvRowEncoder, encoderFor } from './csv.ts';
import { DELIMITERS, lineEndOf, type QueryJob } from './job.ts';
import { type JobStore, ROWS_PER_PIECE } from './job-store.ts';

/** Rows in the order of the plan's columns, and what to call when no more are wanted. */
export interface RowSource {
  readonly plan: QueryPlan;
  readonly rows: Iterable<readonly FieldValue[]>;
  /** False when saves between two rows would show in the rows that follow: read it in one go. */
  readonly isSnapshot: boolean;
  close(): void;
}

export interface QueryRunnerDeps {
  readonly jobs: JobStore;
  readonly now: () => number;
  openRows(job: QueryJob): RowSource;
  /** Lets other work run; false when the job was aborted or deleted meanwhile. */
  breathe(jobId: string): Promise<boolean>;
  /** Told once, of what a finished job keeps. */
  countBytes(bytes: number): void;
}

/** Pieces written between two breaths: some 50 ms of work. */
const PIECES_PER_SLICE = 4;

/**
 * Runs a query job's query and keeps its rows, so that result pages are stable for as long as the job lives. Stopped
 * by a crash it starts again from the beginning.
 */
export async function runQueryJob(job: QueryJob, deps: QueryRunnerDeps): Promise<void> {
  const startedMs = deps.now();
  // A run that a crash cut short may have kept more than this one will.
  deps.jobs.deleteRows(job.id);
  const source = deps.openRows(job);
  try {
    const outcome = await keepRows(job, source, deps);
    if (outcome === undefined) return deps.jobs.deleteRows(job.id);
    const { bytes, ...kept } = outcome;
    deps.countBytes(bytes);
    deps.jobs.put({
      ...job,
      ...kept,
      state: 'JobComplete',
      columns: columnsOf(job, source.plan).map(({ path }) => path),
      systemModstamp: new Date(deps.now()).toISOString(),
      totalProcessingTime: deps.now() - startedMs,
    });
  } catch (error) {
    deps.jobs.deleteRows(job.id);
    throw error;
  } finally {
    source.close();
  }
}

interface Kept {
  readonly pieces: number;
  readonly numberRecordsProcessed: number;
  readonly bytes: number;
}

/** Undefined when the job was aborted or deleted meanwhile. */
async function keepRows(
  job: QueryJob,
  source: RowSource,
  deps: QueryRunnerDeps,
): Promise<Kept | undefined> {
  const encode = rowEncoder(job, source.plan);
  const lineEnd = lineEndOf(job);
  let pieces = 0;
  let rows = 0;
  let bytes = 0;
  let csv = '';
  const keepPiece = (): void => {
    deps.jobs.putRows(job.id, pieces, csv);
    // Characters stand for bytes: counting those would read every text once more.
    bytes += csv.length;
    pieces += 1;
    csv = '';
  };
  for (const row of source.rows) {
    csv += encode(row) + lineEnd;
    rows += 1;
    if (rows % ROWS_PER_PIECE !== 0) continue;
    keepPiece();
    const sliceEnds = source.isSnapshot && pieces % PIECES_PER_SLICE === 0;
    if (sliceEnds && !(await deps.breathe(job.id))) return undefined;
  }
  if (csv !== '') keepPiece();
  return { pieces, numberRecordsProcessed: rows, bytes };
}

/** Up to version 49 columns come in alphabetical order, later as asked for. */
const LAST_SORTED_VERSION = 49;

function columnsOf(job: QueryJob, plan: QueryPlan): readonly { path: string; index: number }[] {
  const columns = plan.selected.map(({ path }, index) => ({ path, index }));
  if (Number(job.apiVersion) > LAST_SORTED_VERSION) return columns;
  return columns.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function rowEncoder(job: QueryJob, plan: QueryPlan): (row: readonly FieldValue[]) => string {
  const columns = columnsOf(job, plan);
  const encoders = columns.map(({ index }) => encoderFor(plan.selected[index]?.fieldType ?? ''));
  const encode = csvRowEncoder(encoders, DELIMITERS[job.columnDelimiter]);
  if (columns.every(({ index }, position) => index === position)) return encode;
  return (row) => encode(columns.map(({ index }) => row[index] ?? null));
}
