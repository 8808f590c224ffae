import type { OrgId } from '#core/ids.ts';
import type { HourlyUse, OrgQuota, Purpose } from '#core/quota.ts';
import type { UsageStore } from '#ports/usage-store.ts';
import { USAGE_KEPT_MS } from '../usage-kept.ts';
import type { DynamoTable, Item, Key } from './dynamo-table.ts';
import { orgPartition, quotaKey, USE_PREFIX, useKey, useSortFrom } from './keys.ts';

const CALLS = 'calls_';

/** One item per org and hour, with a sum per purpose and user; one item with what Salesforce last told. */
export class DynamoUsageStore implements UsageStore {
  readonly #table: DynamoTable;

  constructor(control: DynamoTable) {
    this.#table = control;
  }

  async add(orgId: OrgId, uses: readonly HourlyUse[]): Promise<void> {
    for (const { hourMs, purpose, userId, calls } of uses) {
      const name = CALLS + purpose + (userId === undefined ? '' : `_${userId}`);
      const update = {
        expression: `ADD #${name} :${name}`,
        names: [name],
        values: { [name]: calls },
      };
      await this.#table.update(useKey(orgId, hourMs), update);
    }
    const newestMs = Math.max(...uses.map(({ hourMs }) => hourMs));
    if (uses.length > 0) await this.#table.delete(useKey(orgId, newestMs - USAGE_KEPT_MS));
  }

  async list(orgId: OrgId, sinceMs: number): Promise<readonly HourlyUse[]> {
    const items = await this.#table.queryAll({
      KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: {
        ':pk': orgPartition(orgId),
        ':from': useSortFrom(sinceMs),
        ':to': `${USE_PREFIX}~`,
      },
    });
    return items.flatMap(usesOf);
  }

  async noteQuota(orgId: OrgId, { max, used, atMs }: OrgQuota): Promise<void> {
    const item = { ...quotaKey(orgId), max, used, atMs };
    await this.#table.put(item, {
      expression: 'attribute_not_exists(pk) OR #atMs < :atMs',
      names: ['atMs'],
      values: { atMs },
    });
  }

  async quota(orgId: OrgId): Promise<OrgQuota | undefined> {
    const item = await this.#table.get(quotaKey(orgId));
    if (item === undefined) return undefined;
    const [max, used, atMs] = ['max', 'used', 'atMs'].map((name) => Number(item[name]));
    return { max: max ?? 0, used: used ?? 0, atMs: atMs ?? 0 };
  }

  async clear(orgId: OrgId): Promise<void> {
    const items = await this.#table.queryAll({
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
      ProjectionExpression: '#pk, #sk',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': orgPartition(orgId), ':prefix': USE_PREFIX },
    });
    await this.#table.batchDelete([...(items as Key[]), quotaKey(orgId)]);
  }
}

function usesOf(item: Item): HourlyUse[] {
  const hourMs = Number(String(item['sk']).slice(USE_PREFIX.length));
  const names = Object.keys(item).filter((name) => name.startsWith(CALLS));
  return names.sort().map((name) => {
    const [purpose, userId] = name.slice(CALLS.length).split('_');
    const use = { hourMs, purpose: purpose as Purpose, calls: Number(item[name]) };
    return userId === undefined ? use : { ...use, userId };
  });
}
