import { stateOf } from '#core/apply-plan.ts';
import { AppError } from '#core/errors.ts';
import type { PassAdvanceMessage } from '#core/messages.ts';
import type { OrgState } from '#core/org.ts';
import type { Job, Pass, PassPart } from '#core/pass.ts';
import type { PartEvent } from '#core/passes.ts';
import {
  advancePart,
  endPass,
  passStep,
  purposeOf,
  readsFieldSet,
  withPartEnded,
  withPassEnded,
} from '#core/passes.ts';
import { closingBoundMs } from '#core/quiet.ts';
import type { Ports } from '#ports/ports.ts';
import { applyDeletes } from './apply-deletes.ts';
import { changeOrg } from './change-org.ts';
import { countRows } from './count-rows.ts';
import { planPart } from './plan-part.ts';
import { startPass } from './start-pass.ts';
import { verifyExtras } from './verify-extras.ts';

export type AdvancePassPorts = Pick<
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
  | 'random'
  | 'telemetry'
>;

export type AdvancePassOutcome =
  | 'gone'
  | 'over'
  | 'part-settled'
  | 'held-up'
  /** Resuming it sends the message that goes on. */
  | 'paused'
  | 'watching'
  | 'finished';

const MAX_ATTEMPTS = 10;
const HOLD_UP_SECONDS = 30;
const MAX_DELAY_SECONDS = 900;

/**
 * Takes a pass as far as one step goes (R7, R11): opens its next part, or takes in what its jobs have come to. Driven
 * by messages that may come twice, late or again after a crash: it looks at what is, not at what the message said.
 *
 * @param options.redelivered the message was delivered before: messages that should have followed may be missing
 */
export async function advancePass(
  ports: AdvancePassPorts,
  message: PassAdvanceMessage,
  options: { readonly redelivered: boolean },
): Promise<AdvancePassOutcome> {
  const { orgId, passId } = message;
  const org = await ports.orgs.get(orgId);
  const pass = await ports.jobs.getPass(orgId, passId);
  if (org === undefined || org.phase === 'removed' || pass === undefined) return 'gone';
  if (pass.pausedAtMs !== undefined) return 'paused';
  const wake = options.redelivered || message.resume === true;
  try {
    return await takeStep(ports, org, pass, wake);
  } catch (error) {
    if (!(error instanceof AppError) || !error.retryable) throw error;
    await holdUp(ports, pass, error);
    return 'held-up';
  }
}

async function takeStep(
  ports: AdvancePassPorts,
  org: OrgState,
  pass: Pass,
  wake: boolean,
): Promise<AdvancePassOutcome> {
  const step = passStep(pass);
  switch (step.kind) {
    case 'over':
      return 'over';
    case 'finish':
      if (pass.kind === 'audit' || pass.kind === 'sweep') await countRows(ports, org, pass);
      return await finish(ports, pass);
    case 'watch':
      if ((await takeInParts(ports, org, pass, step.objects, wake)) > 0) return 'watching';
      break;
    case 'open-part': {
      const waitSeconds = await openPart(ports, org, pass, step.object);
      if (waitSeconds === undefined) break;
      await sendAgain(ports, pass, waitSeconds);
      return 'watching';
    }
    case 'plan-part': {
      const event = await orFailed(async () => {
        const salesforce = await ports.salesforce.forOrg(org, purposeOf(org, pass));
        return await planPart(ports, salesforce, org, pass, step.object, step.part, wake);
      });
      await settlePart(ports, pass, step.object, event, fieldsOf(org, step.object));
      if (event.type === 'planned') await wakeJob(ports, pass, event.jobId);
    }
  }
  await sendAgain(ports, pass);
  return 'part-settled';
}

async function sendAgain(
  ports: AdvancePassPorts,
  { orgId, id }: Pass,
  delaySeconds = 0,
  more: Pick<PassAdvanceMessage, 'resume'> = {},
): Promise<void> {
  const message: PassAdvanceMessage = { type: 'pass.advance.v1', orgId, passId: id, ...more };
  await ports.bulkQueue.send(orgId, [message], { delaySeconds });
}

