import type { Creation } from '#core/creation.ts';
import type { OrgId } from '#core/ids.ts';
import type { Creations } from '#ports/creations.ts';
import { bodyOf, stillAt, versioned } from './bodies.ts';
import { chunksOf } from './concurrency.ts';
import { type DynamoTable, type Item, type Key, NOT_EXISTS } from './dynamo-table.ts';
import { creationKey, creationPartition, passOrder } from './keys.ts';
import { PASSES_INDEX } from './tables.ts';

/** All are of one kind in the index that sorts by state and time. */
const KIND = 'made';

/** Creations in the control table, one item each; they share the index that sorts passes by state and time. */
export class DynamoCreations implements Creations {
  readonly #table: DynamoTable;

  constructor(control: DynamoTable) {
    this.#table = control;
  }

  async get(orgId: OrgId, id: string): Promise<Creation | undefined> {
    const item = await this.#table.get(creationKey(orgId, id));
    return item === undefined ? undefined : bodyOf<Creation>(item);
  }

  async put(creation: Creation): Promise<'stored' | 'conflict'> {
    const { orgId, id, revision, atMs } = creation;
    const item = {
      ...creationKey(orgId, id),
      ...versioned({ ...creation, revision: revision + 1 }),
      passOrder: passOrder(KIND, atMs, id),
    };
    const condition = revision === 0 ? NOT_EXISTS : stillAt(revision);
    return (await this.#table.put(item, condition)) ? 'stored' : 'conflict';
  }

  async list(
    orgId: OrgId,
    { rule, limit }: { readonly rule?: string; readonly limit: number },
  ): Promise<readonly Creation[]> {
    const found: Creation[] = [];
    for await (const { pk, sk } of this.#newestFirst(orgId)) {
      const item = await this.#table.get({ pk, sk } as Key);
      if (item === undefined) continue;
      const creation = bodyOf<Creation>(item);
      if (rule === undefined || creation.origin.rule === rule) found.push(creation);
      if (found.length >= limit) break;
    }
    return found;
  }

  async delete(orgId: OrgId, id: string): Promise<void> {
    await this.#table.delete(creationKey(orgId, id));
  }

  async clear(orgId: OrgId): Promise<void> {
    const items = await this.#table.queryAll({
      KeyConditionExpression: '#pk = :pk',
      ProjectionExpression: '#pk, #sk',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': creationPartition(orgId) },
    });
    for (const some of chunksOf(items, 500)) await this.#table.batchDelete(some as Key[]);
  }

  #newestFirst(orgId: OrgId): AsyncGenerator<Item> {
    return this.#table.query({
      IndexName: PASSES_INDEX.name,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': creationPartition(orgId) },
      ScanIndexForward: false,
    });
  }
}
