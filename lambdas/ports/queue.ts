import type { OrgId } from '#core/ids.ts';
import type { QueueMessage } from '#core/messages.ts';

/**
 * A standard queue: at least once, no order, fair between orgs (R19: the org id is the message group). Costs one
 * request per 10 messages on SQS.
 */
export interface Queue<M extends QueueMessage> {
  /**
   * Durable when it resolves. A message of more than 1 MiB is refused before any is queued. `delaySeconds`: fractions
   * are rounded up on SQS, which holds messages back for 900 s at most.
   *
   * @throws AppError `too-large`; `unavailable` (retryable) when any message could not be queued; some may have been
   */
  send(orgId: OrgId, messages: readonly M[], options?: { delaySeconds?: number }): Promise<void>;
}
