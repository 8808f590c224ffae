import { rowEncoder } from '#core/bulk-rows.ts';
import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { BulkColumn } from '#core/pass.ts';
import type { FieldValue } from '#core/record.ts';
import type { Clock } from '#ports/clock.ts';
import type {
  BulkJobInfo,
  BulkPage,
  DescribedObject,
  ReadRecord,
  Salesforce,
} from '#ports/salesforce.ts';

export interface ModelRow {
  readonly id: RecordId;
  readonly stampMs: number;
  readonly deleted: boolean;
  /** Gone from the recycle bin: only getDeleted still tells. */
  readonly purged?: boolean;
  readonly name: string;
}

interface ModelJob {
  readonly info: BulkJobInfo;
  readonly rows: readonly ModelRow[];
  polls: number;
}

/** What a job or page does instead of working, once each, first come first served. */
export type ModelFault =
  | 'fail-job'
  | 'abort-job'
  | 'good-page'
  | 'short-page'
  | 'break-page'
  | 'outage';

const READ_METHODS = [
  'clockMs',
  'describe',
  'query',
  'retrieve',
  'updatedIds',
  'deletedIds',
] as const;

/**
 * One object of an org as its rules say, without a network: rows with stamps, Bulk jobs with small pages over a
 * snapshot, getUpdated and getDeleted. For properties that need thousands of runs; the practice org has the wire.
 */
export class ModelOrg {
  readonly rows = new Map<RecordId, ModelRow>();
  readonly jobs = new Map<string, ModelJob>();
  readonly faults: ModelFault[] = [];
  /** Whether the Bulk API takes its queries; REST always does. */
  bulkServes = true;
  /** How long getDeleted lists a delete. */
  deletesListedMs = Number.POSITIVE_INFINITY;
  readonly object: string;
  readonly #clock: Clock;
  readonly #pageRows: number;

  constructor(clock: Clock, object: string, pageRows: number) {
    this.#clock = clock;
    this.object = object;
    this.#pageRows = pageRows;
  }

  save(id: RecordId, name: string): void {
    const stampMs = Math.floor(this.#clock.now() / 1000) * 1000;
    this.rows.set(id, { id, name, stampMs, deleted: false });
  }

  purge(id: RecordId): void {
    this.remove(id);
    const row = this.rows.get(id);
    if (row !== undefined) this.rows.set(id, { ...row, purged: true });
  }

  remove(id: RecordId): void {
    const row = this.rows.get(id);
    const stampMs = Math.floor(this.#clock.now() / 1000) * 1000;
    if (row !== undefined) this.rows.set(id, { ...row, stampMs, deleted: true });
  }

  client(): Salesforce {
    const answers: Partial<Salesforce> = {
      clockMs: async () => this.#clock.now(),
      describe: async () => this.#describe(),
      createQueryJob: async (soql, operation) => this.#createJob(soql, operation),
      getQueryJob: async (id) => this.#poll(id),
      queryJobResults: async (id, locator, _, columns) => this.#page(id, locator, columns),
      deleteQueryJob: async (id) => void this.jobs.delete(id),
      updatedIds: async (_, startMs, endMs) => ({
        ids: this.#within(startMs, endMs, false).map(({ id }) => id),
        latestDateCoveredMs: endMs,
      }),
      deletedIds: async (_, startMs, endMs) => ({
        deleted: this.#within(startMs, endMs, true).map(({ id, stampMs }) => ({
          id,
          deletedAtMs: stampMs,
        })),
        earliestDateAvailableMs: Math.max(0, this.#clock.now() - this.deletesListedMs),
        latestDateCoveredMs: endMs,
      }),
      query: (soql, options) => this.#query(soql, options?.all === true),
      retrieve: async (_, ids, columns) => this.#retrieve(ids, columns),
    };
    return new Proxy(answers as Salesforce, {
      get: (target, name) => {
        const answer = Reflect.get(target, name);
        if (answer === undefined && name !== 'then') {
          throw new AppError('salesforce-refused', `The model does not serve ${String(name)}.`);
        }
        if (READ_METHODS.some((method) => method === name)) this.#maybeOut();
        return answer;
      },
    });
  }

