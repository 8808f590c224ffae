import * as z from 'zod/mini';
import { activitySchema } from '#core/activities/activity.ts';
import {
  ACTIVITY_STATES,
  type ActivityState,
  type LedgerEntry,
  type LedgerRow,
} from '#core/activities/ledger-entry.ts';
import { senderIdOf } from '#core/activities/parse-activity.ts';
import { peopleOf } from '#core/activities/people.ts';
import { iso } from '#core/time-text.ts';
import { acceptActivities, type ItemResult } from '#usecases/accept-activities.ts';
import { type Preview, previewActivities } from '#usecases/preview-activities.ts';
import { recheckActivities } from '#usecases/recheck-activities.ts';
import { retryActivities } from '#usecases/retry-activities.ts';
import { orgRoute, type Route } from '../route.ts';
import { time, wholeNumber } from '../schemas.ts';

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

const choice = {
  chosenBy: z.optional(z.enum(['only-one', 'owned-by-user', 'last-changed'])),
  candidates: z.optional(z.int().check(z.describe('Records that had the address'))),
};

export const entrySchema = z.object({
  id: z.string().check(z.describe('Of the activity: for `retries`')),
  senderId: z.string(),
  kind: z.string(),
  user: z.string(),
  at: time,
  version: z.int(),
  state: z.enum(ACTIVITY_STATES as [string, ...string[]]),
  since: time,
  attempts: z.int(),
  problem: z.optional(z.string().check(z.describe("Salesforce's code and the fields it named"))),
  tasks: z.array(
    z.object({
      id: z.optional(z.string()),
      whoIds: z.array(z.string()).check(z.describe('None = unresolved')),
      whatId: z.union([z.string(), z.null()]),
      person: z.optional(z.string()),
      ...choice,
    }),
  ),
  skipped: z.array(z.object({ person: z.string(), reason: z.string() })),
});

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

const listActivities = orgRoute({
  method: 'GET',
  path: PATH,
  operationId: 'listActivities',
  summary: 'Activities in a state, longest in it first',
  query: z.strictObject({
    state: z.enum(ACTIVITY_STATES as [ActivityState, ...ActivityState[]]),
    limit: wholeNumber(1, 200, 50),
  }),
  answers: {
    200: { description: 'The activities', schema: z.object({ activities: z.array(entrySchema) }) },
  },
  handle: async ({ ports, org, query }) => {
    const { state, limit } = query;
    const entries = await ports.activityLedger.list(org.orgId, state, { limit });
    return { status: 200, body: { activities: entries.map(entryView) } };
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

const listUnresolved = orgRoute({
  method: 'GET',
  path: '/v1/orgs/{orgId}/unresolved',
  operationId: 'listUnresolved',
  summary: 'Activities with people who are not in Salesforce, longest waiting first',
  query: z.strictObject({ limit: wholeNumber(1, 200, 50) }),
  answers: {
    200: { description: 'The activities', schema: z.object({ activities: z.array(entrySchema) }) },
  },
  handle: async ({ ports, org, query }) => {
    const { limit } = query;
    const entries = await ports.activityLedger.list(org.orgId, 'unresolved', { limit });
    return { status: 200, body: { activities: entries.map(entryView) } };
  },
});

const recheckUnresolved = orgRoute({
  method: 'POST',
  path: '/v1/orgs/{orgId}/unresolved',
  operationId: 'recheckUnresolved',
  summary: 'Looks for all of them in the mirror now, as happens every five minutes anyway',
  answers: {
    200: {
      description: 'How many are being written anew',
      schema: z.object({ queued: z.int() }),
    },
  },
  refusals: [503],
  handle: async ({ ports, org }) => ({
    status: 200,
    body: { queued: await recheckActivities(ports, org.orgId) },
  }),
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
    }),
  ),
  skipped: entrySchema.shape.skipped,
});

const preview = orgRoute({
  method: 'POST',
  path: `${PATH}/previews`,
  operationId: 'previewActivities',
  summary: 'Says what would be written of 1 to 100 activities, where and why; writes nothing',
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

export const activityRoutes: readonly Route[] = [
  postActivities,
  preview,
  listActivities,
  retry,
  listUnresolved,
  recheckUnresolved,
];

export function resultView({ id, outcome, fault }: ItemResult): z.output<typeof resultSchema> {
  return { id, outcome, ...(fault !== undefined && { fault }) };
}

function previewView(id: string | null, one: Preview): z.output<typeof previewSchema> {
  if ('fault' in one) return { id, outcome: 'refused', fault: one.fault, rows: [], skipped: [] };
  const { plan, fields } = one;
  const people = peopleOf(plan.entry.activity);
  const nameOf = (place: number) => people[place]?.address ?? '';
  const written = plan.ahead ? 'would-wait' : 'would-be-written';
  return {
    id,
    outcome: plan.rows.length === 0 && !plan.ahead ? 'would-be-skipped' : written,
    rows: plan.rows.map(({ object, place, chosenBy, candidates }, index) => ({
      object,
      person: nameOf(place),
      ...(chosenBy !== undefined && { chosenBy }),
      ...(candidates !== undefined && { candidates }),
      fields: { ...fields[index] },
    })),
    skipped: plan.skips.map(({ person, reason }) => ({ person: nameOf(person), reason })),
  };
}

function entryView(entry: LedgerEntry): z.output<typeof entrySchema> {
  const { id, activity, version, state, stateSinceMs, attempts, problem, rows, skips } = entry;
  const people = peopleOf(activity);
  const nameOf = (place: number) => people[place]?.address ?? '';
  return {
    id,
    senderId: activity.id,
    kind: activity.kind,
    user: activity.user,
    at: new Date(activity.at).toISOString(),
    version,
    state,
    since: iso(stateSinceMs),
    attempts,
    ...(problem !== undefined && { problem }),
    tasks: rows.map((row) => taskView(row, nameOf(row.place))),
    skipped: skips.map(({ person, reason }) => ({ person: nameOf(person), reason })),
  };
}

function taskView(row: LedgerRow, person: string): z.output<typeof entrySchema>['tasks'][number] {
  const { recordId, whoIds, whatId, chosenBy, candidates } = row;
  return {
    ...(recordId !== undefined && { id: recordId }),
    whoIds: [...whoIds],
    whatId,
    person,
    ...(chosenBy !== undefined && { chosenBy }),
    ...(candidates !== undefined && { candidates }),
  };
}
