import type { DocumentStore } from '../../store/record-store.ts';
import type { BulkJob } from './job.ts';

const JOBS = 'bulkJobs';

/** What a job keeps besides itself, in pieces numbered from 0. */
type PieceKind = 'bulkRows' | 'bulkUploads' | 'bulkResults';

/** How a query's rows are cut: one document of this many lines. */
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
  /** Drops the job and everything it kept. */
  delete(job: BulkJob): void;
  /** All of them, whether the job counts them or a crash came first. */
  deletePieces(kind: PieceKind, jobId: string): void;
}

export function createJobStore(documents: DocumentStore): JobStore {
  const deletePieces: JobStore['deletePieces'] = (kind, jobId) =>
    documents.deleteWithPrefix(kind, `${jobId}/`);

  return {
    find: (id) => documents.get(JOBS, id) as BulkJob | undefined,
    put: (job) => documents.put(JOBS, job.id, job),
    list: () => documents.list(JOBS).map(({ document }) => document as BulkJob),
    nextNumber: () => documents.next(JOBS),
    putPiece: (kind, jobId, index, piece) => documents.put(kind, pieceKey(jobId, index), piece),
    piece: (kind, jobId, index) => documents.get(kind, pieceKey(jobId, index)),
    deletePieces,
    delete(job) {
      if (job.kind === 'query') deletePieces('bulkRows', job.id);
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
