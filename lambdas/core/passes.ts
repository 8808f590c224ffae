import type { ObjectState, OrgState } from './org.ts';
import type { Job, Pass, PassKind, PassPart } from './pass.ts';
import type { Purpose } from './quota.ts';

/*
 * A pass as a state machine: parts waiting → running → done or failed, then the pass itself. Pure, like
 * job-machine.ts. What a finished part and a finished pass do to the org is decided here too.
 */

/** A transaction may become visible this long after its stamp: Salesforce ends every transaction within it (R9). */
export const LATE_COMMIT_MS = 600_000;

export interface PassRequest {
  readonly id: string;
  readonly org: OrgState;
  readonly kind: PassKind;
  readonly reason: string;
  /** Lower bound per object, Salesforce's clock, ms; null = everything. */
  readonly sinceMs: Readonly<Record<string, number | null>>;
  readonly compare?: boolean;
  readonly rowsPerMinute?: number;
}

export function newPass(request: PassRequest, nowMs: number): Pass {
  const { id, org, kind, reason } = request;
  const parts = Object.entries(request.sinceMs).map(([object, sinceMs]): [string, PassPart] => [
    object,
    { state: 'waiting', sinceMs, rows: 0 },
  ]);
  return {
    id,
    orgId: org.orgId,
    revision: 1,
    kind,
    epoch: org.mode.epoch,
    state: 'running',
    startedAtMs: nowMs,
    progressAtMs: nowMs,
    reason,
    ...(request.compare === true && { compare: true as const }),
    ...(request.rowsPerMinute !== undefined && { rowsPerMinute: request.rowsPerMinute }),
    parts: Object.fromEntries(parts),
  };
}

/** Where a window must begin so that nothing is missed behind `completeThroughMs` (R10). */
export function windowStart(completeThroughMs: number): number {
  return completeThroughMs - LATE_COMMIT_MS;
}

/** What a pass's calls are counted under (R14): an audit of an active org's unproven object fills a column. */
export function purposeOf(org: OrgState, { kind, parts }: Pick<Pass, 'kind' | 'parts'>): Purpose {
  switch (kind) {
    case 'sweep':
    case 'check':
      return 'check';
    case 'audit': {
      const unproven = Object.keys(parts).some(
        (object) => org.objects[object]?.completeThroughMs === undefined,
      );
      return org.phase === 'active' && unproven ? 'backfill' : 'audit';
    }
    default:
      return 'interval';
  }
}

export type PassStep =
  /** Fix its upper bound. */
  | { readonly kind: 'open-part'; readonly object: string }
  /** Find out what it has to read, and plan the job. */
  | { readonly kind: 'plan-part'; readonly object: string; readonly part: OpenPart }
  /** Parts whose jobs are under way; the jobs tell when they end. */
  | { readonly kind: 'watch'; readonly objects: readonly string[] }
  | { readonly kind: 'finish' }
  | { readonly kind: 'over' };

/** A part whose bounds are fixed: nobody can widen it any more. */
export interface OpenPart {
  readonly sinceMs: number | null;
  readonly upperMs: number;
}

/** What a pass needs next. */
export function passStep(pass: Pass): PassStep {
  if (pass.state !== 'running') return { kind: 'over' };
  const parts = Object.entries(pass.parts);
  for (const [object, { state, jobId, sinceMs, upperMs }] of parts) {
    if (state === 'running' && jobId === undefined && upperMs !== undefined) {
      return { kind: 'plan-part', object, part: { sinceMs, upperMs } };
    }
  }
  const waiting = parts.find(([, part]) => part.state === 'waiting');
  if (waiting !== undefined) return { kind: 'open-part', object: waiting[0] };
  const running = parts.filter(([, part]) => part.state === 'running');
  if (running.length === 0) return { kind: 'finish' };
  return { kind: 'watch', objects: running.map(([object]) => object) };
}

