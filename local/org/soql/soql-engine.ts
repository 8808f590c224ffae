import type { StatementSync } from 'node:sqlite';
import { OrgError } from '../errors.ts';
import type { FieldValue, Schema } from '../schema/schema.ts';
import { type Database, type SqlRow, type SqlValue, toRow } from '../store/database.ts';
import type { ChildStatement } from './child-query.ts';
import { IdListMeter } from './id-list-meter.ts';
import { parseSoql } from './parser.ts';
import { isWide, Plan } from './plan.ts';
import type { QueryView } from './plan-context.ts';
import type { Statement } from './planner.ts';
import { type ChildRows, ResultRecord, toFieldValue } from './selection.ts';
import type { QueryPlan, QueryRecord, SoqlEngine, SoqlOptions } from './soql.ts';
import type { Runtime, Sql } from './sql-builder.ts';
import { wallClock } from './time-zone.ts';

export interface SoqlEngineOptions {
  readonly schema: Schema;
  /** The record store's database. */
  readonly database: Database;
  /** Where the schema is one user's: the org's, and which rows the user sees. */
  readonly formulaSchema?: Schema;
  readonly rowFilter?: QueryView['rowFilter'];
}

const maxQueryLength = 100_000;
/** A row of SQLite has 2,000; some are ids that nobody asked for. */
const maxColumns = 1_900;
const maxCachedPlans = 2_000;
/** Of the texts of all cached plans; a plan takes some 15 bytes of memory for each of its characters. */
const maxCachedCharacters = 1_000_000;
/** How many parents one child query serves. */
const parentBatch = 500;

export function createSoqlEngine(options: SoqlEngineOptions): SoqlEngine {
  return new SqliteSoqlEngine(options);
}

function allRows(): undefined {
  return undefined;
}

/** Queries as one SQL statement each, plus one per child query and batch of parents. */
class SqliteSoqlEngine implements SoqlEngine {
  readonly #view: QueryView;
  readonly #database: Database;
  readonly #statements: StatementPool;
  /** Oldest first. */
  readonly #plans = new Map<string, Plan>();
  #plannedCharacters = 0;
  #plansVersion = -1;

  constructor(options: SoqlEngineOptions) {
    const { schema, formulaSchema = schema, rowFilter = allRows } = options;
    this.#view = { schema, formulaSchema, rowFilter };
    this.#database = options.database;
    this.#statements = new StatementPool(options.database);
    options.database.defineFunctionOnce('in_zone', inZone);
  }

  plan(soql: string): QueryPlan {
    if (this.#plansVersion !== this.#view.schema.version) {
      this.#plans.clear();
      this.#plannedCharacters = 0;
      this.#plansVersion = this.#view.schema.version;
    }
    const known = this.#plans.get(soql);
    if (known) return known;
    if (soql.length > maxQueryLength) {
      throw new OrgError(
        'MALFORMED_QUERY',
        `SOQL statements cannot be longer than ${maxQueryLength} characters.`,
      );
    }
    const plan = new Plan(this.#view, soql, parseSoql(soql));
    if (plan.selected.length > maxColumns) throw tooComplicated();
    this.#keepPlan(plan);
    return plan;
  }

  planForIds(plan: QueryPlan): QueryPlan {
    return ownPlan(plan).forIds();
  }

  /** Clients that list ids in their queries never ask the same one twice: the oldest plans make room. */
  #keepPlan(plan: Plan): void {
    this.#plans.set(plan.soql, plan);
    this.#plannedCharacters += plan.soql.length;
    for (const soql of this.#plans.keys()) {
      const fits = this.#plannedCharacters <= maxCachedCharacters;
      if (fits && this.#plans.size <= maxCachedPlans) return;
      this.#plans.delete(soql);
      this.#plannedCharacters -= soql.length;
    }
  }

  *run(plan: QueryPlan, options: SoqlOptions): IterableIterator<QueryRecord> {
    const { statement, runtime } = this.#prepare(plan, options);
    if (statement.countOnly) return;
    const meter = new IdListMeter();
    const rows = meter.over(this.#rows(statement.rows, runtime), statement.idListColumns);
    if (statement.children.length === 0) {
      for (const row of rows) yield new ResultRecord(statement.root, row);
      return;
    }
    for (const batch of batches(rows, parentBatch)) {
      const children = this.#childRows(statement, batch, { runtime, meter });
      for (const row of batch) yield new ResultRecord(statement.root, row, children);
    }
  }

  *runArrays(plan: QueryPlan, options: SoqlOptions): IterableIterator<FieldValue[]> {
    const { statement, runtime } = this.#prepare(plan, options);
    const isFlat = statement.children.length === 0 && !statement.hasAddress && !statement.hasTypeof;
    if (!isFlat || statement.countOnly) {
      throw new OrgError('MALFORMED_QUERY', 'Only flat fields can be read as plain rows');
    }
    const booleans = statement.selected.flatMap((field, index) =>
      field.fieldType === 'boolean' ? [index] : [],
    );
    const width = statement.selected.length;
    const { text } = statement.rows;
    const reader = this.#statements.take(text);
    try {
      // Not over `#rows`: with a million rows, a generator inside a generator shows.
      for (const columns of reader.iterate(...evaluate(statement.rows, runtime))) {
        const row = toRow(columns) ?? [];
        const values: FieldValue[] = row;
        if (values.length > width) values.length = width;
        for (const index of booleans) values[index] = toFieldValue(row[index] ?? null, true);
        yield values;
      }
    } finally {
      this.#statements.giveBack(text, reader);
    }
  }

  count(plan: QueryPlan, options: SoqlOptions): number {
    const { statement, runtime } = this.#prepare(plan, options);
    const { count } = statement;
    const row = refusedIfTooLarge(() =>
      this.#database.row(count.text, ...evaluate(count, runtime)),
    );
    return Number(row?.[0] ?? 0);
  }

  #prepare(plan: QueryPlan, options: SoqlOptions): { statement: Statement; runtime: Runtime } {
    const own = ownPlan(plan);
    const runtime = this.#runtime(options);
    const [missing] = own.bindNames;
    if (missing !== undefined && !options.binds) {
      throw new OrgError('MALFORMED_QUERY', 'Bind variables only allowed in Apex code');
    }
    const statement = own.statement({
      allRows: options.allRows === true,
      foldText: own.hasWideText || hasWideText(runtime.binds),
      nullBinds: hasNull(runtime.binds),
    });
    return { statement, runtime };
  }

  #runtime(options: SoqlOptions): Runtime {
    const database = this.#database;
    return {
      binds: options.binds ?? new Map(),
      nowMs: options.nowMs,
      userId: options.userId,
      get timeZone() {
        const row = database.row(
          'SELECT "TimeZoneSidKey" FROM "o_user" WHERE "Id" = ?',
          options.userId,
        );
        return typeof row?.[0] === 'string' ? row[0] : 'GMT';
      },
    };
  }

