import * as z from 'zod/mini';
import { describeIssue } from './describe-issue.ts';
import { AppError } from './errors.ts';
import { orgId, recordId } from './ids.ts';
import type { WorkerMessage } from './messages.ts';
import { noticeSchema } from './notice.ts';

const noticeApplySchema = z.object({
  type: z.literal('notice.apply.v1'),
  orgId: z.string(),
  webhookId: z.string(),
  receivedAtMs: z.number(),
  notice: noticeSchema,
  again: z.optional(z.literal(true)),
});

const recordVerifySchema = z.object({
  type: z.literal('record.verify.v1'),
  orgId: z.string(),
  object: z.string(),
  ids: z.array(z.string()).check(z.maxLength(2_000)),
  reason: z.enum(['tie', 'missing', 'merge', 'undelete', 'cascade', 'conditions-drift']),
  again: z.optional(z.literal(true)),
  reappearances: z.optional(z.int().check(z.minimum(1))),
  webhookId: z.optional(z.string()),
});

const workerSchema = z.discriminatedUnion('type', [noticeApplySchema, recordVerifySchema]);

/**
 * Reads a message of the worker's queue. What it does not know, it refuses: the queue parks such a message.
 *
 * @throws AppError invalid-input, not retryable
 */
export function parseWorkerMessage(body: string): WorkerMessage {
  const result = workerSchema.safeParse(parseJson(body));
  if (!result.success) {
    const { pointer, reason } = describeIssue(result.error.issues[0]);
    throw new AppError('invalid-input', `Not a message of the worker: ${pointer} ${reason}.`);
  }
  const { again, ...message } = result.data;
  const org = orgId(message.orgId);
  const repeated = again === undefined ? {} : { again };
  if (message.type === 'notice.apply.v1') return { ...message, ...repeated, orgId: org };
  const { reappearances, webhookId, ...verify } = message;
  const counted = {
    ...(reappearances !== undefined && { reappearances }),
    ...(webhookId !== undefined && { webhookId }),
  };
  const ids = message.ids.map((id) => recordId(id));
  return { ...verify, ...repeated, ...counted, orgId: org, ids };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AppError('invalid-input', 'Not a message of the worker: it is not JSON.');
  }
}
