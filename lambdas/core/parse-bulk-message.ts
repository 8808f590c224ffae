import * as z from 'zod/mini';
import { AppError } from './errors.ts';
import { orgId } from './ids.ts';
import type { BulkMessage } from './messages.ts';

const passAdvanceSchema = z.object({
  type: z.literal('pass.advance.v1'),
  orgId: z.string(),
  passId: z.string(),
  resume: z.optional(z.boolean()),
});

const jobAdvanceSchema = z.object({
  type: z.literal('job.advance.v1'),
  orgId: z.string(),
  jobId: z.string(),
  revision: z.int(),
});

const conditionsRepairSchema = z.object({
  type: z.literal('conditions.repair.v1'),
  orgId: z.string(),
});

const fieldsRefreshSchema = z.object({ type: z.literal('fields.refresh.v1'), orgId: z.string() });

const orgExamineSchema = z.object({ type: z.literal('org.examine.v1'), orgId: z.string() });

const packageLookSchema = z.object({
  type: z.literal('package.look.v1'),
  orgId: z.string(),
  chain: z.int(),
});

const orgEraseSchema = z.object({ type: z.literal('org.erase.v1'), orgId: z.string() });

const bulkSchema = z.discriminatedUnion('type', [
  passAdvanceSchema,
  jobAdvanceSchema,
  conditionsRepairSchema,
  fieldsRefreshSchema,
  orgExamineSchema,
  packageLookSchema,
  orgEraseSchema,
]);

/**
 * Reads a message of the bulk queue. What it does not know, it refuses: the queue parks such a message.
 *
 * @throws AppError invalid-input, not retryable
 */
export function parseBulkMessage(body: string): BulkMessage {
  const result = bulkSchema.safeParse(parseJson(body));
  if (!result.success) {
    const [issue] = result.error.issues;
    const at = issue?.path.join('.') || 'message';
    throw new AppError('invalid-input', `Not a message of bulk: ${at}: ${issue?.message}.`);
  }
  const message = result.data;
  const org = orgId(message.orgId);
  if (message.type !== 'pass.advance.v1') return { ...message, orgId: org };
  const { type, passId, resume } = message;
  return resume === undefined ? { type, orgId: org, passId } : { type, orgId: org, passId, resume };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new AppError('invalid-input', 'Not a message of bulk: it is not JSON.');
  }
}
