import type { SaveContext } from '../../store/record-store.ts';
import { localIso } from '../runtime/time-zones.ts';
import { ApexException, type ApexObject } from '../values.ts';
import { addJob, type JobServiceOptions, serialized } from './add-job.ts';
import { type Cron, CronError, nextFireTime, parseCron } from './cron.ts';
import type { QueuedJob, Schedule } from './job-queue.ts';
import type { OrgServices } from './org-services.ts';

/** Scheduled Apex jobs an org may have (Salesforce, Apex Scheduler). */
const MAXIMUM_SCHEDULED = 100;

export interface ScheduledJob extends QueuedJob {
  readonly schedule: Schedule;
}

export function isScheduled(job: QueuedJob): job is ScheduledJob {
  return job.kind === 'scheduled' && job.schedule !== undefined;
}

export interface NewSchedule {
  readonly name: string;
  /** When to run: by a cron expression, or once at an instant (milliseconds since the epoch). */
  readonly when: { readonly expression: string } | { readonly atMs: number };
  /** Of a batch that is to be started then; null for a Schedulable. */
  readonly batchScope: number | null;
}

/**
 * Schedules a Schedulable or a batch in the running user's time zone. Id of its CronTrigger.
 * @throws StringException for an expression that cannot be read
 * @throws AsyncException for a name in use, a schedule that never fires, or a hundred others
 */
export function enqueueSchedule(
  options: JobServiceOptions,
  job: ApexObject,
  { name, when, batchScope }: NewSchedule,
): string {
  const { org, context } = options;
  const { userId, unit } = context();
  const timeZone = timeZoneOf(org, userId);
  const expression = 'expression' in when ? when.expression : onceExpression(when.atMs, timeZone);
  const dueMs = 'atMs' in when ? when.atMs : firstFire(org, name, when.expression, timeZone);
  checkRoom(org, name);
  unit.open();
  const saveContext = { nowMs: org.now(), userId };
  const cronTriggerId = createTriggerRows(org, saveContext, {
    name,
    expression,
    timeZone,
    dueMs,
    jobType: batchScope === null ? SCHEDULED_APEX : SCHEDULED_BATCH,
  });
  const repeats = 'expression' in when;
  const queued = {
    kind: 'scheduled',
    className: job.apexType,
    method: null,
    payload: serialized(options, job),
    delayMinutes: 0,
    stackDepth: 0,
    maximumStackDepth: null,
    signature: null,
    allowsCallouts: false,
    failuresInRow: 0,
    schedule: { cronTriggerId, name, expression, repeats, timeZone, batchScope, fired: 0 },
  } as const;
  addJob(options, 'ScheduledApex', { ...queued, dueMs }, { CronTriggerId: cronTriggerId });
  return cronTriggerId;
}

/** When a job that just ran runs again; undefined when never. */
export function nextRun(schedule: Schedule, nowMs: number): number | undefined {
  return schedule.repeats
    ? nextFireTime(parseCron(schedule.expression), nowMs, schedule.timeZone)
    : undefined;
}

function firstFire(org: OrgServices, name: string, expression: string, timeZone: string): number {
  const next = nextFireTime(cronOf(expression), org.now(), timeZone);
  if (next === undefined) {
    throw new ApexException(
      'AsyncException',
      `Based on configured schedule, the given trigger '${name}' will never fire.`,
    );
  }
  return next;
}

function cronOf(expression: string): Cron {
  try {
    return parseCron(expression);
  } catch (error) {
    if (error instanceof CronError) {
      throw new ApexException('StringException', error.message);
    }
    throw error;
  }
}

function checkRoom(org: OrgServices, name: string): void {
  const scheduled = org.queue.all().filter(isScheduled);
  if (scheduled.some(({ schedule }) => schedule.name === name)) {
    throw new ApexException(
      'AsyncException',
      `The Apex job named "${name}" is already scheduled for execution.`,
    );
  }
  if (scheduled.length >= MAXIMUM_SCHEDULED) {
    throw new ApexException(
      'AsyncException',
      `You have exceeded the maximum number (${MAXIMUM_SCHEDULED}) of Apex scheduled jobs.`,
    );
  }
}

// ------------------------------------------------------------------ rows

/** CronJobDetail.JobType (Object Reference). */
const SCHEDULED_APEX = '7';
const SCHEDULED_BATCH = '8';

interface TriggerRows {
  readonly name: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly dueMs: number;
  readonly jobType: string;
}

function createTriggerRows(
  org: OrgServices,
  context: SaveContext,
  { name, expression, timeZone, dueMs, jobType }: TriggerRows,
): string {
  const detail = org.store.insert('CronJobDetail', { Name: name, JobType: jobType }, context);
  const trigger = org.store.insert(
    'CronTrigger',
    {
      CronJobDetailId: detail['Id'] ?? null,
      CronExpression: expression,
      TimeZoneSidKey: timeZone,
      State: 'WAITING',
      StartTime: isoOf(context.nowMs),
      NextFireTime: isoOf(dueMs),
      OwnerId: context.userId,
      LastModifiedById: context.userId,
      TimesTriggered: 0,
    },
    context,
  );
  return String(trigger['Id']);
}

/** The CronTrigger of a job that fired and waits for its next turn, or has none. */
export function writeFired(
  org: OrgServices,
  job: ScheduledJob,
  nextMs: number | undefined,
  context: SaveContext,
): void {
  org.store.update(
    'CronTrigger',
    job.schedule.cronTriggerId,
    {
      State: nextMs === undefined ? 'COMPLETE' : 'WAITING',
      PreviousFireTime: isoOf(job.dueMs),
      NextFireTime: nextMs === undefined ? null : isoOf(nextMs),
      TimesTriggered: job.schedule.fired + 1,
    },
    context,
  );
}

/** An aborted schedule has no CronTrigger any more. */
export function removeTriggerRows(org: OrgServices, job: ScheduledJob, context: SaveContext): void {
  const { cronTriggerId } = job.schedule;
  const detailId = org.store.read('CronTrigger', cronTriggerId)?.['CronJobDetailId'];
  org.store.remove('CronTrigger', cronTriggerId, context);
  if (typeof detailId === 'string') {
    org.store.remove('CronJobDetail', detailId, context);
  }
}

function timeZoneOf(org: OrgServices, userId: string): string {
  const zone = org.store.read('User', userId)?.['TimeZoneSidKey'];
  return typeof zone === 'string' ? zone : 'GMT';
}

/** What `System.scheduleBatch` writes for its one run. */
function onceExpression(atMs: number, timeZone: string): string {
  const [date = '', time = ''] = localIso(atMs, timeZone).split('T');
  const [year, month, day] = date.split('-').map(Number);
  const [hour, minute, second] = time.split(':').map((part) => Math.floor(Number(part)));
  return `${second} ${minute} ${hour} ${day} ${month} ? ${year}`;
}

function isoOf(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString();
}
