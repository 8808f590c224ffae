import * as z from 'zod/mini';
import { activitySchema } from '#core/activities/activity.ts';
import { acceptActivities, type ItemResult } from '#usecases/accept-activities.ts';
import { orgRoute, type Route } from '../route.ts';

const PATH = '/v1/orgs/{orgId}/activities';
const MAX_ITEMS = 500;

const resultSchema = z.object({
  id: z.union([z.string(), z.null()]).check(z.describe("The sender's id of the item")),
  outcome: z
    .enum(['accepted', 'updated', 'duplicate', 'stale', 'refused'])
    .check(z.describe('`duplicate`: known already; `stale`: a higher version is known')),
  fault: z.optional(
    z.object({
      code: z.enum(['invalid-input', 'conflict', 'unknown-user']),
      pointer: z.string().check(z.describe('JSON pointer into the item')),
      reason: z.string(),
    }),
  ),
});

/** In the document an activity; each item is read by itself, so that a bad one does not touch the others. */
const item = z.any().check(z.meta({ ...z.toJSONSchema(activitySchema, { io: 'input' }) }));

export const activityRoutes: readonly Route[] = [
  orgRoute({
    method: 'POST',
    path: PATH,
    operationId: 'postActivities',
    summary: 'Takes 1 to 500 activities to be logged to Salesforce, each once',
    body: z.strictObject({
      activities: z.array(item).check(z.minLength(1), z.maxLength(MAX_ITEMS)),
    }),
    answers: {
      202: {
        description:
          'What became of each item, in their order. What is not refused will be logged; sending it again changes nothing',
        schema: z.object({ results: z.array(resultSchema) }),
      },
    },
    refusals: [413, 503],
    handle: async ({ ports, org, body }) => {
      const results = await acceptActivities(ports, org.orgId, body.activities);
      return { status: 202, body: { results: results.map(resultView) } };
    },
  }),
];

function resultView({ id, outcome, fault }: ItemResult): z.output<typeof resultSchema> {
  return { id, outcome, ...(fault !== undefined && { fault }) };
}
