import type { QueryPlan, SoqlEngine, SoqlOptions } from '../../soql/soql.ts';
import type { JsonRecord, RecordWriter } from './record-json.ts';

/** Queries on the org as it was when this was opened, whatever is saved meanwhile. */
export interface QuerySnapshot {
  readonly soql: SoqlEngine;
  close(): void;
}

/** Rows still to come, and what to call when no more are wanted. */
export interface RestOfRows {
  readonly rows: Iterator<JsonRecord>;
  close(): void;
}

export interface FirstRows {
  readonly totalSize: number;
  /** One page. */
  readonly records: readonly JsonRecord[];
  /** Undefined when the page holds them all. */
  readonly rest: RestOfRows | undefined;
}

export interface QueryRun {
  readonly soql: SoqlEngine;
  readonly plan: QueryPlan;
  readonly options: SoqlOptions;
  readonly writer: RecordWriter;
  /** Ids nobody is shown. */
  readonly hidden: ReadonlySet<string>;
  /** Undefined where there is none: in memory, and inside a transaction whose changes it would miss. */
  openSnapshot(): QuerySnapshot | undefined;
}

/**
 * Reads a query's first page. What comes after it is read later from a snapshot, so that a query of many rows does not
 * keep everybody else waiting; without a snapshot it is read at once, for saves between two pages would show.
 */
export function readFirstRows(run: QueryRun, pageSize: number): FirstRows {
  const rows = recordsOf(run, run.soql, run.plan);
  const few = take(rows, pageSize + 1);
  if (few.length <= pageSize) return { totalSize: few.length, records: few, rest: undefined };
  const snapshot = run.hidden.size === 0 ? run.openSnapshot() : undefined;
  if (snapshot !== undefined) {
    rows.return?.();
    return rowsOfSnapshot(run, snapshot, pageSize);
  }
  const all = [...few, ...rows];
  const rest = all.slice(pageSize).values();
  return {
    totalSize: all.length,
    records: all.slice(0, pageSize),
    rest: { rows: rest, close: () => undefined },
  };
}

function rowsOfSnapshot(run: QueryRun, snapshot: QuerySnapshot, pageSize: number): FirstRows {
  try {
    const { soql } = snapshot;
    const plan = soql.plan(run.plan.soql);
    const totalSize = soql.count(plan, run.options);
    const rows = recordsOf(run, soql, plan);
    const records = take(rows, pageSize);
    const close = (): void => {
      rows.return?.();
      snapshot.close();
    };
    return { totalSize, records, rest: { rows, close } };
  } catch (error) {
    snapshot.close();
    throw error;
  }
}

function* recordsOf(
  { options, writer, hidden }: QueryRun,
  soql: SoqlEngine,
  plan: QueryPlan,
): IterableIterator<JsonRecord> {
  for (const record of soql.run(plan, options)) {
    if (!hidden.has(record.id ?? '')) yield writer.write(record);
  }
}

/** Up to so many of the rows; the others can be read on. */
export function take(rows: Iterator<JsonRecord>, count: number): JsonRecord[] {
  const taken: JsonRecord[] = [];
  while (taken.length < count) {
    const next = rows.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}
