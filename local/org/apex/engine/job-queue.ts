import type { FieldValue, FieldValues } from '../../schema/schema.ts';
import type { DocumentStore, RecordStore, SaveContext } from '../../store/record-store.ts';

/** How a Queueable ended, as its finalizer learns it. */
export interface ParentOutcome {
  /** Request id of the Queueable's transaction, which its finalizer shares. */
  readonly requestId: string;
  readonly succeeded: boolean;
  /** What ended the Queueable; null when it succeeded. */
  readonly exception: {
    readonly type: string;
    readonly message: string;
    readonly stack: string;
  } | null;
}

/** How far a batch has come. */
export interface BatchProgress {
  readonly phase: 'start' | 'execute' | 'finish';
  /** Rows a chunk takes at most. */
  readonly scope: number;
  /** The query of the batch, its binds serialized; null before `start` and for an Iterable. */
  readonly locator: {
    readonly soql: string;
    readonly binds: unknown;
    readonly mode: 'user' | 'shared' | 'system';
  } | null;
  readonly chunks: number;
  /** Chunks that ran, failed ones included: the number of the next one. */
  readonly processed: number;
  readonly errors: number;
  readonly firstError: string | null;
  /** AsyncApexJob of the worker; null before the first chunk. */
  readonly workerId: string | null;
}

/** When a scheduled job runs. */
export interface Schedule {
  /** 18 characters. */
  readonly cronTriggerId: string;
  readonly name: string;
  readonly expression: string;
  /** False for the one run of `System.scheduleBatch`. */
  readonly repeats: boolean;
  /** IANA name. */
  readonly timeZone: string;
  /** Chunk size of the batch it starts; null for a Schedulable. */
  readonly batchScope: number | null;
  /** How often it has run. */
  readonly fired: number;
}

/** A job that waits or runs, as it lies in the org's database. */
export interface QueuedJob {
  /** Place in the queue. */
  readonly key: string;
  readonly kind: 'queueable' | 'finalizer' | 'future' | 'batch' | 'scheduled';
  /** Id of the AsyncApexJob; a finalizer has its Queueable's. */
  readonly jobId: string;
  readonly className: string;
  /** Of a `@future` method; null otherwise. */
  readonly method: string | null;
  /** Running user, 18 characters. */
  readonly userId: string;
  /** The serialized object; for a future method, the list of its arguments. */
  readonly payload: unknown;
  /** Milliseconds since the epoch, UTC. */
  readonly dueMs: number;
  readonly delayMinutes: number;
  /** 1 for a job that no job enqueued. */
  readonly stackDepth: number;
  readonly maximumStackDepth: number | null;
  readonly signature: string | null;
  /** The class implements Database.AllowsCallouts, or the job that enqueued it did. */
  readonly allowsCallouts: boolean;
  /** Failures of the chain right before this job, when finalizers enqueued it again. */
  readonly failuresInRow: number;
  readonly state: 'queued' | 'processing';
  readonly parent: ParentOutcome | null;
  /** Of a batch only. */
  readonly batch?: BatchProgress;
  /** Of a scheduled job only. */
  readonly schedule?: Schedule;
}

const JOBS = 'async-jobs';
const SIGNATURES = 'async-job-signatures';
const JOB_OBJECT = 'AsyncApexJob';
/** Of ExtendedStatus. */
export const STATUS_LENGTH = 255;

const KINDS: ReadonlySet<unknown> = new Set([
  'queueable',
  'finalizer',
  'future',
  'batch',
  'scheduled',
]);

export type JobStatus = 'Completed' | 'Failed' | 'Aborted';
export type JobType = 'Queueable' | 'Future' | 'BatchApex' | 'BatchApexWorker' | 'ScheduledApex';

/**
 * Queued jobs, kept with the records: a job exists from the commit of the transaction that enqueued it. Every
 * Queueable and future call has an AsyncApexJob row that Apex and clients can query. All methods write within the open transaction.
 */
export class JobQueue {
  readonly #store: RecordStore;
  readonly #documents: DocumentStore;

  constructor(store: RecordStore) {
    this.#store = store;
    this.#documents = store.documents;
  }

