import { AppError } from '#core/errors.ts';

/** Error names by which AWS says that it is asked too often. */
const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestThrottled',
  'KmsThrottled',
  'TooManyUpdates',
]);

/** Configuration faults: no retry heals them. */
const REFUSED =
  /^(ValidationException|AccessDenied|ResourceNotFound|UnrecognizedClient|InvalidParameter|QueueDoesNotExist|AWS\.SimpleQueueService)/;

export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}

/**
 * A failed AWS call as an AppError. Messages of AWS may quote what was sent: only the error's name is passed on, the
 * rest is in `cause`.
 *
 * @param what was being done, e.g. `DynamoDB PutItem on the table rts-mirror`
 */
export function awsError(what: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const name = errorName(cause);
  if (THROTTLED.has(name)) {
    return new AppError('throttled', `${what} was throttled (${name}).`, {
      retryable: true,
      cause,
    });
  }
  if (REFUSED.test(name)) {
    const message = `${what} was refused (${name}): check its name, region and the function's permissions.`;
    return new AppError('internal', message, { cause });
  }
  return new AppError('unavailable', `${what} failed (${name}).`, { retryable: true, cause });
}
