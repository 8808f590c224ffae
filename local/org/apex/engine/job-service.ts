import { OrgError } from '../../errors.ts';
import type { EnqueueOptions, JobServices } from '../platform/system/system-services.ts';
import type { ProgramInstance } from '../program.ts';
import { ApexException, type ApexObject } from '../values.ts';
import type { ExecutionContext, RunningJob } from './execution-context.ts';
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
    return this.#options.context().job;
  }

  enqueue(job: ApexObject, options: EnqueueOptions): string {
    const { org, context, program } = this.#options;
    const { limits, unit, userId, job: parent } = context();
    const stack = nextStack(parent, options);
    checkDuplicate(org, options.duplicateSignature);
    if (org.asyncExecutions.used() >= org.asyncExecutions.maximum) {
      throw new ApexException('AsyncException', 'AsyncApexExecutions Limit exceeded.');
    }
    limits.add('queueableJobs');
    const payload = serialized(program(), job);
    unit.open();
    const jobId = org.queue.createJobRow(classIdOf(org, job.apexType, userId), {
      nowMs: org.now(),
      userId,
    });
    const queued = org.queue.add({
      kind: 'queueable',
      jobId,
      className: job.apexType,
      userId,
      payload,
      dueMs: org.now() + options.delayMinutes * 60_000,
      delayMinutes: options.delayMinutes,
      ...stack,
      signature: options.duplicateSignature,
      allowsCallouts: parent?.allowsCallouts === true || allowsCallouts(org, job.apexType),
      failuresInRow: parent?.failuresInRow ?? 0,
      parent: null,
    });
    unit.afterCommit(() => {
      org.scheduleJob(queued.key);
    });
    return jobId;
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

function serialized(program: ProgramInstance, job: ApexObject): unknown {
  try {
    return program.serialize(job);
  } catch (error) {
    if (error instanceof OrgError) {
      throw new ApexException('SerializationException', error.message);
    }
    throw error;
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
