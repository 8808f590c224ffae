import { OrgError } from '../../errors.ts';
import type { FieldValues } from '../../schema/schema.ts';
import type { ProgramInstance } from '../program.ts';
import { ApexException, type ApexValue } from '../values.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { JobType, QueuedJob } from './job-queue.ts';
import type { OrgServices } from './org-services.ts';

export interface JobServiceOptions {
  readonly org: OrgServices;
  readonly context: () => ExecutionContext;
  readonly program: () => ProgramInstance;
}

export type NewJob = Omit<QueuedJob, 'key' | 'state' | 'jobId' | 'userId' | 'dueMs' | 'parent'> & {
  /** Milliseconds since the epoch; after `delayMinutes` when left out. */
  readonly dueMs?: number;
};

/** Puts a job into the queue as part of the running transaction, with its AsyncApexJob row. Id of the row. */
export function addJob(
  { org, context }: JobServiceOptions,
  type: JobType,
  job: NewJob,
  values: FieldValues = {},
): string {
  const { unit, userId } = context();
  const nowMs = org.now();
  unit.open();
  const row = { ApexClassId: classIdOf(org, job.className, userId), MethodName: job.method };
  const jobId = org.queue.createJobRow(type, { ...row, ...values }, { nowMs, userId });
  const dueMs = job.dueMs ?? nowMs + job.delayMinutes * 60_000;
  const { key } = org.queue.add({ ...job, jobId, userId, dueMs, parent: null });
  unit.afterCommit(() => {
    org.scheduleJob(key);
  });
  return jobId;
}

/** @throws SerializationException naming the class that cannot leave the transaction */
export function serialized({ program }: JobServiceOptions, value: ApexValue): unknown {
  try {
    return program().serialize(value);
  } catch (error) {
    if (error instanceof OrgError) {
      throw new ApexException('SerializationException', error.message);
    }
    throw error;
  }
}

/** True for a class that implements Database.AllowsCallouts. */
export function allowsCallouts(org: OrgServices, className: string): boolean {
  const info = org.program.classes.find(({ name }) => name === className);
  return info?.interfaces.has('Database.AllowsCallouts') === true;
}

/** Id of the ApexClass that holds the type; null for code that was never deployed. */
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
