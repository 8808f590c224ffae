import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { iso } from '#core/time-text.ts';
import { orgRoute, type Route } from '../route.ts';
import { time, wholeNumber } from '../schemas.ts';

const CURSOR = /^(\d{1,15}):([\w-]{1,64})$/;

export const changesSchema = z.object({
  changes: z.array(
    z.object({
      id: z.string(),
      at: time,
      who: z.string().check(z.describe("A Salesforce username, or a key's or link's label")),
      by: z.enum(['page', 'key']),
      operation: z.string().check(z.describe('operationId of this document')),
      about: z.optional(z.string()),
    }),
  ),
  next: z.optional(z.string()).check(z.describe('Give it as `before`; absent at the end')),
});

export const changeRoutes: readonly Route[] = [
  orgRoute({
    method: 'GET',
    path: '/v1/orgs/{orgId}/changes',
    operationId: 'listChanges',
    summary: 'Who changed what and when, newest first, kept for a year',
    query: z.strictObject({
      before: z.optional(z.string().check(z.maxLength(100))),
      limit: wholeNumber(1, 200, 50),
    }),
    answers: { 200: { description: 'A page of changes', schema: changesSchema } },
    handle: async ({ ports, org, query: { before, limit } }) => {
      const place = before === undefined ? {} : { before: placeOf(before) };
      const changes = await ports.changeLog.list(org.orgId, { limit, ...place });
      const last = changes.length === limit ? changes.at(-1) : undefined;
      const body = {
        changes: changes.map(({ atMs, orgId: _org, ...change }) => ({ ...change, at: iso(atMs) })),
        ...(last !== undefined && { next: `${last.atMs}:${last.id}` }),
      };
      return { status: 200, body };
    },
  }),
];

function placeOf(cursor: string): { readonly atMs: number; readonly id: string } {
  const [, at, id] = CURSOR.exec(cursor) ?? [];
  if (at !== undefined && id !== undefined) return { atMs: Number(at), id };
  throw new AppError('invalid-input', 'before: no `next` of this log.', { pointer: '/before' });
}
