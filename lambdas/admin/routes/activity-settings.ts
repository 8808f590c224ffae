import * as z from 'zod/mini';
import { ACTIVITY_KINDS, type ActivityKind, emailAddress } from '#core/activities/activity.ts';
import { SYSTEM_LOCAL_PARTS } from '#core/activities/exclusions.ts';
import type { ActivityShape } from '#core/activities/task-fields.ts';
import { activityTypeOf } from '#core/activities/task-types.ts';
import { activitySettingsOf } from '#usecases/activity-settings-of.ts';
import { changeActivitySettings } from '#usecases/change-activity-settings.ts';
import { readOrgShape } from '#usecases/read-org-shape.ts';
import { goneRelations } from '#usecases/related-objects.ts';
import { orgRoute, type Route } from '../route.ts';

const MAX_ENTRIES = 1_000;

const addresses = z.array(emailAddress).check(z.maxLength(MAX_ENTRIES));
const localPart = z
  .string()
  .check(z.regex(/^[^\s@]{1,64}$/), z.describe('What stands before the @, whole'));
const exclusionsBody = z.strictObject({
  localParts: z.array(localPart).check(z.maxLength(MAX_ENTRIES)),
  allowed: addresses.check(z.describe('Logged although an exclusion of system addresses fits')),
});
export const exclusionsSchema = z.object({
  ...exclusionsBody.shape,
  system: z.object({ version: z.int(), localParts: z.array(z.string()) }),
});

const EXCLUSIONS = '/v1/orgs/{orgId}/exclusions';

const getExclusions = orgRoute({
  method: 'GET',
  path: EXCLUSIONS,
  operationId: 'getExclusions',
  summary: 'Whose mail is not logged: the built-in list, and what the org added or allows',
  answers: { 200: { description: 'The lists', schema: exclusionsSchema } },
  handle: async ({ ports, org }) => {
    const { exclusions } = await activitySettingsOf(ports, org.orgId);
    return { status: 200, body: { ...exclusions, system: SYSTEM_LOCAL_PARTS } };
  },
});

const putExclusions = orgRoute({
  method: 'PUT',
  path: EXCLUSIONS,
  operationId: 'putExclusions',
  summary: 'Replaces what the org added and allows; effective at once',
  body: exclusionsBody,
  answers: { 200: { description: 'As they hold now', schema: exclusionsSchema } },
  refusals: [409],
  handle: async ({ ports, org, body }) => {
    const { exclusions } = await changeActivitySettings(ports, org.orgId, (settings) => ({
      ...settings,
      exclusions: body,
    }));
    return { status: 200, body: { ...exclusions, system: SYSTEM_LOCAL_PARTS } };
  },
});

const objectSetup = z.object({
  keyField: z.optional(
    z
      .string()
      .check(z.describe('Tells what was written already; absent = lost answers need a look')),
  ),
  timeFields: z.array(z.string()).check(z.describe('Hold when it happened')),
  unusable: z.array(z.object({ field: z.string(), reason: z.string() })),
  missingTypes: z
    .array(z.string())
    .check(z.describe('Types that the picklist lacks: those activities get none')),
});

const getSetup = orgRoute({
  method: 'GET',
  path: '/v1/orgs/{orgId}/activity-setup',
  operationId: 'getActivitySetup',
  summary: 'What the org offers for activities, and what it lacks',
  answers: {
    200: {
      description: 'As the Sync User sees it',
      schema: z.object({
        task: objectSetup,
        event: objectSetup,
        openStatus: z.string(),
        closedStatus: z.string(),
        sharedActivities: z.boolean().check(z.describe('Several contacts on one Task')),
        goneRelations: z.optional(
          z
            .array(z.string())
            .check(
              z.describe('Look-ups of custom objects that a role relates to and that are gone'),
            ),
        ),
      }),
    },
  },
  refusals: [502, 503],
  handle: async ({ ports, org }) => {
    const salesforce = await ports.salesforce.forOrg(org);
    const { task, event } = await readOrgShape(salesforce);
    const { roles, users = {} } = await activitySettingsOf(ports, org.orgId);
    const settings = [...Object.values(roles), ...Object.values(users)];
    const picked = settings.flatMap(({ relatedObjects = [] }) => relatedObjects);
    const gone = await goneRelations(salesforce, picked);
    const { openStatus, closedStatus, shared } = task;
    const body = {
      task: setupView(task, (kind) => kind !== 'calendar.event'),
      event: setupView(event, (kind) => kind === 'calendar.event'),
      openStatus,
      closedStatus,
      sharedActivities: shared,
      ...(gone.length > 0 && { goneRelations: [...gone] }),
    };
    return { status: 200, body };
  },
});

function setupView(
  { keyField, timeFields, unusable, types }: ActivityShape,
  concerns: (kind: ActivityKind) => boolean,
): z.output<typeof objectSetup> {
  const kinds = ACTIVITY_KINDS.filter(concerns);
  const missing = kinds.flatMap((kind) => activityTypeOf(kind, types).missing ?? []);
  return {
    ...(keyField !== undefined && { keyField }),
    timeFields: [...timeFields],
    unusable: [...unusable],
    missingTypes: [...new Set(missing)],
  };
}

export const activitySettingRoutes: readonly Route[] = [getExclusions, putExclusions, getSetup];
