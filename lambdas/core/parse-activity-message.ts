import * as z from 'zod/mini';
import { describeIssue } from './describe-issue.ts';
import { AppError } from './errors.ts';
import { orgId } from './ids.ts';
import type { ActivityMessage } from './messages.ts';

const activityWriteSchema = z.object({
  type: z.literal('activity.write.v1'),
  orgId: z.string(),
  ids: z.array(z.string()).check(z.maxLength(500)),
});

const activityRecheckSchema = z.object({
  type: z.literal('activity.recheck.v1'),
  orgId: z.string(),
});

const activityMessageSchema = z.discriminatedUnion('type', [
  activityWriteSchema,
  activityRecheckSchema,
]);

/**
 * Reads a message of the activity queue. What it does not know, it refuses: the queue parks such a message.
 *
 * @throws AppError invalid-input, not retryable
 */
export function parseActivityMessage(body: string): ActivityMessage {
  const result = activityMessageSchema.safeParse(parseJson(body));
  if (!result.success) {
    const { pointer, reason } = describeIssue(result.error.issues[0]);
    throw new AppError('invalid-input', `Not a message about activities: ${pointer} ${reason}.`);
  }
  return { ...result.data, orgId: orgId(result.data.orgId) };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AppError('invalid-input', 'Not a message about activities: it is not JSON.');
  }
}
