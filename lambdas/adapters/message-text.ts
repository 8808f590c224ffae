import { AppError } from '#core/errors.ts';
import type { QueueMessage } from '#core/messages.ts';

/** What SQS takes as one message, and as one batch of messages. The queue on one machine keeps to it too. */
export const MESSAGE_MAX_BYTES = 1_024 * 1_024;

/** How often a message is given out before it is parked among the dead letters (the queues' redrive policy). */
export const MAX_RECEIVE_COUNT = 5;

/** @throws AppError too-large */
export function messageText(message: QueueMessage): string {
  const text = JSON.stringify(message);
  const bytes = Buffer.byteLength(text);
  if (bytes > MESSAGE_MAX_BYTES) {
    throw new AppError(
      'too-large',
      `A ${message.type} message of ${bytes} bytes is over the queue's ${MESSAGE_MAX_BYTES}: it must be sent in parts.`,
    );
  }
  return text;
}
