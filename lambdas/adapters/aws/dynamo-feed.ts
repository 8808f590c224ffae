import { AppError } from '#core/errors.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { FeedEvent } from '#core/record.ts';
import type { Clock } from '#ports/clock.ts';
import type { Feed, FeedPage } from '#ports/feed.ts';
import type { Random } from '#ports/random.ts';
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
import { chunksOf } from './concurrency.ts';
import { type DynamoTable, type Item, NOT_EXISTS } from './dynamo-table.ts';
import type { EventAnnouncer } from './event-announcer.ts';
import { FEED_END_SEQ, feedPartition } from './keys.ts';
import { type PackedText, packedBytes, packText, unpackText } from './packed-text.ts';

/** Leaves room for the rest of the item in DynamoDB's 400 KB. */
const BATCH_MAX_BYTES = 380 * 1_024;
/** Items are left for a day longer than they are shown: DynamoDB removes them when it likes. */
const REMOVED_AFTER_MS = FEED_KEPT_MS + 24 * 3_600_000;
/** How long the next number that this process saw is worth trying: far less than batches are kept. */
const END_REMEMBERED_MS = 60_000;
const POLL_MS = 1_000;
/** Batches of one moment are numbered by who came first, and stamped by each one's own clock. */
const CLOCKS_APART_MS = 60_000;
/** Appends to one org that come at the same time go one after the other. */
const ATTEMPTS = 40;

interface KnownEnd {
  readonly seq: number;
  readonly seenAtMs: number;
}

/**
 * The change feed as one item per appended batch, numbered without a hole: batch n + 1 is written only by who has seen
 * batch n, each by a put that fails when the number is taken. A further item keeps the next number for when all batches
 * have been removed. What is appended is then announced on the event bus.
 */
export class DynamoFeed implements Feed {
  readonly #table: DynamoTable;
  readonly #announcer: EventAnnouncer;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #ends = new Map<OrgId, KnownEnd>();

  constructor(feed: DynamoTable, announcer: EventAnnouncer, clock: Clock, random: Random) {
    this.#table = feed;
    this.#announcer = announcer;
    this.#clock = clock;
    this.#random = random;
  }

  async append(orgId: OrgId, events: readonly FeedEvent[], nowMs: number): Promise<void> {
    if (events.length === 0) return;
    for (const chunk of chunksOf(events, EVENTS_PER_BATCH)) {
      for (const batch of packBatches(chunk)) await this.#appendBatch(orgId, batch, nowMs);
    }
    await this.#announcer.announce(events);
  }

  async read(
    orgId: OrgId,
    after: string | undefined,
    limit: number,
    record?: RecordId,
  ): Promise<FeedPage> {
    const nowMs = this.#clock.now();
    const end = await this.#findEnd(orgId);
    const cursor = await this.#start(orgId, after, end, nowMs);
    const page = new FeedPageBuilder({ orgId, cursor, limit, nowMs, record });
    for await (const item of this.#batchesFrom(orgId, cursor.seq)) {
      page.add(toBatch(item));
      if (page.full) break;
    }
    return page.finish(end);
  }