  #describe(): DescribedObject {
    const field = (name: string, type: string) => ({
      name,
      type,
      label: name,
      calculated: false,
      calculatedFormula: null,
      referenceTo: [],
      compoundFieldName: null,
    });
    const fields = [
      field('Id', 'id'),
      field('SystemModstamp', 'datetime'),
      field('IsDeleted', 'boolean'),
      field('Name', 'string'),
    ];
    const label = this.object;
    return { name: this.object, label, replicateable: true, fields, childRelationships: [] };
  }

  #createJob(soql: string, operation: 'query' | 'queryAll'): BulkJobInfo | undefined {
    this.#maybeOut();
    if (!this.bulkServes) return undefined;
    const id = `750${String(this.jobs.size + 1).padStart(12, '0')}`;
    const info: BulkJobInfo = {
      id,
      state: 'UploadComplete',
      createdAtMs: Math.floor(this.#clock.now() / 1000) * 1000,
      apiVersion: '66.0',
    };
    const rows = this.#selected(soql).filter(({ deleted }) => operation === 'queryAll' || !deleted);
    this.jobs.set(id, { info, rows, polls: 0 });
    return info;
  }

  #poll(id: string): BulkJobInfo {
    this.#maybeOut();
    const job = this.#job(id);
    job.polls += 1;
    if (job.polls < 2) return { ...job.info, state: 'InProgress' };
    if (this.#take('fail-job')) return { ...job.info, state: 'Failed', errorMessage: 'failed' };
    if (this.#take('abort-job')) return { ...job.info, state: 'Aborted' };
    return { ...job.info, state: 'JobComplete', numberRecordsProcessed: job.rows.length };
  }

  #page(id: string, locator: string | undefined, columns: readonly BulkColumn[]): BulkPage {
    this.#maybeOut();
    const { rows } = this.#job(id);
    const start = Number(locator ?? 0);
    const end = start + this.#pageRows;
    const page = rows.slice(start, end).map((row) => columns.map(({ name }) => cellOf(row, name)));
    this.#take('good-page');
    const short = this.#take('short-page');
    const breaks = this.#take('break-page');
    const encode = rowEncoder(columns);
    async function* chunks() {
      yield encode(page.slice(0, 1));
      if (breaks) throw new AppError('salesforce-unavailable', 'It broke.', { retryable: true });
      if (short) throw new AppError('salesforce-refused', 'It is short.');
      yield encode(page.slice(1));
    }
    const next = end < rows.length ? String(end) : null;
    return { numberOfRecords: page.length, locator: next, chunks: chunks() };
  }

  async *#query(soql: string, all: boolean): ReturnType<Salesforce['query']> {
    const columns = (/^SELECT (.+) FROM/.exec(soql)?.[1] ?? '').split(', ');
    const limit = Number(/LIMIT (\d+)$/.exec(soql)?.[1] ?? Number.POSITIVE_INFINITY);
    const ids = /Id IN \((.*)\)/.exec(soql)?.[1]?.replaceAll("'", '').split(',');
    const after = /Id > '(\w+)'/.exec(soql)?.[1] ?? '';
    const rows = this.#selected(soql)
      .filter(({ id }) => id > after && (ids === undefined || ids.includes(id)))
      .filter(({ deleted }) => all || !deleted);
    if (soql.includes(' ORDER BY Id')) rows.sort((left, right) => (left.id < right.id ? -1 : 1));
    const records = rows.slice(0, limit).map((row) => readOf(row, columns));
    yield { records, readAtMs: this.#clock.now() };
  }

  #retrieve(
    ids: readonly RecordId[],
    columns: readonly string[],
  ): Awaited<ReturnType<Salesforce['retrieve']>> {
    const records = ids.map((id) => {
      const row = this.rows.get(id);
      return row === undefined || row.deleted ? null : readOf(row, columns);
    });
    return { records, readAtMs: this.#clock.now() };
  }

  #job(id: string): ModelJob {
    const job = this.jobs.get(id);
    if (job === undefined) throw new AppError('salesforce-refused', 'NOT_FOUND: no such job.');
    return job;
  }

  #selected(soql: string): readonly ModelRow[] {
    const [, since, upper] = /SystemModstamp >= (\S+) AND SystemModstamp < (\S+)/.exec(soql) ?? [];
    const rows = [...this.rows.values()].filter(({ purged }) => purged !== true);
    if (since === undefined || upper === undefined) return rows;
    return rows.filter(
      ({ stampMs }) => stampMs >= Date.parse(since) && stampMs < Date.parse(upper),
    );
  }

  #within(startMs: number, endMs: number, deleted: boolean): readonly ModelRow[] {
    return [...this.rows.values()].filter(
      (row) => row.deleted === deleted && row.stampMs >= startMs && row.stampMs < endMs,
    );
  }

  #take(fault: ModelFault): boolean {
    if (this.faults[0] !== fault) return false;
    this.faults.shift();
    return true;
  }

  #maybeOut(): void {
    if (!this.#take('outage')) return;
    throw new AppError('salesforce-unavailable', 'It is out.', { retryable: true });
  }
}

function readOf(row: ModelRow, columns: readonly string[]): ReadRecord {
  const names = columns.filter((name) => name !== 'Id');
  return { id: row.id, fields: Object.fromEntries(names.map((name) => [name, cellOf(row, name)])) };
}

function cellOf(row: ModelRow, column: string): FieldValue {
  switch (column) {
    case 'Id':
      return row.id;
    case 'SystemModstamp':
      return new Date(row.stampMs).toISOString();
    case 'IsDeleted':
      return row.deleted;
    default:
      return row.name;
  }
}
