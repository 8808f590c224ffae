/** A refusal by the API, in the words of its problem document. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What went wrong, for the reader. */
export function describeFailure(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return 'The receiver does not answer. Is it still running?';
}