  /** Looks once a second: nothing here could tell a process of what another one appended. */
  async waitForNews(
    orgId: OrgId,
    after: string,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const seq = after === LATEST ? await this.#findEnd(orgId) : parseCursor(after).seq;
    const untilMs = this.#clock.now() + timeoutMs;
    while (signal?.aborted !== true && !(await this.#hasFrom(orgId, seq))) {
      const leftMs = untilMs - this.#clock.now();
      if (leftMs <= 0) return;
      await this.#clock.sleep(Math.min(POLL_MS, leftMs), signal);
    }
  }

  async forgetValues(
    orgId: OrgId,
    wanted: (event: FeedEvent) => boolean,
    from = FIRST_SEQ,
  ): ReturnType<Feed['forgetValues']> {
    const { items, next } = await this.#table.queryPage({
      ...batchesFrom(orgId, from),
      Limit: BATCHES_PER_SEARCH,
    });
    let events = 0;
    for (const item of items) {
      const { emptied, batch } = withoutValues(toBatch(item).events(), wanted);
      if (emptied > 0) await this.#rewrite(orgId, Number(item['seq']), batch);
      events += emptied;
    }
    const last = next === undefined ? undefined : items.at(-1);
    return { events, ...(last !== undefined && { next: Number(last['seq']) + 1 }) };
  }

  /** What has expired meanwhile does not come back. A batch with fewer values fits into its item. */
  async #rewrite(orgId: OrgId, seq: number, batch: readonly FeedEvent[]): Promise<void> {
    const values = { events: packText(JSON.stringify(batch)) };
    const update = { expression: 'SET #events = :events', names: ['events'], values };
    await this.#table.update(seqKey(orgId, seq), update, 'attribute_exists(pk)');
  }

  /** The numbers go on, so that no cursor from before points at something else later. */
  async clear(orgId: OrgId): Promise<void> {
    const items = await this.#table.queryAll({
      ...batchesFrom(orgId, FIRST_SEQ),
      ProjectionExpression: '#pk, #seq',
    });
    const keys = items.map((item) => seqKey(orgId, Number(item['seq'])));
    await this.#table.batchDelete(keys);
  }

  async #appendBatch(orgId: OrgId, batch: PackedBatch, nowMs: number): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const seq = this.#rememberedEnd(orgId) ?? (await this.#findEnd(orgId));
      const item = { ...seqKey(orgId, seq), ...batch, ...timesOf(nowMs) };
      if (await this.#table.put(item, NOT_EXISTS)) {
        await this.#moveEnd(orgId, seq + 1);
        return;
      }
      this.#ends.delete(orgId);
      await this.#clock.sleep(this.#random.fraction() * Math.min(5 * 2 ** attempt, 100));
    }
    const message = `The feed of ${orgId} was appended to by others ${ATTEMPTS} times in a row.`;
    throw new AppError('unavailable', message, { retryable: true });
  }

  /** After the batch: should this fail, the message whose events these are comes again, and with it this. */
  async #moveEnd(orgId: OrgId, seq: number): Promise<void> {
    this.#ends.set(orgId, { seq, seenAtMs: this.#clock.now() });
    const update = { expression: 'SET #next = :next', names: ['next'], values: { next: seq } };
    const condition = 'attribute_not_exists(#next) OR #next < :next';
    await this.#table.update(seqKey(orgId, FEED_END_SEQ), update, condition);
  }

  #rememberedEnd(orgId: OrgId): number | undefined {
    const known = this.#ends.get(orgId);
    if (known === undefined || this.#clock.now() - known.seenAtMs > END_REMEMBERED_MS) return;
    return known.seq;
  }

  /** The number of the next batch: past the last one there is, or what was noted when there are none. */
  async #findEnd(orgId: OrgId): Promise<number> {
    const noted = await this.#table.get(seqKey(orgId, FEED_END_SEQ));
    const end = Number(noted?.['next'] ?? FIRST_SEQ);
    const { items } = await this.#table.queryPage({
      ...batchesFrom(orgId, end),
      ProjectionExpression: '#seq',
      ExpressionAttributeNames: { '#pk': 'pk', '#seq': 'seq' },
      ScanIndexForward: false,
      Limit: 1,
    });
    const last = items[0];
    return last === undefined ? end : Number(last['seq']) + 1;
  }

  /** Enough of the newest batches to hold so many events, newest first. */
  async #newest(orgId: OrgId, count: number, nowMs: number) {
    const { items } = await this.#table.queryPage({
      ...batchesFrom(orgId, FIRST_SEQ),
      ProjectionExpression: '#seq, #size, appendedAtMs',
      ExpressionAttributeNames: { '#pk': 'pk', '#seq': 'seq', '#size': 'size' },
      ScanIndexForward: false,
      Limit: count,
    });
    return items
      .filter(({ appendedAtMs }) => Number(appendedAtMs) >= nowMs - FEED_KEPT_MS)
      .map(({ seq, size }) => ({ seq: Number(seq), size: Number(size) }));
  }

  async #hasFrom(orgId: OrgId, seq: number): Promise<boolean> {
    const { items } = await this.#table.queryPage({
      ...batchesFrom(orgId, seq),
      ProjectionExpression: '#seq',
      Limit: 1,
    });
    return items.length > 0;
  }

  async #start(
    orgId: OrgId,
    after: string | undefined,
    end: number,
    nowMs: number,
  ): Promise<FeedCursor> {
    if (after === LATEST) return { seq: end, index: 0 };
    const last = after === undefined ? undefined : lastCount(after);
    if (last !== undefined) return cursorBefore(last, await this.#newest(orgId, last, nowMs), end);
    const sinceMs = after === undefined ? undefined : sinceTime(orgId, after, nowMs);
    if (sinceMs !== undefined) return await this.#firstSince(orgId, sinceMs - CLOCKS_APART_MS, end);
    if (after !== undefined) return parseCursor(after);
    for await (const { seq, appendedAtMs } of this.#batchesFrom(orgId, FIRST_SEQ)) {
      if (Number(appendedAtMs) >= nowMs - FEED_KEPT_MS) return { seq: Number(seq), index: 0 };
    }
    return { seq: end, index: 0 };
  }

  /** Numbers rise with time, but for the clocks of those who append: a search by halves. Costs some 20 reads. */
  async #firstSince(orgId: OrgId, sinceMs: number, end: number): Promise<FeedCursor> {
    let [low, high] = [FIRST_SEQ, end];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = await this.#timeFrom(orgId, middle);
      if (found === undefined || found.seq >= high || found.atMs >= sinceMs) high = middle;
      else low = found.seq + 1;
    }
    // What lies before the first batch there is has been removed.
    return { seq: (await this.#timeFrom(orgId, low))?.seq ?? end, index: 0 };
  }

  /** The first batch of at least that number. */
  async #timeFrom(
    orgId: OrgId,
    from: number,
  ): Promise<{ readonly seq: number; readonly atMs: number } | undefined> {
    const { items } = await this.#table.queryPage({
      ...batchesFrom(orgId, from),
      ProjectionExpression: '#seq, appendedAtMs',
      Limit: 1,
    });
    const [first] = items;
    return first && { seq: Number(first['seq']), atMs: Number(first['appendedAtMs']) };
  }

  #batchesFrom(orgId: OrgId, seq: number): AsyncGenerator<Item> {
    return this.#table.query(batchesFrom(orgId, seq));
  }
}

