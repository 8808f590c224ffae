import { OrgError } from '../../errors.ts';
import { ApexList } from '../collections.ts';
import type { EnqueueOptions, JobServices } from '../platform/system/system-services.ts';
import type { ProgramInstance } from '../program.ts';
import { ApexException, type ApexObject, type ApexValue } from '../values.ts';
import type { ExecutionContext, RunningJob } from './execution-context.ts';
import type { QueuedJob } from './job-queue.ts';
import type { OrgServices } from './org-services.ts';

export interface JobServiceOptions {
  readonly org: OrgServices;
  readonly context: () => ExecutionContext;
  readonly program: () => ProgramInstance;
}

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
    return job?.kind === 'future' ? null : job;
  }

  enqueue(job: ApexObject, options: EnqueueOptions): string {
    const { org, context } = this.#options;
    const { limits, job: parent } = context();
    const stack = nextStack(parent, options);
    checkDuplicate(org, options.duplicateSignature);
    checkExecutions(org);
    limits.add('queueableJobs');
    return this.#add('Queueable', {
      kind: 'queueable',
      className: job.apexType,
      method: null,
      payload: this.#serialized(job),
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
    if (parent?.kind === 'future') {
      throw new ApexException(
        'AsyncException',
        `Future method cannot be called from a future or batch method: ${className}.${method}`,
      );
    }
    checkExecutions(org);
    limits.add('futureCalls');
    this.#add('Future', {
      kind: 'future',
      className,
      method,
      payload: this.#serialized(new ApexList('Object', [...args])),
      delayMinutes: 0,
      stackDepth: 1,
      maximumStackDepth: null,
      signature: null,
      allowsCallouts: mayCallOut,
      failuresInRow: 0,
    });
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
    const job = org.queue.all().find((queued) => queued.jobId === jobId);
    if (job === undefined || job.state === 'processing') {
      throw new ApexException(
        'AsyncException',
        `Job does not exist or is already aborted: ${jobId}`,
      );
    }
    unit.open();
    org.queue.finish(job, 'Aborted', null, { nowMs: org.now(), userId });
  }

  #add(
    type: 'Queueable' | 'Future',
    job: Omit<QueuedJob, 'key' | 'state' | 'jobId' | 'userId' | 'dueMs' | 'parent'>,
  ): string {
    const { org, context } = this.#options;
    const { unit, userId } = context();
    const nowMs = org.now();
    unit.open();
    const classId = classIdOf(org, job.className, userId);
    const jobId = org.queue.createJobRow(type, classId, job.method, { nowMs, userId });
    const dueMs = nowMs + job.delayMinutes * 60_000;
    const { key } = org.queue.add({ ...job, jobId, userId, dueMs, parent: null });
    unit.afterCommit(() => {
      org.scheduleJob(key);
    });
    return jobId;
  }

  /** @throws SerializationException naming the class that cannot leave the transaction */
  #serialized(value: ApexValue): unknown {
    try {
      return this.#options.program().serialize(value);
    } catch (error) {
      if (error instanceof OrgError) {
        throw new ApexException('SerializationException', error.message);
      }
      throw error;
    }
  }
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

function allowsCallouts(org: OrgServices, className: string): boolean {
  const info = org.program.classes.find(({ name }) => name === className);
  return info?.interfaces.has('Database.AllowsCallouts') === true;
}

function checkDuplicate(org: OrgServices, signature: string | null): void {
  if (signature !== null && org.queue.isWaiting(signature)) {
    throw new ApexException(
      'DuplicateMessageException',
      'Attempt to enqueue job with duplicate queueable signature',
    );
  }
}

function classIdOf(org: OrgServices, apexType: string, userId: string): string | null {
  const [outermost = apexType] = apexType.split('.');
  const plan = org.soql.plan('SELECT Id FROM ApexClass WHERE Name = :name');
  const options = { binds: new Map([['name', outermost]]), nowMs: org.now(), userId };
  for (const row of org.soql.run(plan, options)) {
    const id = row.values.get('Id');
    return typeof id === 'string' ? id : null;
  }
  return null;
}
