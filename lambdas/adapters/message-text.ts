import { AppError } from '#core/errors.ts';
import type { QueueMessage } from '#core/messages.ts';

/** What SQS takes as one message, and as one batch of messages. The queue on one machine keeps to it too. */
export const MESSAGE_MAX_BYTES = 1_024 * 1_024;

/**
 * Code units that SQS does not take in a message, as XML 1.0 has none of them (U+FFFE, U+FFFF; JSON escapes the other
 * ones itself), and those of characters beyond U+FFFF, which SQS takes and others that speak its protocol do not.
 */
const ESCAPED = /[\ud800-\udfff\ufffe\uffff]/g;

/**
 * A message as JSON text of characters that every queue carries.
 *
 * @throws AppError too-large
 */
export function messageText(message: QueueMessage): string {
  const text = JSON.stringify(message).replace(ESCAPED, escapeUnit);
  const bytes = Buffer.byteLength(text);
  if (bytes > MESSAGE_MAX_BYTES) {
    throw new AppError(
      'too-large',
      `A ${message.type} message of ${bytes} bytes is over the queue's ${MESSAGE_MAX_BYTES}: it must be sent in parts.`,
    );
  }
  return text;
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}
