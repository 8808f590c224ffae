import type { Liveness, OrgState, ProofName, SyncMode } from './org.ts';
import type { Pass } from './pass.ts';

/** R7: over this long without a change notice, an org is quiet; also how often interval sync runs. */
export const QUIET_MS = 30 * 60_000;
/** A running pass that stands still for this long has lost its messages. */
export const LOST_MS = 30 * 60_000;
/** Rest between a pass that failed and the next attempt. */
const FAILURE_REST_MS = 10 * 60_000;

export type SyncDecision =
  | { readonly kind: 'rest' }
  /** Real time → interval sync, with a first pass. */
  | { readonly kind: 'claim-interval' }
  | { readonly kind: 'start-interval-pass' }
  /** Apex is back: interval sync → closing, with the pass that closes. */
  | { readonly kind: 'claim-closing' }
  | { readonly kind: 'start-closing-pass' }
  /** Objects that were never proven complete: initial audit, new fields, or an audit that failed. */
  | { readonly kind: 'start-audit'; readonly objects: readonly string[] }
  /** Stretches that a pass failed to read: lower bounds by object, Salesforce's clock, ms. */
  | { readonly kind: 'start-gap-pass'; readonly sinceMs: Readonly<Record<string, number>> }
  /** All objects are audited, but not yet caught up with. */
  | { readonly kind: 'start-catch-up' }
  /** R9, R16: while nothing else is due, what was proven is carried on. */
  | { readonly kind: 'start-proof'; readonly proof: ProofName };

export interface OrgView {
  readonly org: OrgState;
  readonly liveness: Pick<Liveness, 'lastApexSeenAtMs'>;
  /** Running ones, and the newest that ended. */
  readonly passes: readonly Pass[];
}

/** What the sweep does about an org now; one decision a minute is enough. */
export function decideSync(view: OrgView, nowMs: number): SyncDecision {
  const { phase } = view.org;
  if (phase !== 'auditing' && phase !== 'active') return { kind: 'rest' };
  const audit = decideAudit(view, nowMs);
  if (audit.kind !== 'rest' || phase === 'auditing') return audit;
  const gap = decideGap(view, nowMs);
  if (gap.kind !== 'rest') return gap;
  const mode = decideMode(view, nowMs);
  return mode.kind === 'rest' ? decideProof(view, nowMs) : mode;
}

function decideMode(view: OrgView, nowMs: number): SyncDecision {
  switch (view.org.mode.name) {
    case 'realtime':
      return isQuiet(view, nowMs) ? { kind: 'claim-interval' } : { kind: 'rest' };
    case 'interval':
      return decideInterval(view, nowMs);
    case 'closing':
      return decideClosing(view, nowMs);
  }
}

const CHECK_EVERY_MS = 60 * 60_000;
const RELATIONS_EVERY_MS = 15 * 60_000;
export const SWEEP_EVERY_MS = 6 * 60 * 60_000;

/** How often a proof is due, ms. Sweeps and checks belong to real time: interval sync proves by itself. */
function proofEveryMs(org: OrgState, proof: ProofName): number {
  if (proof === 'relations') return RELATIONS_EVERY_MS;
  if (org.mode.name !== 'realtime') return Number.POSITIVE_INFINITY;
  return proof === 'check' ? CHECK_EVERY_MS : (org.sweepEveryMs ?? SWEEP_EVERY_MS);
}

/** When a proof was last begun, ms: a sweep is a check too, and both cover relations. */
export function lastProofMs({ proofs = {}, phaseSinceMs }: OrgState, proof: ProofName): number {
  const { sweep = phaseSinceMs, check = sweep, relations = check } = proofs;
  if (proof === 'sweep') return sweep;
  return proof === 'check' ? Math.max(check, sweep) : Math.max(relations, check, sweep);
}

/** One at a time, the widest first. */
function decideProof(view: OrgView, nowMs: number): SyncDecision {
  if (isRunning(view, 'sweep') || isRunning(view, 'check')) return { kind: 'rest' };
  for (const proof of ['sweep', 'check', 'relations'] as const) {
    if (lastProofMs(view.org, proof) + proofEveryMs(view.org, proof) <= nowMs) {
      return { kind: 'start-proof', proof };
    }
  }
  return { kind: 'rest' };
}

/** Since when nothing was heard of Apex, or since when it could be expected, receiver's clock, ms. */
export function quietSinceMs({ org, liveness }: Omit<OrgView, 'passes'>): number {
  return Math.max(liveness.lastApexSeenAtMs ?? 0, org.phaseSinceMs, org.mode.sinceMs);
}

function isQuiet(view: OrgView, nowMs: number): boolean {
  return quietSinceMs(view) + QUIET_MS <= nowMs;
}