export type PartEvent =
  | { readonly type: 'opened'; readonly upperMs: number }
  /** Its job was planned. `coveredMs` is what the job will prove: found out before the job may begin to read. */
  | {
      readonly type: 'planned';
      readonly coveredMs: number;
      readonly jobId: string;
      /** Why its window proves nothing, although it is read. */
      readonly unproven?: string;
    }
  /** Done without a job: nothing changed, or what did was read by id. */
  | { readonly type: 'idle'; readonly coveredMs: number; readonly rows?: number }
  | { readonly type: 'done'; readonly rows: number }
  | { readonly type: 'failed'; readonly error: string };

const ENDED: ReadonlySet<PassPart['state']> = new Set(['done', 'failed']);

/** The pass after an event of one part. A part that has ended stays as it ended. */
export function advancePart(pass: Pass, object: string, event: PartEvent, nowMs: number): Pass {
  const part = Object.hasOwn(pass.parts, object) ? pass.parts[object] : undefined;
  if (pass.state !== 'running' || part === undefined || ENDED.has(part.state)) return pass;
  const next = nextPart(part, event);
  if (next === part) return pass;
  return { ...pass, progressAtMs: nowMs, parts: { ...pass.parts, [object]: next } };
}

function nextPart(part: PassPart, event: PartEvent): PassPart {
  switch (event.type) {
    case 'opened':
      return part.state === 'waiting'
        ? { ...part, state: 'running', upperMs: event.upperMs }
        : part;
    case 'planned': {
      const { coveredMs, jobId, unproven } = event;
      const doubt = unproven === undefined ? {} : { error: unproven };
      return isOpen(part) ? { ...part, coveredMs, jobId, ...doubt } : part;
    }
    case 'idle':
      return isOpen(part)
        ? { ...part, state: 'done', coveredMs: event.coveredMs, rows: event.rows ?? 0 }
        : part;
    case 'done':
      return part.jobId === undefined ? part : { ...part, state: 'done', rows: event.rows };
    case 'failed':
      return { ...part, state: 'failed', error: event.error };
  }
}

function isOpen(part: PassPart): boolean {
  return part.state === 'running' && part.jobId === undefined;
}

/** The pass with its end; only when no part is open. */
export function endPass(pass: Pass, nowMs: number): Pass {
  const parts = Object.values(pass.parts);
  if (pass.state !== 'running' || !parts.every((part) => ENDED.has(part.state))) return pass;
  const state = parts.some((part) => part.state === 'failed') ? 'failed' : 'done';
  return { ...pass, state, finishedAtMs: nowMs, progressAtMs: nowMs };
}

/**
 * What a finished part proves (R9): the mirror is complete through `coveredMs`, if the part began at or before what
 * was proven so far; a later window leaves a hole before it. Never backwards, whatever the pass's epoch: it is true.
 */
export function withPartProven(org: OrgState, object: string, part: PassPart): OrgState {
  const state = Object.hasOwn(org.objects, object) ? org.objects[object] : undefined;
  if (state === undefined || part.state !== 'done' || part.coveredMs === undefined) return org;
  const proven = state.completeThroughMs;
  const joined = part.sinceMs === null || (proven !== undefined && part.sinceMs <= proven);
  if (!joined || (proven !== undefined && proven >= part.coveredMs)) return org;
  return withObject(org, object, { ...state, completeThroughMs: part.coveredMs });
}

/** Whether the job reads what the mirror now holds of its object: otherwise its rows prove nothing. */
export function readsFieldSet(
  org: OrgState,
  { object, fieldSet, fields }: Pick<Job, 'object' | 'fieldSet' | 'fields'>,
): boolean {
  const held = Object.hasOwn(org.objects, object) ? org.objects[object]?.fieldSet : undefined;
  return held?.hash === fieldSet && held.fields.join() === fields.join();
}

/** A sweep and an audit read whole records: the next sweep begins where they ended. */
function withPartSwept(org: OrgState, object: string, part: PassPart, kind: PassKind): OrgState {
  const state = Object.hasOwn(org.objects, object) ? org.objects[object] : undefined;
  const reads = (kind === 'sweep' || kind === 'audit') && part.state === 'done';
  if (state === undefined || !reads || part.coveredMs === undefined) return org;
  const sweptThroughMs = Math.max(state.sweptThroughMs ?? 0, part.coveredMs);
  return withObject(org, object, { ...state, sweptThroughMs });
}

