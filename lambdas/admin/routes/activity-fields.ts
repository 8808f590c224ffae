import * as z from 'zod/mini';
import {
  type FieldMapping,
  faultOfMapping,
  SOURCE_NAMES,
  type SourceName,
} from '#core/activities/field-mapping.ts';
import type { OrgShape } from '#core/activities/task-fields.ts';
import { AppError } from '#core/errors.ts';
import type { LedgerCursor } from '#ports/activity-ledger.ts';
import { activitySettingsOf } from '#usecases/activity-settings-of.ts';
import { backfillTimes, MAX_BACKFILLED } from '#usecases/backfill-times.ts';
import { changeActivitySettings } from '#usecases/change-activity-settings.ts';
import { createActivityFields } from '#usecases/create-activity-fields.ts';
import { readOrgShape } from '#usecases/read-org-shape.ts';
import { showFieldRights } from '#usecases/show-field-rights.ts';
import { orgRoute, type Route } from '../route.ts';

const MAPPING = '/v1/orgs/{orgId}/activity-mapping';
const SETUP = '/v1/orgs/{orgId}/activity-setup';
const MAX_MAPPED = 50;
const LONGEST_BACKFILL_MS = 366 * 24 * 60 * 60_000;

const fieldName = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/));
const source = z.enum(SOURCE_NAMES as [SourceName, ...SourceName[]]);
const byField = z
  .record(fieldName, source)
  .check(z.describe('API name of a field → what of an activity is written to it'));
const mappingSchema = z.strictObject({ Task: byField, Event: byField });

const getMapping = orgRoute({
  method: 'GET',
  path: MAPPING,
  operationId: 'getActivityMapping',
  summary: 'Fields of Tasks and Events that take more of an activity than subject and text',
  answers: { 200: { description: 'As an admin has set it', schema: mappingSchema } },
  handle: async ({ ports, org }) => {
    const { mapping } = await activitySettingsOf(ports, org.orgId);
    return { status: 200, body: mapping ?? { Task: {}, Event: {} } };
  },
});

const putMapping = orgRoute({
  method: 'PUT',
  path: MAPPING,
  operationId: 'putActivityMapping',
  summary:
    'Replaces the mapping; a field that cannot take what is to be written is refused by name',
  body: mappingSchema,
  answers: { 200: { description: 'As it holds from now on', schema: mappingSchema } },
  refusals: [409, 502, 503],
  handle: async ({ ports, org, body }) => {
    const shape = await readOrgShape(await ports.salesforce.forOrg(org));
    const mapping = {
      Task: checked('Task', body.Task, shape),
      Event: checked('Event', body.Event, shape),
    };
    await changeActivitySettings(ports, org.orgId, (settings) => ({ ...settings, mapping }));
    return { status: 200, body: mapping };
  },
});

/** In the describe's spelling. */
function checked(object: 'Task' | 'Event', given: FieldMapping, shape: OrgShape): FieldMapping {
  const { fields } = object === 'Task' ? shape.task : shape.event;
  const entries = Object.entries(given).map(([name, wanted]) => {
    const field = fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
    const fault =
      field === undefined
        ? 'is not there, or the Sync User does not see it'
        : faultOfMapping(field, wanted);
    if (field !== undefined && fault === undefined) return [field.name, wanted] as const;
    const pointer = `/${object}/${name}`;
    throw new AppError('invalid-input', `body${pointer} ${fault}.`, { pointer });
  });
  if (entries.length <= MAX_MAPPED) return Object.fromEntries(entries);
  const message = `body/${object} maps more than ${MAX_MAPPED} fields.`;
  throw new AppError('invalid-input', message, { pointer: `/${object}` });
}

export const createdFieldsSchema = z.object({
  created: z.array(z.string()),
  permissionSet: z.string().check(z.describe('Assign it to users who are written as themselves')),
  unassigned: z.optional(
    z.string().check(z.describe('Why the Sync User was not given the permission set')),
  ),
});

const createFields = orgRoute({
  method: 'POST',
  path: `${SETUP}/fields`,
  operationId: 'createActivityFields',
  summary:
    'Creates MixmaxActivityDateTime__c of Tasks and Events in the org, with a permission set that allows to edit it',
  body: z.strictObject({
    structured: z._default(
      z.boolean().check(z.describe('Also fields for kind, sequence, stage, link and file')),
      false,
    ),
  }),
  answers: {
    200: {
      description: 'What was not there and is now; it is written within ten minutes',
      schema: createdFieldsSchema,
    },
  },
  refusals: [409, 502, 503],
  handle: async ({ ports, org, body }) => ({
    status: 200,
    body: await createActivityFields(ports, org, body),
  }),
});

export const fieldRightsSchema = z.object({
  fields: z.array(z.string()).check(z.describe('Of the date/time; none = the org has none')),
  users: z.array(
    z.object({
      userId: z.string(),
      username: z.string(),
      task: z.boolean(),
      event: z.boolean(),
    }),
  ),
});

const getRights = orgRoute({
  method: 'GET',
  path: `${SETUP}/users`,
  operationId: 'getActivityFieldRights',
  summary: 'Which active users may edit the date/time field of Tasks and of Events',
  answers: {
    200: {
      description: 'By profiles and permission sets',
      schema: fieldRightsSchema,
    },
  },
  refusals: [502, 503],
  handle: async ({ ports, org }) => {
    const { task } = await readOrgShape(await ports.salesforce.forOrg(org));
    const fields = task.timeFields;
    const users = await showFieldRights(ports, org, fields);
    return { status: 200, body: { fields, users } };
  },
});

const backfill = orgRoute({
  method: 'POST',
  path: `${SETUP}/backfills`,
  operationId: 'backfillActivityTimes',
  summary: `Writes the date/time field of activities that were logged before the org had it, up to ${MAX_BACKFILLED} a call`,
  body: z.strictObject({
    from: z.iso.datetime({ offset: true }),
    to: z.iso
      .datetime({ offset: true })
      .check(z.describe('Exclusive, at most 366 days after `from`')),
    after: z.optional(
      z.string().check(z.maxLength(300), z.describe('`next` of the answer before')),
    ),
  }),
  answers: {
    200: {
      description: 'Call again with `next` as `after` until there is none',
      schema: z.object({
        updated: z.int(),
        refused: z.record(z.string(), z.int()),
        next: z.optional(z.string()),
      }),
    },
  },
  refusals: [409, 502, 503],
  handle: async ({ ports, org, body }) => {
    const [fromMs, toMs] = [Date.parse(body.from), Date.parse(body.to)];
    if (toMs <= fromMs || toMs - fromMs > LONGEST_BACKFILL_MS) {
      const message = 'body/to must be after from, by at most 366 days.';
      throw new AppError('invalid-input', message, { pointer: '/to' });
    }
    const after = body.after === undefined ? undefined : readCursor(body.after);
    const request = { fromMs, toMs, ...(after !== undefined && { after }) };
    const { updated, refused, next } = await backfillTimes(ports, org, request);
    const more = next === undefined ? {} : { next: `${next.stateSinceMs}/${next.id}` };
    return { status: 200, body: { updated, refused, ...more } };
  },
});

function readCursor(text: string): LedgerCursor {
  const [, ms, id] = /^(\d{1,15})\/(.+)$/.exec(text) ?? [];
  if (ms !== undefined && id !== undefined) return { stateSinceMs: Number(ms), id };
  throw new AppError('invalid-input', 'body/after is no `next` of an answer.', {
    pointer: '/after',
  });
}

export const activityFieldRoutes: readonly Route[] = [
  getMapping,
  putMapping,
  createFields,
  getRights,
  backfill,
];
