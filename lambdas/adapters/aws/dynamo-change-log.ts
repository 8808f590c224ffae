import type { OrgId } from '#core/ids.ts';
import type { ChangeLog, LoggedChange } from '#ports/change-log.ts';
import { CHANGES_KEPT_MS } from '../changes-kept.ts';
import { bodyOf } from './bodies.ts';
import { chunksOf } from './concurrency.ts';
import { type DynamoTable, EXISTS, type Item, type Key } from './dynamo-table.ts';
import { CHANGE_PREFIX, changeKey, orgPartition } from './keys.ts';

/** Sorts behind every change. */
const END = `${CHANGE_PREFIX}~`;

/** Changes in the control table, one item each; the table removes them when they are a year old. */
export class DynamoChangeLog implements ChangeLog {
  readonly #table: DynamoTable;

  constructor(control: DynamoTable) {
    this.#table = control;
  }

  async append(change: LoggedChange): Promise<void> {
    await this.#table.put(itemOf(change));
  }

  async replace(change: LoggedChange): Promise<void> {
    await this.#table.put(itemOf(change), EXISTS);
  }

  async list(
    orgId: OrgId,
    { limit, before }: Parameters<ChangeLog['list']>[1],
  ): Promise<readonly LoggedChange[]> {
    const end = before === undefined ? END : changeKey(orgId, before.atMs, before.id).sk;
    const changes: LoggedChange[] = [];
    const newestFirst = this.#table.query({
      KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :begin AND :end',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: {
        ':pk': orgPartition(orgId),
        ':begin': CHANGE_PREFIX,
        ':end': end,
      },
      ScanIndexForward: false,
      Limit: limit + 1,
    });
    for await (const item of newestFirst) {
      // BETWEEN takes its bounds in.
      if (item['sk'] === end) continue;
      changes.push(bodyOf<LoggedChange>(item));
      if (changes.length === limit) break;
    }
    return changes;
  }

  async clear(orgId: OrgId): Promise<void> {
    const items = await this.#table.queryAll({
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
      ProjectionExpression: '#pk, #sk',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': orgPartition(orgId), ':prefix': CHANGE_PREFIX },
    });
    for (const some of chunksOf(items, 500)) await this.#table.batchDelete(some as Key[]);
  }
}

function itemOf(change: LoggedChange): Item {
  const { orgId, atMs, id } = change;
  const expiresAtSeconds = Math.ceil((atMs + CHANGES_KEPT_MS) / 1_000);
  return { ...changeKey(orgId, atMs, id), body: JSON.stringify(change), expiresAtSeconds };
}
