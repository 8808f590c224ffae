import type { Liveness, OrgState } from './org.ts';
import type { Pass } from './pass.ts';
import { QUIET_MS, quietSinceMs } from './quiet.ts';
import type { ObjectStatus, StateName, Status } from './status.ts';

export interface ObjectRows {
  readonly live: number;
  readonly hidden: number;
}

export interface StatusFacts {
  readonly org: OrgState;
  readonly liveness: Liveness;
  /** By object. */
  readonly counts: Readonly<Record<string, ObjectRows>>;
  /** Running or last. */
  readonly pass: Pass | undefined;
  /** Start of the stretch that is still to be read, by object, ms (core/open-gaps.ts). */
  readonly openGapsMs: Readonly<Record<string, number>>;
  readonly deadLetters: number;
}

/** What an org's sync does, why, and what to do about it (R18), as far as the receiver's own stores tell. */
export function statusOf(facts: StatusFacts, nowMs: number): Status {
  const { org, liveness, pass } = facts;
  const { state, sinceMs, cause, fix } = explain(facts, nowMs);
  return {
    orgId: org.orgId,
    orgName: org.name,
    instanceUrl: org.instanceUrl,
    state,
    since: iso(sinceMs),
    cause,
    evidence: evidenceOf(facts, nowMs),
    ...(fix !== undefined && { fix }),
    mode: org.mode.name,
    conditionsOn: org.conditions.on,
    ...(liveness.lastApexSeenAtMs !== undefined && {
      lastApexSeenAt: iso(liveness.lastApexSeenAtMs),
    }),
    ...(liveness.lastPingAtMs !== undefined && { lastPingAt: iso(liveness.lastPingAtMs) }),
    now: iso(nowMs),
    objects: Object.keys(org.objects).map((object) => objectStatus(facts, object, nowMs)),
    deadLetters: facts.deadLetters,
    ...(pass !== undefined && { pass: passStatus(pass) }),
  };
}

interface Explanation {
  readonly state: StateName;
  readonly sinceMs: number;
  readonly cause: string;
  readonly fix?: string;
}