/**
 * Fixes a part's upper bound at the org's clock. A closing pass must reach beyond the arrival of the first notice: where
 * the org's clock has not come so far, its parts are opened later.
 * @returns seconds to wait, or undefined when the part is open
 */
async function openPart(
  ports: AdvancePassPorts,
  org: OrgState,
  pass: Pass,
  object: string,
): Promise<number | undefined> {
  let lateMs = 0;
  const event = await orFailed(async () => {
    const salesforce = await ports.salesforce.forOrg(org, purposeOf(org, pass));
    // Whole seconds, as SystemModstamp counts: the bound and the query's condition are then the same.
    const orgNowMs = await salesforce.clockMs();
    const upperMs = Math.floor(orgNowMs / 1000) * 1000;
    const closes = pass.kind === 'closing' && pass.epoch === org.mode.epoch;
    lateMs = closes ? closingBoundMs(org.mode, orgNowMs, ports.clock.now()) - upperMs : 0;
    return { type: 'opened', upperMs };
  });
  if (event.type === 'opened' && lateMs > 0) return Math.min(Math.ceil(lateMs / 1000), 60);
  await settlePart(ports, pass, object, event);
  return undefined;
}

/** An outage holds the pass up without ending it. Noted on the pass, so that the sweep does not take it for lost. */
async function holdUp(ports: AdvancePassPorts, pass: Pass, error: AppError): Promise<void> {
  const { orgId, id } = pass;
  ports.telemetry.warn('PassHeldUp', { orgId, passId: id, reason: error.message });
  const progressAtMs = ports.clock.now();
  await changePass(ports, pass, async (current) => ({ ...current, progressAtMs }));
  const delaySeconds = Math.min(error.retryAfterSeconds ?? HOLD_UP_SECONDS, MAX_DELAY_SECONDS);
  await sendAgain(ports, pass, delaySeconds, { resume: true });
}

/** What Salesforce refuses for good ends the part with its reason; what may pass is left to the queue. */
async function orFailed(plan: () => Promise<PartEvent>): Promise<PartEvent> {
  try {
    return await plan();
  } catch (error) {
    if (error instanceof AppError && !error.retryable) {
      return { type: 'failed', error: error.message };
    }
    throw error;
  }
}

/**
 * Stores what became of a part, and what it proves. The proof goes first: stored twice it says the same.
 *
 * @param read by which fields the part's rows were read: if others are in force by now, its window is still to be read
 */
async function settlePart(
  ports: AdvancePassPorts,
  pass: Pass,
  object: string,
  event: PartEvent,
  read?: FieldsRead,
): Promise<void> {
  await changePass(ports, pass, async (current) => {
    const next = advancePart(current, object, event, ports.clock.now());
    const part = next.parts[object];
    if (next !== current && part !== undefined) {
      await changeOrg(ports, pass.orgId, (org) => {
        const outdated = read !== undefined && ended(part) && !readsFieldSet(org, read);
        const settled = outdated ? ({ ...part, state: 'failed' } as const) : part;
        return withPartEnded(org, object, settled, pass.kind);
      });
    }
    return next;
  });
}

type FieldsRead = Pick<Job, 'object' | 'fieldSet' | 'fields'>;

/** What a light check of an object reads by. */
function fieldsOf(org: OrgState, object: string): FieldsRead | undefined {
  const set = stateOf(org, object)?.fieldSet;
  return set && { object, fieldSet: set.hash, fields: set.fields };
}

function ended({ state }: PassPart): boolean {
  return state === 'done' || state === 'failed';
}

