import type { OrgId, RecordId } from '../ids.ts';
import type { Activity } from './activity.ts';
import type { ActivityState, LedgerEntry, LedgerRow, Skip } from './ledger-entry.ts';
import { contentHash } from './parse-activity.ts';
import { ledgerIdOf } from './row-key.ts';

/*
 * The life of a ledger entry as pure steps: accepted → claimed → settled, and around again for a newer version, a retry
 * or a person who turns up in Salesforce. A store writes what a step answers only if nobody was faster.
 */

/** Longer than a function may run and than Salesforce works on a request that nobody waits for any more. */
const CLAIM_MS = 10 * 60_000;

/** More attending users than an event can have. */
const MAX_REMOVED = 100;

/** An activity that came in, and the Salesforce user whose it is. */
export interface Incoming {
  readonly orgId: OrgId;
  readonly activity: Activity;
  readonly userId: RecordId;
  /** It was made from the rule of this recurring event. */
  readonly series?: string;
}

export type Acceptance =
  | { readonly outcome: 'accepted' | 'updated'; readonly next: LedgerEntry }
  /** Known already. `queue`: its message may never have been sent. */
  | { readonly outcome: 'duplicate'; readonly queue: boolean }
  | { readonly outcome: 'stale' | 'conflict' };

/** What an activity that comes in means for what the ledger holds of its id. */
export function accept(
  known: LedgerEntry | undefined,
  { orgId, activity, userId, series }: Incoming,
  nowMs: number,
): Acceptance {
  const hash = contentHash(activity);
  const made = series === undefined ? {} : { series };
  if (known === undefined) {
    const next = { ...newEntry(orgId, activity, userId, hash, nowMs), ...made };
    return { outcome: 'accepted', next };
  }
  if (series !== undefined && known.series === undefined) {
    return madeOverTold(known, { activity, userId, hash }, nowMs);
  }
  if (series === undefined && known.series !== undefined && activity.version >= known.version) {
    // The same version says something else now: what was written of it is out of date.
    const rows = known.rows.map((row) => ({ ...row, version: 0 }));
    const next = changed({ ...known, rows }, { activity, userId, hash }, nowMs);
    return { outcome: 'updated', next };
  }
  const teller = activity.user.toLowerCase();
  if (activity.version === known.version && known.absent?.includes(teller)) {
    return { outcome: 'updated', next: withAbsence(known, teller, false, nowMs) };
  }
  const retold = activity.id !== known.activity.id;
  if (activity.version === known.version) {
    if (!retold && hash !== known.hash) return { outcome: 'conflict' };
    return { outcome: 'duplicate', queue: known.state === 'queued' };
  }
  if (activity.version < known.version) return { outcome: 'stale' };
  const next = { ...changed(known, { activity, userId, hash }, nowMs), ...made };
  return { outcome: 'updated', next };
}

/** What a sender told of an occurrence stands, until the whole series is cancelled. */
function madeOverTold(
  known: LedgerEntry,
  content: Pick<LedgerEntry, 'activity' | 'userId' | 'hash'>,
  nowMs: number,
): Acceptance {
  const ends = (activity: Activity) => 'status' in activity && activity.status === 'cancelled';
  if (!ends(content.activity) || ends(known.activity)) return { outcome: 'stale' };
  const activity = { ...content.activity, version: known.version + 1 };
  return { outcome: 'updated', next: changed(known, { ...content, activity }, nowMs) };
}

function newEntry(
  orgId: OrgId,
  activity: Activity,
  userId: RecordId,
  hash: string,
  nowMs: number,
): LedgerEntry {
  const { version } = activity;
  return {
    orgId,
    id: ledgerIdOf(activity),
    revision: 0,
    version,
    hash,
    state: 'queued',
    stateSinceMs: nowMs,
    acceptedAtMs: nowMs,
    activity,
    userId,
    rows: [],
    skips: [],
    attempts: 0,
  };
}

/** While an older version is being written, the claim stays: its rows must be known before they can be changed. */
function changed(
  known: LedgerEntry,
  content: Pick<LedgerEntry, 'activity' | 'userId' | 'hash'>,
  nowMs: number,
): LedgerEntry {
  const { absent: _a, series: _s, ...rest } = known;
  return written(known, { ...rest, ...content, version: content.activity.version }, nowMs);
}

