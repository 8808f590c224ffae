import type { SaveContext } from '../../store/record-store.ts';
import { ApexException, type ApexObject } from '../values.ts';
import { addJob, allowsCallouts, type JobServiceOptions, serialized } from './add-job.ts';
import type { RunningJob } from './execution-context.ts';
import type { BatchProgress, JobStatus, QueuedJob } from './job-queue.ts';
import type { OrgServices } from './org-services.ts';

/** Batches that wait for a place among those that run (Salesforce, Apex Flex Queue). */
const MAXIMUM_HOLDING = 100;
/** Batches that run at once. */
const MAXIMUM_RUNNING = 5;
const CHUNKS = 'batch-chunks';

export interface BatchJob extends QueuedJob {
  readonly batch: BatchProgress;
}

export function isBatch(job: QueuedJob): job is BatchJob {
  return job.kind === 'batch' && job.batch !== undefined;
}

/** @throws AsyncException where no batch may be started, or when the flex queue is full */
export function enqueueBatch(options: JobServiceOptions, job: ApexObject, scope: number): string {
  const { org, context } = options;
  checkCaller(context().job);
  checkRoom(org);
  const batch: BatchProgress = {
    phase: 'start',
    scope,
    locator: null,
    chunks: 0,
    processed: 0,
    errors: 0,
    firstError: null,
    workerId: null,
  };
  const queued = {
    kind: 'batch',
    className: job.apexType,
    method: null,
    payload: serialized(options, job),
    delayMinutes: 0,
    stackDepth: 0,
    maximumStackDepth: null,
    signature: null,
    allowsCallouts: allowsCallouts(org, job.apexType),
    failuresInRow: 0,
    batch,
  } as const;
  return addJob(options, 'BatchApex', queued, { Status: 'Holding' });
}

function checkCaller(parent: RunningJob | null): void {
  if (parent?.kind === 'future' || (parent?.kind === 'batch' && parent.batchPhase !== 'finish')) {
    throw new ApexException(
      'AsyncException',
      'Database.executeBatch cannot be called from a batch start, batch execute, or future method.',
    );
  }
}

function checkRoom(org: OrgServices): void {
  const holding = org.queue.all().filter((job) => isBatch(job) && job.state === 'queued').length;
  if (holding >= MAXIMUM_HOLDING) {
    throw new ApexException(
      'AsyncException',
      `You've exceeded the limit of ${MAXIMUM_HOLDING} jobs in the flex queue for org ${org.organizationId}. Wait for some of your batch jobs to finish before adding more.  To monitor and reorder jobs, use the Apex Flex Queue page in Setup.`,
    );
  }
}

/** True when another batch may begin to run. */
export function hasRoomToRun(org: OrgServices): boolean {
  const running = org.queue.all().filter((job) => isBatch(job) && job.state === 'processing');
  return running.length < MAXIMUM_RUNNING;
}

/** A batch that ended leaves its place to the one that has waited longest. */
export function runLongestHolding(org: OrgServices): void {
  const next = org.queue.all().find((job) => isBatch(job) && job.state === 'queued');
  if (next !== undefined) {
    org.scheduleJob(next.key);
  }
}

/** What a batch leaves besides its own row when it ends: its chunks and its worker. */
export function forgetBatch(
  org: OrgServices,
  job: QueuedJob,
  status: JobStatus,
  context: SaveContext,
): void {
  org.store.documents.deleteWithPrefix(CHUNKS, `${job.key}-`);
  const workerId = job.batch?.workerId ?? null;
  if (workerId !== null) {
    org.queue.complete(workerId, { Status: status }, context);
  }
}

/** Keeps the rows of one chunk: ids, or serialized values of an Iterable. */
export function storeChunk(org: OrgServices, job: QueuedJob, number: number, rows: unknown): void {
  org.store.documents.put(CHUNKS, chunkKey(job, number), rows);
}

export function readChunk(org: OrgServices, job: QueuedJob, number: number): unknown {
  return org.store.documents.get(CHUNKS, chunkKey(job, number));
}

function chunkKey(job: QueuedJob, number: number): string {
  return `${job.key}-${String(number).padStart(9, '0')}`;
}
