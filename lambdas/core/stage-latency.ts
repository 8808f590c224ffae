import type { Delivery } from './apply-plan.ts';
import type { NoticeApplyMessage } from './messages.ts';

/**
 * Where the time between a save and its record in the mirror goes: sums over all notices of changes since the org was
 * connected, kept among the counters of its liveness. Two readings tell the mean of what came in between.
 *
 * Apex tells times in whole seconds, by the org's clock: single values are off by up to a second, and where the two
 * clocks differ the stage between them is off by as much; it never counts as less than nothing.
 */
export interface StageTotals {
  /** Notices that were timed; redelivered ones are not. */
  readonly notices: number;
  /** Of `savedToSentMs`, until Salesforce's event bus took it, ms; 0 of packages that do not tell. */
  readonly savedToPublishedMs: number;
  /** From the first save that a notice tells of until Apex sent it, ms: platform event, queue of asynchronous Apex. */
  readonly savedToSentMs: number;
  /** Until it was queued here, ms. */
  readonly sentToReceivedMs: number;
  /** Until it was written and announced, ms. */
  readonly receivedToAppliedMs: number;
}

const PREFIX = 'stage_';
const NO_TOTALS: StageTotals = {
  notices: 0,
  savedToPublishedMs: 0,
  savedToSentMs: 0,
  sentToReceivedMs: 0,
  receivedToAppliedMs: 0,
};

/** What the notices add to the counters; nothing when none of them can be timed. */
export function stageCounters(
  deliveries: readonly Delivery[],
  appliedAtMs: number,
): Record<string, number> {
  const timed = deliveries.filter(
    ({ redelivered, message: { notice } }) => !redelivered && notice.changes.length > 0,
  );
  if (timed.length === 0) return {};
  const totals = timed
    .map(({ message }) => stagesOf(message, appliedAtMs))
    .reduce((sum, one) => addTotals(sum, one), NO_TOTALS);
  return Object.fromEntries(Object.entries(totals).map(([name, sum]) => [PREFIX + name, sum]));
}

/** The totals that the counters hold. */
export function stageTotals(counters: Readonly<Record<string, number>>): StageTotals {
  const names = Object.keys(NO_TOTALS);
  const totals = names.map((name) => [name, counters[PREFIX + name] ?? 0] as const);
  return { ...NO_TOTALS, ...Object.fromEntries(totals) };
}

function stagesOf({ notice, receivedAtMs }: NoticeApplyMessage, appliedAtMs: number): StageTotals {
  const sentAtMs = Date.parse(notice.sentAt);
  const savedAtMs = Math.min(...notice.changes.map(({ at }) => Date.parse(at)));
  const publishedAtMs = Math.min(
    ...notice.changes.map(({ published }) => Date.parse(published ?? notice.sentAt)),
  );
  const isTold = notice.changes.some(({ published }) => published !== undefined);
  return {
    notices: 1,
    savedToPublishedMs: isTold ? Math.max(0, Math.min(publishedAtMs, sentAtMs) - savedAtMs) : 0,
    savedToSentMs: Math.max(0, sentAtMs - savedAtMs),
    sentToReceivedMs: Math.max(0, receivedAtMs - sentAtMs),
    receivedToAppliedMs: Math.max(0, appliedAtMs - receivedAtMs),
  };
}

function addTotals(a: StageTotals, b: StageTotals): StageTotals {
  return {
    notices: a.notices + b.notices,
    savedToPublishedMs: a.savedToPublishedMs + b.savedToPublishedMs,
    savedToSentMs: a.savedToSentMs + b.savedToSentMs,
    sentToReceivedMs: a.sentToReceivedMs + b.sentToReceivedMs,
    receivedToAppliedMs: a.receivedToAppliedMs + b.receivedToAppliedMs,
  };
}
