import type { DocumentStore } from '../../store/record-store.ts';
import type { BulkJob } from './job.ts';

const JOBS = 'bulkJobs';

/** What a job keeps besides itself, in pieces numbered from 0. */
type PieceKind = 'bulkUploads' | 'bulkResults';

/** Where a query's rows are kept, as the CSV that goes out. */
const ROWS = 'bulkCsv';

/** How a query's rows are cut: one text of this many rows. */
export const ROWS_PER_PIECE = 2_000;

/** Bulk jobs and their data in the org's database: they survive a kill at any instruction. */
export interface JobStore {
  find(id: string): BulkJob | undefined;
  put(job: BulkJob): void;
  /** In the order of their ids, which is the order of creation. */
  list(): readonly BulkJob[];
  nextNumber(): number;
  putPiece(kind: PieceKind, jobId: string, index: number, piece: unknown): void;
  piece(kind: PieceKind, jobId: string, index: number): unknown;
  /** @param csv up to `ROWS_PER_PIECE` rows, each with its line end */
  putRows(jobId: string, index: number, csv: string): void;
  /** The rows in UTF-8; undefined when there is no such piece. */
  rows(jobId: string, index: number): Uint8Array | undefined;
  /** All pieces of a query's rows, whether the job counts them or a crash came first. */
  deleteRows(jobId: string): void;
  /** Drops the job and everything it kept. */
  delete(job: BulkJob): void;
}

export function createJobStore(documents: DocumentStore): JobStore {
  const deletePieces = (kind: PieceKind | typeof ROWS, jobId: string): void =>
    documents.deleteWithPrefix(kind, `${jobId}/`);

  return {
    find: (id) => documents.get(JOBS, id) as BulkJob | undefined,
    put: (job) => documents.put(JOBS, job.id, job),
    list: () => documents.list(JOBS).map(({ document }) => document as BulkJob),
    nextNumber: () => documents.next(JOBS),
    putPiece: (kind, jobId, index, piece) => documents.put(kind, pieceKey(jobId, index), piece),
    piece: (kind, jobId, index) => documents.get(kind, pieceKey(jobId, index)),
    putRows: (jobId, index, csv) => documents.putText(ROWS, pieceKey(jobId, index), csv),
    rows: (jobId, index) => documents.textBytes(ROWS, pieceKey(jobId, index)),
    deleteRows: (jobId) => deletePieces(ROWS, jobId),
    delete(job) {
      if (job.kind === 'query') deletePieces(ROWS, job.id);
      else {
        deletePieces('bulkUploads', job.id);
        deletePieces('bulkResults', job.id);
      }
      documents.delete(JOBS, job.id);
    },
  };
}

function pieceKey(jobId: string, index: number): string {
  return `${jobId}/${String(index).padStart(8, '0')}`;
}
