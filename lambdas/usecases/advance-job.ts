import { stateOf } from '#core/apply-plan.ts';
import { type BulkRows, cellsOf, rowWriter } from '#core/bulk-rows.ts';
import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { JobEvent } from '#core/job-machine.ts';
import { jobStep, advanceJob as transition } from '#core/job-machine.ts';
import type { JobAdvanceMessage } from '#core/messages.ts';
import type { OrgState } from '#core/org.ts';
import type { AuditFinding, Job } from '#core/pass.ts';
import { readsFieldSet } from '#core/passes.ts';
import type { FieldValue, MirrorRecord, WriteOutcome } from '#core/record.ts';
import { soqlOf } from '#core/slices.ts';
import type { Ports } from '#ports/ports.ts';
import type { BulkPage, Salesforce } from '#ports/salesforce.ts';
import { applyWrites } from './apply-writes.ts';
import { compareRows } from './compare-rows.ts';
import { rowLoading } from './load-rows.ts';
import { readRestPage } from './read-rest-page.ts';

export type AdvanceJobPorts = Pick<
  Ports,
  | 'orgs'
  | 'jobs'
  | 'mirror'
  | 'feed'
  | 'activityLedger'
  | 'noticeQueue'
  | 'bulkQueue'
  | 'salesforce'
  | 'clock'
  | 'telemetry'
>;

/** `repeated`: a message about a step that is done; `overtaken`: somebody else did the same step. */
export type AdvanceJobOutcome =
  | 'gone'
  | 'repeated'
  | 'overtaken'
  | 'reported'
  | 'paused'
  | 'advanced';

/** A checkpoint at least this often; a page of it is applied within the bulk function's time also on DynamoDB. */
const PAGE_RECORDS = 25_000;
/** What a queue can delay a message by. */
const MAX_THROTTLE_SECONDS = 900;

/**
 * Takes a Bulk job one step (R11): submit, poll, import one page, or report its end. The step's outcome is stored by
 * compare-and-swap before the next message goes out; a crash anywhere repeats at most this step, and rows that come
 * twice change nothing.
 */
export async function advanceJob(
  ports: AdvanceJobPorts,
  message: JobAdvanceMessage,
  options: { readonly redelivered: boolean },
): Promise<AdvanceJobOutcome> {
  const { orgId, jobId } = message;
  const job = await ports.jobs.getJob(orgId, jobId);
  if (job === undefined) return 'gone';
  if (message.revision !== job.revision) return await repeated(ports, message, job, options);
  if (jobStep(job) === 'report') {
    await report(ports, job);
    return 'reported';
  }
  // Resuming the pass sends the message again.
  if (await isPaused(ports, job)) return 'paused';
  const event = await perform(ports, job, options.redelivered);
  if (event === undefined) return 'gone';
  const { next, delaySeconds, discard } = transition(job, event, ports.clock.now());
  if ((await ports.jobs.updateJob(next)) === 'conflict') return 'overtaken';
  note(ports, job, event);
  if (discard !== undefined) await discardJob(ports, next, discard);
  const restSeconds = Math.max(delaySeconds, throttleSeconds(job, event));
  await send(ports, { ...next, revision: next.revision + 1 }, restSeconds);
  return 'advanced';
}

async function isPaused(ports: AdvanceJobPorts, { orgId, passId }: Job): Promise<boolean> {
  return (await ports.jobs.getPass(orgId, passId))?.pausedAtMs !== undefined;
}

/** R12: a throttled audit reads no more rows a minute than it may, counted page by page. */
function throttleSeconds({ rowsPerMinute }: Job, event: JobEvent): number {
  if (rowsPerMinute === undefined || event.type !== 'page-imported') return 0;
  return Math.min(Math.ceil((event.rows / rowsPerMinute) * 60), MAX_THROTTLE_SECONDS);
}

/** A redelivery may mean that the step was stored, and the message after it was not sent. */
async function repeated(
  ports: AdvanceJobPorts,
  message: JobAdvanceMessage,
  job: Job,
  options: { readonly redelivered: boolean },
): Promise<AdvanceJobOutcome> {
  if (message.revision > job.revision) {
    throw new AppError('unavailable', `The store is behind on the job ${job.id}.`, {
      retryable: true,
    });
  }
  if (options.redelivered) await send(ports, job, 0);
  return 'repeated';
}

async function send(ports: AdvanceJobPorts, job: Job, delaySeconds: number): Promise<void> {
  if (jobStep(job) === 'report') return await report(ports, job);
  const { orgId, id, revision } = job;
  const next: JobAdvanceMessage = { type: 'job.advance.v1', orgId, jobId: id, revision };
  await ports.bulkQueue.send(orgId, [next], { delaySeconds });
}

