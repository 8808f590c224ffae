import type { SaveContext } from '../../store/record-store.ts';
import { batchableContext } from '../platform/system/batch.ts';
import { ApexException, type ApexObject, type ApexValue, type Suspendable } from '../values.ts';
import { type BatchJob, forgetBatch, hasRoomToRun, runLongestHolding } from './batch-queue.ts';
import { type BatchStep, executeStep, finishStep, startStep } from './batch-steps.ts';
import type { RunningJob } from './execution-context.ts';
import { describeFailure, type Failure } from './failure.ts';
import type { JobExecution } from './job-execution.ts';
import { type BatchProgress, STATUS_LENGTH } from './job-queue.ts';
import type { OrgServices } from './org-services.ts';
import { bookkeep, type Transaction, type TransactionSource } from './transactions.ts';
import type { UnitOfWork } from './unit-of-work.ts';

const STEPS = { start: startStep, execute: executeStep, finish: finishStep } as const;

/**
 * Runs batches, one transaction at a time: `start`, `execute` for each chunk, `finish`. Each counts as one asynchronous
 * execution. A chunk that fails is undone and counted, and the batch goes on; when `start` or `finish` fails, the
 * batch has failed.
 */
export class BatchRunner {
  readonly #org: OrgServices;
  readonly #transactions: TransactionSource;

  constructor(org: OrgServices, transactions: TransactionSource) {
    this.#org = org;
    this.#transactions = transactions;
  }

  /** Undefined while so many others run that this one has to wait. */
  begin(queued: BatchJob): JobExecution | undefined {
    if (queued.state === 'queued' && !hasRoomToRun(this.#org)) {
      return undefined;
    }
    const job = this.#markRunning(queued);
    const { phase } = job.batch;
    const transaction = this.#transactions.open({
      profile: phase === 'start' ? 'batchStart' : 'batch',
      quiddity: 'BATCH_APEX',
      userId: job.userId,
      job: runningBatch(job),
    });
    const step = STEPS[phase](this.#org, job, transaction);
    return {
      label: `${job.className}.${phase}`,
      transaction,
      code: () => run(job, transaction, step),
      succeed: () => {
        this.#succeed(job, transaction, step);
      },
      fail: (error) => {
        this.#fail(job, transaction, error);
      },
    };
  }

  #markRunning(queued: BatchJob): BatchJob {
    const org = this.#org;
    const context = this.#saveContext(queued);
    const { phase, workerId } = queued.batch;
    let job: BatchJob = { ...queued, state: 'processing' };
    bookkeep(this.#transactions, (unit) => {
      unit.open();
      org.asyncExecutions.add(1);
      if (phase === 'start') {
        org.queue.updateRow(job.jobId, { Status: 'Preparing' }, context);
      }
      if (phase === 'execute' && workerId === null) {
        const row = { Status: 'Processing', ParentJobId: job.jobId };
        const created = org.queue.createJobRow('BatchApexWorker', row, context);
        job = { ...job, batch: { ...job.batch, workerId: created } };
      }
      org.queue.put(job);
    });
    return job;
  }

  /** What cannot be stored (the state of a Stateful batch) fails the step. */
  #succeed(job: BatchJob, transaction: Transaction, step: BatchStep): void {
    const { unit } = transaction.context;
    try {
      unit.open();
      this.#goOn(unit, job, step.outcome());
    } catch (error) {
      this.#fail(job, transaction, error);
      return;
    }
    transaction.commit();
  }

  #fail(job: BatchJob, transaction: Transaction, error: unknown): void {
    const failure = describeFailure(error);
    const { phase } = job.batch;
    this.#org.debug(`${job.className}.${phase} failed: ${failure.type}: ${failure.message}`);
    transaction.rollback();
    bookkeep(this.#transactions, (unit) => {
      unit.open();
      if (phase === 'execute') {
        this.#goOn(unit, job, { batch: afterFailedChunk(job.batch, failure) });
      } else {
        const status = failure.message.slice(0, STATUS_LENGTH);
        this.#end(unit, job, { Status: 'Failed', NumberOfErrors: 1, ExtendedStatus: status });
      }
    });
  }

  /** An aborted batch ends with the chunk that was running. */
  #goOn(
    unit: UnitOfWork,
    job: BatchJob,
    {
      batch,
      payload = job.payload,
    }: { readonly batch?: BatchProgress; readonly payload?: unknown },
  ): void {
    const { queue } = this.#org;
    if (queue.find(job.key) === undefined) {
      return;
    }
    if (batch === undefined) {
      this.#end(unit, job, { Status: 'Completed' });
      return;
    }
    queue.put({ ...job, batch, payload, dueMs: this.#org.now() });
    queue.updateRow(job.jobId, progressColumns(batch), this.#saveContext(job));
    unit.afterCommit(() => {
      this.#org.scheduleJob(job.key);
    });
  }

  #end(
    unit: UnitOfWork,
    job: BatchJob,
    columns: Parameters<OrgServices['queue']['complete']>[1],
  ): void {
    const org = this.#org;
    if (org.queue.find(job.key) === undefined) {
      return;
    }
    const context = this.#saveContext(job);
    org.queue.complete(job.jobId, columns, context);
    org.queue.remove(job);
    forgetBatch(org, job, 'Completed', context);
    unit.afterCommit(() => {
      runLongestHolding(org);
    });
  }

  #saveContext(job: BatchJob): SaveContext {
    return { nowMs: this.#org.now(), userId: job.userId };
  }
}

function run(job: BatchJob, transaction: Transaction, step: BatchStep): Suspendable<ApexValue> {
  const target = transaction.realm.program.deserialize(job.payload);
  if (!isObject(target)) {
    throw new Error(`The queued ${job.className} is no object.`);
  }
  const childJobId = job.batch.workerId ?? job.jobId;
  return step.run(target, batchableContext({ jobId: job.jobId, childJobId }));
}

function isObject(value: ApexValue): value is ApexObject {
  return typeof value === 'object' && value !== null && !(value instanceof ApexException);
}

function runningBatch(job: BatchJob): RunningJob {
  return {
    kind: 'batch',
    batchPhase: job.batch.phase,
    className: job.className,
    dueMs: job.dueMs,
    jobId: job.jobId,
    stackDepth: 0,
    maximumStackDepth: null,
    hasMaximumStackDepth: false,
    minimumDelayMinutes: 0,
    allowsCallouts: job.allowsCallouts,
    failuresInRow: 0,
    finalizer: null,
  };
}

function afterFailedChunk(batch: BatchProgress, { message }: Failure): BatchProgress {
  return {
    ...batch,
    phase: batch.processed + 1 < batch.chunks ? 'execute' : 'finish',
    processed: batch.processed + 1,
    errors: batch.errors + 1,
    firstError: batch.firstError ?? message,
  };
}

function progressColumns(batch: BatchProgress) {
  const { firstError } = batch;
  return {
    Status: 'Processing',
    TotalJobItems: batch.chunks,
    JobItemsProcessed: batch.processed,
    NumberOfErrors: batch.errors,
    ...(firstError === null
      ? {}
      : { ExtendedStatus: `First error: ${firstError}`.slice(0, STATUS_LENGTH) }),
  };
}
