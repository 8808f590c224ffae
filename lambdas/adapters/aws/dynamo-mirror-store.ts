import { withoutValues } from '#core/data-subject.ts';
import { AppError } from '#core/errors.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { MirrorRecord, RecordWrite, WriteOutcome } from '#core/record.ts';
import { decideWrite } from '#core/versions.ts';
import type { Clock } from '#ports/clock.ts';
import type { MirrorStore, ObjectCounts, VersionRow } from '#ports/mirror-store.ts';
import type { Random } from '#ports/random.ts';
import { normalEmail } from '../lookup-keys.ts';
import { chunksOf, mapLimit } from './concurrency.ts';
import type { DynamoTable, Item, Key } from './dynamo-table.ts';
import {
  emailIndexKey,
  type IndexKey,
  ownerIndexKey,
  RECORD_SHARDS,
  recordKey,
  recordPartition,
} from './keys.ts';
import { MirrorCounts } from './mirror-counts.ts';
import { fromItem, stillStored, toItem, toVersionRow, VERSION_ATTRIBUTES } from './mirror-items.ts';
import { mergeSorted } from './shard-merge.ts';
import { EMAIL_INDEX, type IndexDefinition, OWNER_INDEX } from './tables.ts';

/** Records read in one batch before they are written. */
const RECORDS_PER_BATCH = 100;
const WRITES_AT_ONCE = 32;
/** How often a record is read and decided anew because another writer came first. */
const ATTEMPTS = 20;

/** The writes of one call to one record, with their places among all. */
interface RecordGroup {
  readonly object: string;
  readonly id: RecordId;
  readonly writes: readonly { readonly write: RecordWrite; readonly place: number }[];
}

/**
 * The mirror in DynamoDB: one item per record. A write is read, decide, conditional put, repeated when another writer
 * came first: DynamoDB's own transactions cost twice as much and add nothing to a single item.
 *
 * Look-ups by address and owner go through indexes that are some moments behind.
 */
