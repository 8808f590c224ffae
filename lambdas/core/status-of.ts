import { explainState } from './explain-state.ts';
import type { Liveness, OrgState } from './org.ts';
import type { Pass } from './pass.ts';
import type { Purpose } from './quota.ts';
import { stageTotals } from './stage-latency.ts';
import type { ObjectStatus, Status, SyncUserStatus } from './status.ts';
import { lackingLines, permissionLines } from './sync-user.ts';
import { ago, iso } from './time-text.ts';

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
  /** What waits for API requests (R14). */
  readonly waiting: readonly Purpose[];
}

/** What an org's sync does, why, and what to do about it (R18), as far as the receiver's own stores tell. */
export function statusOf(facts: StatusFacts, nowMs: number): Status {
  const { org, liveness, pass } = facts;
  const { state, sinceMs, cause, fix, verdict } = explainState(facts, nowMs);
  return {
    orgId: org.orgId,
    orgName: org.name,
    instanceUrl: org.instanceUrl,
    state,
    since: iso(sinceMs),
    cause,
    evidence: evidenceOf(facts, nowMs),
    ...(fix !== undefined && { fix }),
    ...(verdict !== undefined && { verdict }),
    mode: org.mode.name,
    conditionsOn: org.conditions.on,
    ...(liveness.lastApexSeenAtMs !== undefined && {
      lastApexSeenAt: iso(liveness.lastApexSeenAtMs),
    }),
    ...(liveness.lastPingAtMs !== undefined && { lastPingAt: iso(liveness.lastPingAtMs) }),
    now: iso(nowMs),
    objects: Object.keys(org.objects).map((object) => objectStatus(facts, object, nowMs)),
    stages: stageTotals(liveness.counters),
    deadLetters: facts.deadLetters,
    ...(org.syncUserCheck !== undefined && { syncUser: syncUserStatus(org) }),
    ...(pass !== undefined && { pass: passStatus(pass) }),
  };
}

export function syncUserStatus({ syncUser, syncUserCheck: check }: OrgState): SyncUserStatus {
  const { username } = syncUser;
  if (check === undefined) return { username, permissions: [] };
  return { username, checkedAt: iso(check.atMs), permissions: permissionLines(check) };
}

function evidenceOf(
  { org, liveness, counts, deadLetters, waiting }: StatusFacts,
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
  if (waiting.length > 0) lines.push(`Waiting for API requests: ${waiting.join(', ')}.`);
  const dropped = counters['changesDropped'] ?? 0;
  if (dropped > 0) lines.push(`${dropped} changes were dropped by Sync Conditions.`);
  const own = counters['ownWrites'] ?? 0;
  if (own > 0) lines.push(`${own} changes were activities that we wrote ourselves.`);
  const late = counters['calendarChangesLate'] ?? 0;
  if (late > 0) {
    const all = counters['calendarChanges'] ?? 0;
    lines.push(`${late} of ${all} calendar changes took longer than 40 minutes.`);
  }
  if (org.conditionsDriftedAtMs !== undefined) {
    const since = ago(org.conditionsDriftedAtMs, nowMs);
    lines.push(`The org's synced fields differ from ours, seen ${since}; they are rewritten.`);
  }
  const check = org.syncUserCheck;
  if (check?.signIn !== undefined) lines.push('The Sync User cannot sign in.');
  for (const { permission, lost } of check === undefined ? [] : lackingLines(check)) {
    lines.push(`The Sync User lacks ${permission}. ${lost}`);
  }
  for (const lack of org.examination?.lacks ?? []) lines.push(`The Sync User lacks ${lack}.`);
  return lines;
}

function objectStatus(
  { org, liveness, counts, openGapsMs }: StatusFacts,
  object: string,
  nowMs: number,
): ObjectStatus {
  const { completeThroughMs, counted } = org.objects[object] ?? {};
  const liveThroughMs = liveThrough(liveness.liveThroughMs[object], openGapsMs[object]);
  const { live, hidden } = counts[object] ?? { live: 0, hidden: 0 };
  return {
    object,
    rows: live,
    hidden,
    ...(counted !== undefined && {
      counted: { org: counted.org, mirror: counted.mirror, at: iso(counted.atMs) },
    }),
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
