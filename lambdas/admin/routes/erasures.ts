import * as z from 'zod/mini';
import { emailAddress } from '#core/activities/activity.ts';
import {
  type ErasureCounts,
  type ErasureProgress,
  erasureText,
  NOTHING_ERASED,
  parseErasure,
} from '#core/erasure.ts';
import { AppError } from '#core/errors.ts';
import { recordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { erasePerson, erasureByEmail, erasureByRecord } from '#usecases/erase-person.ts';
import { orgRoute, type Route } from '../route.ts';

const bodySchema = z.strictObject({
  email: z.optional(emailAddress),
  recordId: z.optional(
    z.string().check(z.maxLength(18), z.describe('Of a contact or lead, 15 or 18 characters')),
  ),
  after: z.optional(
    z.string().check(z.maxLength(100_000), z.describe('`next` of the answer before')),
  ),
});

const names = Object.keys(NOTHING_ERASED) as (keyof ErasureCounts)[];
const count = z.int().check(z.minimum(0));
const erasureSchema = z.object({
  counts: z
    .object(
      Object.fromEntries(names.map((name) => [name, count])) as Record<
        keyof ErasureCounts,
        typeof count
      >,
    )
    .check(z.describe('Of this call. `stillShown` and `busy` were left, everything else erased')),
  next: z
    .optional(z.string())
    .check(z.describe('There is more: call again with it as `after`. Absent at the end')),
});

export const erasureRoutes: readonly Route[] = [
  orgRoute({
    method: 'POST',
    path: '/v1/orgs/{orgId}/erasures',
    operationId: 'erasePerson',
    summary:
      'Erases a person who is no longer in Salesforce from everything stored here, by e-mail address or record id',
    body: bodySchema,
    answers: {
      200: {
        description: 'How much was erased, and how to go on; repeating it changes nothing more',
        schema: erasureSchema,
      },
    },
    refusals: [409, 422, 503],
    handle: async ({ ports, org, body }) => {
      const { counts, next } = await erasePerson(ports, org, await progressOf(ports, org, body));
      return {
        status: 200,
        body: { counts, ...(next !== undefined && { next: erasureText(next) }) },
      };
    },
  }),
];

async function progressOf(
  ports: Ports,
  org: OrgState,
  { email, recordId: id, after }: z.output<typeof bodySchema>,
): Promise<ErasureProgress> {
  if ([email, id, after].filter((one) => one !== undefined).length !== 1) {
    throw new AppError('invalid-input', 'body: give one of email, recordId and after.', {
      pointer: '',
    });
  }
  if (after !== undefined) return parseErasure(after);
  if (id !== undefined) return erasureByRecord(ports, org, recordId(id, 'body/recordId'));
  return erasureByEmail(ports, org, email ?? '');
}
