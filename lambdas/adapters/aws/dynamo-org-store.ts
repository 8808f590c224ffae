import type { OrgId } from '#core/ids.ts';
import type { Liveness, OrgState } from '#core/org.ts';
import type { OrgStore } from '#ports/org-store.ts';
import { bodyOf, stillAt, versioned } from './bodies.ts';
import { type DynamoTable, EXISTS, type Item, NOT_EXISTS } from './dynamo-table.ts';
import { livenessKey, ORG_KIND, orgKey } from './keys.ts';
import { ORGS_INDEX } from './tables.ts';

const APEX = 'apexSeen';
const PING = 'pinged';
const LIVE = 'live_';
const COUNT = 'count_';

/**
 * Orgs in the control table: one item with the state, one with the hot values, so that noting never meets an update.
 * A hot value is one conditional update of one attribute.
 */
export class DynamoOrgStore implements OrgStore {
  readonly #table: DynamoTable;

  constructor(control: DynamoTable) {
    this.#table = control;
  }

  async create(state: OrgState): Promise<'created' | 'exists'> {
    // First: an org that can be found has somewhere to note.
    await this.#table.put(livenessKey(state.orgId), NOT_EXISTS);
    return (await this.#table.put(toItem(state), NOT_EXISTS)) ? 'created' : 'exists';
  }

  async get(orgId: OrgId): Promise<OrgState | undefined> {
    const item = await this.#table.get(orgKey(orgId));
    return item === undefined ? undefined : bodyOf<OrgState>(item);
  }

  async update(next: OrgState): Promise<'updated' | 'conflict'> {
    const state = { ...next, revision: next.revision + 1 };
    const updated = await this.#table.put(toItem(state), stillAt(next.revision));
    return updated ? 'updated' : 'conflict';
  }

  async list(): Promise<readonly OrgState[]> {
    const listed = await this.#table.queryAll({
      IndexName: ORGS_INDEX.name,
      ConsistentRead: false,
      KeyConditionExpression: '#kind = :kind',
      ExpressionAttributeNames: { '#kind': 'kind' },
      ExpressionAttributeValues: { ':kind': ORG_KIND },
    });
    const keys = listed.map((item) => orgKey(item['orgId'] as OrgId));
    const states = (await this.#table.batchGet(keys)).map((item) => bodyOf<OrgState>(item));
    return states.sort((a, b) => (a.orgId < b.orgId ? -1 : 1));
  }

  /** The state last: when the first step fails, the org is still listed, and deleting it can be repeated. */
  async delete(orgId: OrgId): Promise<void> {
    await this.#table.delete(livenessKey(orgId));
    await this.#table.delete(orgKey(orgId));
  }

  async liveness(orgId: OrgId): Promise<Liveness> {
    const item = (await this.#table.get(livenessKey(orgId))) ?? {};
    const apex = item[APEX] as number | undefined;
    const ping = item[PING] as number | undefined;
    return {
      ...(apex === undefined ? {} : { lastApexSeenAtMs: apex }),
      ...(ping === undefined ? {} : { lastPingAtMs: ping }),
      liveThroughMs: numbersNamed(item, LIVE),
      counters: numbersNamed(item, COUNT),
    };
  }

  noteApexSeen(orgId: OrgId, atMs: number): Promise<'moved' | 'kept'> {
    return this.#raise(orgId, APEX, atMs);
  }

  notePing(orgId: OrgId, atMs: number): Promise<'moved' | 'kept'> {
    return this.#raise(orgId, PING, atMs);
  }

  noteLive(orgId: OrgId, object: string, atMs: number): Promise<'moved' | 'kept'> {
    return this.#raise(orgId, LIVE + object, atMs);
  }

  async count(orgId: OrgId, increments: Readonly<Record<string, number>>): Promise<void> {
    const counters = Object.keys(increments).map((name) => COUNT + name);
    if (counters.length === 0) return;
    const update = {
      expression: `ADD ${counters.map((name) => `#${name} :${name}`).join(', ')}`,
      names: counters,
      values: Object.fromEntries(
        Object.entries(increments).map(([name, by]) => [COUNT + name, by]),
      ),
    };
    await this.#table.update(livenessKey(orgId), update, EXISTS.expression);
  }

  async #raise(orgId: OrgId, name: string, atMs: number): Promise<'moved' | 'kept'> {
    const update = { expression: `SET #${name} = :at`, names: [name], values: { at: atMs } };
    const newer = `(attribute_not_exists(#${name}) OR #${name} < :at)`;
    const condition = `${EXISTS.expression} AND ${newer}`;
    return (await this.#table.update(livenessKey(orgId), update, condition)) ? 'moved' : 'kept';
  }
}

function toItem(state: OrgState): Item {
  return { ...orgKey(state.orgId), kind: ORG_KIND, orgId: state.orgId, ...versioned(state) };
}

function numbersNamed(item: Item, prefix: string): Record<string, number> {
  const entries = Object.entries(item).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(
    entries.map(([name, value]) => [name.slice(prefix.length), Number(value)]),
  );
}
