import type { OrgId, RecordId } from '#core/ids.ts';
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
  /** Only its events. */
  readonly record?: RecordId | undefined;
}

/** A page of one record's events ends after so many batches, however few it found: a call must end. */
const MAX_BATCHES_SEARCHED = 40;

/**
 * Makes a page of the batches that follow a cursor. Batches are numbered without a hole, so a missing one was trimmed;
 * one that should have been is treated as if it were.
 */
export class FeedPageBuilder {
  readonly #start: FeedPageStart;
  readonly #events: FeedEvent[] = [];
  #cursor: FeedCursor;
  #batches = 0;

  constructor(start: FeedPageStart) {
    this.#start = start;
    this.#cursor = start.cursor;
  }

  get full(): boolean {
    const { limit, record } = this.#start;
    if (this.#events.length >= limit) return true;
    return record !== undefined && this.#batches >= MAX_BATCHES_SEARCHED;
  }

  /** @throws AppError gone, invalid-input */
  add(batch: FeedBatch): void {
    const { orgId, nowMs } = this.#start;
    const { seq, index } = this.#cursor;
    if (batch.seq !== seq || batch.appendedAtMs < nowMs - FEED_KEPT_MS) throw trimmedCursor(orgId);
    if (index >= batch.size) throw unknownCursor();
    const next = index + this.#take(batch.events().slice(index));
    this.#batches += 1;
    this.#cursor = next < batch.size ? { seq, index: next } : { seq: seq + 1, index: 0 };
  }

  /** @returns how many events were looked at */
  #take(events: readonly FeedEvent[]): number {
    const { limit, record } = this.#start;
    for (const [place, event] of events.entries()) {
      if (this.#events.length >= limit) return place;
      if (record === undefined || event.recordId === record) this.#events.push(event);
    }
    return events.length;
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
