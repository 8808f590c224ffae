import * as z from 'zod/mini';
import type { Fields } from './record.ts';

/**
 * The notice on the wire, version 1: one signed POST from Apex. Unknown members are ignored (stripped), wrong known
 * ones refused.
 */
const isoDateTime = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/));
const id18 = z.string().check(z.regex(/^[A-Za-z0-9]{18}$/));
/** Looked at where it lies: a schema of each value would copy them all, and cost more than the rest of the notice. */
const fieldValues = z.custom<Fields>(isObject, 'must be an object').check(({ value, issues }) => {
  for (const name in value) {
    const given: unknown = value[name];
    if (given === null || PLAIN_TYPES.has(typeof given)) continue;
    const message = 'must be a text, a number, a boolean or null';
    issues.push({ code: 'custom', path: [name], input: given, message });
    return;
  }
});
const PLAIN_TYPES: ReadonlySet<string> = new Set(['string', 'number', 'boolean']);

function isObject(given: unknown): boolean {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

const conditionsHash = z.string().check(z.maxLength(16));

const changeSchema = z.object({
  object: z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/)),
  op: z.enum(['insert', 'update', 'delete', 'undelete', 'merge']),
  at: isoDateTime,
  /** When Salesforce's event bus took it; older packages do not tell. */
  published: z.optional(isoDateTime),
  by: z.optional(z.string()),
  request: z.optional(z.string()),
  conditions: z.optional(conditionsHash),
  fields: z.optional(z.array(z.string())),
  into: z.optional(id18),
  values: z.optional(z.enum(['omitted'])),
  readAt: z.optional(isoDateTime),
  records: z.optional(
    z
      .array(z.object({ id: id18, modstamp: isoDateTime, fields: fieldValues }))
      .check(z.maxLength(500)),
  ),
  ids: z.array(id18).check(z.minLength(1), z.maxLength(2000)),
});

export const noticeSchema = z.object({
  version: z.literal(1),
  type: z.enum(['salesforce.changes', 'salesforce.gap', 'salesforce.ping']),
  orgId: id18,
  sentAt: isoDateTime,
  package: z.string(),
  mode: z.optional(z.enum(['immediate', 'coalescing', 'economy', 'paused'])),
  attempt: z.optional(z.int()),
  replay: z.optional(
    z.object({ first: z.string(), last: z.string(), page: z.int(), pages: z.int() }),
  ),
  gap: z.optional(
    z.object({
      since: isoDateTime,
      until: isoDateTime,
      reason: z.enum(['gateway', 'asyncLimit', 'publishLimit', 'disabled', 'dmlLimit']),
    }),
  ),
  usage: z.optional(z.object({ asyncUsed: z.int(), asyncMax: z.int() })),
  /** In a notice without changes: the hash of each object's field set, by lower-case name; `*` while conditions are off. */
  conditions: z.optional(z.union([z.literal('*'), z.record(z.string(), conditionsHash)])),
  changes: z.array(changeSchema),
});

export type Notice = z.infer<typeof noticeSchema>;
export type NoticeChange = Notice['changes'][number];
