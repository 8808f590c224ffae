import { ApexList, ApexMap, ApexSet } from '../collections.ts';
import { QueryLocator, scopeElement, scopeType } from '../platform/system/batch.ts';
import { isGenerator } from '../runtime/operators.ts';
import { ApexException, type ApexObject, type ApexValue, type Suspendable } from '../values.ts';
import { type BatchJob, readChunk, storeChunk } from './batch-queue.ts';
import { continued } from './drive.ts';
import type { BatchProgress } from './job-queue.ts';
import type { OrgServices } from './org-services.ts';
import { locatorIds, locatorRows } from './query-locators.ts';
import type { Transaction } from './transactions.ts';

/** One call of the batch's class, and what it means for the batch. */
export interface BatchStep {
  run(target: ApexObject, context: ApexObject): Suspendable<ApexValue>;
  /** How the batch goes on; without `batch` it is over. To be asked once, after a run that did not fail. */
  outcome(): { readonly batch?: BatchProgress; readonly payload?: unknown };
}

type MakeStep = (org: OrgServices, job: BatchJob, transaction: Transaction) => BatchStep;

/** Chunks of a query locator never have more rows, whatever size was asked for. */
const MAXIMUM_LOCATOR_SCOPE = 2_000;

export const startStep: MakeStep = (org, job, { realm, context }) => {
  const { program } = realm;
  let chunks: unknown[] = [];
  let locator: BatchProgress['locator'] = null;
  let batchObject: ApexObject | undefined;
  const divide = (found: ApexValue): null => {
    if (found instanceof QueryLocator) {
      const { soql, mode } = found.state;
      chunks = slices(locatorIds(org, context, found.state), locatorScope(job));
      locator = { soql, mode, binds: program.serialize(bindMap(org, found)) };
    } else {
      chunks = slices([...elementsOf(realm, found)], job.batch.scope).map((values) =>
        program.serialize(new ApexList(elementType(org, job), values)),
      );
    }
    checkTestSize(realm.isTest, chunks.length);
    return null;
  };
  return {
    run(target, batchContext) {
      batchObject = target;
      return continued(program.invoke(target, 'start', [batchContext]), divide);
    },
    outcome() {
      for (const [number, rows] of chunks.entries()) {
        storeChunk(org, job, number, rows);
      }
      const phase = chunks.length > 0 ? 'execute' : 'finish';
      const batch = { ...job.batch, phase, chunks: chunks.length, locator } as const;
      return { batch, ...statePayload(realm, batchObject) };
    },
  };
};

export const executeStep: MakeStep = (org, job, { realm, context }) => {
  const { program } = realm;
  let batchObject: ApexObject | undefined;
  return {
    run(target, batchContext) {
      batchObject = target;
      const scope = scopeOf(org, job, realm, context.userId);
      return program.invoke(target, 'execute', [batchContext, scope]);
    },
    outcome() {
      const processed = job.batch.processed + 1;
      const phase = processed < job.batch.chunks ? 'execute' : 'finish';
      const batch = { ...job.batch, phase, processed } as const;
      return { batch, ...statePayload(realm, batchObject) };
    },
  };
};

export const finishStep: MakeStep = (_org, _job, { realm }) => ({
  run: (target, batchContext) => realm.program.invoke(target, 'finish', [batchContext]),
  outcome: () => ({}),
});

/** Only a Stateful batch takes what its fields hold along to the next chunk. */
function statePayload(
  { program }: Transaction['realm'],
  target: ApexObject | undefined,
): { readonly payload?: unknown } {
  return target !== undefined && program.isInstance(target, 'Database.Stateful')
    ? { payload: program.serialize(target) }
    : {};
}

/** Rows are read when their chunk runs: they show what was changed since `start`. */
function scopeOf(
  org: OrgServices,
  job: BatchJob,
  { program, userId }: Transaction['realm'],
  runningUser: string,
): ApexList {
  const { locator, processed } = job.batch;
  const stored = readChunk(org, job, processed);
  const type = elementType(org, job);
  if (locator === null) {
    const values = program.deserialize(stored);
    return values instanceof ApexList ? values : new ApexList(type);
  }
  const binds = program.deserialize(locator.binds);
  const rows = locatorRows(org, {
    soql: locator.soql,
    mode: locator.mode,
    binds: binds instanceof ApexMap ? textKeys(binds) : new Map(),
    ids: Array.isArray(stored) ? stored.map(String) : [],
    userId: runningUser === '' ? userId : runningUser,
  });
  const list = new ApexList(type, rows);
  return new ApexList(scopeElement(type, list), rows);
}

function elementType(org: OrgServices, job: BatchJob): string {
  const info = org.program.classes.find(({ name }) => name === job.className);
  return scopeType(info?.interfaces ?? new Set());
}

function locatorScope({ batch }: BatchJob): number {
  return Math.min(batch.scope, MAXIMUM_LOCATOR_SCOPE);
}

/** Of all variables around the call, those the query uses. */
function bindMap(org: OrgServices, { state }: QueryLocator): ApexMap {
  const map = new ApexMap('String', 'Object');
  for (const name of org.soql.plan(state.soql).bindNames) {
    map.put(name, state.binds.get(name) ?? null);
  }
  return map;
}

function textKeys(map: ApexMap): Map<string, ApexValue> {
  return new Map([...map].map(([name, value]) => [String(name), value]));
}

function* elementsOf(
  { program }: Transaction['realm'],
  found: ApexValue,
): IterableIterator<ApexValue> {
  if (found instanceof ApexList || found instanceof ApexSet) {
    yield* found;
    return;
  }
  const iterator = isApexObject(found) ? program.invoke(found, 'iterator', []) : null;
  if (isGenerator(iterator) || !isApexObject(iterator)) {
    throw new ApexException('UnexpectedException', 'Start did not return a valid iterable object.');
  }
  while (program.invoke(iterator, 'hasNext', []) === true) {
    const next = program.invoke(iterator, 'next', []);
    yield isGenerator(next) ? null : next;
  }
}

function isApexObject(value: ApexValue): value is ApexObject {
  return typeof value === 'object' && value !== null;
}

function slices<T>(values: readonly T[], size: number): T[][] {
  const count = Math.ceil(values.length / size);
  return Array.from({ length: count }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}

function checkTestSize(isTest: boolean, chunks: number): void {
  if (isTest && chunks > 1) {
    throw new ApexException(
      'UnexpectedException',
      'No more than one executeBatch can be called from within a test method.  Please make sure the iterable returned from your start method matches the batch size, resulting in one executeBatch invocation.',
    );
  }
}