async function report(ports: AdvanceJobPorts, { orgId, passId }: Job): Promise<void> {
  await ports.bulkQueue.send(orgId, [{ type: 'pass.advance.v1', orgId, passId }]);
}

/** Does what the job needs next and tells what came of it; undefined when its org is gone. */
async function perform(
  ports: AdvanceJobPorts,
  job: Job,
  redelivered: boolean,
): Promise<JobEvent | undefined> {
  const org = await ports.orgs.get(job.orgId);
  if (org === undefined || org.phase === 'removed') return undefined;
  // Rows that are read later than those of the change's own audit would take the new fields away again.
  if (!readsFieldSet(org, job)) {
    return { type: 'refused', reason: 'its fields were changed meanwhile; they are read again' };
  }
  try {
    // Results must be read with the API version that made the job.
    const salesforce = await ports.salesforce.forOrg(
      { ...org, apiVersion: job.apiVersion },
      job.purpose,
    );
    if (job.state === 'planned') return await submit(salesforce, job);
    if (job.rest === true) return await importRestPage(ports, salesforce, org, job, redelivered);
    if (job.salesforceJobId === undefined) return lostSalesforceJob();
    if (job.state === 'submitted') return await poll(salesforce, job.salesforceJobId);
    return await importPage(ports, salesforce, org, job, job.salesforceJobId, redelivered);
  } catch (error) {
    if (error instanceof AppError) return eventOfError(job, error);
    throw error;
  }
}

/** As Salesforce words it, in its several places. */
const TIMED_OUT = /time(d |-|_)?out|retried more than/i;

async function submit(salesforce: Salesforce, job: Job): Promise<JobEvent> {
  const bulk = job.rest !== true && (await salesforce.createQueryJob(soqlOf(job), job.operation));
  if (!bulk) return { type: 'unserved', readAtMs: await salesforce.clockMs() };
  const { id, apiVersion, createdAtMs } = bulk;
  return { type: 'submitted', salesforceJobId: id, apiVersion, createdAtMs };
}

function lostSalesforceJob(): JobEvent {
  return { type: 'broken', reason: 'its Salesforce job is not known' };
}

async function poll(salesforce: Salesforce, salesforceJobId: string): Promise<JobEvent> {
  const info = await salesforce.getQueryJob(salesforceJobId);
  switch (info.state) {
    case 'UploadComplete':
    case 'InProgress':
      return { type: 'still-running' };
    case 'JobComplete': {
      const rows = info.numberRecordsProcessed;
      return rows === undefined ? { type: 'completed' } : { type: 'completed', rowsExpected: rows };
    }
    case 'Failed':
    case 'Aborted':
      return {
        type: 'broken',
        reason: `Salesforce ended the job as ${info.state}`,
        timedOut: TIMED_OUT.test(info.errorMessage ?? ''),
      };
  }
}

async function importPage(
  ports: AdvanceJobPorts,
  salesforce: Salesforce,
  org: OrgState,
  job: Job,
  salesforceJobId: string,
  redelivered: boolean,
): Promise<JobEvent> {
  const page = await salesforce.queryJobResults(
    salesforceJobId,
    job.locator ?? undefined,
    Math.min(PAGE_RECORDS, job.rowsPerMinute ?? PAGE_RECORDS),
    job.columns,
  );
  return await takeIn(ports, salesforce, org, job, page, redelivered);
}

/** R11: each page of REST is a read of its own. Both times are no later than its beginning: the later one is nearer. */
async function importRestPage(
  ports: AdvanceJobPorts,
  salesforce: Salesforce,
  org: OrgState,
  job: Job,
  redelivered: boolean,
): Promise<JobEvent> {
  const { page, readAtMs } = await readRestPage(salesforce, job);
  const read = { ...job, readAtMs: Math.max(readAtMs, job.readAtMs ?? 0) };
  return await takeIn(ports, salesforce, org, read, page, redelivered);
}

async function takeIn(
  ports: AdvanceJobPorts,
  salesforce: Salesforce,
  org: OrgState,
  job: Job,
  page: BulkPage,
  redelivered: boolean,
): Promise<JobEvent> {
  // Written by an earlier reading of this page, which may have stopped before announcing it.
  const again = redelivered || job.stalls > 0 || job.failures > 0;
  const rows =
    job.compare === true
      ? await comparePage(ports, salesforce, org, job, page, again)
      : await importRows(ports, org, job, page, again);
  return { type: 'page-imported', rows, next: page.locator };
}

