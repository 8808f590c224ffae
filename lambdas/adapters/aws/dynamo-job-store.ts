import { type OrgId, type RecordId, recordId } from '#core/ids.ts';
import {
  type AuditFinding,
  FINDING_KINDS,
  type FindingKind,
  type Job,
  type Pass,
} from '#core/pass.ts';
import type { JobStore } from '#ports/job-store.ts';
import { countByObject } from '../finding-counts.ts';
import { bodyOf, stillAt, versioned } from './bodies.ts';
import { mapLimit } from './concurrency.ts';
import { type DynamoTable, type Item, type Key, NOT_EXISTS } from './dynamo-table.ts';
import {
  FINDING_PREFIX,
  findingKey,
  findingPrefix,
  JOB_PREFIX,
  jobKey,
  orgPartition,
  PASS_PREFIX,
  passKey,
  passOrder,
  passOrderPrefix,
} from './keys.ts';
import { PASSES_INDEX } from './tables.ts';

const FINDINGS_AT_ONCE = 16;

const STATES: readonly Pass['state'][] = ['running', 'done', 'failed'];

/** Passes and jobs in the control table, one item each. */
export class DynamoJobStore implements JobStore {
  readonly #table: DynamoTable;

  constructor(control: DynamoTable) {
    this.#table = control;
  }

  async createPass(pass: Pass): Promise<'created' | 'exists'> {
    return (await this.#table.put(passItem(pass), NOT_EXISTS)) ? 'created' : 'exists';
  }

  async getPass(orgId: OrgId, passId: string): Promise<Pass | undefined> {
    const item = await this.#table.get(passKey(orgId, passId));
    return item === undefined ? undefined : bodyOf<Pass>(item);
  }

  async updatePass(next: Pass): Promise<'updated' | 'conflict'> {
    const pass = { ...next, revision: next.revision + 1 };
    const updated = await this.#table.put(passItem(pass), stillAt(next.revision));
    return updated ? 'updated' : 'conflict';
  }

  /** Each state's newest from the index, then the newest of those. A pass that changes meanwhile may be left out. */
  async listPasses(
    orgId: OrgId,
    { state, limit }: { state?: Pass['state']; limit: number },
  ): Promise<readonly Pass[]> {
    const states = state === undefined ? STATES : [state];
    const keys = await Promise.all(states.map((one) => this.#newestKeys(orgId, one, limit)));
    const passes = (await this.#table.batchGet(keys.flat())).map((item) => bodyOf<Pass>(item));
    return passes
      .filter((pass) => states.includes(pass.state))
      .sort(newestFirst)
      .slice(0, limit);
  }

  async createJob(job: Job): Promise<'created' | 'exists'> {
    return (await this.#table.put(jobItem(job), NOT_EXISTS)) ? 'created' : 'exists';
  }

  async getJob(orgId: OrgId, jobId: string): Promise<Job | undefined> {
    const item = await this.#table.get(jobKey(orgId, jobId));
    return item === undefined ? undefined : bodyOf<Job>(item);
  }

  async updateJob(next: Job): Promise<'updated' | 'conflict'> {
    const job = { ...next, revision: next.revision + 1 };
    return (await this.#table.put(jobItem(job), stillAt(next.revision))) ? 'updated' : 'conflict';
  }

  async addFindings(
    orgId: OrgId,
    passId: string,
    findings: readonly AuditFinding[],
  ): Promise<void> {
    await mapLimit(findings, FINDINGS_AT_ONCE, ({ object, id, kind }) => {
      const item = { ...findingKey(orgId, passId, object, id), kind, object, record: id };
      return this.#table.put(item, NOT_EXISTS);
    });
  }

  async listFindings(
    orgId: OrgId,
    passId: string,
    { after, limit }: { after?: Pick<AuditFinding, 'object' | 'id'>; limit: number },
  ): Promise<readonly AuditFinding[]> {
    const { items } = await this.#table.queryPage({
      ...findingsOf(orgId, passId),
      Limit: limit,
      ...(after !== undefined && {
        ExclusiveStartKey: findingKey(orgId, passId, after.object, after.id),
      }),
    });
    return items.map(toFinding);
  }

  async removeFindings(orgId: OrgId, ids: readonly RecordId[]): Promise<number> {
    const wanted = new Set<unknown>(ids);
    const items = await this.#keysOf(orgId, FINDING_PREFIX, ['record']);
    const found = items.filter(({ record }) => wanted.has(record));
    await this.#table.batchDelete(found.map(({ pk, sk }) => ({ pk, sk }) as Key));
    return found.length;
  }

  async countFindings(
    orgId: OrgId,
    passId: string,
  ): Promise<Readonly<Record<string, Readonly<Record<FindingKind, number>>>>> {
    const items = await this.#table.queryAll(findingsOf(orgId, passId));
    return countByObject(items.map((item) => ({ ...toFinding(item), count: 1 })));
  }

  async clear(orgId: OrgId): Promise<void> {
    for (const prefix of [PASS_PREFIX, JOB_PREFIX, FINDING_PREFIX]) {
      await this.#table.batchDelete((await this.#keysOf(orgId, prefix)) as Key[]);
    }
  }

  #keysOf(orgId: OrgId, prefix: string, more: readonly string[] = []): Promise<Item[]> {
    const names = new Map(['pk', 'sk', ...more].map((name) => [`#${name}`, name]));
    return this.#table.queryAll({
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
      ProjectionExpression: [...names.keys()].join(', '),
      ExpressionAttributeNames: Object.fromEntries(names),
      ExpressionAttributeValues: { ':pk': orgPartition(orgId), ':prefix': prefix },
    });
  }

  async #newestKeys(orgId: OrgId, state: Pass['state'], limit: number): Promise<Key[]> {
    const page = await this.#table.queryPage({
      IndexName: PASSES_INDEX.name,
      KeyConditionExpression: '#pk = :pk AND begins_with(#passOrder, :state)',
      ExpressionAttributeNames: { '#pk': 'pk', '#passOrder': 'passOrder' },
      ExpressionAttributeValues: { ':pk': orgPartition(orgId), ':state': passOrderPrefix(state) },
      ScanIndexForward: false,
      Limit: limit,
    });
    return page.items.map((item) => ({ pk: String(item['pk']), sk: String(item['sk']) }));
  }
}

function findingsOf(orgId: OrgId, passId: string) {
  return {
    KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
    ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
    ExpressionAttributeValues: { ':pk': orgPartition(orgId), ':prefix': findingPrefix(passId) },
  };
}

function toFinding(item: Item): AuditFinding {
  const kind = FINDING_KINDS.find((one) => one === item['kind']) ?? 'stale';
  return { object: String(item['object']), id: recordId(String(item['record'])), kind };
}

function newestFirst(a: Pass, b: Pass): number {
  return b.startedAtMs - a.startedAtMs || (a.id < b.id ? 1 : -1);
}

function passItem(pass: Pass): Item {
  const { orgId, id, state, startedAtMs } = pass;
  return {
    ...passKey(orgId, id),
    passOrder: passOrder(state, startedAtMs, id),
    ...versioned(pass),
  };
}

function jobItem(job: Job): Item {
  return { ...jobKey(job.orgId, job.id), ...versioned(job) };
}
