import type { SQSRecord } from 'aws-lambda';
import type { MessageOutcome } from '#core/batch-outcome.ts';
import {
  letterOrg,
  letterWebhookId,
  MAX_RECEIVE_COUNT,
  type QueueName,
} from '#core/dead-letter.ts';
import { failureReason } from '#core/failure-reason.ts';
import type { Ports } from '#ports/ports.ts';
import { correlatedTelemetry } from '#usecases/correlated-telemetry.ts';

/**
 * How a message's handling ends for its queue: a failure at the last delivery is parked with its reason and taken off
 * the queue, an earlier one stays there. What cannot be parked is left to the queue's own redrive policy.
 */
export async function parkGivenUp(
  ports: Pick<Ports, 'deadLetters' | 'telemetry' | 'clock'>,
  queue: QueueName,
  { messageId, body, attributes }: SQSRecord,
  error: unknown,
): Promise<MessageOutcome> {
  if (error === undefined) return { messageId };
  const telemetry = correlatedTelemetry(ports.telemetry, { webhookId: letterWebhookId(body) });
  const receives = Number(attributes.ApproximateReceiveCount);
  const orgId = letterOrg(attributes.MessageGroupId, body);
  if (receives < MAX_RECEIVE_COUNT || orgId === undefined) return { messageId, error };
  const reason = failureReason(error);
  const sentAtMs = Number(attributes.SentTimestamp);
  const parkedAtMs = ports.clock.now();
  try {
    const letter = { id: messageId, orgId, queue, body, sentAtMs, parkedAtMs, receives, reason };
    await ports.deadLetters.park(letter);
  } catch (failure) {
    telemetry.error('MessageNotParked', { messageId, reason: failureReason(failure) });
    return { messageId, error };
  }
  telemetry.error('MessageParked', { orgId, messageId, queue, reason });
  telemetry.metric('MessagesParked', 1);
  return { messageId };
}