function decideInterval(view: OrgView, nowMs: number): SyncDecision {
  const { mode } = view.org;
  if (apexIsBack(view.liveness, mode)) return { kind: 'claim-closing' };
  if (isRunning(view, 'interval')) return { kind: 'rest' };
  const dueAtMs = (mode.lastPassAtMs ?? 0) + QUIET_MS;
  return dueAtMs <= nowMs ? { kind: 'start-interval-pass' } : { kind: 'rest' };
}

function decideClosing(view: OrgView, nowMs: number): SyncDecision {
  const wait = isRunning(view, 'closing') || failedLately(view, 'closing', nowMs);
  return wait ? { kind: 'rest' } : { kind: 'start-closing-pass' };
}

/** Seen after interval sync began: what was on its way before does not count. */
function apexIsBack(
  liveness: Pick<Liveness, 'lastApexSeenAtMs'>,
  mode: Pick<SyncMode, 'sinceMs'>,
): boolean {
  return (liveness.lastApexSeenAtMs ?? 0) > mode.sinceMs;
}

function decideAudit(view: OrgView, nowMs: number): SyncDecision {
  const open = Object.entries(view.org.objects)
    .filter(([, state]) => state.completeThroughMs === undefined)
    .map(([object]) => object)
    .filter((object) => !isRunning(view, 'audit', object));
  if (open.length > 0) {
    const rest = failedLately(view, 'audit', nowMs);
    return rest ? { kind: 'rest' } : { kind: 'start-audit', objects: open };
  }
  const done = view.org.phase === 'active' || isRunning(view, 'audit') || isRunning(view, 'gap');
  const rest = done || failedLately(view, 'gap', nowMs);
  return rest ? { kind: 'rest' } : { kind: 'start-catch-up' };
}

/** A gap that is being read, or whose object is audited, waits for that pass to end. */
function decideGap(view: OrgView, nowMs: number): SyncDecision {
  const gaps: Record<string, number> = {};
  for (const [object, { gapSinceMs, completeThroughMs }] of Object.entries(view.org.objects)) {
    const busy = isRunning(view, 'gap', object) || isRunning(view, 'audit', object);
    if (gapSinceMs !== undefined && completeThroughMs !== undefined && !busy) {
      gaps[object] = gapSinceMs;
    }
  }
  if (Object.keys(gaps).length === 0 || failedLately(view, 'gap', nowMs)) return { kind: 'rest' };
  return { kind: 'start-gap-pass', sinceMs: gaps };
}

function isRunning({ passes }: OrgView, kind: Pass['kind'], object?: string): boolean {
  return passes.some(
    (pass) =>
      pass.state === 'running' &&
      pass.kind === kind &&
      (object === undefined || Object.hasOwn(pass.parts, object)),
  );
}

/** Of one kind: an object whose audit fails again and again must not keep the others from closing or filling gaps. */
function failedLately({ passes }: OrgView, kind: Pass['kind'], nowMs: number): boolean {
  return passes.some(
    (pass) =>
      pass.state === 'failed' &&
      pass.kind === kind &&
      (pass.finishedAtMs ?? 0) + FAILURE_REST_MS > nowMs,
  );
}

/** Real time → interval. The first pass is due at once. */
export function toInterval(org: OrgState, nowMs: number): OrgState {
  return { ...org, mode: { name: 'interval', sinceMs: nowMs, epoch: org.mode.epoch + 1 } };
}

/** Interval → closing: real time returns when a pass has reached `nowMs`, when the first notice had arrived. */
export function toClosing(org: OrgState, nowMs: number): OrgState {
  return {
    ...org,
    mode: { name: 'closing', sinceMs: nowMs, epoch: org.mode.epoch + 1, closeThroughMs: nowMs },
  };
}

/** Salesforce's clock is known from `Date` headers, whole seconds: it may be so far ahead of what is known. */
const CLOCK_CUT_MS = 1_000;

/**
 * Where the windows of a closing pass must end at least: behind the second in which the first notice arrived, so that
 * also what was saved earlier in that second is read. By Salesforce's clock, ms; the receiver's may differ, so only the
 * time that has gone by since is taken from it.
 *
 * @param orgNowMs Salesforce's clock, when the receiver's said `nowMs`
 */
export function closingBoundMs(
  { closeThroughMs }: Pick<SyncMode, 'closeThroughMs'>,
  orgNowMs: number,
  nowMs: number,
): number {
  const arrivedMs = orgNowMs + CLOCK_CUT_MS - (nowMs - (closeThroughMs ?? nowMs));
  return Math.floor(arrivedMs / 1_000) * 1_000 + 1_000;
}
