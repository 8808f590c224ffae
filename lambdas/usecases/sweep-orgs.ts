import { AppError } from '#core/errors.ts';
import { failureReason } from '#core/failure-reason.ts';
import { isSwept } from '#core/field-sets.ts';
import { midnightPassed } from '#core/local-day.ts';
import type { OrgState, ProofName } from '#core/org.ts';
import { lookIsDue } from '#core/package-look.ts';
import type { Pass } from '#core/pass.ts';
import type { SyncDecision } from '#core/quiet.ts';
import { decideSync, LOST_MS, lastProofMs, toInterval } from '#core/quiet.ts';
import type { Ports } from '#ports/ports.ts';
import { changeOrg } from './change-org.ts';
import { claimClosing, startClosingPass } from './claim-closing.ts';
import { startLooking } from './look-for-package.ts';
import { ANSWERED_GONE_MS } from './remove-org.ts';
import { type StartPassPorts, startPass } from './start-pass.ts';
import { type WatchQuotaPorts, watchQuota } from './watch-quota.ts';

export type SweepPorts = StartPassPorts &
  WatchQuotaPorts &
  Pick<Ports, 'telemetry' | 'deadLetters' | 'activityQueue'>;

const ORGS_AT_ONCE = 10;
const MAX_RUNNING = 50;
const LATEST_PASSES = 10;
const MINUTE_MS = 60_000;
const EXAMINE_EVERY_MS = 60 * MINUTE_MS;
const FAULT_LOOK_EVERY_MS = 10 * MINUTE_MS;
const SIGN_IN_RETRY_MS = 5 * MINUTE_MS;

/**
 * Looks at every org once (R7): begins and ends interval sync, starts due passes and audits, wakes passes whose
 * messages were lost. Run every minute; a second run at the same time does no harm.
 *
 * @throws AppError after all orgs were looked at, if any of them failed
 */
export async function sweepOrgs(ports: SweepPorts): Promise<void> {
  await collectLetters(ports);
  const orgs = await ports.orgs.list();
  measureProof(ports, orgs);
  let failed = 0;
  let running = 0;
  for (let start = 0; start < orgs.length; start += ORGS_AT_ONCE) {
    const part = orgs.slice(start, start + ORGS_AT_ONCE);
    const results = await Promise.allSettled(part.map((org) => sweepOrg(ports, org)));
    results.forEach((result, index) => {
      if (result.status === 'fulfilled') {
        running += result.value;
        return;
      }
      failed += 1;
      const orgId = part[index]?.orgId;
      ports.telemetry.error('SweepFailed', { orgId, reason: failureReason(result.reason) });
    });
  }
  ports.telemetry.metric('PassesRunning', running);
  if (failed === 0) return;
  throw new AppError('internal', `The sweep failed for ${failed} of ${orgs.length} orgs.`, {
    retryable: true,
  });
}

/** How far behind the worst of all orgs is: nothing else shows a mirror that nobody proves any more. */
function measureProof(ports: SweepPorts, orgs: readonly OrgState[]): void {
  const proven = orgs
    .filter(({ phase }) => phase === 'active')
    .flatMap(({ objects }) => Object.values(objects))
    .flatMap(({ completeThroughMs }) => completeThroughMs ?? []);
  if (proven.length === 0) return;
  const ageMs = ports.clock.now() - Math.min(...proven);
  ports.telemetry.metric('CompleteThroughAgeMinutes', Math.max(0, Math.round(ageMs / MINUTE_MS)));
}

/** What the queues set aside by themselves is shown with the rest. A failure must not keep the orgs waiting. */
async function collectLetters(ports: SweepPorts): Promise<void> {
  try {
    const letters = await ports.deadLetters.collect();
    if (letters > 0) ports.telemetry.error('LettersCollected', { letters });
  } catch (error) {
    ports.telemetry.error('LettersNotCollected', { reason: failureReason(error) });
  }
}

