import { CsvError } from 'csv-parse';
import type { SaveRequest, SaveResult } from '../../engine.ts';
import type { Schema } from '../../schema/schema.ts';
import { csvLine, readCsv } from './csv.ts';
import { parseHeader, rowInput, UnknownColumn } from './ingest-header.ts';
import { DELIMITERS, type IngestJob } from './job.ts';
import type { JobStore } from './job-store.ts';
import { uploadLineEnding } from './upload.ts';

export interface IngestRunnerDeps {
  readonly jobs: JobStore;
  readonly schema: Schema;
  readonly now: () => number;
  save(request: SaveRequest): SaveResult[];
  /** Lets other work run; false when the job was aborted or deleted meanwhile. */
  breathe(jobId: string): Promise<boolean>;
  countBatches(batches: number): void;
}

/** One piece of the results: finished lines, without their ends. */
export interface ResultPiece {
  readonly successful: readonly string[];
  readonly failed: readonly string[];
}

/** What one trigger run sees at most; each such chunk is a transaction of its own. */
const ROWS_PER_CHUNK = 200;
/** The platform cuts an upload into internal batches of this size and counts those. */
const ROWS_PER_BATCH = 10_000;

/**
 * Saves an ingest job's rows chunk by chunk. The job's progress is written in the transaction of each chunk, so that a
 * crash neither repeats nor loses one: the job goes on after the rows it had processed.
 */
export async function runIngestJob(job: IngestJob, deps: IngestRunnerDeps): Promise<void> {
  const startedMs = deps.now() - job.totalProcessingTime;
  const run = new IngestRun(job, deps, startedMs);
  try {
    await run.saveAll();
  } catch (error) {
    const message = clientFault(error);
    if (message === undefined) throw error;
    run.end('Failed', message);
  }
}

class IngestRun {
  readonly #deps: IngestRunnerDeps;
  readonly #startedMs: number;
  #job: IngestJob;

  constructor(job: IngestJob, deps: IngestRunnerDeps, startedMs: number) {
    this.#job = job;
    this.#deps = deps;
    this.#startedMs = startedMs;
  }

  async saveAll(): Promise<void> {
    this.#checkLineEnding();
    const rows = readCsv(uploadPieces(this.#job, this.#deps.jobs), this.#delimiter);
    const { value: header } = await rows.next();
    if (header === undefined) return this.end('JobComplete');
    const columns = parseHeader(this.#deps.schema, this.#job, header);

    let rowNumber = 0;
    let chunk: (readonly string[])[] = [];
    for await (const row of rows) {
      rowNumber += 1;
      if (rowNumber <= this.#job.numberRecordsProcessed) continue;
      chunk.push(row);
      if (chunk.length < ROWS_PER_CHUNK) continue;
      this.#saveChunk(columns, chunk);
      chunk = [];
      if (!(await this.#deps.breathe(this.#job.id))) return;
    }
    if (chunk.length > 0) this.#saveChunk(columns, chunk);
    this.#deps.countBatches(Math.ceil(rowNumber / ROWS_PER_BATCH));
    this.end('JobComplete');
  }

  end(state: 'JobComplete' | 'Failed', errorMessage?: string): void {
    this.#put({ state, ...(errorMessage === undefined ? {} : { errorMessage }) });
  }

  #saveChunk(columns: ReturnType<typeof parseHeader>, rows: readonly (readonly string[])[]): void {
    const { id, operation, object, externalIdFieldName, createdById } = this.#job;
    const { numberRecordsProcessed } = this.#job;
    this.#deps.save({
      operation,
      records: rows.map((row) => ({ object, input: rowInput(columns, row) })),
      ...(externalIdFieldName === undefined ? {} : { externalIdField: externalIdFieldName }),
      allOrNone: false,
      userId: createdById,
      source: 'bulk',
      bulkBatch: `${id}/${Math.floor(numberRecordsProcessed / ROWS_PER_BATCH)}`,
      beforeCommit: (results) => this.#keepResults(rows, results),
    });
  }

  #keepResults(rows: readonly (readonly string[])[], results: readonly SaveResult[]): void {
    const successful: string[] = [];
    const failed: string[] = [];
    for (const [index, result] of results.entries()) {
      const lines = result.success ? successful : failed;
      lines.push(csvLine([...resultCells(result), ...(rows[index] ?? [])], this.#delimiter));
    }
    const { id, resultPieces, numberRecordsProcessed, numberRecordsFailed } = this.#job;
    const piece: ResultPiece = { successful, failed };
    this.#deps.jobs.putPiece('bulkResults', id, resultPieces, piece);
    this.#put({
      resultPieces: resultPieces + 1,
      numberRecordsProcessed: numberRecordsProcessed + results.length,
      numberRecordsFailed: numberRecordsFailed + failed.length,
    });
  }

  #put(changes: Partial<IngestJob>): void {
    const now = this.#deps.now();
    this.#job = {
      ...this.#job,
      ...changes,
      systemModstamp: new Date(now).toISOString(),
      totalProcessingTime: now - this.#startedMs,
    };
    this.#deps.jobs.put(this.#job);
  }

  get #delimiter(): string {
    return DELIMITERS[this.#job.columnDelimiter];
  }

  #checkLineEnding(): void {
    const { lineEnding } = this.#job;
    const found = uploadLineEnding(uploadPieces(this.#job, this.#deps.jobs));
    if (found !== undefined && found !== lineEnding) {
      throw new WrongLineEnding(
        `LineEnding is invalid on user data. Current LineEnding setting is ${lineEnding}`,
      );
    }
  }
}

class WrongLineEnding extends Error {
  override readonly name = 'WrongLineEnding';
}

export function* uploadPieces(job: IngestJob, jobs: JobStore): Generator<string> {
  for (let index = 0; index < (job.uploadPieces ?? 0); index += 1) {
    yield String(jobs.piece('bulkUploads', job.id, index));
  }
}

/** `sf__Id` and `sf__Created`, or `sf__Id` and `sf__Error`. */
function resultCells(result: SaveResult): readonly [string, string] {
  if (result.success) return [result.id, String(result.created)];
  const [error] = result.errors;
  const fields = error?.fields.join(',') ?? '';
  const gap = fields === '' ? '' : ' ';
  return [result.id ?? '', `${error?.code}:${error?.message}:${fields}${gap}--`];
}

/** The job's error message when the upload is at fault, undefined when the org is. */
function clientFault(error: unknown): string | undefined {
  if (error instanceof WrongLineEnding) return `ClientInputError : ${error.message}`;
  if (error instanceof UnknownColumn) return `InvalidBatch : ${error.message}`;
  if (error instanceof CsvError) {
    return `ClientInputError : the CSV cannot be read: ${error.code}, line ${String(error['lines'])}`;
  }
  return undefined;
}
