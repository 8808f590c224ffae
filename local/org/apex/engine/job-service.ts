import { ApexList } from '../collections.ts';
import type { EnqueueOptions, JobServices } from '../platform/system/system-services.ts';
import { ApexException, type ApexObject, type ApexValue } from '../values.ts';
import { addJob, allowsCallouts, type JobServiceOptions, serialized } from './add-job.ts';
import { enqueueBatch, forgetBatch, runLongestHolding } from './batch-queue.ts';
import type { RunningJob } from './execution-context.ts';
import type { QueuedJob } from './job-queue.ts';
import type { OrgServices } from './org-services.ts';
import { enqueueSchedule, isScheduled, type NewSchedule, removeTriggerRows } from './schedules.ts';

/** A Queueable that fails may be enqueued again by its finalizer so many times in a row. */
const MAXIMUM_FAILURES_IN_ROW = 5;

/** Queueables and finalizers, as Apex asks for them. */
export class JobService implements JobServices {
  readonly #options: JobServiceOptions;

  constructor(options: JobServiceOptions) {
    this.#options = options;
  }

  get current(): RunningJob | null {
    const { job } = this.#options.context();
    return job?.kind === 'queueable' || job?.kind === 'finalizer' ? job : null;
  }

  enqueue(job: ApexObject, options: EnqueueOptions): string {
    const { org, context } = this.#options;
    const { limits, job: parent } = context();
    const stack = nextStack(parent, options);
    checkDuplicate(org, options.duplicateSignature);
    checkExecutions(org);
    limits.add('queueableJobs');
    return addJob(this.#options, 'Queueable', {
      kind: 'queueable',
      className: job.apexType,
      method: null,
      payload: serialized(this.#options, job),
      delayMinutes: options.delayMinutes,
      ...stack,
      signature: options.duplicateSignature,
      allowsCallouts: parent?.allowsCallouts === true || allowsCallouts(org, job.apexType),
      failuresInRow: parent?.failuresInRow ?? 0,
    });
  }

  /** A call of a `@future` method. @throws AsyncException inside another future method */
  enqueueFuture(
    className: string,
    method: string,
    args: readonly ApexValue[],
    mayCallOut: boolean,
  ): void {
    const { org, context } = this.#options;
    const { limits, job: parent } = context();
    if (parent?.kind === 'future' || parent?.kind === 'batch') {
      throw new ApexException(
        'AsyncException',
        `Future method cannot be called from a future or batch method: ${className}.${method}`,
      );
    }
    checkExecutions(org);
    limits.add('futureCalls');
    addJob(this.#options, 'Future', {
      kind: 'future',
      className,
      method,
      payload: serialized(this.#options, new ApexList('Object', [...args])),
      delayMinutes: 0,
      stackDepth: 1,
      maximumStackDepth: null,
      signature: null,
      allowsCallouts: mayCallOut,
      failuresInRow: 0,
    });
  }

  executeBatch(job: ApexObject, scope: number): string {
    checkExecutions(this.#options.org);
    return enqueueBatch(this.#options, job, scope);
  }

  schedule(job: ApexObject, schedule: NewSchedule): string {
    return enqueueSchedule(this.#options, job, schedule);
  }

  attachFinalizer(finalizer: ApexObject): void {
    const { job } = this.#options.context();
    if (job?.kind !== 'queueable') {
      throw new ApexException(
        'AsyncException',
        'System.attachFinalizer(Finalizer) is not allowed in this context',
      );
    }
    if (job.finalizer !== null) {
      throw new ApexException(
        'AsyncException',
        'More than one Finalizer cannot be attached to same Async Apex Job',
      );
    }
    job.finalizer = finalizer;
  }

  abort(jobId: string): void {
    const { org, context } = this.#options;
    const { unit, userId } = context();
    const job = org.queue
      .all()
      .find((queued) => [queued.jobId, queued.schedule?.cronTriggerId].includes(jobId));
    if (job === undefined || isOver(job)) {
      throw new ApexException(
        'AsyncException',
        `Job does not exist or is already aborted: ${jobId}`,
      );
    }
    unit.open();
    const saveContext = { nowMs: org.now(), userId };
    org.queue.finish(job, 'Aborted', null, saveContext);
    if (isScheduled(job)) {
      removeTriggerRows(org, job, saveContext);
    }
    if (job.kind === 'batch') {
      forgetBatch(org, job, 'Aborted', saveContext);
      unit.afterCommit(() => {
        runLongestHolding(org);
      });
    }
  }
}

/** Batches and schedules can be stopped while they run: their next step does not come. */
function isOver({ state, kind }: QueuedJob): boolean {
  return state === 'processing' && kind !== 'batch' && kind !== 'scheduled';
}

function checkExecutions({ asyncExecutions }: OrgServices): void {
  if (asyncExecutions.used() >= asyncExecutions.maximum) {
    throw new ApexException('AsyncException', 'AsyncApexExecutions Limit exceeded.');
  }
}

function nextStack(
  parent: RunningJob | null,
  options: EnqueueOptions,
): { stackDepth: number; maximumStackDepth: number | null } {
  const stackDepth = (parent?.stackDepth ?? 0) + 1;
  const maximumStackDepth = options.maximumStackDepth ?? parent?.maximumStackDepth ?? null;
  if (maximumStackDepth !== null && stackDepth > maximumStackDepth) {
    throw new ApexException('AsyncException', 'Maximum stack depth has been reached.');
  }
  if ((parent?.failuresInRow ?? 0) > MAXIMUM_FAILURES_IN_ROW) {
    throw new ApexException(
      'AsyncException',
      'Queueable chaining from a finalizer has reached its limit of 5 failures in a row.',
    );
  }
  return { stackDepth, maximumStackDepth };
}

function checkDuplicate(org: OrgServices, signature: string | null): void {
  if (signature !== null && org.queue.isWaiting(signature)) {
    throw new ApexException(
      'DuplicateMessageException',
      'Attempt to enqueue job with duplicate queueable signature',
    );
  }
}
