import { ApexException } from '../../values.ts';
import type { RowError } from './system-services.ts';

/** One record that a DML statement could not save. */
export interface FailedRow {
  /** Place in the caller's list, from 0. */
  readonly index: number;
  /** API name. */
  readonly object: string;
  /** 18 characters; null for a record that has no id yet. */
  readonly id: string | null;
  readonly error: RowError;
}

/** `System.DmlException` with what the platform tells of each failed row. */
export class DmlException extends ApexException {
  readonly rows: readonly FailedRow[];

  private constructor(message: string, rows: readonly FailedRow[]) {
    super('DmlException', message);
    this.rows = rows;
  }

  /**
   * `Insert failed. First exception on row 0; first error: REQUIRED_FIELD_MISSING, Required fields are missing:
   * [Name]: [Name]`
   */
  static of(operation: string, rows: readonly [FailedRow, ...FailedRow[]]): DmlException {
    const [{ index, id, error }] = rows;
    const verb = operation.charAt(0).toUpperCase() + operation.slice(1);
    const where = id === null ? `row ${index}` : `row ${index} with id ${id}`;
    return new DmlException(
      `${verb} failed. First exception on ${where}; first error: ${error.code}, ${error.message}: [${error.fields.join(', ')}]`,
      rows,
    );
  }
}
