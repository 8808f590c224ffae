import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** Rows of one statement: a call of SQLite for each row costs as much as the row itself. */
const ROWS_PER_STATEMENT = 50;

/** Inserts many rows by few statements. */
export class BatchInsert {
  readonly #width: number;
  readonly #many: StatementSync;
  readonly #one: StatementSync;

  /**
   * @param sql the statement around a list of `VALUES` rows, whose columns are `column1` … Its own parameters stand in
   *   front of them and have no numbers: Node looks for the names of numbered ones again with every value.
   * @param width how many parameters each row has of its own
   */
  constructor(database: DatabaseSync, sql: (values: string) => string, width: number) {
    this.#width = width;
    this.#many = database.prepare(sql(valuesOf(ROWS_PER_STATEMENT, width)));
    this.#one = database.prepare(sql(valuesOf(1, width)));
  }

  /**
   * @param shared what all rows have in common
   * @param own the rows' own values, one row's after the other's
   */
  run(shared: readonly SQLInputValue[], own: readonly SQLInputValue[]): void {
    const size = ROWS_PER_STATEMENT * this.#width;
    let at = 0;
    for (; at + size <= own.length; at += size) {
      this.#many.run(...shared, ...own.slice(at, at + size));
    }
    for (; at < own.length; at += this.#width) {
      this.#one.run(...shared, ...own.slice(at, at + this.#width));
    }
  }
}

function valuesOf(rows: number, width: number): string {
  const row = `(${Array(width).fill('?').join()})`;
  return `(VALUES ${Array(rows).fill(row).join()})`;
}
