import type { OrgId } from '#core/ids.ts';
import type { MirrorRecord } from '#core/record.ts';
import type { ObjectCounts } from '#ports/mirror-store.ts';
import type { DynamoTable } from './dynamo-table.ts';
import { countsKey, countsPartition } from './keys.ts';

type Counted = 'live' | 'deleted' | 'hidden';
type Deltas = Record<Counted, number>;

/**
 * How many records an object has, kept by adding up what each call changed: counting them would read them all. A call
 * that is killed between its writes and this is missing from the sum until the object is cleared and read anew.
 */
export class MirrorCounts {
  readonly #table: DynamoTable;
  readonly #registered = new Set<string>();

  constructor(mirror: DynamoTable) {
    this.#table = mirror;
  }

  /** Before an object's first record: what has no counts is not found when the org is cleared. */
  async register(orgId: OrgId, objects: ReadonlySet<string>): Promise<void> {
    for (const object of objects) {
      const name = `${orgId} ${object}`;
      if (this.#registered.has(name)) continue;
      await this.#add(orgId, object, { live: 0, deleted: 0, hidden: 0 });
      this.#registered.add(name);
    }
  }

  async get(orgId: OrgId, object: string): Promise<ObjectCounts> {
    const item = (await this.#table.get(countsKey(orgId, object))) ?? {};
    const { live = 0, deleted = 0, hidden = 0 } = item as Partial<ObjectCounts>;
    return { live, deleted, hidden };
  }

  /** Objects that the org has, or had, records of. */
  async objects(orgId: OrgId): Promise<readonly string[]> {
    const items = await this.#table.queryAll({
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': countsPartition(orgId) },
    });
    return items.map((item) => String(item['sk']));
  }

  async forget(orgId: OrgId, object: string): Promise<void> {
    this.#registered.delete(`${orgId} ${object}`);
    await this.#table.delete(countsKey(orgId, object));
  }

  /** Collects what one call changes. */
  tally(orgId: OrgId) {
    const byObject = new Map<string, Deltas>();
    return {
      move: (object: string, before: MirrorRecord | undefined, after: MirrorRecord | undefined) => {
        const deltas = byObject.get(object) ?? { live: 0, deleted: 0, hidden: 0 };
        byObject.set(object, deltas);
        if (before !== undefined) deltas[countedAs(before)] -= 1;
        if (after !== undefined) deltas[countedAs(after)] += 1;
      },
      save: async () => {
        for (const [object, deltas] of byObject) {
          if (Object.values(deltas).some((by) => by !== 0)) await this.#add(orgId, object, deltas);
        }
      },
    };
  }

  async #add(orgId: OrgId, object: string, deltas: Deltas): Promise<void> {
    const names = ['live', 'deleted', 'hidden'];
    const expression = `ADD ${names.map((name) => `#${name} :${name}`).join(', ')}`;
    await this.#table.update(countsKey(orgId, object), { expression, names, values: deltas });
  }
}

function countedAs({ deleted, hidden }: MirrorRecord): Counted {
  if (deleted) return 'deleted';
  return hidden ? 'hidden' : 'live';
}