  /** Inserts the AsyncApexJob row of a new job. Returns its id. */
  createJobRow(type: JobType, values: FieldValues, context: SaveContext): string {
    const counts = { JobItemsProcessed: 0, TotalJobItems: 0, NumberOfErrors: 0 };
    const row = this.#store.insert(
      JOB_OBJECT,
      { JobType: type, Status: 'Queued', ...counts, ...values },
      context,
    );
    return textOf(row['Id'] ?? null);
  }

  add(job: Omit<QueuedJob, 'key' | 'state'>): QueuedJob {
    const key = String(this.#documents.next(JOBS)).padStart(15, '0');
    const queued: QueuedJob = { ...job, key, state: 'queued' };
    this.#documents.put(JOBS, key, queued);
    if (job.signature !== null) {
      this.#documents.put(SIGNATURES, job.signature, { key });
    }
    return queued;
  }

  /** True while a job with that signature waits; a running one does not count. */
  isWaiting(signature: string): boolean {
    return this.#documents.get(SIGNATURES, signature) !== undefined;
  }

  find(key: string): QueuedJob | undefined {
    const document = this.#documents.get(JOBS, key);
    return document === undefined ? undefined : parseJob(document);
  }

  /** In the order they were enqueued. */
  all(): QueuedJob[] {
    return this.#documents.list(JOBS).map(({ document }) => parseJob(document));
  }

  /** Writes the job's next state. */
  put(job: QueuedJob): void {
    this.#documents.put(JOBS, job.key, job);
  }

  /** Removes the job without a word about it in its AsyncApexJob. */
  remove(job: QueuedJob): void {
    this.#documents.delete(JOBS, job.key);
  }

  /** Takes the job out of the queue: it runs now, and its signature is free again. */
  markProcessing(job: QueuedJob, context: SaveContext): void {
    this.#documents.put(JOBS, job.key, { ...job, state: 'processing' });
    this.#releaseSignature(job);
    if (job.kind !== 'finalizer') {
      this.updateRow(job.jobId, { Status: 'Processing' }, context);
    }
  }

  finish(job: QueuedJob, status: JobStatus, error: string | null, context: SaveContext): void {
    this.#documents.delete(JOBS, job.key);
    this.#releaseSignature(job);
    if (job.kind !== 'finalizer') {
      const failure =
        error === null ? {} : { NumberOfErrors: 1, ExtendedStatus: error.slice(0, STATUS_LENGTH) };
      this.complete(job.jobId, { Status: status, ...failure }, context);
    }
  }

  /** Writes how a job ended, and when. */
  complete(
    jobId: string,
    changes: FieldValues & { readonly Status: JobStatus },
    context: SaveContext,
  ): void {
    const CompletedDate = new Date(Math.floor(context.nowMs / 1000) * 1000).toISOString();
    this.updateRow(jobId, { ...changes, CompletedDate }, context);
  }

  #releaseSignature(job: QueuedJob): void {
    if (job.signature !== null) {
      const holder = this.#documents.get(SIGNATURES, job.signature);
      if (isRecord(holder) && holder['key'] === job.key) {
        this.#documents.delete(SIGNATURES, job.signature);
      }
    }
  }

  updateRow(jobId: string, changes: FieldValues, context: SaveContext): void {
    this.#store.update(JOB_OBJECT, jobId, changes, context);
  }
}

function textOf(value: FieldValue): string {
  if (typeof value !== 'string') {
    throw new Error('The record store gave a new AsyncApexJob no id.');
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Jobs are written by `add` only; a document without these members is not one of them. */
function isJob(value: unknown): value is QueuedJob {
  return (
    isRecord(value) &&
    typeof value['key'] === 'string' &&
    KINDS.has(value['kind']) &&
    typeof value['jobId'] === 'string' &&
    typeof value['userId'] === 'string' &&
    typeof value['dueMs'] === 'number' &&
    typeof value['stackDepth'] === 'number' &&
    'payload' in value
  );
}

function parseJob(document: unknown): QueuedJob {
  if (!isJob(document)) {
    throw new Error('The org database holds a queued job this version cannot read.');
  }
  return document;
}