/** @returns how many of its passes are running */
async function sweepOrg(ports: SweepPorts, org: OrgState): Promise<number> {
  const { orgId } = org;
  if (org.phase === 'removed') {
    await forgetInTime(ports, org);
    return 0;
  }
  const running = await ports.jobs.listPasses(orgId, { state: 'running', limit: MAX_RUNNING });
  const latest = await ports.jobs.listPasses(orgId, { limit: LATEST_PASSES });
  const liveness = await ports.orgs.liveness(orgId);
  for (const pass of running) await wakeIfLost(ports, pass);
  const ended = latest.filter((pass) => pass.state !== 'running');
  const view = { org, liveness, passes: [...running, ...ended] };
  if (examinationDue(org, ports.clock.now())) {
    await ports.bulkQueue.send(orgId, [{ type: 'org.examine.v1', orgId }]);
  }
  if (lookIsDue(org, ports.clock.now())) await startLooking(ports, orgId, 0);
  if (org.conditionsDriftedAtMs !== undefined) {
    await ports.bulkQueue.send(orgId, [{ type: 'conditions.repair.v1', orgId }]);
  }
  if (org.phase === 'active' || org.phase === 'auditing') await watchQuota(ports, org);
  if (fieldsDue(org, ports.clock.now())) {
    await ports.bulkQueue.send(orgId, [{ type: 'fields.refresh.v1', orgId }]);
  }
  if (recheckDue(org, ports.clock.now())) {
    await ports.activityQueue.send(orgId, [{ type: 'activity.recheck.v1', orgId }]);
  }
  const decision = decideSync(view, ports.clock.now());
  if (decision.kind !== 'rest') {
    ports.telemetry.info('SyncDecided', { orgId, decision: decision.kind });
    await act(ports, org, decision);
  }
  return running.length;
}

/** Once an hour from the 30th day on, until it is done. */
async function forgetInTime(ports: SweepPorts, org: OrgState): Promise<void> {
  const overdueMs = ports.clock.now() - org.phaseSinceMs - ANSWERED_GONE_MS;
  if (overdueMs < 0 || Math.floor(overdueMs / MINUTE_MS) % 60 !== 0) return;
  const { orgId } = org;
  await ports.bulkQueue.send(orgId, [{ type: 'org.erase.v1', orgId }]);
}

/**
 * In real time once an hour, more often while something is wrong, after a refusal at once; a Sync User that cannot sign
 * in is tried every few minutes.
 */
function examinationDue(org: OrgState, nowMs: number): boolean {
  const { phase, phaseSinceMs, mode, examination, syncUserCheck, suspectSyncUser } = org;
  if (phase !== 'active' || org.quotaPause !== undefined) return false;
  if (suspectSyncUser === true) return true;
  const checkedMs = syncUserCheck?.atMs ?? phaseSinceMs;
  if (syncUserCheck?.signIn !== undefined) return checkedMs + SIGN_IN_RETRY_MS <= nowMs;
  const examinedMs = Math.max(examination?.atMs ?? 0, checkedMs);
  const faulty =
    examination !== undefined && (examination.faults.length > 0 || examination.disabled);
  const everyMs = faulty ? FAULT_LOOK_EVERY_MS : EXAMINE_EVERY_MS;
  return mode.name === 'realtime' && examinedMs + everyMs <= nowMs;
}

/** R13: once after each midnight in Los Angeles, again every minute until it has succeeded. It spends: a pause holds it. */
function fieldsDue(org: OrgState, nowMs: number): boolean {
  const { phase, phaseSinceMs, fieldsComparedAtMs, quotaPause } = org;
  if (phase !== 'active' || quotaPause !== undefined) return false;
  return midnightPassed(fieldsComparedAtMs ?? phaseSinceMs, nowMs);
}

/** People who were not in Salesforce when something was logged are looked for every five minutes (A33). */
function recheckDue({ phase }: OrgState, nowMs: number): boolean {
  return phase === 'active' && Math.floor(nowMs / MINUTE_MS) % 5 === 0;
}