  *#rows(sql: Sql, runtime: Runtime, ...first: SqlValue[]): Generator<SqlRow> {
    const statement = this.#statements.take(sql.text);
    try {
      for (const row of statement.iterate(...first, ...evaluate(sql, runtime)))
        yield toRow(row) ?? [];
    } finally {
      this.#statements.giveBack(sql.text, statement);
    }
  }

  #childRows(statement: Statement, parents: readonly SqlRow[], run: Run): ChildRows {
    const { idColumn } = statement.root;
    const ids = JSON.stringify(parents.map((row) => row[idColumn ?? 0]));
    const groups = statement.children.map((child) => this.#groupByParent(child, ids, run));
    return (index, parentId) => groups[index]?.get(parentId) ?? [];
  }

  #groupByParent(
    child: ChildStatement,
    parentIds: string,
    { runtime, meter }: Run,
  ): Map<string, QueryRecord[]> {
    const limit = child.limit ? Number(child.limit(runtime)) : Number.POSITIVE_INFINITY;
    const groups = new Map<string, QueryRecord[]>();
    const rows = this.#rows(child.rows, runtime, parentIds);
    for (const row of meter.over(rows, child.idListColumns)) {
      const parentId = String(row[child.parentColumn]);
      const group = groups.get(parentId);
      if (!group) groups.set(parentId, limit > 0 ? [new ResultRecord(child.root, row)] : []);
      else if (group.length < limit) group.push(new ResultRecord(child.root, row));
    }
    return groups;
  }
}

/** What all statements of one run of a query share. */
interface Run {
  readonly runtime: Runtime;
  readonly meter: IdListMeter;
}

function ownPlan(plan: QueryPlan): Plan {
  if (!(plan instanceof Plan)) throw new Error('a plan of another engine');
  return plan;
}

/**
 * Statements that are read step by step. One text may be read by several at once (a query inside the loop over
 * another), so a statement is lent to one reader at a time.
 */
class StatementPool {
  readonly #database: Database;
  readonly #free = new Map<string, StatementSync[]>();

  constructor(database: Database) {
    this.#database = database;
  }

  take(text: string): StatementSync {
    return this.#free.get(text)?.pop() ?? refusedIfTooLarge(() => this.#database.prepareOwn(text));
  }

  giveBack(text: string, statement: StatementSync): void {
    const free = this.#free.get(text);
    if (free) free.push(statement);
    else {
      if (this.#free.size > maxCachedPlans) this.#free.clear();
      this.#free.set(text, [statement]);
    }
  }
}

const TOO_LARGE = /too (?:many|large|complex|big)|stack overflow/i;

/** @throws OrgError QUERY_TOO_COMPLICATED for what the database takes for too large; what else fails goes on */
function refusedIfTooLarge<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !TOO_LARGE.test(error.message)) throw error;
    throw tooComplicated();
  }
}

function tooComplicated(): OrgError {
  return new OrgError(
    'QUERY_TOO_COMPLICATED',
    'Query is either selecting too many fields or the filter conditions are too complicated.',
  );
}

function hasWideText(binds: Runtime['binds']): boolean {
  return someBind(binds, (value) => typeof value === 'string' && isWide(value));
}

function hasNull(binds: Runtime['binds']): boolean {
  return someBind(binds, (value) => value === null || value === '');
}

function someBind(binds: Runtime['binds'], test: (value: FieldValue) => boolean): boolean {
  for (const value of binds.values()) {
    if (isList(value) ? value.some(test) : test(value)) return true;
  }
  return false;
}

function isList(value: FieldValue | readonly FieldValue[]): value is readonly FieldValue[] {
  return Array.isArray(value);
}

function evaluate(sql: Sql, runtime: Runtime): SqlValue[] {
  return sql.parameters.map((parameter) => parameter(runtime));
}

function* batches(rows: Iterable<SqlRow>, size: number): Generator<SqlRow[]> {
  let batch: SqlRow[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** An instant as the wall clock of a time zone shows it; dates have no zone. */
function inZone(text: SqlValue = null, zone: SqlValue = null): SqlValue {
  if (typeof text !== 'string' || typeof zone !== 'string' || text.length <= 10) return text;
  return new Date(wallClock(Date.parse(text), zone)).toISOString();
}
