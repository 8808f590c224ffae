import { type FaultCode, type Verdict, verdictOf } from './examination.ts';
import { explainFault } from './explain-fault.ts';
import { QUIET_MS, quietSinceMs } from './quiet.ts';
import type { StateName } from './status.ts';
import type { StatusFacts } from './status-of.ts';
import { syncUserFault } from './sync-user.ts';
import { ago, minutes } from './time-text.ts';

export interface Explanation {
  readonly state: StateName;
  /** ms */
  readonly sinceMs: number;
  readonly cause: string;
  readonly fix?: string;
  readonly verdict?: Verdict;
}

/** What the sync does, since when, why, and what to do about it (R18): the first of these that applies. */
export function explainState(facts: StatusFacts, nowMs: number): Explanation {
  const { org } = facts;
  if (org.phase === 'removed') return explainPhase(facts, nowMs);
  return (
    explainSignIn(facts) ??
    explainObstacle(facts) ??
    explainDisabled(facts) ??
    explainPermissions(facts) ??
    explainFound(facts) ??
    explainConditions(facts) ??
    explainPause(facts) ??
    explainProblem(facts) ??
    explainLetters(facts) ??
    explainPhase(facts, nowMs)
  );
}

/** Without the Sync User nothing of the org can be known: this hides everything else. */
function explainSignIn({ org }: StatusFacts): Explanation | undefined {
  const { syncUserCheck: check } = org;
  if (check?.signIn === undefined) return undefined;
  return { state: 'error', sinceMs: check.sinceMs ?? check.atMs, ...explainFault(check.signIn) };
}

function explainConditions({ org }: StatusFacts): Explanation | undefined {
  if (org.conditionsRefused === undefined) return undefined;
  const fault = { code: 'conditions-refused', detail: org.conditionsRefused } as const;
  const sinceMs = org.conditionsDriftedAtMs ?? org.phaseSinceMs;
  return { state: 'error', sinceMs, ...explainFault(fault) };
}

/** Before what was found: who may not look sees nothing where something is. */
function explainPermissions({ org }: StatusFacts): Explanation | undefined {
  const { syncUserCheck: check, phase } = org;
  const fault = check && syncUserFault(check);
  if (fault === undefined || (phase !== 'active' && phase !== 'auditing')) return undefined;
  return { state: 'error', sinceMs: check?.sinceMs ?? org.phaseSinceMs, ...explainFault(fault) };
}

/** The package is there, or may be, and cannot be set up (R17). */
function explainObstacle({ org }: StatusFacts): Explanation | undefined {
  const { look, phase, phaseSinceMs } = org;
  if (look?.obstacle === undefined) return undefined;
  if (phase !== 'not-installed' && phase !== 'setting-up') return undefined;
  return { state: 'error', sinceMs: phaseSinceMs, ...explainFault(look.obstacle) };
}

/** What the last examination found, as far as it holds still. */
function examinationInForce({ org, liveness }: StatusFacts): StatusFacts['org']['examination'] {
  const { examination, phase } = org;
  if (examination === undefined || phase !== 'active' || org.pollOnly) return undefined;
  if ((liveness.lastApexSeenAtMs ?? 0) <= examination.atMs) return examination;
  // A notice proves the way, and nothing of what is told on another one.
  const { disabled: _, ...seen } = examination;
  const faults = examination.faults.filter(({ code }) => !ON_THE_WAY.has(code));
  return { ...seen, faults };
}

/** Faults that no notice comes past. */
const ON_THE_WAY: ReadonlySet<FaultCode> = new Set([
  'package-gone',
  'settings-missing',
  'settings-of-another-org',
  'wrong-url',
  'wrong-token',
  'remote-site-missing',
  'remote-site-inactive',
  'breaker-open',
]);

/** An admin's own decision: no warning. */
function explainDisabled(facts: StatusFacts): Explanation | undefined {
  const disabled = examinationInForce(facts)?.disabled;
  if (disabled === undefined) return undefined;
  return {
    state: 'disabled',
    sinceMs: disabled.sinceMs,
    cause: `Disable Mixmax RTS is ticked in the org, last changed by ${disabled.by}. Until it is unticked the org is read by Bulk API every ${minutes(QUIET_MS)}.`,
    fix: 'Untick Disable Mixmax RTS at Setup → Custom Settings → Mixmax Settings to have changes as they happen.',
  };
}

function explainFound(facts: StatusFacts): Explanation | undefined {
  const [fault] = examinationInForce(facts)?.faults ?? [];
  if (fault === undefined) return undefined;
  const state = fault.code === 'package-gone' ? 'not-installed' : 'error';
  const quiet = facts.org.mode.name === 'interval';
  const sinceMs = quiet ? facts.org.mode.sinceMs : (facts.org.examination?.atMs ?? 0);
  return { state, sinceMs, ...explainFault(fault), ...(quiet && { verdict: 'broken' as const }) };
}

function explainProblem({ org }: StatusFacts): Explanation | undefined {
  if (org.problem === undefined) return undefined;
  const fix = 'Mend what the cause names; the next run that succeeds clears it.';
  return { state: 'error', sinceMs: org.phaseSinceMs, cause: org.problem, fix };
}

