import type { FeedEvent } from '#core/record.ts';
import type { StageTotals } from '#core/stage-latency.ts';
import type { Status } from '#core/status.ts';

const MINUTE_MS = 60_000;
/** How far back the charts go. */
const SHOWN_MINUTES = 30;

/** What a minute of the receiver's clock brought. */
export interface Minute {
  readonly startMs: number;
  readonly changes: number;
  /** Sums over the notices whose counting fell into it; absent where there was none, or nobody watched. */
  readonly stages?: StageTotals;
}

/** The last half hour, as far as the changes that were read and the readings of the status tell. */
export interface Flow {
  /** Oldest first, without holes. */
  readonly minutes: readonly Minute[];
  readonly lastTotals?: StageTotals;
}

export function newFlow(): Flow {
  return { minutes: [] };
}

export function withArrivals({ minutes, ...rest }: Flow, events: readonly FeedEvent[]): Flow {
  const arrived = new Map<number, number>();
  for (const { appliedAt } of events) {
    const startMs = minuteOf(Date.parse(appliedAt));
    arrived.set(startMs, (arrived.get(startMs) ?? 0) + 1);
  }
  const spanned = reachingTo(minutes, Math.max(...arrived.keys()));
  return {
    ...rest,
    minutes: spanned.map((minute) => {
      const more = arrived.get(minute.startMs) ?? 0;
      return more === 0 ? minute : { ...minute, changes: minute.changes + more };
    }),
  };
}

/** Adds what came in since the reading before; the first one only sets the mark. */
export function withStatus({ minutes, lastTotals }: Flow, { now, stages }: Status): Flow {
  const startMs = minuteOf(Date.parse(now));
  const spanned = reachingTo(minutes, startMs);
  const fresh = lastTotals === undefined ? undefined : since(stages, lastTotals);
  if (fresh === undefined || fresh.notices === 0) return { minutes: spanned, lastTotals: stages };
  const added = spanned.map((minute) =>
    minute.startMs === startMs ? { ...minute, stages: sum(minute.stages, fresh) } : minute,
  );
  return { minutes: added, lastTotals: stages };
}

function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
}

/** The last minutes up to this one, at least; those that are not known yet are empty. */
function reachingTo(minutes: readonly Minute[], startMs: number): readonly Minute[] {
  const end = Math.max(startMs, minutes.at(-1)?.startMs ?? 0);
  const known = new Map(minutes.map((minute) => [minute.startMs, minute]));
  return Array.from({ length: SHOWN_MINUTES }, (_, index) => {
    const at = end - (SHOWN_MINUTES - 1 - index) * MINUTE_MS;
    return known.get(at) ?? { startMs: at, changes: 0 };
  });
}

function since(now: StageTotals, before: StageTotals): StageTotals {
  return combined(now, before, (a, b) => Math.max(0, a - b));
}

function sum(known: StageTotals | undefined, fresh: StageTotals): StageTotals {
  return known === undefined ? fresh : combined(known, fresh, (a, b) => a + b);
}

function combined(
  a: StageTotals,
  b: StageTotals,
  combine: (a: number, b: number) => number,
): StageTotals {
  return {
    notices: combine(a.notices, b.notices),
    savedToPublishedMs: combine(a.savedToPublishedMs, b.savedToPublishedMs),
    savedToSentMs: combine(a.savedToSentMs, b.savedToSentMs),
    sentToReceivedMs: combine(a.sentToReceivedMs, b.sentToReceivedMs),
    receivedToAppliedMs: combine(a.receivedToAppliedMs, b.receivedToAppliedMs),
  };
}
