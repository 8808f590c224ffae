import type { FieldType, FieldValue } from '../schema/schema.ts';

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
  /**
   * Object API name; `AggregateResult`; `Name` for a parent behind a look-up to several objects (its id tells which);
   * `Address` for a compound address, whose keys are `city`, `country` … as JSON has them.
   */
  readonly object: string;
  /** 18 characters, also when Id was not asked for; undefined for aggregates and addresses. */
  readonly id?: string | undefined;
  readonly values: ReadonlyMap<string, QueryValue>;
}

/** A parent record (null when there is none) or child rows (an empty list when there are none) may stand for a value. */
export type QueryValue = FieldValue | QueryRecord | readonly QueryRecord[];

export interface SelectedField {
  /** Path as it heads a CSV column: `Name`, `Account.Name`, or an alias such as `expr0`. */
  readonly path: string;
  /** The field's type; of an aggregate the type of its result, `int` for counts. */
  readonly fieldType: FieldType;
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
  readonly hasTypeof: boolean;
  /** Lower-case names of the binds, in order of appearance. */
  readonly bindNames: readonly string[];
  /** `WITH USER_MODE`, `WITH SYSTEM_MODE` or `WITH SECURITY_ENFORCED` as written. */
  readonly accessMode?: 'user' | 'system' | 'enforced';
  readonly forUpdate: boolean;
  /** The query says `ALL ROWS`, which only Apex may. */
  readonly allRows?: boolean;
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
  /**
   * The same columns for rows chosen by id, which `run` is handed as the bind `__ids`, in no order: how a query locator
   * reads its next rows, whatever the query's own conditions say of them by then.
   */
  planForIds(plan: QueryPlan): QueryPlan;
  /** Streams rows; stop early by leaving the loop. */
  run(plan: QueryPlan, options: SoqlOptions): IterableIterator<QueryRecord>;
  /**
   * Streams rows of a flat query as arrays of values in the order of `plan.selected`: the fast way for exports.
   * @throws OrgError MALFORMED_QUERY when the query has child queries or selects a compound address
   */
  runArrays(plan: QueryPlan, options: SoqlOptions): IterableIterator<FieldValue[]>;
  /** Number of rows the plan would give (LIMIT and OFFSET applied). */
  count(plan: QueryPlan, options: SoqlOptions): number;
}
