import type { Scheduler } from '../../../scheduler.ts';
import type { DelayName } from '../../apex/engine/delays.ts';
import type { SaveRequest, SaveResult } from '../../engine.ts';
import { OrgError } from '../../errors.ts';
import type { Faults } from '../../faults.ts';
import { buildId } from '../../schema/ids.ts';
import type { Schema } from '../../schema/schema.ts';
import type { DocumentStore } from '../../store/record-store.ts';
import { notFound } from '../api-errors.ts';
import type { OrgLimits } from '../limits.ts';
import { runIngestJob } from './ingest-runner.ts';
import { type BulkJob, type IngestJob, isTerminal, type JobState, type QueryJob } from './job.ts';
import { createJobStore, type JobStore } from './job-store.ts';
import { type RowSource, runQueryJob } from './query-runner.ts';
import { cutUpload } from './upload.ts';

/** From upload to the start of processing; Salesforce documents none, small jobs were seen to take 2 to 4 s. */
export const BULK_START_DELAYS_MS: Readonly<Record<DelayName, number>> = {
  zero: 0,
  default: 1_000,
  slow: 10_000,
};

export interface BulkJobsDeps {
  readonly documents: DocumentStore;
  readonly scheduler: Scheduler;
  readonly schema: Schema;
  readonly faults: Faults;
  readonly limits: OrgLimits;
  openRows(job: QueryJob): RowSource;
  save(request: SaveRequest): SaveResult[];
  /** From upload to the start of processing, milliseconds. */
  readonly startDelayMs: number;
  /** Told of every job that fails through the org's own fault. */
  readonly onError: (error: unknown) => void;
}

/** What the platform fills in by itself. */
type NewJob<T> = Omit<T, 'id' | 'createdDate' | 'systemModstamp'>;

export interface BulkJobs {
  readonly store: JobStore;
  create<T extends BulkJob>(job: NewJob<T>): T;
  /** @throws OrgError NOT_FOUND */
  find(kind: BulkJob['kind'], id: string): BulkJob;
  upload(job: IngestJob, text: string): void;
  /** Puts the job in the queue. @returns the job in its new state */
  start<T extends BulkJob>(job: T): T;
  /** @throws OrgError INVALIDJOBSTATE when it has ended already */
  abort<T extends BulkJob>(job: T): T;
  /** @throws OrgError API_ERROR while it is in progress */
  delete(job: BulkJob): void;
  /** Forgets jobs that ended before one time, and uploads that never began before another (ms since the epoch). */
  dropOlderThan(limits: { readonly ended: number; readonly open: number }): boolean;
  /** Takes up what was unfinished when the org stopped. */
  resume(): void;
  /** Starts nothing new and ends running jobs at their next breath; they go on when the org is opened again. */
  stop(): void;
  /** Jobs queued or running, stuck ones left out. */
  readonly active: number;
  /** Resolves when no job is active. */
  whenIdle(): Promise<void>;
}

/** How often a stuck job looks whether its fault was cleared. */
const BYTES_PER_MB = 1_048_576;
const STUCK_POLL_MS = 1_000;

