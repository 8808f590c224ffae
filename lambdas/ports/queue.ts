import type { OrgId } from '#core/ids.ts';
import type { QueueMessage } from '#core/messages.ts';

/**
 * A standard queue: at least once, no order, fair between orgs (R19: the org id is the message group). Costs one
 * request per 10 messages on SQS.
 */
export interface Queue<M extends QueueMessage> {
  /**
   * Durable when it resolves.
   * @throws AppError `unavailable` (retryable) when any message could not be queued; some may have been
   */
  send(orgId: OrgId, messages: readonly M[], options?: { delaySeconds?: number }): Promise<void>;
}