async function act(ports: SweepPorts, org: OrgState, decision: SyncDecision): Promise<void> {
  const { orgId, revision } = org;
  switch (decision.kind) {
    case 'rest':
      return;
    case 'claim-interval':
      return await claimInterval(ports, org);
    case 'start-interval-pass':
      return await startIntervalPass(ports, org);
    case 'claim-closing':
      await claimClosing(ports, orgId);
      return;
    case 'start-closing-pass':
      return await startClosingPass(ports, org);
    case 'start-audit': {
      const reason = 'These objects are not proven complete yet.';
      const { objects } = decision;
      await startPass(ports, { orgId, kind: 'audit', id: `audit-${revision}`, reason, objects });
      return;
    }
    case 'start-gap-pass': {
      const reason = 'A pass failed to read this stretch.';
      const { sinceMs } = decision;
      const objects = Object.keys(sinceMs);
      const id = `gap-${revision}`;
      await startPass(ports, { orgId, kind: 'gap', id, reason, objects, sinceMs });
      return;
    }
    case 'start-catch-up': {
      const reason = 'Catch up with the duration of the initial audit.';
      await startPass(ports, { orgId, kind: 'gap', id: `catch-up-${revision}`, reason });
      return;
    }
    case 'start-proof':
      return await startProof(ports, org, decision.proof);
  }
}

const PROOF_REASON: Readonly<Record<ProofName, string>> = {
  sweep: 'Everything changed since the last sweep is read: not every change runs a trigger.',
  check: 'The stamps of what changed are compared with the mirror.',
  relations: 'Objects that no trigger announces are compared with the mirror.',
};

/** The id follows from when the proof was last begun: after a crash in between, the same pass is started again. */
async function startProof(ports: SweepPorts, org: OrgState, proof: ProofName): Promise<void> {
  const { orgId } = org;
  const lastMs = lastProofMs(org, proof);
  await startPass(ports, {
    orgId,
    kind: proof === 'sweep' ? 'sweep' : 'check',
    id: `${proof}-${lastMs}`,
    reason: PROOF_REASON[proof],
    ...(proof === 'relations' && { objects: Object.keys(org.objects).filter(isSwept) }),
  });
  const nowMs = ports.clock.now();
  await changeOrg(ports, orgId, (current) =>
    lastProofMs(current, proof) === lastMs
      ? { ...current, proofs: { ...current.proofs, [proof]: nowMs } }
      : current,
  );
}

/** One conditional step; where somebody else was faster, the next sweep looks again. */
async function claimInterval(ports: SweepPorts, org: OrgState): Promise<void> {
  const next = toInterval(org, ports.clock.now());
  if ((await ports.orgs.update(next)) === 'conflict') return;
  await startIntervalPass(ports, { ...next, revision: next.revision + 1 });
}

/** The id follows from when the last pass began: after a crash in between, the same pass is started again. */
async function startIntervalPass(ports: SweepPorts, org: OrgState): Promise<void> {
  const { orgId, mode } = org;
  await startPass(ports, {
    orgId,
    kind: 'interval',
    id: `interval-${mode.epoch}-${mode.lastPassAtMs ?? 0}`,
    reason: 'Nothing was heard of Apex: what changed is read by Bulk API.',
  });
  const lastPassAtMs = ports.clock.now();
  await changeOrg(ports, orgId, (current) =>
    current.mode.epoch === mode.epoch && current.mode.name === 'interval'
      ? { ...current, mode: { ...current.mode, lastPassAtMs } }
      : current,
  );
}

/** A pass lives by its messages; one that stands still although none of its jobs moves is sent a new one. */
async function wakeIfLost(ports: SweepPorts, pass: Pass): Promise<void> {
  const nowMs = ports.clock.now();
  const lastMoveMs = await lastMove(ports, pass, nowMs);
  if (lastMoveMs + LOST_MS > nowMs) return;
  const { orgId, id } = pass;
  ports.telemetry.warn('PassWoken', { orgId, passId: id });
  if ((await ports.jobs.updatePass({ ...pass, progressAtMs: nowMs })) === 'conflict') return;
  await ports.bulkQueue.send(orgId, [{ type: 'pass.advance.v1', orgId, passId: id, resume: true }]);
}

async function lastMove(ports: SweepPorts, pass: Pass, nowMs: number): Promise<number> {
  let lastMs = pass.progressAtMs;
  if (lastMs + LOST_MS > nowMs) return lastMs;
  for (const { state, jobId } of Object.values(pass.parts)) {
    if (state !== 'running' || jobId === undefined) continue;
    const job = await ports.jobs.getJob(pass.orgId, jobId);
    lastMs = Math.max(lastMs, job?.progressAtMs ?? 0);
  }
  return lastMs;
}