export function createBulkJobs(deps: BulkJobsDeps): BulkJobs {
  const { scheduler, faults } = deps;
  const store = createJobStore(deps.documents);
  const active = new Set<string>();
  let idleWaiters: (() => void)[] = [];
  let stopped = false;

  function leave(id: string): void {
    active.delete(id);
    if (active.size > 0) return;
    const waiters = idleWaiters;
    idleWaiters = [];
    for (const resolve of waiters) resolve();
  }

  function put<T extends BulkJob>(job: T, changes: Partial<BulkJob>): T {
    const systemModstamp = new Date(scheduler.now()).toISOString();
    const changed = { ...job, ...changes, systemModstamp };
    store.put(changed);
    return changed;
  }

  function enqueue(id: string, delayMs: number): void {
    active.add(id);
    scheduler.schedule(delayMs, 'bulk job', () => process(id));
  }

  /** Until the delay is over the job is not one that is due. */
  function enqueueLater(id: string, delayMs: number): void {
    scheduler.schedule(delayMs, 'slow bulk job', () => enqueue(id, deps.startDelayMs));
  }

  async function process(id: string): Promise<void> {
    if (stopped) return;
    try {
      const job = store.find(id);
      if (job === undefined || isTerminal(job.state)) return;
      const started = put(job, { state: 'InProgress' });
      if (endByFault(started) || endByQuota(started) || (await isStuck(started))) return;
      await run(started);
    } catch (error) {
      failJob(id, error);
    } finally {
      leave(id);
    }
  }

  function run(job: BulkJob): Promise<void> {
    const common = { jobs: store, now: () => scheduler.now(), breathe };
    if (job.kind === 'query') {
      return runQueryJob(job, {
        ...common,
        openRows: deps.openRows,
        countBytes: (bytes) =>
          deps.limits.use('DailyBulkV2QueryFileStorageMB', bytes / BYTES_PER_MB),
      });
    }
    return runIngestJob(job, {
      ...common,
      schema: deps.schema,
      save: deps.save,
      countBatches: (batches) => deps.limits.use('DailyBulkApiBatches', batches),
    });
  }

  /** Never resolves once the org is closing: the job stays as it is in the database. */
  function wait(delayMs: number, label: string): Promise<void> {
    return new Promise((resolve) => {
      scheduler.schedule(delayMs, label, () => {
        if (!stopped) resolve();
      });
    });
  }

  /** A job may be aborted or deleted between two slices. */
  async function breathe(id: string): Promise<boolean> {
    await wait(0, 'bulk slice');
    return store.find(id)?.state === 'InProgress';
  }

  function endByFault(job: BulkJob): boolean {
    const fault = faults.take(['bulk-failed', 'bulk-aborted'], { object: job.object });
    if (fault === undefined) return false;
    if (fault.kind === 'bulk-aborted') put(job, { state: 'Aborted' });
    else put(job, { state: 'Failed', errorMessage: fault.message ?? 'Timeout : Batch timed out' });
    return true;
  }

  /** A load needs one of the day's batches to begin with. */
  function endByQuota(job: BulkJob): boolean {
    if (job.kind === 'query' || !deps.limits.isSpent('DailyBulkApiBatches')) return false;
    const errorMessage = 'ExceededQuota : ApiBatchItems Limit exceeded.';
    put(job, { state: 'Failed', errorMessage });
    return true;
  }

  /** Waits outside the active jobs until the fault is over or the job aborted; true when it ended meanwhile. */
  async function isStuck(job: BulkJob): Promise<boolean> {
    const stuck = faults.take(['bulk-stuck'], { object: job.object });
    while (stuck !== undefined && faults.lasts(stuck)) {
      leave(job.id);
      await wait(STUCK_POLL_MS, 'stuck bulk job');
      if (store.find(job.id)?.state !== 'InProgress') return true;
      active.add(job.id);
    }
    return false;
  }

  function failJob(id: string, error: unknown): void {
    const job = store.find(id);
    if (job === undefined) return;
    if (!(error instanceof OrgError)) deps.onError(error);
    const errorMessage =
      error instanceof OrgError ? `${error.code} : ${error.message}` : 'InternalServerError';
    put(job, { state: 'Failed', errorMessage });
  }

  return {
    store,
    create<T extends BulkJob>(job: NewJob<T>): T {
      const now = new Date(scheduler.now()).toISOString();
      const id = buildId('750', 'Dp0', store.nextNumber());
      // The compiler cannot see that a T without three members and these three members make a T.
      const created = { ...job, id, createdDate: now, systemModstamp: now } as unknown as T;
      store.put(created);
      return created;
    },
    find(kind, id) {
      const job = store.find(id);
      if (job?.kind !== kind) throw notFound();
      return job;
    },
    upload(job, text) {
      const pieces = cutUpload(text);
      for (const [index, piece] of pieces.entries()) {
        store.putPiece('bulkUploads', job.id, index, piece);
      }
      put(job, { uploadPieces: pieces.length });
    },
    start<T extends BulkJob>(job: T): T {
      const state: JobState = 'UploadComplete';
      const queued = put(job, { state });
      const slow = faults.take(['slow-bulk'], { object: job.object });
      if (slow === undefined) enqueue(job.id, deps.startDelayMs);
      else enqueueLater(job.id, slow.delayMs);
      return queued;
    },
    abort<T extends BulkJob>(job: T): T {
      if (isTerminal(job.state)) throw alreadyEnded(job.state);
      return put(job, { state: 'Aborted' });
    },
    delete(job) {
      const mayGo = isTerminal(job.state) || (job.kind === 'ingest' && job.state !== 'InProgress');
      if (!mayGo) throw notTerminated();
      store.delete(job);
    },
    dropOlderThan({ ended, open }) {
      for (const job of store.list()) {
        const limitMs = isTerminal(job.state) ? ended : job.state === 'Open' ? open : undefined;
        if (limitMs === undefined || Date.parse(job.systemModstamp) >= limitMs) continue;
        store.delete(job);
        return true;
      }
      return false;
    },
    resume() {
      for (const job of store.list()) {
        if (job.state === 'UploadComplete' || job.state === 'InProgress') enqueue(job.id, 0);
      }
    },
    stop() {
      stopped = true;
    },
    get active() {
      return active.size;
    },
    whenIdle() {
      if (active.size === 0) return Promise.resolve();
      return new Promise((resolve) => idleWaiters.push(resolve));
    },
  };
}

function alreadyEnded(state: JobState): OrgError {
  const word = state === 'JobComplete' ? 'Completed' : state;
  return new OrgError('INVALIDJOBSTATE', `Aborting already ${word} Job not allowed`);
}

function notTerminated(): OrgError {
  return new OrgError(
    'API_ERROR',
    'Error encountered when deleting the job because the job is not terminated',
  );
}
