import type { DuplicateResult } from './duplicate-result.ts';

interface OrgErrorOptions {
  readonly fields?: readonly string[];
  readonly status?: number;
  readonly others?: readonly OrgError[];
  readonly duplicates?: DuplicateResult;
}

/**
 * An error as Salesforce words it. The API turns it into `[{message, errorCode, fields}]`, Apex into the exception
 * of its kind; both keep code and text.
 */
export class OrgError extends Error {
  override readonly name = 'OrgError';
  readonly code: string;
  readonly fields: readonly string[];
  /** HTTP status when it reaches a client as a top-level error. */
  readonly status: number;
  /** What else is wrong with the same record. */
  readonly others: readonly OrgError[];
  /** Of DUPLICATES_DETECTED only. */
  readonly duplicates: DuplicateResult | undefined;

  constructor(code: string, message: string, options: OrgErrorOptions = {}) {
    super(message);
    this.code = code;
    this.fields = options.fields ?? [];
    this.status = options.status ?? 400;
    this.others = options.others ?? [];
    this.duplicates = options.duplicates;
  }

  /** The same error with more that is wrong. */
  with(others: readonly OrgError[]): OrgError {
    const { code, message, fields, status } = this;
    return new OrgError(code, message, { fields, status, others });
  }
}
