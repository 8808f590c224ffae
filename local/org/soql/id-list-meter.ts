import { OrgError } from '../errors.ts';
import { idsInList } from '../schema/id-list.ts';
import type { SqlRow } from '../store/database.ts';

/** Ids that the lists in the rows of one query may hold together. */
const mostIds = 500;

/** Counts the ids that one run of a query reads out of lists (JunctionIdList). */
export class IdListMeter {
  #count = 0;

  /**
   * The same rows.
   * @param columns where lists of ids stand
   * @throws OrgError MALFORMED_QUERY, while they are read
   */
  over(rows: Iterable<SqlRow>, columns: readonly number[]): Iterable<SqlRow> {
    return columns.length === 0 ? rows : this.#counted(rows, columns);
  }

  *#counted(rows: Iterable<SqlRow>, columns: readonly number[]): Generator<SqlRow> {
    for (const row of rows) {
      for (const column of columns) this.#count += idsInList(row[column]).length;
      if (this.#count > mostIds) {
        const message = `Query is requesting too many junction ids; limit is ${mostIds}`;
        throw new OrgError('MALFORMED_QUERY', message);
      }
      yield row;
    }
  }
}
