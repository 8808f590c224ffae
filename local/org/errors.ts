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

  constructor(
    code: string,
    message: string,
    options: { fields?: readonly string[]; status?: number; others?: readonly OrgError[] } = {},
  ) {
    super(message);
    this.code = code;
    this.fields = options.fields ?? [];
    this.status = options.status ?? 400;
    this.others = options.others ?? [];
  }

  /** The same error with more that is wrong. */
  with(others: readonly OrgError[]): OrgError {
    const { code, message, fields, status } = this;
    return new OrgError(code, message, { fields, status, others });
  }
}
