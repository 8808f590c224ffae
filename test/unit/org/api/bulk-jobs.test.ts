import { expect, test } from 'vitest';
import { type BulkJobs, createBulkJobs } from '../../../../local/org/api/bulk/bulk-jobs.ts';
import type { ResultPiece } from '../../../../local/org/api/bulk/ingest-runner.ts';
import type { IngestJob, QueryJob } from '../../../../local/org/api/bulk/job.ts';
import type { RowSource } from '../../../../local/org/api/bulk/query-runner.ts';
import { createOrgLimits } from '../../../../local/org/api/limits.ts';
import type { SaveRequest, SaveResult } from '../../../../local/org/engine.ts';
import { createFaults } from '../../../../local/org/faults.ts';
import { loadStandardSchema } from '../../../../local/org/schema/standard-schema.ts';
import type { QueryPlan } from '../../../../local/org/soql/soql.ts';
import { Database } from '../../../../local/org/store/database.ts';
import { SqliteDocuments } from '../../../../local/org/store/documents.ts';
import { seededRandom } from '../../../../local/seeded-random.ts';
import { createVirtualScheduler } from '../../../../local/virtual-scheduler.ts';

const START_MS = Date.UTC(2026, 10, 22);
const USER_ID = '005Dp0000000001IAA';

const plan: QueryPlan = {
  object: 'Account',
  soql: 'SELECT Name, Id FROM Account',
  aggregate: false,
  countOnly: false,
  selected: [
    { path: 'Name', fieldType: 'string' },
    { path: 'Id', fieldType: 'id' },
  ],
  hasChildQueries: false,
  hasTypeof: false,
  bindNames: [],
  forUpdate: false,
  hasLimitOrOffset: false,
  hasOffset: false,
  hasOrderBy: false,
};

interface World {
  readonly documents?: SqliteDocuments;
  readonly rows?: Iterable<readonly string[]>;
  readonly save?: (request: SaveRequest) => SaveResult[];
  readonly startDelayMs?: number;
}

function world(options: World = {}) {
  const documents =
    options.documents ?? new SqliteDocuments(new Database(':memory:', { now: () => START_MS }));
  const scheduler = createVirtualScheduler({ startMs: START_MS });
  const faults = createFaults({ now: () => 0, random: seededRandom('faults') });
  const errors: unknown[] = [];
  let closedSources = 0;
  const bulk = createBulkJobs({
    documents,
    scheduler,
    faults,
    schema: loadStandardSchema(),
    limits: createOrgLimits({ documents, now: () => scheduler.now(), dataStorageMB: () => 0 }),
    startDelayMs: options.startDelayMs ?? 0,
    save: options.save ?? (() => []),
    openRows: (): RowSource => ({
      plan,
      rows: options.rows ?? [],
      isSnapshot: true,
      close: () => {
        closedSources += 1;
      },
    }),
    onError: (error) => void errors.push(error),
  });
  return { documents, scheduler, faults, bulk, errors, closedSources: () => closedSources };
}

function newQueryJob(bulk: BulkJobs): QueryJob {
  return bulk.create<QueryJob>({
    kind: 'query',
    operation: 'query',
    object: 'Account',
    query: plan.soql,
    createdById: USER_ID,
    state: 'UploadComplete',
    apiVersion: '66.0',
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
    numberRecordsProcessed: 0,
    retries: 0,
    totalProcessingTime: 0,
    pieces: 0,
  });
}

function newIngestJob(bulk: BulkJobs, csv: string, changes: Partial<IngestJob> = {}): IngestJob {
  const job = bulk.create<IngestJob>({
    kind: 'ingest',
    operation: 'insert',
    object: 'Account',
    createdById: USER_ID,
    state: 'Open',
    apiVersion: '66.0',
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
    numberRecordsProcessed: 0,
    numberRecordsFailed: 0,
    retries: 0,
    totalProcessingTime: 0,
    resultPieces: 0,
    ...changes,
  });
  bulk.upload(job, csv);
  return bulk.find('ingest', job.id) as IngestJob;
}

const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => [`Name ${index}`, `id-${index}`]);

const csvOf = (count: number) =>
  `Name\n${rowsOf(count)
    .map(([name]) => `"${name}"\n`)
    .join('')}`;

