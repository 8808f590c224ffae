import type { AccessControl } from '../../access/access-control.ts';
import type { Faults } from '../../faults.ts';
import type { FieldValue } from '../../schema/schema.ts';
import type {
  QueryPlan,
  QueryRecord,
  QueryValue,
  SoqlEngine,
  SoqlOptions,
} from '../../soql/soql.ts';
import type { Database } from '../../store/database.ts';
import { hiddenIds } from '../hidden-records.ts';
import type { QueryJob } from './job.ts';
import type { RowSource } from './query-runner.ts';

export interface RowOpenerDeps {
  readonly database: Database;
  readonly access: AccessControl;
  readonly faults: Faults;
  readonly now: () => number;
}

/**
 * Rows of a query job. On a file they come over a connection of their own, which sees the database as it is now,
 * whatever is saved between two slices. In memory there is no second connection: the rows are read in
 * one go.
 */
export function createRowOpener(deps: RowOpenerDeps): (job: QueryJob) => RowSource {
  return (job) => {
    const options: SoqlOptions = {
      allRows: job.operation === 'queryAll',
      nowMs: deps.now(),
      userId: job.createdById,
    };
    const snapshot = deps.database.openSnapshot();
    if (snapshot === undefined) {
      const { soql } = deps.access.of(job.createdById);
      const plan = soql.plan(job.query);
      const rows = visibleRows(deps, soql, plan, options);
      return { plan, rows, isSnapshot: false, close: () => undefined };
    }
    try {
      return openSnapshotRows(deps, job, snapshot, options);
    } catch (error) {
      snapshot.close();
      throw error;
    }
  };
}

/** @throws OrgError when the query no longer fits the schema */
function openSnapshotRows(
  deps: RowOpenerDeps,
  job: QueryJob,
  snapshot: Database,
  options: SoqlOptions,
): RowSource {
  const reader = deps.access.of(job.createdById).soqlOn(snapshot);
  const plan = reader.plan(job.query);
  const rows = visibleRows(deps, reader, plan, options);
  return {
    plan,
    rows,
    isSnapshot: true,
    close() {
      rows.return?.();
      snapshot.close();
    },
  };
}

/** Without hidden records the fast way; with them record by record, since a row need not hold its id. */
function visibleRows(
  deps: RowOpenerDeps,
  soql: SoqlEngine,
  plan: QueryPlan,
  options: SoqlOptions,
): IterableIterator<readonly FieldValue[]> {
  const hidden = hiddenIds(deps.faults);
  if (hidden.size === 0) return soql.runArrays(plan, options);
  return rowsWithout(hidden, soql, plan, options);
}

function* rowsWithout(
  hidden: ReadonlySet<string>,
  soql: SoqlEngine,
  plan: QueryPlan,
  options: SoqlOptions,
): Generator<readonly FieldValue[]> {
  const paths = plan.selected.map(({ path }) => path.split('.'));
  for (const record of soql.run(plan, options)) {
    if (hidden.has(record.id ?? '')) continue;
    yield paths.map((path) => valueAt(record, path));
  }
}

function valueAt(record: QueryRecord, path: readonly string[]): FieldValue {
  let value: QueryValue = record;
  for (const name of path) {
    if (!isRecord(value)) return null;
    value = value.values.get(name) ?? null;
  }
  return typeof value === 'object' ? null : value;
}

function isRecord(value: QueryValue): value is QueryRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