function explain(facts: StatusFacts, nowMs: number): Explanation {
  const { org } = facts;
  const sinceMs = org.phaseSinceMs;
  if (org.phase !== 'removed' && org.problem !== undefined) {
    const fix = 'Mend what the cause names; the next run that succeeds clears it.';
    return { state: 'error', sinceMs, cause: org.problem, fix };
  }
  if (org.phase !== 'removed' && facts.deadLetters > 0) return explainLetters(facts);
  switch (org.phase) {
    case 'not-installed':
      return {
        state: 'not-installed',
        sinceMs,
        cause: 'The org is connected, but the Mixmax package is not installed in it.',
        fix: 'Install the Mixmax package in the org, then connect the org again.',
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

/** A mirror that lacks what these messages told is not in order, however lively it looks. */
function explainLetters({ org, deadLetters }: StatusFacts): Explanation {
  const [verb, noun] = deadLetters === 1 ? ['was', 'message'] : ['were', 'messages'];
  return {
    state: 'error',
    sinceMs: org.phaseSinceMs,
    cause: `${deadLetters} ${noun} could not be handled and ${verb} given up after several tries.`,
    fix: 'Look at GET /dead-letters for the reasons, mend them, and send the messages again by POST /dead-letters.',
  };
}

const CHECK_APEX =
  'Save a record that counts, and look at Setup → Apex Jobs and at Mixmax Error in the org if no notice arrives.';

function explainMode({ org, liveness }: StatusFacts, nowMs: number): Explanation {
  const { mode } = org;
  const quietMs = quietSinceMs({ org, liveness });
  const heard = liveness.lastApexSeenAtMs;
  switch (mode.name) {
    case 'interval':
      return {
        state: 'interval',
        sinceMs: mode.sinceMs,
        cause: `No change notice came for over ${minutes(QUIET_MS)}: the org is read by Bulk API every ${minutes(QUIET_MS)}.`,
        fix: `Nothing, if nobody saved records since. ${CHECK_APEX}`,
      };
    case 'closing':
      return {
        state: 'closing',
        sinceMs: mode.sinceMs,
        cause: 'Apex is seen again: a last pass closes the gap, then sync is real-time again.',
      };
    case 'realtime': {
      const since = Math.max(org.phaseSinceMs, mode.sinceMs);
      if (quietMs + QUIET_MS <= nowMs) {
        const cause = `No change notice for ${minutes(nowMs - quietMs)}: interval sync begins within a minute.`;
        return { state: 'quiet', sinceMs: quietMs, cause, fix: CHECK_APEX };
      }
      const cause =
        heard === undefined
          ? 'The org is mirrored; the first change notice is awaited.'
          : `Changes arrive from Apex as they happen, the last one ${ago(heard, nowMs)}.`;
      return { state: 'active', sinceMs: since, cause };
    }
  }
}

function evidenceOf(
  { org, liveness, counts, deadLetters }: StatusFacts,
  nowMs: number,
): readonly string[] {
  const { lastApexSeenAtMs: apex, lastPingAtMs: ping, counters } = liveness;
  const rows = Object.values(counts).reduce((sum, { live }) => sum + live, 0);
  const lines = [
    apex === undefined ? 'Apex was never seen.' : `Apex last seen ${ago(apex, nowMs)}.`,
    ping === undefined ? 'No ping came yet.' : `Last ping ${ago(ping, nowMs)}.`,
    `${rows} live records of ${Object.keys(org.objects).length} objects are mirrored.`,
  ];
  if (deadLetters > 0) lines.push(`Messages given up: ${deadLetters}; see GET /dead-letters.`);
  const dropped = counters['changesDropped'] ?? 0;
  if (dropped > 0) lines.push(`${dropped} changes were dropped by Sync Conditions.`);
  if (org.conditionsDriftedAtMs !== undefined) {
    const since = ago(org.conditionsDriftedAtMs, nowMs);
    lines.push(`The org's synced fields differ from ours, seen ${since}; they are rewritten.`);
  }
  return lines;
}

function objectStatus(
  { org, liveness, counts, openGapsMs }: StatusFacts,
  object: string,
  nowMs: number,
): ObjectStatus {
  const completeThroughMs = org.objects[object]?.completeThroughMs;
  const liveThroughMs = liveThrough(liveness.liveThroughMs[object], openGapsMs[object]);
  const { live, hidden } = counts[object] ?? { live: 0, hidden: 0 };
  return {
    object,
    rows: live,
    hidden,
    ...(completeThroughMs !== undefined && { completeThrough: iso(completeThroughMs) }),
    ...(liveThroughMs !== undefined && { liveThrough: iso(liveThroughMs) }),
    ...(completeThroughMs !== undefined && {
      lagSeconds: Math.max(0, Math.round((nowMs - completeThroughMs) / 1_000)),
    }),
  };
}

/** The newest notice applied, if no gap before it is open. */
function liveThrough(notedMs: number | undefined, gapMs: number | undefined): number | undefined {
  return notedMs === undefined || gapMs === undefined ? notedMs : Math.min(notedMs, gapMs);
}

function passStatus(pass: Pass): NonNullable<Status['pass']> {
  const { id, kind, state, startedAtMs } = pass;
  return { id, kind, state, startedAt: iso(startedAtMs), rows: rowsOf(pass) };
}

/** Rows read so far, over all objects. */
export function rowsOf({ parts }: Pick<Pass, 'parts'>): number {
  return Object.values(parts).reduce((sum, { rows }) => sum + rows, 0);
}

export function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

function minutes(durationMs: number): string {
  const count = Math.floor(durationMs / 60_000);
  return count === 1 ? '1 minute' : `${count} minutes`;
}

function ago(timeMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - timeMs) / 1_000));
  return seconds < 60 ? `${seconds} s ago` : `${minutes(seconds * 1_000)} ago`;
}