/** Saves every row but those called `bad`, and reports inside the transaction as the engine does. */
function savingEngine(seen: string[]): (request: SaveRequest) => SaveResult[] {
  return (request) => {
    const results = request.records.map(({ object, input }): SaveResult => {
      const name = String(input['Name']);
      seen.push(name);
      if (name === 'bad') {
        const error = { code: 'REQUIRED_FIELD_MISSING', message: 'Required', fields: ['Name'] };
        return { success: false, errors: [error] };
      }
      return { success: true, id: `001-${name}`, created: true, object };
    });
    request.beforeCommit?.(results);
    return results;
  };
}

/** Lines of one piece; none when there is no such piece. */
function rowsKept(bulk: BulkJobs, jobId: string, piece: number): string[] {
  const csv = Buffer.from(bulk.store.rows(jobId, piece) ?? []).toString();
  return csv.split('\n').slice(0, -1);
}

test('a query job waits, runs and completes with all its rows', async () => {
  const { bulk, scheduler, closedSources } = world({ rows: rowsOf(4_321), startDelayMs: 500 });
  const job = bulk.start(newQueryJob(bulk));
  expect(bulk.find('query', job.id).state).toBe('UploadComplete');
  await scheduler.advance(499);
  expect(bulk.find('query', job.id).state).toBe('UploadComplete');
  await scheduler.runUntilIdle();
  expect(bulk.find('query', job.id)).toMatchObject({
    state: 'JobComplete',
    numberRecordsProcessed: 4_321,
    columns: ['Name', 'Id'],
    pieces: 3,
  });
  expect(rowsKept(bulk, job.id, 2)).toHaveLength(321);
  expect(bulk.active).toBe(0);
  expect(closedSources()).toBe(1);
});

test('columns are alphabetical up to version 49', async () => {
  const { bulk, scheduler } = world({ rows: [['Acme', 'id-1']] });
  const job = bulk.start({ ...newQueryJob(bulk), apiVersion: '49.0' });
  await scheduler.runUntilIdle();
  expect(bulk.find('query', job.id)).toMatchObject({ columns: ['Id', 'Name'] });
  expect(rowsKept(bulk, job.id, 0)).toEqual(['"id-1","Acme"']);
});

test('an aborted query job stops and keeps no rows', async () => {
  const { bulk, scheduler } = world({ rows: rowsOf(100_000) });
  const job = bulk.start(newQueryJob(bulk));
  await scheduler.step();
  await scheduler.step();
  expect(bulk.find('query', job.id).state).toBe('InProgress');
  bulk.abort(bulk.find('query', job.id));
  await scheduler.runUntilIdle();
  expect(bulk.find('query', job.id).state).toBe('Aborted');
  expect(rowsKept(bulk, job.id, 0)).toEqual([]);
  expect(() => bulk.abort(bulk.find('query', job.id))).toThrow('Aborting already Aborted Job');
});

test('what a run kept before a crash or a failure does not outlive the job', async () => {
  const before = world({ rows: rowsOf(20_000) });
  const job = before.bulk.start(newQueryJob(before.bulk));
  await before.scheduler.step();
  before.bulk.stop();
  expect(rowsKept(before.bulk, job.id, 3)).toHaveLength(2_000);

  const after = world({ documents: before.documents, rows: rowsOf(3) });
  after.bulk.resume();
  await after.scheduler.runUntilIdle();
  expect(after.bulk.find('query', job.id)).toMatchObject({ state: 'JobComplete', pieces: 1 });
  after.bulk.delete(after.bulk.find('query', job.id));
  for (const piece of [0, 1, 2, 3]) expect(rowsKept(after.bulk, job.id, piece)).toEqual([]);

  const failing = world({ rows: failingAfter(2_500) });
  const failed = failing.bulk.start(newQueryJob(failing.bulk));
  await failing.scheduler.runUntilIdle();
  expect(failing.bulk.find('query', failed.id).state).toBe('Failed');
  expect(rowsKept(failing.bulk, failed.id, 0)).toEqual([]);
});

function* failingAfter(count: number): Generator<readonly string[]> {
  yield* rowsOf(count);
  throw new Error('the rows cannot be read');
}

test('a job in progress cannot be deleted, an ended one goes with its rows', async () => {
  const { bulk, scheduler } = world({ rows: rowsOf(3) });
  const job = bulk.start(newQueryJob(bulk));
  expect(() => bulk.delete(bulk.find('query', job.id))).toThrow('the job is not terminated');
  await scheduler.runUntilIdle();
  bulk.delete(bulk.find('query', job.id));
  expect(rowsKept(bulk, job.id, 0)).toEqual([]);
  expect(() => bulk.find('query', job.id)).toThrow('The requested resource does not exist');
});

