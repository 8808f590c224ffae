import type { FieldValue } from '../schema/schema.ts';

export interface SoqlOptions {
  /** Values of `:name` binds by lower-case name; arrays for IN. Field values as the store keeps them. */
  readonly binds?: ReadonlyMap<string, FieldValue | readonly FieldValue[]>;
  /** True for queryAll and ALL ROWS: Recycle Bin, merged and archived rows too. */
  readonly allRows?: boolean;
  readonly nowMs: number;
  readonly userId: string;
}

/** One result row. Keys keep the spelling of the schema (aliases: of the query), in the order of the SELECT list. */
export interface QueryRecord {
  /** Object API name, or `AggregateResult`. */
  readonly object: string;
  /** 18 characters, also when Id was not asked for; undefined for aggregates. */
  readonly id?: string;
  readonly values: ReadonlyMap<string, QueryValue>;
}

/** A parent record (null when there is none) or child rows (an empty list when there are none) may stand for a value. */
export type QueryValue = FieldValue | QueryRecord | readonly QueryRecord[];

export interface SelectedField {
  /** Path as it heads a CSV column: `Name`, `Account.Name`, or an alias such as `expr0`. */
  readonly path: string;
  /** Undefined for aggregates. */
  readonly fieldType: string;
}

/** A checked query, bound to one version of the schema. */
export interface QueryPlan {
  readonly object: string;
  readonly soql: string;
  readonly aggregate: boolean;
  /** `SELECT COUNT() FROM …`: only the total counts. */
  readonly countOnly: boolean;
  readonly selected: readonly SelectedField[];
  readonly hasChildQueries: boolean;
  /** Lower-case names of the binds, in order of appearance. */
  readonly bindNames: readonly string[];
  /** `WITH USER_MODE` / `WITH SYSTEM_MODE` as written. */
  readonly accessMode?: 'user' | 'system';
  readonly forUpdate: boolean;
  readonly hasLimitOrOffset: boolean;
  readonly hasOffset: boolean;
  readonly hasOrderBy: boolean;
}

export interface SoqlEngine {
  /**
   * Parses and resolves a query; plans are cached by text and schema version.
   * @throws OrgError MALFORMED_QUERY (with Row and Column), INVALID_FIELD, INVALID_TYPE, in Salesforce's own texts
   */
  plan(soql: string): QueryPlan;
  /** Streams rows; stop early by leaving the loop. */
  run(plan: QueryPlan, options: SoqlOptions): IterableIterator<QueryRecord>;
  /** Number of rows the plan would give (LIMIT and OFFSET applied). */
  count(plan: QueryPlan, options: SoqlOptions): number;
}