/** @returns how many parts are still under way */
async function takeInParts(
  ports: AdvancePassPorts,
  org: OrgState,
  pass: Pass,
  objects: readonly string[],
  wake: boolean,
): Promise<number> {
  let open = 0;
  for (const object of objects) {
    const part = pass.parts[object];
    const job = await ports.jobs.getJob(pass.orgId, part?.jobId ?? '');
    const event = job === undefined ? lostJob() : endOf(org, job);
    if (event === undefined) {
      open += 1;
      if (wake && job !== undefined) await wakeJob(ports, pass, job.id);
      continue;
    }
    if (event.type === 'done' && part !== undefined) {
      const salesforce = await ports.salesforce.forOrg(org, purposeOf(org, pass));
      const againSinceMs = wake ? pass.startedAtMs : undefined;
      await applyDeletes(ports, salesforce, org, object, part, againSinceMs);
    }
    const settled = await orFailed(async () => {
      if (event.type === 'done' && job !== undefined) {
        await lookForExtras(ports, org, job, part, wake);
      }
      return event;
    });
    await settlePart(ports, pass, object, settled, job);
  }
  return open;
}

async function lookForExtras(
  ports: AdvancePassPorts,
  org: OrgState,
  job: Job,
  part: PassPart | undefined,
  again: boolean,
): Promise<void> {
  if (part?.sinceMs !== null) return;
  const extras = await verifyExtras(ports, org, job, again);
  if (extras === 0) return;
  const { orgId, object } = job;
  ports.telemetry.warn('ExtraRecords', { orgId, object, records: extras });
}

function lostJob(): PartEvent {
  return { type: 'failed', error: 'its job is not in the store' };
}

function endOf(org: OrgState, job: Job): PartEvent | undefined {
  if (job.state === 'failed') return { type: 'failed', error: job.error ?? 'its job failed' };
  if (job.state !== 'done') return undefined;
  if (readsFieldSet(org, job)) return { type: 'done', rows: job.rowsImported };
  return { type: 'failed', error: 'its fields were changed meanwhile; they are read again' };
}

async function wakeJob(ports: AdvancePassPorts, { orgId }: Pass, jobId: string): Promise<void> {
  const revision = (await ports.jobs.getJob(orgId, jobId))?.revision;
  if (revision === undefined) return;
  await ports.bulkQueue.send(orgId, [{ type: 'job.advance.v1', orgId, jobId, revision }]);
}

/** Effects first, end last: a crash between them repeats effects that change nothing the second time. */
async function finish(ports: AdvancePassPorts, pass: Pass): Promise<AdvancePassOutcome> {
  const { orgId } = pass;
  const ended = endPass(pass, ports.clock.now());
  await changeOrg(ports, orgId, (org) => withPassEnded(org, ended, ports.clock.now()));
  if (pass.kind === 'audit') await catchUp(ports, ended);
  // Whatever the pass brought, nobody had told: now it shows why Apex is quiet.
  if (pass.kind === 'interval') {
    await ports.bulkQueue.send(orgId, [{ type: 'org.examine.v1', orgId }]);
  }
  await changePass(ports, pass, async (current) => endPass(current, ports.clock.now()));
  ports.telemetry.info('PassFinished', {
    orgId,
    passId: pass.id,
    kind: pass.kind,
    state: ended.state,
    rows: Object.values(ended.parts).reduce((sum, part) => sum + part.rows, 0),
  });
  return 'finished';
}

/** What changed while the audit ran (R12); an object whose audit failed has nothing to join on to. */
async function catchUp(ports: AdvancePassPorts, audit: Pass): Promise<void> {
  const parts = Object.entries(audit.parts);
  await startPass(ports, {
    orgId: audit.orgId,
    kind: 'gap',
    id: `${audit.id}.catch-up`,
    reason: 'catch up with the duration of an audit',
    objects: parts.filter(([, part]) => part.state === 'done').map(([object]) => object),
  });
}

/** Changes a pass by a step that may be repeated, again from the start where somebody else was faster. */
async function changePass(
  ports: AdvancePassPorts,
  pass: Pass,
  step: (pass: Pass) => Promise<Pass>,
): Promise<void> {
  let current: Pass | undefined = pass;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const next: Pass = await step(current);
    if (next === current || (await ports.jobs.updatePass(next)) === 'updated') return;
    current = await ports.jobs.getPass(pass.orgId, pass.id);
    if (current === undefined) return;
  }
  throw new AppError('conflict', `The pass ${pass.id} is being changed by others.`, {
    retryable: true,
  });
}