async function importRows(
  ports: AdvanceJobPorts,
  org: OrgState,
  job: Job,
  page: BulkPage,
  again: boolean,
): Promise<number> {
  const toWrite = rowWriter(job, job.readAtMs ?? 0);
  const republish = ({ lastChange }: MirrorRecord) =>
    again && lastChange.via === 'bulk' && lastChange.appliedAtMs >= job.startedAtMs;
  const reports = job.audits === true && isProven(org, job.object);
  const load = rowLoading(ports, job);
  let rows = 0;
  for await (const chunk of page.chunks) {
    const loaded = await load(chunk);
    if (reports) await noteMissing(ports, job, loaded);
    if (loaded.size < chunk.count) {
      const done = new Set(loaded);
      const writes = allCells(chunk, job)
        .map(toWrite)
        .filter(({ id }) => !done.delete(id));
      const outcomes = await applyWrites(ports, job.orgId, job.object, writes, republish);
      if (reports) await noteFindings(ports, job, outcomes, republish);
    }
    rows += chunk.count;
    // SQLite answers at once: without a pause a long import would leave the gateway no turn.
    await ports.clock.sleep(0);
  }
  return rows;
}

function allCells(rows: BulkRows, { columns }: Job): readonly (readonly FieldValue[])[] {
  return Array.from({ length: rows.count }, (_, place) => place).map(cellsOf(rows, columns));
}

async function noteMissing(
  ports: AdvanceJobPorts,
  { orgId, passId, object }: Job,
  loaded: ReadonlySet<RecordId>,
): Promise<void> {
  const findings = [...loaded].map((id): AuditFinding => ({ object, id, kind: 'missing' }));
  if (findings.length > 0) await ports.jobs.addFindings(orgId, passId, findings);
}

/** R12: what an audit that reads everything had to write of an object that was proven complete. */
async function noteFindings(
  ports: AdvanceJobPorts,
  { orgId, passId, object }: Job,
  outcomes: readonly WriteOutcome[],
  isAgain: (record: MirrorRecord) => boolean,
): Promise<void> {
  const wrong = outcomes.filter(
    ({ outcome, record }) => outcome === 'applied' || (outcome === 'unchanged' && isAgain(record)),
  );
  const findings = wrong.map(({ record: { id, revision } }): AuditFinding => {
    return { object, id, kind: revision === 1 ? 'missing' : 'stale' };
  });
  if (findings.length > 0) await ports.jobs.addFindings(orgId, passId, findings);
}

function isProven(org: OrgState, object: string): boolean {
  return stateOf(org, object)?.completeThroughMs !== undefined;
}

async function comparePage(
  ports: AdvanceJobPorts,
  salesforce: Salesforce,
  org: OrgState,
  job: Job,
  page: BulkPage,
  again: boolean,
): Promise<number> {
  let rows = 0;
  for await (const chunk of page.chunks) {
    const againSinceMs = again ? job.startedAtMs : undefined;
    await compareRows(ports, salesforce, org, job, allCells(chunk, job), againSinceMs);
    rows += chunk.count;
  }
  return rows;
}

/** An outage passes; a Sync User locked out or a query refused does not; anything else at a job is the job's end. */
function eventOfError(job: Job, error: AppError): JobEvent {
  const reason = error.message;
  if (error.retryable) {
    const { retryAfterSeconds } = error;
    return retryAfterSeconds === undefined
      ? { type: 'stalled', reason }
      : { type: 'stalled', reason, retryAfterSeconds };
  }
  const hopeless = error.code === 'unauthorized' || job.state === 'planned';
  return { type: hopeless ? 'refused' : 'broken', reason };
}

function note(ports: AdvanceJobPorts, job: Job, event: JobEvent): void {
  const fields = { orgId: job.orgId, jobId: job.id, object: job.object };
  if (event.type === 'page-imported') ports.telemetry.metric('BulkRowsImported', event.rows);
  if (event.type === 'broken') ports.telemetry.metric('BulkJobsFailed', 1);
  if (event.type === 'stalled' || event.type === 'broken' || event.type === 'refused') {
    ports.telemetry.warn('JobHeldUp', { ...fields, event: event.type, reason: event.reason });
  }
}

/** Salesforce forgets jobs after a week by itself; tidying up must not stop the pass. */
async function discardJob(
  ports: AdvanceJobPorts,
  job: Job,
  salesforceJobId: string,
): Promise<void> {
  try {
    const org = await ports.orgs.get(job.orgId);
    if (org === undefined) return;
    const salesforce = await ports.salesforce.forOrg(
      { ...org, apiVersion: job.apiVersion },
      job.purpose,
    );
    await salesforce.deleteQueryJob(salesforceJobId);
  } catch (error) {
    const reason = error instanceof AppError ? error.code : 'unknown';
    ports.telemetry.info('JobNotDiscarded', { orgId: job.orgId, jobId: job.id, reason });
  }
}