/** A user's calendar does not hold the event any more, or does again. */
export function withAbsence(
  known: LedgerEntry,
  user: string,
  isAbsent: boolean,
  nowMs: number,
): LedgerEntry {
  const others = known.absent?.filter((one) => one !== user) ?? [];
  return written(known, { ...known, absent: isAbsent ? [...others, user] : others }, nowMs);
}

function written(known: LedgerEntry, next: LedgerEntry, nowMs: number): LedgerEntry {
  return known.state === 'writing' ? { ...next, changedMeanwhile: true } : requeued(next, nowMs);
}

/** Back to the queue with a fresh count of tries. */
export function requeued(entry: LedgerEntry, nowMs: number): LedgerEntry {
  const { problem: _p, refusals: _r, ...rest } = entry;
  return { ...rest, state: 'queued', stateSinceMs: nowMs, attempts: 0 };
}

export type Claim =
  | { readonly outcome: 'claimed'; readonly next: LedgerEntry; readonly lookFirst: boolean }
  | { readonly outcome: 'busy'; readonly untilMs: number }
  | { readonly outcome: 'settled' };

/** Takes an entry for writing. `lookFirst`: an earlier try may have written rows that the ledger does not know. */
export function claim(entry: LedgerEntry, token: string, nowMs: number): Claim {
  if (entry.state === 'writing' && entry.claim !== undefined && entry.claim.untilMs > nowMs) {
    return { outcome: 'busy', untilMs: entry.claim.untilMs };
  }
  if (entry.state !== 'queued' && entry.state !== 'writing') return { outcome: 'settled' };
  const { changedMeanwhile: _, ...rest } = entry;
  const next: LedgerEntry = {
    ...rest,
    state: 'writing',
    stateSinceMs: nowMs,
    attempts: entry.attempts + 1,
    claim: { token, untilMs: nowMs + CLAIM_MS },
    // Whoever finds the claim abandoned cannot know how far it came.
    mayExist: true,
  };
  return { outcome: 'claimed', next, lookFirst: entry.mayExist === true };
}

/** How a try ended. */
export interface Settlement {
  /** `queued`: it is to be tried again. */
  readonly state: Exclude<ActivityState, 'writing'>;
  readonly rows: readonly LedgerRow[];
  readonly skips: readonly Skip[];
  /** Records that were deleted. */
  readonly removed?: readonly RecordId[];
  /** Of a recurring event. */
  readonly occurrences?: readonly string[];
  readonly throughMs?: number;
  /** An answer of Salesforce is missing. */
  readonly uncertain: boolean;
  /** Salesforce refused a row. */
  readonly refused?: boolean;
  readonly problem?: string;
}

/** The entry after a try. A version that came meanwhile is queued, with the rows it will find. */
export function settle(entry: LedgerEntry, settlement: Settlement, nowMs: number): LedgerEntry {
  const { claim: _c, mayExist: _m, changedMeanwhile, problem: _p, ...rest } = entry;
  const { rows, skips, removed = [], uncertain, refused = false, problem } = settlement;
  const { occurrences, throughMs } = settlement;
  const next: LedgerEntry = {
    ...rest,
    rows,
    skips,
    state: settlement.state,
    stateSinceMs: nowMs,
    ...(removed.length > 0 && {
      removed: [...(entry.removed ?? []), ...removed].slice(-MAX_REMOVED),
    }),
    ...(occurrences !== undefined && { occurrences }),
    ...(throughMs !== undefined && { throughMs }),
    ...((uncertain || forgets(entry, settlement)) && { mayExist: true as const }),
    ...(refused && { refusals: (entry.refusals ?? 0) + 1 }),
    ...(problem !== undefined && { problem }),
  };
  if (changedMeanwhile) return requeued(next, nowMs);
  return next.state === 'written' ? withoutText(next) : next;
}

/**
 * Somebody is not logged any more, and what was written of it stays in the org. When it is to be logged again, it has to
 * be found there.
 */
function forgets({ rows: known }: LedgerEntry, { rows, removed = [] }: Settlement): boolean {
  const kept = new Set(rows.map(({ key }) => key));
  return known.some(
    ({ key, recordId }) => recordId !== undefined && !kept.has(key) && !removed.includes(recordId),
  );
}

/** What is wholly written needs its text no more; Salesforce has it. A skip keeps it: it may be overridden. */
function withoutText(entry: LedgerEntry): LedgerEntry {
  if (entry.skips.length > 0 || !('text' in entry.activity)) return entry;
  const { text: _, ...activity } = entry.activity;
  return { ...entry, activity };
}
