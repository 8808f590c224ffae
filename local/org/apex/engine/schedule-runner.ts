import type { SaveContext } from '../../store/record-store.ts';
import { scopeOf } from '../platform/system/batch.ts';
import { schedulableContext } from '../platform/system/job-contexts.ts';
import type { ApexObject, ApexValue, Suspendable } from '../values.ts';
import type { RunningJob } from './execution-context.ts';
import { describeFailure } from './failure.ts';
import type { JobExecution } from './job-execution.ts';
import type { OrgServices } from './org-services.ts';
import { nextRun, type ScheduledJob, writeFired } from './schedules.ts';
import { bookkeep, type Transaction, type TransactionSource } from './transactions.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/**
 * Runs scheduled Apex with the limits of synchronous Apex, one transaction a firing, and puts the job back for its
 * next time. A run that fails is undone; the schedule goes on.
 */
export class ScheduleRunner {
  readonly #org: OrgServices;
  readonly #transactions: TransactionSource;

  constructor(org: OrgServices, transactions: TransactionSource) {
    this.#org = org;
    this.#transactions = transactions;
  }

  begin(job: ScheduledJob): JobExecution {
    const context = this.#saveContext(job);
    bookkeep(this.#transactions, (unit) => {
      unit.open();
      this.#org.queue.put({ ...job, state: 'processing' });
      this.#writeState(job, 'EXECUTING', context);
      this.#org.asyncExecutions.add(1);
    });
    const transaction = this.#transactions.open({
      profile: 'sync',
      quiddity: 'SCHEDULED',
      userId: job.userId,
      job: runningSchedule(job),
    });
    const { isTest } = transaction.realm;
    return {
      label: job.className,
      transaction,
      code: () => run(job, transaction),
      succeed: () => {
        this.#putBack(transaction.context.unit, job, isTest);
        transaction.commit();
      },
      fail: (error) => {
        const { type, message } = describeFailure(error);
        this.#org.debug(`${job.className} failed: ${type}: ${message}`);
        transaction.rollback();
        bookkeep(this.#transactions, (unit) => {
          this.#putBack(unit, job, isTest);
        });
      },
    };
  }

  /** One that was aborted while it ran is gone already. A test's run is none of its times: the schedule stays. */
  #putBack(unit: UnitOfWork, job: ScheduledJob, isTest: boolean): void {
    const { queue } = this.#org;
    unit.open();
    if (queue.find(job.key) === undefined) {
      return;
    }
    const context = this.#saveContext(job);
    if (isTest) {
      queue.put({ ...job, state: 'queued' });
      this.#writeState(job, 'WAITING', context);
      return;
    }
    const dueMs = nextRun(job.schedule, Math.max(context.nowMs, job.dueMs));
    writeFired(this.#org, job, dueMs, context);
    if (dueMs === undefined) {
      queue.finish(job, 'Completed', null, context);
      return;
    }
    const schedule = { ...job.schedule, fired: job.schedule.fired + 1 };
    queue.put({ ...job, state: 'queued', dueMs, schedule });
    unit.afterCommit(() => {
      this.#org.scheduleJob(job.key);
    });
  }

  #writeState({ schedule }: ScheduledJob, State: string, context: SaveContext): void {
    this.#org.store.update('CronTrigger', schedule.cronTriggerId, { State }, context);
  }

  #saveContext(job: ScheduledJob): SaveContext {
    return { nowMs: this.#org.now(), userId: job.userId };
  }
}

function run(job: ScheduledJob, { realm }: Transaction): Suspendable<ApexValue> {
  const target = realm.program.deserialize(job.payload);
  const { batchScope, cronTriggerId } = job.schedule;
  if (!isObject(target)) {
    throw new Error(`The scheduled ${job.className} is no object.`);
  }
  return batchScope === null
    ? realm.program.invoke(target, 'execute', [schedulableContext(cronTriggerId)])
    : realm.system.jobs.executeBatch(target, scopeOf(batchScope));
}

function isObject(value: ApexValue): value is ApexObject {
  return typeof value === 'object' && value !== null;
}

function runningSchedule(job: ScheduledJob): RunningJob {
  return {
    kind: 'scheduled',
    batchPhase: null,
    className: job.className,
    dueMs: job.dueMs,
    jobId: job.jobId,
    stackDepth: 0,
    maximumStackDepth: null,
    hasMaximumStackDepth: false,
    minimumDelayMinutes: 0,
    allowsCallouts: false,
    failuresInRow: 0,
    finalizer: null,
  };
}
