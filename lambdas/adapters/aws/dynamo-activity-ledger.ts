import type { ActivityState, LedgerEntry } from '#core/activities/ledger-entry.ts';
import type { OrgId } from '#core/ids.ts';
import type { ActivityLedger, LedgerCursor } from '#ports/activity-ledger.ts';
import { stillAt } from './bodies.ts';
import { chunksOf, mapLimit } from './concurrency.ts';
import { type DynamoTable, type Item, type Key, NOT_EXISTS } from './dynamo-table.ts';
import {
  ACTIVITY_SHARDS,
  activityKey,
  activityPartition,
  passOrder,
  passOrderPrefix,
} from './keys.ts';
import { packText, unpackText } from './packed-text.ts';
import { mergeSorted } from './shard-merge.ts';
import { PASSES_INDEX } from './tables.ts';

const WRITES_AT_ONCE = 32;
const KEYS_PER_PAGE = 100;
/** Sorts before every character that an id may have: from there on come the ids after this one. */
const JUST_AFTER = '!';

/**
 * Activities in the control table, one item each, spread over partitions: a day of an org may bring a hundred thousand.
 * They share the index that sorts passes by state and time.
 */
export class DynamoActivityLedger implements ActivityLedger {
  readonly #table: DynamoTable;

  constructor(control: DynamoTable) {
    this.#table = control;
  }

  async getMany(orgId: OrgId, ids: readonly string[]): Promise<ReadonlyMap<string, LedgerEntry>> {
    const items = await this.#table.batchGet([...new Set(ids)].map((id) => activityKey(orgId, id)));
    return new Map(items.map(entryOf).map((entry) => [entry.id, entry]));
  }

  put(orgId: OrgId, entries: readonly LedgerEntry[]): Promise<readonly ('stored' | 'conflict')[]> {
    return mapLimit(entries, WRITES_AT_ONCE, async (entry) => {
      const { revision } = entry;
      const condition = revision === 0 ? NOT_EXISTS : stillAt(revision);
      const stored = await this.#table.put(itemOf(orgId, entry), condition);
      return stored ? 'stored' : 'conflict';
    });
  }

  async list(
    orgId: OrgId,
    state: ActivityState,
    { limit, after }: { readonly limit: number; readonly after?: LedgerCursor },
  ): Promise<readonly LedgerEntry[]> {
    const from =
      after === undefined
        ? passOrderPrefix(state)
        : passOrder(state, after.stateSinceMs, `${after.id}${JUST_AFTER}`);
    const sources = shards(orgId).map((pk) => this.#keysIn(pk, from, passOrderPrefix(state)));
    const first = await mergeSorted(sources, (item) => String(item['passOrder']), limit);
    const keys = first.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
    const entries = (await this.#table.batchGet(keys)).map(entryOf);
    return entries
      .filter((entry) => entry.state === state)
      .toSorted((a, b) => a.stateSinceMs - b.stateSinceMs || (a.id < b.id ? -1 : 1));
  }

  async clear(orgId: OrgId): Promise<void> {
    for (const pk of shards(orgId)) {
      const items = await this.#table.queryAll({
        KeyConditionExpression: '#pk = :pk',
        ProjectionExpression: '#pk, #sk',
        ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
        ExpressionAttributeValues: { ':pk': pk },
      });
      for (const some of chunksOf(items, 500)) await this.#table.batchDelete(some as Key[]);
    }
  }

  #keysIn(pk: string, from: string, prefix: string): AsyncGenerator<Item> {
    return this.#table.query({
      IndexName: PASSES_INDEX.name,
      KeyConditionExpression: '#pk = :pk AND #passOrder BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#pk': 'pk', '#passOrder': 'passOrder' },
      ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': `${prefix}~` },
      Limit: KEYS_PER_PAGE,
    });
  }
}

function shards(orgId: OrgId): readonly string[] {
  return Array.from({ length: ACTIVITY_SHARDS }, (_, shard) => activityPartition(orgId, shard));
}

function itemOf(orgId: OrgId, entry: LedgerEntry): Item {
  const { id, state, stateSinceMs } = entry;
  const revision = entry.revision + 1;
  const body = packText(JSON.stringify({ ...entry, revision }));
  return {
    ...activityKey(orgId, id),
    passOrder: passOrder(state, stateSinceMs, id),
    revision,
    body,
  };
}

function entryOf(item: Item): LedgerEntry {
  return JSON.parse(unpackText(item['body'])) as LedgerEntry;
}
