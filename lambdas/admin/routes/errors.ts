import * as z from 'zod/mini';
import type { SyncError } from '#core/sync-errors.ts';
import { iso } from '#core/time-text.ts';
import { listErrors } from '#usecases/list-errors.ts';
import { orgRoute, type Route } from '../route.ts';
import { time } from '../schemas.ts';

const errorSchema = z.object({
  source: z.enum(['apex', 'salesforce', 'queue']),
  kind: z.string().check(z.describe('Short name of what failed')),
  message: z.string().check(z.describe('Never holds a value of a record')),
  count: z.int(),
  firstAt: time,
  lastAt: time,
  objects: z.array(z.string()),
  records: z.array(z.string()).check(z.describe('Ids of affected records, at most 100')),
  retry: z.optional(
    z
      .object({ what: z.enum(['dead-letters', 'activities']), ids: z.array(z.string()) })
      .check(
        z.describe('To be tried again by POST /dead-letters or POST /activities/retries, as `ids`'),
      ),
  ),
});

export const errorsSchema = z.object({
  errors: z.array(errorSchema).check(z.describe('One for each cause, the latest first')),
  apexUnread: z.optional(
    z.string().check(z.describe('Why the errors that Apex logged could not be read')),
  ),
});

export const errorRoutes: readonly Route[] = [
  orgRoute({
    method: 'GET',
    path: '/v1/orgs/{orgId}/errors',
    operationId: 'listErrors',
    summary: 'What went wrong in Apex, in Salesforce and in the queues. Costs one API call',
    answers: { 200: { description: 'The errors, put together by cause', schema: errorsSchema } },
    handle: async ({ ports, org }) => {
      const { errors, ...rest } = await listErrors(ports, org);
      return { status: 200, body: { errors: errors.map(errorView), ...rest } };
    },
  }),
];

function errorView({
  firstAtMs,
  lastAtMs,
  objects,
  records,
  retry,
  ...error
}: SyncError): z.output<typeof errorSchema> {
  return {
    ...error,
    firstAt: iso(firstAtMs),
    lastAt: iso(lastAtMs),
    objects: [...objects],
    records: [...records],
    ...(retry !== undefined && { retry: { what: retry.what, ids: [...retry.ids] } }),
  };
}