test('ingest saves in chunks of 200 and splits results', async () => {
  const seen: string[] = [];
  const { bulk, scheduler } = world({ save: savingEngine(seen) });
  const csv = csvOf(450).replace('"Name 7"', 'bad');
  const job = bulk.start(newIngestJob(bulk, csv));
  await scheduler.runUntilIdle();
  expect(bulk.find('ingest', job.id)).toMatchObject({
    state: 'JobComplete',
    numberRecordsProcessed: 450,
    numberRecordsFailed: 1,
    resultPieces: 3,
  });
  expect(seen).toHaveLength(450);
  const piece = bulk.store.piece('bulkResults', job.id, 0) as ResultPiece;
  expect(piece.failed).toEqual(['"","REQUIRED_FIELD_MISSING:Required:Name --","bad"']);
  expect(piece.successful[0]).toBe('"001-Name 0","true","Name 0"');
});

test('after a restart ingest goes on behind the last committed chunk', async () => {
  const seen: string[] = [];
  const save = savingEngine(seen);
  const first = world({ save });
  const job = first.bulk.start(newIngestJob(first.bulk, csvOf(1_000)));
  await first.scheduler.step();
  await first.scheduler.step();
  const done = first.bulk.find('ingest', job.id).numberRecordsProcessed;
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(1_000);

  const second = world({ documents: first.documents, save });
  second.bulk.resume();
  await second.scheduler.runUntilIdle();
  expect(second.bulk.find('ingest', job.id)).toMatchObject({
    state: 'JobComplete',
    numberRecordsProcessed: 1_000,
  });
  expect(new Set(seen).size).toBe(1_000);
  expect(seen).toHaveLength(1_000);
});

test.each([
  ['Nme\nx\n', {}, 'InvalidBatch : Field name not found : Nme'],
  [
    'Name\r\nx\r\n',
    {},
    'ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF',
  ],
  ['Name\nx\n', { lineEnding: 'CRLF' }, 'Current LineEnding setting is CRLF'],
  ['Name\nx,y\n', {}, 'ClientInputError : the CSV cannot be read'],
] as const)('upload %j fails as a whole', async (csv, changes, message) => {
  const { bulk, scheduler, errors } = world();
  const job = bulk.start(newIngestJob(bulk, csv, changes));
  await scheduler.runUntilIdle();
  const ended = bulk.find('ingest', job.id);
  expect(ended.state).toBe('Failed');
  expect(ended.errorMessage).toContain(message);
  expect(errors).toEqual([]);
});

test('an empty upload is complete with nothing processed', async () => {
  const { bulk, scheduler } = world();
  const job = bulk.start(newIngestJob(bulk, ''));
  await scheduler.runUntilIdle();
  expect(bulk.find('ingest', job.id)).toMatchObject({
    state: 'JobComplete',
    numberRecordsProcessed: 0,
  });
});

test('faults end a job or hold it until they are cleared', async () => {
  const { bulk, scheduler, faults } = world({ rows: rowsOf(1) });
  faults.arm({ kind: 'bulk-failed', times: 1, object: 'account', message: 'Timeout : slow' });
  const failed = bulk.start(newQueryJob(bulk));
  await scheduler.runUntilIdle();
  expect(bulk.find('query', failed.id)).toMatchObject({
    state: 'Failed',
    errorMessage: 'Timeout : slow',
  });

  const stuckFault = faults.arm({ kind: 'bulk-stuck' });
  const stuck = bulk.start(newQueryJob(bulk));
  await scheduler.advance(60_000);
  expect(bulk.find('query', stuck.id).state).toBe('InProgress');
  await bulk.whenIdle();
  faults.clear(stuckFault);
  await scheduler.runUntilIdle();
  expect(bulk.find('query', stuck.id).state).toBe('JobComplete');
});

test("the org's own failure ends the job and is reported", async () => {
  const { bulk, scheduler, errors } = world({
    save: () => {
      throw new TypeError('broken');
    },
  });
  const job = bulk.start(newIngestJob(bulk, csvOf(1)));
  await scheduler.runUntilIdle();
  expect(bulk.find('ingest', job.id)).toMatchObject({
    state: 'Failed',
    errorMessage: 'InternalServerError',
  });
  expect(errors).toHaveLength(1);
});
