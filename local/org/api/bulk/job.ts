/** Bulk API 2.0 jobs as the org keeps them. */

export type JobState =
  | 'Open'
  | 'UploadComplete'
  | 'InProgress'
  | 'JobComplete'
  | 'Failed'
  | 'Aborted';

export type LineEnding = 'LF' | 'CRLF';

export const DELIMITERS = {
  COMMA: ',',
  TAB: '\t',
  PIPE: '|',
  SEMICOLON: ';',
  CARET: '^',
  BACKQUOTE: '`',
} as const;

type ColumnDelimiter = keyof typeof DELIMITERS;

interface JobBase {
  /** 18 characters, prefix 750. */
  readonly id: string;
  readonly object: string;
  /** 18 characters. */
  readonly createdById: string;
  /** ISO UTC with milliseconds; answers write them with `+0000`. */
  readonly createdDate: string;
  readonly systemModstamp: string;
  readonly state: JobState;
  /** `66.0`: results are served under this version only. */
  readonly apiVersion: string;
  readonly lineEnding: LineEnding;
  readonly columnDelimiter: ColumnDelimiter;
  readonly numberRecordsProcessed: number;
  readonly retries: number;
  /** Milliseconds. */
  readonly totalProcessingTime: number;
  readonly errorMessage?: string;
}

export interface QueryJob extends JobBase {
  readonly kind: 'query';
  readonly operation: 'query' | 'queryAll';
  readonly query: string;
  /** Set when the query ran: heads of the result's columns. */
  readonly columns?: readonly string[];
  /** Number of kept pieces of the result, `ROWS_PER_PIECE` rows each but the last. */
  readonly pieces: number;
}

type IngestOperation = 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete';

export interface IngestJob extends JobBase {
  readonly kind: 'ingest';
  readonly operation: IngestOperation;
  readonly externalIdFieldName?: string;
  /** Pieces of the uploaded CSV; undefined before the upload. */
  readonly uploadPieces?: number;
  readonly numberRecordsFailed: number;
  /** Number of kept pieces of the results, one for each saved chunk. */
  readonly resultPieces: number;
}

export type BulkJob = QueryJob | IngestJob;

export function isTerminal(state: JobState): boolean {
  return state === 'JobComplete' || state === 'Failed' || state === 'Aborted';
}

export function lineEndOf(job: BulkJob): string {
  return job.lineEnding === 'CRLF' ? '\r\n' : '\n';
}
