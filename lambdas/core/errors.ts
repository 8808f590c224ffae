/**
 * A failure with a name. Expected outcomes are values, never errors; what is thrown is one of these.
 *
 * `code` is stable and machine-readable, `message` is one sentence that names the input, the reason and the way out
 * and never holds a secret or a record's values. `retryable` decides between "leave it on the queue" and "park it".
 */
export type AppErrorCode =
  | 'invalid-input'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'gone'
  | 'too-large'
  /** What was asked for is well formed, and the org's own rules do not allow it. */
  | 'unprocessable'
  | 'throttled'
  | 'unavailable'
  | 'salesforce-refused'
  /** A field that was asked for is gone, or the Sync User may not read it any more. */
  | 'salesforce-field-gone'
  | 'salesforce-unavailable'
  | 'salesforce-quota'
  | 'internal';

export interface AppErrorOptions {
  readonly retryable?: boolean;
  /** Seconds after which a retry makes sense. */
  readonly retryAfterSeconds?: number;
  /** JSON pointer or name of the offending member. */
  readonly pointer?: string;
  readonly cause?: unknown;
}

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: AppErrorCode;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly pointer: string | undefined;

  constructor(code: AppErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.pointer = options.pointer;
  }
}
