import type { OrgId } from '#core/ids.ts';
import type { FeedEvent } from '#core/record.ts';
import type { FeedPage } from '#ports/feed.ts';
import {
  FEED_KEPT_MS,
  type FeedCursor,
  formatCursor,
  trimmedCursor,
  unknownCursor,
} from './feed-cursor.ts';

/** A stored batch, as a feed reads it. */
export interface FeedBatch {
  readonly seq: number;
  readonly appendedAtMs: number;
  /** How many events it holds. */
  readonly size: number;
  events(): readonly FeedEvent[];
}

export interface FeedPageStart {
  readonly orgId: OrgId;
  readonly cursor: FeedCursor;
  readonly limit: number;
  readonly nowMs: number;
}

/**
 * Makes a page of the batches that follow a cursor. Batches are numbered without a hole, so a missing one was trimmed;
 * one that should have been is treated as if it were.
 */
export class FeedPageBuilder {
  readonly #start: FeedPageStart;
  readonly #events: FeedEvent[] = [];
  #cursor: FeedCursor;

  constructor(start: FeedPageStart) {
    this.#start = start;
    this.#cursor = start.cursor;
  }

  get full(): boolean {
    return this.#events.length >= this.#start.limit;
  }

  /** @throws AppError gone, invalid-input */
  add(batch: FeedBatch): void {
    const { orgId, limit, nowMs } = this.#start;
    const { seq, index } = this.#cursor;
    if (batch.seq !== seq || batch.appendedAtMs < nowMs - FEED_KEPT_MS) throw trimmedCursor(orgId);
    if (index >= batch.size) throw unknownCursor();
    const taken = batch.events().slice(index, index + limit - this.#events.length);
    this.#events.push(...taken);
    const next = index + taken.length;
    this.#cursor = next < batch.size ? { seq, index: next } : { seq: seq + 1, index: 0 };
  }

  /**
   * @param end number of the batch that will be appended next; known before the batches were read
   * @throws AppError gone, invalid-input
   */
  finish(end: number): FeedPage {
    const { seq, index } = this.#cursor;
    if (!this.full) {
      if (seq < end) throw trimmedCursor(this.#start.orgId);
      // An end that others have moved on meanwhile is fine: only what was never given out is refused.
      if (index > 0 || (seq > end && this.#events.length === 0)) throw unknownCursor();
    }
    return { events: this.#events, next: formatCursor(this.#cursor) };
  }
}