/** A mirror that lacks what these messages told is not in order, however lively it looks. */
function explainLetters({ org, deadLetters }: StatusFacts): Explanation | undefined {
  if (deadLetters === 0) return undefined;
  const [noun, verb] = deadLetters === 1 ? ['message', 'was'] : ['messages', 'were'];
  return {
    state: 'error',
    sinceMs: org.phaseSinceMs,
    cause: `${deadLetters} ${noun} could not be handled and ${verb} given up after several tries.`,
    fix: 'Look at GET /dead-letters for the reasons, mend them, and send the messages again by POST /dead-letters.',
  };
}

/** R14: work that keeps the mirror complete waits. What matters less may wait without a word. */
function explainPause({ org, waiting }: StatusFacts): Explanation | undefined {
  const missed = waiting.filter((purpose) => purpose === 'notices' || purpose === 'interval');
  if (missed.length === 0) return undefined;
  return {
    state: 'paused',
    sinceMs: org.quotaPause?.sinceMs ?? org.mode.sinceMs,
    cause: `The org's daily API requests, or our share of them, are used up: ${waiting.join(', ')} wait.`,
    fix: 'Nothing: work goes on by itself as requests become free. GET /limits says who uses how many; PUT /limits raises our share.',
  };
}

function explainPhase(facts: StatusFacts, nowMs: number): Explanation {
  const { org } = facts;
  const sinceMs = org.phaseSinceMs;
  switch (org.phase) {
    case 'not-installed':
      return {
        state: 'not-installed',
        sinceMs,
        cause: 'The org is connected, but the Mixmax package is not installed in it.',
        fix: 'Install the Mixmax package in the org. It is noticed within half a minute, or within 15 minutes when nobody has waited here for half an hour, and set up by itself.',
      };
    case 'setting-up':
      return { state: 'setting-up', sinceMs, cause: 'The package is being set up in the org.' };
    case 'auditing':
      return {
        state: 'auditing',
        sinceMs,
        cause: 'The initial audit reads every record of the org once.',
      };
    case 'removed':
      return {
        state: 'removed',
        sinceMs,
        cause: 'Real-time sync was removed for this org; notices are answered with 410.',
        fix: 'Connect the org again to resume.',
      };
    case 'active':
      return explainMode(facts, nowMs);
  }
}

function explainMode(facts: StatusFacts, nowMs: number): Explanation {
  const { mode } = facts.org;
  switch (mode.name) {
    case 'interval':
      return explainInterval(facts, nowMs);
    case 'closing':
      return {
        state: 'closing',
        sinceMs: mode.sinceMs,
        cause: 'Apex is seen again: a last pass closes the gap, then sync is real-time again.',
      };
    case 'realtime':
      return explainRealtime(facts, nowMs);
  }
}

const CHECK_APEX =
  'Save a record that counts, and look at Setup → Apex Jobs and at Mixmax Error in the org if no notice arrives.';

function explainInterval(facts: StatusFacts, nowMs: number): Explanation {
  const { org, liveness } = facts;
  const examination = examinationInForce(facts);
  // What was only glanced at in real time had no ping.
  const asked = examination !== undefined && examination.glance !== true;
  const verdict = asked ? verdictOf(examination, liveness, nowMs) : undefined;
  const state = { state: 'interval', sinceMs: org.mode.sinceMs } as const;
  const reads = `the org is read by Bulk API every ${minutes(QUIET_MS)}`;
  if (org.pollOnly) {
    return {
      ...state,
      cause: `Nothing is installed in the org, by choice: ${reads}.`,
      fix: 'Nothing. To have changes as they happen, connect the org with the package.',
    };
  }
  switch (verdict) {
    case undefined:
    case 'checking':
      return {
        ...state,
        cause: `No change notice came for over ${minutes(QUIET_MS)}: ${reads}. A ping is to tell whether Apex can be heard.`,
        ...(verdict !== undefined && { verdict }),
      };
    case 'idle':
      return {
        ...state,
        verdict,
        cause: `Nobody saved anything that counts since Apex was last seen; a ping came through. Meanwhile ${reads}.`,
      };
    case 'lagging':
      return {
        ...state,
        verdict,
        cause: `Changes of ${examination?.untold.join(', ')} were saved and not told, although a ping came through: ${reads}.`,
        fix: 'Look at Setup → Apex Jobs for a long queue. Loads that switch triggers off, and changes that run none, are told by nobody.',
      };
    case 'broken':
      return {
        ...state,
        verdict,
        cause: `A ping sent through the org's Apex did not arrive: ${reads}.`,
        fix: CHECK_APEX,
      };
  }
}

function explainRealtime({ org, liveness }: StatusFacts, nowMs: number): Explanation {
  const heardMs = liveness.lastApexSeenAtMs;
  const quietMs = quietSinceMs({ org, liveness });
  if (quietMs + QUIET_MS <= nowMs) {
    const cause = `No change notice for ${minutes(nowMs - quietMs)}: interval sync begins within a minute.`;
    return { state: 'quiet', sinceMs: quietMs, cause, fix: CHECK_APEX };
  }
  const cause =
    heardMs === undefined
      ? 'The org is mirrored; the first change notice is awaited.'
      : `Changes arrive from Apex as they happen, the last one ${ago(heardMs, nowMs)}.`;
  return { state: 'active', sinceMs: Math.max(org.phaseSinceMs, org.mode.sinceMs), cause };
}