/** What the end of a part does to the org: what it proves, or which stretch is still to be read. */
export function withPartEnded(
  org: OrgState,
  object: string,
  part: PassPart,
  kind: PassKind,
): OrgState {
  const next = withPartSwept(withPartProven(org, object, part), object, part, kind);
  const state = Object.hasOwn(next.objects, object) ? next.objects[object] : undefined;
  if (state === undefined) return next;
  const { gapSinceMs, ...rest } = state;
  if (part.state === 'failed' && part.sinceMs !== null) {
    const earliest = Math.min(gapSinceMs ?? part.sinceMs, part.sinceMs);
    return gapSinceMs === earliest
      ? next
      : withObject(next, object, { ...rest, gapSinceMs: earliest });
  }
  const filled = part.state === 'done' && gapSinceMs !== undefined;
  const covers = part.sinceMs === null || part.sinceMs <= (gapSinceMs ?? 0);
  return filled && covers ? withObject(next, object, rest) : next;
}

function withObject(org: OrgState, object: string, state: ObjectState): OrgState {
  return { ...org, objects: { ...org.objects, [object]: state } };
}

/** What a pass that ended does to the org: its mode (R7), its phase, its problem. */
export function withPassEnded(org: OrgState, pass: Pass, nowMs: number): OrgState {
  return withPhase(withModeClosed(withProblem(org, pass), pass, nowMs), pass, nowMs);
}

/** A part that failed or proves nothing is the org's problem, until a pass over every proven object succeeds. */
function withProblem(org: OrgState, pass: Pass): OrgState {
  const failed = Object.entries(pass.parts).find(
    ([, part]) => part.state === 'failed' || part.error !== undefined,
  );
  if (failed !== undefined) {
    return { ...org, problem: `${failed[0]}: ${failed[1].error ?? 'the sync failed'}` };
  }
  const proven = Object.entries(org.objects).filter(
    ([, one]) => one.completeThroughMs !== undefined,
  );
  if (!proven.every(([object]) => Object.hasOwn(pass.parts, object))) return org;
  const { problem: _, ...healthy } = org;
  return healthy;
}

/**
 * Real time returns with the closing pass of the epoch in force; others change nothing. Its windows were not opened
 * before they reached far enough (`closingBoundMs`).
 */
function withModeClosed(org: OrgState, pass: Pass, nowMs: number): OrgState {
  const { mode } = org;
  if (pass.kind !== 'closing' || mode.name !== 'closing' || pass.epoch !== mode.epoch) return org;
  if (!Object.values(pass.parts).every(({ state }) => state === 'done')) return org;
  return { ...org, mode: { name: 'realtime', sinceMs: nowMs, epoch: mode.epoch + 1 } };
}

/** The initial audit is over when every object is proven and a later pass has caught up with its duration (R12). */
function withPhase(org: OrgState, pass: Pass, nowMs: number): OrgState {
  const caughtUp = pass.kind !== 'audit' && pass.state === 'done';
  if (org.phase !== 'auditing' || !caughtUp) return org;
  const objects = Object.entries(org.objects);
  const covered = objects.every(
    ([object, state]) => state.completeThroughMs !== undefined && Object.hasOwn(pass.parts, object),
  );
  return covered ? { ...org, phase: 'active', phaseSinceMs: nowMs } : org;
}

/**
 * A gap pass widened by further windows, where each of the objects is among its parts and not yet started; undefined
 * where it cannot take them up.
 */
export function joinedPass(
  pass: Pass,
  sinceMs: Readonly<Record<string, number | null>>,
): Pass | undefined {
  if (pass.kind !== 'gap' || pass.state !== 'running') return undefined;
  const parts: Record<string, PassPart> = { ...pass.parts };
  for (const [object, since] of Object.entries(sinceMs)) {
    const part = Object.hasOwn(pass.parts, object) ? pass.parts[object] : undefined;
    if (part?.state !== 'waiting') return undefined;
    const widest = part.sinceMs === null || since === null ? null : Math.min(part.sinceMs, since);
    parts[object] = { ...part, sinceMs: widest };
  }
  return { ...pass, parts };
}
