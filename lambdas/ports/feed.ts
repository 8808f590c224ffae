import type { OrgId, RecordId } from '#core/ids.ts';
import type { FeedEvent } from '#core/record.ts';

export interface FeedPage {
  readonly events: readonly FeedEvent[];
  /** Give it back as `after`; opaque. */
  readonly next: string;
}

/**
 * The change feed (R15): events of an org in one order, kept 7 days. At least once: an event id may come again, the
 * reader knows it by `id`. A reader that follows `next` misses nothing that was appended.
 */
export interface Feed {
  /** Durable when it resolves; also announced to live readers and, on AWS, to EventBridge. */
  append(orgId: OrgId, events: readonly FeedEvent[], nowMs: number): Promise<void>;
  /**
   * @param after undefined = from the oldest kept; `latest` = nothing old, only the cursor of the end; `last:50` (1 to
   *   999) = from so many events before the end; `since:1760000000000` = from what was appended at that time (ms) or
   *   after, on DynamoDB up to a minute before
   * @param record only its events. A page ends after 20,000 events looked at, though it hold few or none: `next` then
   *   differs from what was given
   * @throws AppError invalid-input for a cursor this feed never gave, gone for one older than 7 days
   */
  read(
    orgId: OrgId,
    after: string | undefined,
    limit: number,
    record?: RecordId,
  ): Promise<FeedPage>;
  /** Resolves when there may be something after the cursor, or after `timeoutMs`. */
  waitForNews(orgId: OrgId, after: string, timeoutMs: number, signal?: AbortSignal): Promise<void>;
  /**
   * Takes the values out of the events that `wanted` picks: `changed` becomes empty; ids, order and cursors stay, and
   * nothing is announced. One call looks at 50 appended batches (at most 25,000 events), from `from` on.
   * @returns how many events lost values; `next`: where to go on, absent at the end
   */
  forgetValues(
    orgId: OrgId,
    wanted: (event: FeedEvent) => boolean,
    from?: number,
  ): Promise<{ readonly events: number; readonly next?: number }>;
  clear(orgId: OrgId): Promise<void>;
}
