import { AppError } from './errors.ts';
import { failureReason } from './failure-reason.ts';

/** How one message of a batch ended: undefined = done, else why it must come again or be parked. */
export interface MessageOutcome {
  readonly messageId: string;
  readonly error?: unknown;
}

/** The answer of an SQS-driven function: which messages stay on the queue. */
export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/**
 * What to answer for a batch. Failed messages stay and come again; the queue parks them after its last try.
 *
 * @throws AppError when every message failed, so that the invocation counts as an error and alarms see it; the queue
 *   treats both alike
 */
export function batchResponse(outcomes: readonly MessageOutcome[]): BatchResponse {
  const failed = outcomes.filter(({ error }) => error !== undefined);
  if (failed.length > 0 && failed.length === outcomes.length) {
    const first = failed[0]?.error;
    const reason = failureReason(first);
    throw new AppError('internal', `All ${failed.length} messages failed, the first: ${reason}`, {
      retryable: true,
      cause: first,
    });
  }
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
