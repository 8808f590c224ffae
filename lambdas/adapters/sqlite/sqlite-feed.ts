import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { FeedEvent } from '#core/record.ts';
import type { Clock } from '#ports/clock.ts';
import type { Feed, FeedPage } from '#ports/feed.ts';
import {
  cursorBefore,
  EVENTS_PER_BATCH,
  FEED_KEPT_MS,
  type FeedCursor,
  FIRST_SEQ,
  LATEST,
  lastCount,
  parseCursor,
  sinceTime,
} from '../feed-cursor.ts';
import { type FeedBatch, FeedPageBuilder } from '../feed-page.ts';
import { BATCHES_PER_SEARCH, withoutValues } from '../feed-values.ts';
import { inTransaction } from './database.ts';
import { feedBatchOf, feedBatchText } from './feed-batch-text.ts';

/** At most this many outdated batches are removed by one append, so that no append takes long. */
const BATCHES_TRIMMED_PER_APPEND = 50;

interface BatchRow {
  readonly seq: number;
  readonly appendedAtMs: number;
  readonly size: number;
  readonly events: string;
}

/** The change feed as one row per appended batch. Readers of this process are woken by each append. */
export class SqliteFeed implements Feed {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #waiting = new Map<OrgId, Set<() => void>>();

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#sql = prepare(database);
  }

  async append(orgId: OrgId, events: readonly FeedEvent[], nowMs: number): Promise<void> {
    if (events.length === 0) return;
    inTransaction(this.#database, () => {
      let seq = this.#nextSeq(orgId);
      for (let start = 0; start < events.length; start += EVENTS_PER_BATCH) {
        const batch = events.slice(start, start + EVENTS_PER_BATCH);
        this.#sql.append.run(orgId, seq, nowMs, batch.length, feedBatchText(batch));
        seq += 1;
      }
      this.#sql.setEnd.run(orgId, seq);
      this.#trim(orgId, nowMs);
    });
    this.#wake(orgId);
  }

  async read(
    orgId: OrgId,
    after: string | undefined,
    limit: number,
    record?: RecordId,
  ): Promise<FeedPage> {
    const nowMs = this.#clock.now();
    const end = this.#nextSeq(orgId);
    const cursor = this.#start(orgId, after, end, nowMs);
    const page = new FeedPageBuilder({ orgId, cursor, limit, nowMs, record });
    for (const row of this.#sql.from.iterate(orgId, cursor.seq)) {
      page.add(toBatch(row as unknown as BatchRow));
      if (page.full) break;
    }
    return page.finish(end);
  }

  async waitForNews(
    orgId: OrgId,
    after: string,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const seq = after === LATEST ? this.#nextSeq(orgId) : parseCursor(after).seq;
    if (signal?.aborted === true || this.#nextSeq(orgId) > seq) return;
    const over = new AbortController();
    const signals = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(orgId) ?? new Set();
    this.#waiting.set(orgId, waiting.add(resolve));
    try {
      await Promise.race([promise, this.#clock.sleep(timeoutMs, signals)]);
    } finally {
      over.abort();
      waiting.delete(resolve);
    }
  }

  async forgetValues(
    orgId: OrgId,
    wanted: (event: FeedEvent) => boolean,
    from = FIRST_SEQ,
  ): ReturnType<Feed['forgetValues']> {
    return inTransaction(this.#database, () => {
      const rows = this.#sql.some.all(orgId, from, BATCHES_PER_SEARCH) as unknown as BatchRow[];
      let events = 0;
      for (const { seq, events: text } of rows) {
        const { emptied, batch } = withoutValues(feedBatchOf(text), wanted);
        if (emptied > 0) this.#sql.rewrite.run(feedBatchText(batch), orgId, seq);
        events += emptied;
      }
      const last = rows.length < BATCHES_PER_SEARCH ? undefined : rows.at(-1);
      return { events, ...(last !== undefined && { next: last.seq + 1 }) };
    });
  }

  /** The count of batches goes on, so that no cursor from before points at something else later. */
  async clear(orgId: OrgId): Promise<void> {
    this.#sql.clear.run(orgId);
  }

  #start(orgId: OrgId, after: string | undefined, end: number, nowMs: number): FeedCursor {
    if (after === LATEST) return { seq: end, index: 0 };
    const last = after === undefined ? undefined : lastCount(after);
    if (last !== undefined) {
      const newest = this.#sql.newest.all(orgId, nowMs - FEED_KEPT_MS, last);
      return cursorBefore(last, newest as unknown as { seq: number; size: number }[], end);
    }
    const sinceMs = after === undefined ? nowMs - FEED_KEPT_MS : sinceTime(orgId, after, nowMs);
    if (after !== undefined && sinceMs === undefined) return parseCursor(after);
    const oldest = this.#sql.oldest.get(orgId, sinceMs ?? null);
    return { seq: oldest === undefined ? end : Number(oldest['seq']), index: 0 };
  }

  #nextSeq(orgId: OrgId): number {
    const row = this.#sql.end.get(orgId);
    return row === undefined ? FIRST_SEQ : Number(row['next_seq']);
  }

  #trim(orgId: OrgId, nowMs: number): void {
    // Nearly always there is nothing to trim: one row is looked at, not fifty.
    const first = this.#sql.oldestFew.get(orgId, 1);
    if (first === undefined || Number(first['appended_at']) >= nowMs - FEED_KEPT_MS) return;
    const oldest = this.#sql.oldestFew.all(orgId, BATCHES_TRIMMED_PER_APPEND);
    const kept = oldest.findIndex((row) => Number(row['appended_at']) >= nowMs - FEED_KEPT_MS);
    const outdated = kept === -1 ? oldest.at(-1) : oldest[kept - 1];
    if (outdated !== undefined) this.#sql.trim.run(orgId, Number(outdated['seq']));
  }

  #wake(orgId: OrgId): void {
    for (const wake of this.#waiting.get(orgId) ?? []) wake();
  }
}

function toBatch({ events, ...batch }: BatchRow): FeedBatch {
  return { ...batch, events: () => feedBatchOf(events) };
}

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    end: sql('SELECT next_seq FROM feed_end WHERE org_id = ?'),
    setEnd: sql(
      `INSERT INTO feed_end (org_id, next_seq) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET next_seq = excluded.next_seq`,
    ),
    append: sql(
      'INSERT INTO feed_batch (org_id, seq, appended_at, size, events) VALUES (?, ?, ?, ?, ?)',
    ),
    from: sql(
      `SELECT seq, appended_at AS appendedAtMs, size, events FROM feed_batch
       WHERE org_id = ? AND seq >= ? ORDER BY seq`,
    ),
    some: sql(
      'SELECT seq, events FROM feed_batch WHERE org_id = ? AND seq >= ? ORDER BY seq LIMIT ?',
    ),
    rewrite: sql('UPDATE feed_batch SET events = ? WHERE org_id = ? AND seq = ?'),
    oldest: sql(
      'SELECT seq FROM feed_batch WHERE org_id = ? AND appended_at >= ? ORDER BY seq LIMIT 1',
    ),
    newest: sql(
      `SELECT seq, size FROM feed_batch WHERE org_id = ? AND appended_at >= ?
       ORDER BY seq DESC LIMIT ?`,
    ),
    oldestFew: sql('SELECT seq, appended_at FROM feed_batch WHERE org_id = ? ORDER BY seq LIMIT ?'),
    trim: sql('DELETE FROM feed_batch WHERE org_id = ? AND seq <= ?'),
    clear: sql('DELETE FROM feed_batch WHERE org_id = ?'),
  };
}
