import { OrgError } from '../../errors.ts';
import type { SaveContext } from '../../store/record-store.ts';
import { ApexList } from '../collections.ts';
import { finalizerContext, queueableContext } from '../platform/system/job-contexts.ts';
import type { ApexValue, Suspendable } from '../values.ts';
import { isBatch } from './batch-queue.ts';
import { BatchRunner } from './batch-runner.ts';
import type { RunningJob } from './execution-context.ts';
import { describeFailure } from './failure.ts';
import type { JobExecution } from './job-execution.ts';
import type { ParentOutcome, QueuedJob } from './job-queue.ts';
import type { OrgServices } from './org-services.ts';
import { ScheduleRunner } from './schedule-runner.ts';
import { isScheduled } from './schedules.ts';
import {
  bookkeep,
  type Transaction,
  type TransactionOptions,
  type TransactionSource,
} from './transactions.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** The others have runners of their own. */
type PlainKind = Exclude<QueuedJob['kind'], 'batch' | 'scheduled'>;

const KIND_OF_TRANSACTION = {
  queueable: { profile: 'async', quiddity: 'QUEUEABLE' },
  finalizer: { profile: 'finalizer', quiddity: 'TRANSACTION_FINALIZER_QUEUEABLE' },
  future: { profile: 'future', quiddity: 'FUTURE' },
} as const satisfies Record<PlainKind, Pick<TransactionOptions, 'profile' | 'quiddity'>>;

/** Runs Queueables, finalizers and future methods, each in its own transaction. */
export class JobRunner {
  readonly #org: OrgServices;
  readonly #transactions: TransactionSource;
  readonly #batches: BatchRunner;
  readonly #schedules: ScheduleRunner;

  constructor(org: OrgServices, transactions: TransactionSource) {
    this.#org = org;
    this.#transactions = transactions;
    this.#batches = new BatchRunner(org, transactions);
    this.#schedules = new ScheduleRunner(org, transactions);
  }

  /**
   * Takes the job out of the queue: from here on one with its signature may be enqueued again. Undefined when the job
   * is gone: aborted, or run already.
   */
  begin(key: string): JobExecution | undefined {
    const job = this.#org.queue.find(key);
    if (job === undefined) {
      return undefined;
    }
    if (isBatch(job)) {
      return this.#batches.begin(job);
    }
    return isScheduled(job) ? this.#schedules.begin(job) : this.#begin(job);
  }

  #begin(job: QueuedJob): JobExecution {
    bookkeep(this.#transactions, (unit) => {
      unit.open();
      this.#org.queue.markProcessing(job, this.#saveContext(job));
      if (job.kind !== 'finalizer') {
        this.#org.asyncExecutions.add(1);
      }
    });
    const running = runningJob(job);
    const transaction = this.#transactions.open({
      ...KIND_OF_TRANSACTION[plainKind(job)],
      userId: job.userId,
      job: running,
      ...(job.parent === null ? {} : { requestId: job.parent.requestId }),
    });
    return {
      label: job.className,
      transaction,
      code: () => execute(job, transaction),
      succeed: () => {
        this.#succeed(job, running, transaction);
      },
      fail: (error) => {
        this.#fail(job, running, transaction, error);
      },
    };
  }

  /** A finalizer that cannot be stored fails its job: nothing may stay open behind it. */
  #succeed(job: QueuedJob, running: RunningJob, transaction: Transaction): void {
    const { unit } = transaction.context;
    try {
      unit.open();
      this.#enqueueFinalizer(unit, job, running, transaction, null);
      this.#org.queue.finish(job, 'Completed', null, this.#saveContext(job));
    } catch (error) {
      this.#fail(job, running, transaction, error);
      return;
    }
    transaction.commit();
  }

  #fail(job: QueuedJob, running: RunningJob, transaction: Transaction, error: unknown): void {
    const failure = describeFailure(error);
    this.#org.debug(`${job.className} failed: ${failure.type}: ${failure.message}`);
    transaction.rollback();
    bookkeep(this.#transactions, (unit) => {
      unit.open();
      if (this.#isStorable(running, transaction)) {
        this.#enqueueFinalizer(unit, job, running, transaction, failure);
      }
      const status = `${failure.type}: ${failure.message}`;
      this.#org.queue.finish(job, 'Failed', status, this.#saveContext(job));
    });
  }

  #isStorable({ finalizer }: RunningJob, { realm }: Transaction): boolean {
    try {
      realm.program.serialize(finalizer);
      return true;
    } catch (error) {
      if (!(error instanceof OrgError)) throw error;
      this.#org.debug(`The finalizer ${finalizer?.apexType} does not run: ${error.message}`);
      return false;
    }
  }

  /** The finalizer leaves with the state it has now, also after a failure. */
  #enqueueFinalizer(
    unit: UnitOfWork,
    job: QueuedJob,
    running: RunningJob,
    transaction: Transaction,
    exception: ParentOutcome['exception'],
  ): void {
    if (running.finalizer === null) {
      return;
    }
    const finalizer = this.#org.queue.add({
      kind: 'finalizer',
      jobId: job.jobId,
      className: running.finalizer.apexType,
      method: null,
      userId: job.userId,
      payload: transaction.realm.program.serialize(running.finalizer),
      dueMs: this.#org.now(),
      delayMinutes: 0,
      stackDepth: job.stackDepth,
      maximumStackDepth: job.maximumStackDepth,
      signature: null,
      failuresInRow: exception === null ? 0 : job.failuresInRow + 1,
      parent: {
        requestId: transaction.context.requestId,
        succeeded: exception === null,
        exception,
      },
      allowsCallouts: true,
    });
    unit.afterCommit(() => {
      this.#org.scheduleJob(finalizer.key);
    });
  }

  #saveContext(job: QueuedJob): SaveContext {
    return { nowMs: this.#org.now(), userId: job.userId };
  }
}

function plainKind({ kind, className }: QueuedJob): PlainKind {
  if (kind === 'batch' || kind === 'scheduled') {
    throw new Error(`The queued ${kind} job ${className} lacks what it needs to run.`);
  }
  return kind;
}

function runningJob(job: QueuedJob): RunningJob {
  return {
    kind: job.kind,
    batchPhase: null,
    className: job.className,
    dueMs: job.dueMs,
    jobId: job.jobId,
    stackDepth: job.stackDepth,
    maximumStackDepth: job.maximumStackDepth,
    hasMaximumStackDepth: job.maximumStackDepth !== null,
    minimumDelayMinutes: job.delayMinutes,
    allowsCallouts: job.allowsCallouts,
    failuresInRow: job.kind === 'finalizer' ? job.failuresInRow : 0,
    finalizer: null,
  };
}

function execute(job: QueuedJob, { realm }: Transaction): Suspendable<ApexValue> {
  const target = realm.program.deserialize(job.payload);
  if (job.method !== null && target instanceof ApexList) {
    return realm.program.invokeStatic(job.className, job.method, target.values);
  }
  if (typeof target !== 'object' || target === null) {
    throw new Error(`The queued ${job.className} is no object.`);
  }
  const argument =
    job.parent === null
      ? queueableContext(job.jobId)
      : finalizerContext({ ...job.parent, jobId: job.jobId });
  return realm.program.invoke(target, 'execute', [argument]);
}
