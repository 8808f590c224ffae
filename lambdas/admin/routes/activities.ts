import * as z from 'zod/mini';
import { activitySchema } from '#core/activities/activity.ts';
import { senderIdOf } from '#core/activities/parse-activity.ts';
import { peopleOf } from '#core/activities/people.ts';
import { acceptActivities, type ItemResult } from '#usecases/accept-activities.ts';
import { type Preview, previewActivities } from '#usecases/preview-activities.ts';
import { retryActivities } from '#usecases/retry-activities.ts';
import { orgRoute, type Route } from '../route.ts';
import { choice, entrySchema } from './ledger.ts';

const PATH = '/v1/orgs/{orgId}/activities';
const MAX_ITEMS = 500;
const MAX_PREVIEWS = 100;

export const resultSchema = z.object({
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

const postActivities = orgRoute({
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
    const results = await acceptActivities(ports, org, body.activities);
    return { status: 202, body: { results: results.map(resultView) } };
  },
});

const retry = orgRoute({
  method: 'POST',
  path: `${PATH}/retries`,
  operationId: 'retryActivities',
  summary:
    'Has failed, skipped or unresolved activities tried once more; never twice in Salesforce',
  body: z.strictObject({
    ids: z.array(z.string().check(z.maxLength(200))).check(z.minLength(1), z.maxLength(MAX_ITEMS)),
    override: z._default(
      z.boolean().check(z.describe('Log also what exclusions or the role would skip')),
      false,
    ),
  }),
  answers: {
    202: {
      description: 'What will happen to each',
      schema: z.object({
        results: z.array(
          z.object({
            id: z.string(),
            outcome: z.enum(['queued', 'busy', 'nothing-to-do', 'unknown']),
          }),
        ),
      }),
    },
  },
  refusals: [503],
  handle: async ({ ports, org, body }) => {
    const ids = [...new Set(body.ids)];
    const outcomes = await retryActivities(ports, org.orgId, ids, body.override);
    const results = [...outcomes].map(([id, outcome]) => ({ id, outcome }));
    return { status: 202, body: { results } };
  },
});

const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const previewSchema = z.object({
  id: resultSchema.shape.id,
  outcome: z.enum(['would-be-written', 'would-be-skipped', 'would-wait', 'refused']),
  fault: resultSchema.shape.fault,
  rows: z.array(
    z.object({
      object: z.enum(['Task', 'Event']),
      person: z.string(),
      ...choice,
      fields: z.record(z.string(), fieldValue),
      writer: z.object({
        as: z.enum(['user', 'sync-user']),
        username: z.optional(z.string()),
        problem: z.optional(
          z.string().check(z.describe('Why nothing can be written as the user now')),
        ),
      }),
    }),
  ),
  skipped: entrySchema.shape.skipped,
});

const preview = orgRoute({
  method: 'POST',
  path: `${PATH}/previews`,
  operationId: 'previewActivities',
  summary:
    'Says what would be written of 1 to 100 activities, where, why and by whom; writes nothing',
  body: z.strictObject({
    activities: z.array(item).check(z.minLength(1), z.maxLength(MAX_PREVIEWS)),
  }),
  answers: {
    200: {
      description: 'What would become of each item, in their order',
      schema: z.object({ previews: z.array(previewSchema) }),
    },
  },
  refusals: [413, 502, 503],
  handle: async ({ ports, org, body }) => {
    const previews = await previewActivities(ports, org, body.activities);
    const ids = body.activities.map(senderIdOf);
    return {
      status: 200,
      body: { previews: previews.map((one, place) => previewView(ids[place] ?? null, one)) },
    };
  },
});

export const activityRoutes: readonly Route[] = [postActivities, preview, retry];

export function resultView({ id, outcome, fault }: ItemResult): z.output<typeof resultSchema> {
  return { id, outcome, ...(fault !== undefined && { fault }) };
}

function previewView(id: string | null, one: Preview): z.output<typeof previewSchema> {
  if ('fault' in one) return { id, outcome: 'refused', fault: one.fault, rows: [], skipped: [] };
  const { plan, rows } = one;
  const people = peopleOf(plan.entry.activity);
  const nameOf = (place: number) => people[place]?.address ?? '';
  const written = plan.ahead ? 'would-wait' : 'would-be-written';
  return {
    id,
    outcome: rows.length === 0 && !plan.ahead ? 'would-be-skipped' : written,
    rows: rows.map(({ row: { object, place, chosenBy, candidates }, fields, writer }) => ({
      object,
      person: nameOf(place),
      ...(chosenBy !== undefined && { chosenBy }),
      ...(candidates !== undefined && { candidates }),
      fields: { ...fields },
      writer,
    })),
    skipped: plan.skips.map(({ person, reason }) => ({ person: nameOf(person), reason })),
  };
}