interface PackedBatch {
  readonly size: number;
  readonly events: PackedText;
}

/** As one batch if that fits into an item, else halved until it does. */
function packBatches(events: readonly FeedEvent[]): PackedBatch[] {
  const packed = packText(JSON.stringify(events));
  if (packedBytes(packed) <= BATCH_MAX_BYTES) return [{ size: events.length, events: packed }];
  if (events.length === 1) {
    const message = `The feed event ${events[0]?.id} does not fit into a DynamoDB item of 400 KB, although compressed.`;
    throw new AppError('too-large', message);
  }
  const middle = Math.ceil(events.length / 2);
  return [...packBatches(events.slice(0, middle)), ...packBatches(events.slice(middle))];
}

function toBatch(item: Item): FeedBatch {
  return {
    seq: Number(item['seq']),
    appendedAtMs: Number(item['appendedAtMs']),
    size: Number(item['size']),
    events: () => JSON.parse(unpackText(item['events'])) as FeedEvent[],
  };
}

function timesOf(nowMs: number) {
  const expiresAtSeconds = Math.ceil((nowMs + REMOVED_AFTER_MS) / 1_000);
  return { appendedAtMs: nowMs, expiresAtSeconds };
}

function seqKey(orgId: OrgId, seq: number) {
  return { pk: feedPartition(orgId), seq };
}

function batchesFrom(orgId: OrgId, seq: number) {
  return {
    KeyConditionExpression: '#pk = :pk AND #seq >= :seq',
    ExpressionAttributeNames: { '#pk': 'pk', '#seq': 'seq' },
    ExpressionAttributeValues: { ':pk': feedPartition(orgId), ':seq': seq },
  };
}