export class DynamoMirrorStore implements MirrorStore {
  readonly #table: DynamoTable;
  readonly #counts: MirrorCounts;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(mirror: DynamoTable, clock: Clock, random: Random) {
    this.#table = mirror;
    this.#counts = new MirrorCounts(mirror);
    this.#clock = clock;
    this.#random = random;
  }

  async apply(
    orgId: OrgId,
    writes: readonly RecordWrite[],
    nowMs: number,
  ): Promise<readonly WriteOutcome[]> {
    await this.#counts.register(orgId, new Set(writes.map(({ object }) => object)));
    const outcomes: WriteOutcome[] = new Array(writes.length);
    const tally = this.#counts.tally(orgId);
    const applyGroup = async (group: RecordGroup, read: MirrorRecord | undefined) => {
      const { before, results } = await this.#applyGroup(orgId, group, read, nowMs);
      tally.move(group.object, before, results.at(-1)?.record);
      group.writes.forEach(({ place }, index) => {
        outcomes[place] = results[index] as WriteOutcome;
      });
    };
    try {
      for (const groups of chunksOf(groupByRecord(writes), RECORDS_PER_BATCH)) {
        const stored = await this.#read(groups.map((one) => recordKey(orgId, one.object, one.id)));
        await mapLimit(groups, WRITES_AT_ONCE, (one) => applyGroup(one, stored.get(nameOf(one))));
      }
    } finally {
      // Also when a write failed: what was written until then counts.
      await tally.save();
    }
    return outcomes;
  }

  /** @returns the outcomes, and the record as it was before the first of them */
  async #applyGroup(
    orgId: OrgId,
    { object, id, writes }: RecordGroup,
    read: MirrorRecord | undefined,
    nowMs: number,
  ): Promise<{ before: MirrorRecord | undefined; results: WriteOutcome[] }> {
    let before = read;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const results: WriteOutcome[] = [];
      for (const { write } of writes) {
        results.push(decideWrite(results.at(-1)?.record ?? before, write, nowMs));
      }
      const record = results.at(-1)?.record;
      if (record === undefined || record === before) return { before, results };
      if (await this.#table.put(toItem(orgId, record), stillStored(before))) {
        return { before, results };
      }
      await this.#clock.sleep(this.#random.fraction() * Math.min(5 * 2 ** attempt, 200));
      before = await this.get(orgId, object, id);
    }
    throw changedTooOften({ object, id });
  }

  /** A conditional put, which `apply` makes too, is the cheapest write there is. */
  async addUnknown(): Promise<ReadonlySet<RecordId>> {
    return new Set();
  }

  async get(orgId: OrgId, object: string, id: RecordId): Promise<MirrorRecord | undefined> {
    const item = await this.#table.get(recordKey(orgId, object, id));
    return item === undefined ? undefined : fromItem(item);
  }

  async getMany(
    orgId: OrgId,
    object: string,
    ids: readonly RecordId[],
  ): Promise<ReadonlyMap<RecordId, MirrorRecord>> {
    const records = await this.#read([...new Set(ids)].map((id) => recordKey(orgId, object, id)));
    return new Map([...records.values()].map((record) => [record.id, record]));
  }

  async findByEmail(orgId: OrgId, email: string): Promise<readonly MirrorRecord[]> {
    const address = normalEmail(email);
    if (address === '') return [];
    const keys = await this.#indexed(EMAIL_INDEX, emailIndexKey(orgId, address));
    const found = [...(await this.#read(keys)).values()];
    // The index may be behind: the record itself decides.
    return found
      .filter((record) => isLive(record) && normalEmail(textOf(record, 'Email')) === address)
      .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  }

  async tasksByOwner(
    orgId: OrgId,
    ownerId: RecordId,
    limit: number,
  ): Promise<readonly MirrorRecord[]> {
    const keys = await this.#indexed(OWNER_INDEX, ownerIndexKey(orgId, ownerId), limit);
    const found = [...(await this.#read(keys)).values()];
    return found
      .filter((record) => isLive(record) && textOf(record, 'OwnerId') === ownerId)
      .sort((a, b) => b.version.modstampMs - a.version.modstampMs || (a.id < b.id ? 1 : -1));
  }

  async versions(
    orgId: OrgId,
    object: string,
    options: { after?: RecordId; limit: number },
  ): Promise<readonly VersionRow[]> {
    const items = await this.#inIdOrder(orgId, object, { ...options, only: VERSION_ATTRIBUTES });
    return items.map(toVersionRow);
  }

  async scan(
    orgId: OrgId,
    object: string,
    options: { after?: RecordId; limit: number },
  ): Promise<readonly MirrorRecord[]> {
    return (await this.#inIdOrder(orgId, object, options)).map(fromItem);
  }

  async referrers(
    orgId: OrgId,
    object: string,
    field: string,
    target: RecordId,
    { after, limit }: { after?: RecordId; limit: number },
  ): Promise<readonly RecordId[]> {
    const refers = (item: Item): boolean => {
      const record = fromItem(item);
      return isLive(record) && textOf(record, field) === target;
    };
    const shards = this.#shards(orgId, object, { after, pageSize: undefined });
    const referring = shards.map((items) => filterAsync(items, refers));
    return (await mergeSorted(referring, idOf, limit)).map((item) => item['sk'] as RecordId);
  }

  counts(orgId: OrgId, object: string): Promise<ObjectCounts> {
    return this.#counts.get(orgId, object);
  }

  async clear(orgId: OrgId, object?: string): Promise<void> {
    const objects = object === undefined ? await this.#counts.objects(orgId) : [object];
    for (const one of objects) {
      for (const items of this.#shards(orgId, one, { only: ['pk', 'sk'] })) {
        for await (const keys of batched(items, 500)) await this.#table.batchDelete(keys as Key[]);
      }
      await this.#counts.forget(orgId, one);
    }
  }

  async forgetValues(orgId: OrgId, object: string, ids: readonly RecordId[]): Promise<number> {
    const found = [...(await this.getMany(orgId, object, ids)).values()];
    const done = await mapLimit(found, WRITES_AT_ONCE, (one) => this.#forgetOne(orgId, one));
    return done.filter(Boolean).length;
  }

  async #forgetOne(orgId: OrgId, read: MirrorRecord): Promise<boolean> {
    let before: MirrorRecord | undefined = read;
    for (let attempt = 0; attempt < ATTEMPTS && before !== undefined; attempt += 1) {
      const emptied = withoutValues(before);
      if (emptied === before) return false;
      if (await this.#table.put(toItem(orgId, emptied), stillStored(before))) return true;
      before = await this.get(orgId, read.object, read.id);
    }
    if (before === undefined) return false;
    throw changedTooOften(read);
  }

  async #read(keys: readonly Key[]): Promise<Map<string, MirrorRecord>> {
    const records = (await this.#table.batchGet(keys)).map(fromItem);
    return new Map(records.map((record) => [nameOf(record), record]));
  }

  /** Keys of the items under an index key, the last first. */
  async #indexed(
    { name, partitionKey }: IndexDefinition,
    key: IndexKey,
    limit?: number,
  ): Promise<Key[]> {
    const items = this.#table.query({
      IndexName: name,
      ConsistentRead: false,
      KeyConditionExpression: '#key = :key',
      ExpressionAttributeNames: { '#key': partitionKey.name },
      ExpressionAttributeValues: { ':key': key },
      ScanIndexForward: false,
      ...(limit !== undefined && { Limit: limit }),
    });
    const keys: Key[] = [];
    for await (const item of items) {
      keys.push({ pk: String(item['pk']), sk: String(item['sk']) });
      if (keys.length === limit) break;
    }
    return keys;
  }

  #inIdOrder(
    orgId: OrgId,
    object: string,
    { after, limit, only }: { after?: RecordId; limit: number; only?: readonly string[] },
  ): Promise<Item[]> {
    // Ids spread evenly over the shards: a little more than a shard's share is usually enough.
    const pageSize = Math.ceil((limit / RECORD_SHARDS) * 1.2) + 4;
    const shards = this.#shards(orgId, object, { after, pageSize, only });
    return mergeSorted(shards, idOf, limit);
  }

  /** An object's items, shard by shard, each in id order. */
  #shards(orgId: OrgId, object: string, options: ShardOptions): AsyncGenerator<Item>[] {
    const { after, pageSize, only } = options;
    return Array.from({ length: RECORD_SHARDS }, (_, shard) =>
      this.#table.query({
        KeyConditionExpression: after === undefined ? '#pk = :pk' : '#pk = :pk AND #sk > :after',
        ExpressionAttributeNames: {
          '#pk': 'pk',
          ...(after !== undefined && { '#sk': 'sk' }),
          ...Object.fromEntries((only ?? []).map((name) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: {
          ':pk': recordPartition(orgId, object, shard),
          ...(after !== undefined && { ':after': after }),
        },
        ...(only && { ProjectionExpression: only.map((name) => `#${name}`).join(', ') }),
        ...(pageSize !== undefined && { Limit: pageSize }),
      }),
    );
  }
}

interface ShardOptions {
  readonly after?: RecordId | undefined;
  /** Items a request; as many as fit when absent. */
  readonly pageSize?: number | undefined;
  /** Attributes; all when absent. */
  readonly only?: readonly string[] | undefined;
}

function changedTooOften({ object, id }: Pick<MirrorRecord, 'object' | 'id'>): AppError {
  const message = `The ${object} ${id} was changed by other writers ${ATTEMPTS} times in a row.`;
  return new AppError('conflict', message, { retryable: true });
}

function groupByRecord(writes: readonly RecordWrite[]): RecordGroup[] {
  const placed = writes.map((write, place) => ({ write, place }));
  return Map.groupBy(placed, ({ write }) => nameOf(write))
    .values()
    .map((group) => {
      const { object, id } = (group[0] as { write: RecordWrite }).write;
      return { object, id, writes: group };
    })
    .toArray();
}

/** Names a record among those of its org. */
function nameOf({ object, id }: Pick<MirrorRecord, 'object' | 'id'>): string {
  return `${object} ${id}`;
}

function idOf(item: Item): string {
  return String(item['sk']);
}

function isLive({ deleted, hidden }: MirrorRecord): boolean {
  return !deleted && !hidden;
}

function textOf({ fields }: MirrorRecord, field: string): string {
  const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
  return typeof value === 'string' ? value : '';
}

async function* filterAsync<T>(
  items: AsyncIterable<T>,
  wanted: (item: T) => boolean,
): AsyncGenerator<T> {
  for await (const item of items) if (wanted(item)) yield item;
}

async function* batched<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
