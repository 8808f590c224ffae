import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import type { Savepoint } from './record-store.ts';

export type SqlValue = string | number | null;
export type SqlRow = SqlValue[];

/** Updates of ever other columns and counts of ever other filters are texts of their own. */
const maxKeptStatements = 2_000;

export interface DatabaseOptions {
  readonly readOnly?: boolean;
  /** Milliseconds since the epoch, UTC. */
  readonly now: () => number;
}

/**
 * The org's one SQLite database: prepared statements by text, transactions, nested savepoints.
 *
 * Text is compared with NOCASE where a column says so; that folds ASCII letters only. For other letters there is the
 * SQL function `fold`, which folds all of Unicode.
 */
export class Database {
  readonly #path: string;
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #inTransaction = false;
  #savepoints = 0;
  readonly #onCommit: (() => void)[] = [];
  readonly #functions = new Set<string>();
  readonly #now: () => number;

  /** @param path a file, or `:memory:` */
  constructor(path: string, options: DatabaseOptions) {
    this.#path = path;
    this.#now = options.now;
    this.#sqlite = new DatabaseSync(path, { readOnly: options.readOnly === true });
    this.#sqlite.exec(
      'PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;',
    );
    if (!options.readOnly)
      this.#sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.#defineClock();
    this.defineFunction('fold', (text = null) =>
      typeof text === 'string' ? text.toLowerCase() : text,
    );
  }

  /**
   * A second connection that sees the database as it is now, whatever is saved meanwhile, until it is closed.
   * Undefined for a database in memory, which has one connection only.
   */
  openSnapshot(): Database | undefined {
    if (this.#path === ':memory:') return undefined;
    const snapshot = new Database(this.#path, { readOnly: true, now: this.#now });
    snapshot.exec('BEGIN');
    // The transaction begins with its first read.
    snapshot.row('SELECT count(*) FROM sqlite_master');
    return snapshot;
  }

  /** A pure function for use in SQL. */
  defineFunction(name: string, body: (...values: SqlValue[]) => SqlValue): void {
    this.#sqlite.function(
      name,
      { deterministic: true, varargs: true },
      (...values: SQLOutputValue[]) => body(...values.map(toSqlValue)),
    );
  }

  /** The same for parts that are made anew on a database: a function in use cannot be defined a second time. */
  defineFunctionOnce(name: string, body: (...values: SqlValue[]) => SqlValue): void {
    if (this.#functions.has(name)) return;
    this.#functions.add(name);
    this.defineFunction(name, body);
  }

  /** `org_now()`: the org's clock, for formulas. */
  #defineClock(): void {
    this.#sqlite.function('org_now', () => new Date(this.#now()).toISOString());
  }

  exec(sql: string): void {
    this.#sqlite.exec(sql);
  }

  /** Rows come as arrays in column order. The statement is kept for the next call with the same text. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.prepareOwn(sql);
    if (this.#statements.size >= maxKeptStatements) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }

  /** A statement of the caller's own: needed where rows are read step by step, since a shared one may be restarted. */
  prepareOwn(sql: string): StatementSync {
    const statement = this.#sqlite.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  }

  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.prepare(sql).run(...values).changes);
  }

  row(sql: string, ...values: SqlValue[]): SqlRow | undefined {
    return toRow(this.prepare(sql).get(...values));
  }

  rows(sql: string, ...values: SqlValue[]): SqlRow[] {
    return this.prepare(sql)
      .all(...values)
      .map((row) => toRow(row) ?? []);
  }

  /** The one value of a statement's one row, a blob; undefined without a row. */
  bytes(sql: string, ...values: SqlValue[]): Uint8Array | undefined {
    const row: unknown = this.prepare(sql).get(...values);
    const value: unknown = Array.isArray(row) ? row[0] : undefined;
    return value instanceof Uint8Array ? value : undefined;
  }

  /** Forgets prepared statements: tables have changed. */
  forgetStatements(): void {
    this.#statements.clear();
  }

  get inTransaction(): boolean {
    return this.#inTransaction;
  }

  /** Runs `task` just before every commit. */
  onCommit(task: () => void): void {
    this.#onCommit.push(task);
  }

  begin(): void {
    if (this.#inTransaction) throw new Error('a transaction is already open');
    this.#sqlite.exec('BEGIN IMMEDIATE');
    this.#inTransaction = true;
    this.#savepoints = 0;
  }

  commit(): void {
    if (!this.#inTransaction) throw new Error('no transaction is open');
    for (const task of this.#onCommit) task();
    this.#sqlite.exec('COMMIT');
    this.#inTransaction = false;
  }

  rollback(): void {
    if (!this.#inTransaction) throw new Error('no transaction is open');
    this.#inTransaction = false;
    // SQLite itself has rolled back after some failures of a commit.
    if (this.#sqlite.isTransaction) this.#sqlite.exec('ROLLBACK');
  }

  savepoint(): Savepoint {
    if (!this.#inTransaction) throw new Error('a savepoint needs an open transaction');
    const name = `s${++this.#savepoints}`;
    this.#sqlite.exec(`SAVEPOINT ${name}`);
    return {
      rollback: () => this.#sqlite.exec(`ROLLBACK TO ${name}`),
      release: () => this.#sqlite.exec(`RELEASE ${name}`),
    };
  }

  /** All or nothing: within an open transaction by a savepoint, otherwise in a transaction of its own. */
  atomically<T>(work: () => T): T {
    if (!this.#inTransaction) return this.#inOwnTransaction(work);
    const savepoint = this.savepoint();
    try {
      const result = work();
      savepoint.release();
      return result;
    } catch (error) {
      savepoint.rollback();
      savepoint.release();
      throw error;
    }
  }

  #inOwnTransaction<T>(work: () => T): T {
    this.begin();
    try {
      const result = work();
      this.commit();
      return result;
    } catch (error) {
      if (this.#inTransaction) this.rollback();
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite.close();
  }
}

function toSqlValue(value: SQLOutputValue): SqlValue {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

/** With `setReturnArrays`, node:sqlite gives arrays where its types promise objects. */
export function toRow(row: unknown): SqlRow | undefined {
  return Array.isArray(row) ? row : undefined;
}
