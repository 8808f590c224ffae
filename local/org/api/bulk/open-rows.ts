import type { Schema } from '../../schema/schema.ts';
import type { SoqlEngine, SoqlOptions } from '../../soql/soql.ts';
import { createSoqlEngine } from '../../soql/soql-engine.ts';
import type { Database } from '../../store/database.ts';
import type { QueryJob } from './job.ts';
import type { RowSource } from './query-runner.ts';

export interface RowOpenerDeps {
  readonly database: Database;
  readonly schema: Schema;
  readonly soql: SoqlEngine;
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
      const plan = deps.soql.plan(job.query);
      const rows = deps.soql.runArrays(plan, options);
      return { plan, rows, isSnapshot: false, close: () => undefined };
    }
    const reader = createSoqlEngine({ schema: deps.schema, database: snapshot });
    const plan = reader.plan(job.query);
    const rows = reader.runArrays(plan, options);
    return {
      plan,
      rows,
      isSnapshot: true,
      close() {
        rows.return?.();
        snapshot.close();
      },
    };
  };
}
