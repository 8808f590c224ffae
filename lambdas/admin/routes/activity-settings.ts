import * as z from 'zod/mini';
import { ACTIVITY_KINDS, type ActivityKind, emailAddress } from '#core/activities/activity.ts';
import { SYSTEM_LOCAL_PARTS } from '#core/activities/exclusions.ts';
import {
  DEFAULT_ROLE,
  DEFAULT_ROLE_SETTINGS,
  DEFAULT_SETTINGS,
  type RoleSettings,
} from '#core/activities/role-settings.ts';
import type { ActivityShape } from '#core/activities/task-fields.ts';
import { activityTypeOf } from '#core/activities/task-types.ts';
import { AppError } from '#core/errors.ts';
import { changeActivitySettings } from '#usecases/change-activity-settings.ts';
import { readOrgShape } from '#usecases/read-org-shape.ts';
import { orgRoute, type Route } from '../route.ts';

const MAX_ENTRIES = 1_000;
const MAX_ROLES = 200;

const addresses = z.array(emailAddress).check(z.maxLength(MAX_ENTRIES));
const localPart = z
  .string()
  .check(z.regex(/^[^\s@]{1,64}$/), z.describe('What stands before the @, whole'));
const domain = z
  .string()
  .check(z.maxLength(253), z.regex(/^(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$/));

const exclusionsBody = z.strictObject({
  localParts: z.array(localPart).check(z.maxLength(MAX_ENTRIES)),
  allowed: addresses.check(z.describe('Logged although an exclusion of system addresses fits')),
});
export const exclusionsSchema = z.object({
  ...exclusionsBody.shape,
  system: z.object({ version: z.int(), localParts: z.array(z.string()) }),
});

const roleName = z.string().check(z.regex(/^[\w -]{1,80}$/), z.describe('`default` = all others'));
const kind = z.enum(ACTIVITY_KINDS as [string, ...string[]]);
const roleShape = {
  notLogged: z.array(kind).check(z.describe('Kinds of activities that are not logged')),
  opportunities: z.strictObject({
    through: z
      .enum(['none', 'primary-role', 'any-role', 'account'])
      .check(z.describe('How an opportunity is found from a contact')),
    owned: z.enum(['all', 'by-user']),
    closed: z.boolean().check(z.describe('Closed ones too, after open ones')),
  }),
  unresolved: z
    .boolean()
    .check(z.describe('A Task without Name and Related To for who is not in Salesforce')),
  exclusions: z.strictObject({
    addresses,
    domains: z.array(domain).check(z.maxLength(MAX_ENTRIES)),
  }),
  logBcc: z.boolean(),
  logTexts: z.boolean().check(z.describe('Texts become Comments')),
  assignmentRules: z
    .boolean()
    .check(z.describe("The org's default assignment rule runs on leads that are created")),
  offerToCreate: z
    .enum(['nothing', 'Contact', 'Lead'])
    .check(z.describe('What a client offers to create for recipients who are not in Salesforce')),
  members: addresses.check(z.describe('Mixmax users who have the role')),
};
export const roleSchema = z.object(roleShape);
const roleBody = z.partial(z.strictObject(roleShape));

const EXCLUSIONS = '/v1/orgs/{orgId}/exclusions';
const ROLE = '/v1/orgs/{orgId}/roles/{role}';

const getExclusions = orgRoute({
  method: 'GET',
  path: EXCLUSIONS,
  operationId: 'getExclusions',
  summary: 'Whose mail is not logged: the built-in list, and what the org added or allows',
  answers: { 200: { description: 'The lists', schema: exclusionsSchema } },
  handle: async ({ ports, org }) => {
    const { exclusions } = (await ports.activitySettings.get(org.orgId)) ?? DEFAULT_SETTINGS;
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

export const rolesSchema = z.object({
  roles: z
    .array(z.string())
    .check(z.describe('By name; `default`, which all others have, comes first')),
  kinds: z.array(z.string()).check(z.describe('Kinds of activities, for `notLogged`')),
});

const listRoles = orgRoute({
  method: 'GET',
  path: '/v1/orgs/{orgId}/roles',
  operationId: 'listRoles',
  summary: 'The roles there are, and the kinds of activities they can leave out',
  answers: { 200: { description: 'Their names', schema: rolesSchema } },
  handle: async ({ ports, org }) => {
    const { roles } = (await ports.activitySettings.get(org.orgId)) ?? DEFAULT_SETTINGS;
    const others = Object.keys(roles).filter((name) => name !== DEFAULT_ROLE);
    return {
      status: 200,
      body: { roles: [DEFAULT_ROLE, ...others.sort()], kinds: [...ACTIVITY_KINDS] },
    };
  },
});

const getRole = orgRoute({
  method: 'GET',
  path: ROLE,
  operationId: 'getRole',
  summary: 'What is logged, and where, for the members of a role; the defaults if nobody set it',
  params: z.strictObject({ role: roleName }),
  answers: { 200: { description: 'The role', schema: roleSchema } },
  handle: async ({ ports, org, params }) => {
    const { roles } = (await ports.activitySettings.get(org.orgId)) ?? DEFAULT_SETTINGS;
    return { status: 200, body: roleIn(roles, params.role) };
  },
});

const putRole = orgRoute({
  method: 'PUT',
  path: ROLE,
  operationId: 'putRole',
  summary: 'Sets members of the document that are named; effective at once',
  params: z.strictObject({ role: roleName }),
  body: roleBody,
  answers: { 200: { description: 'As it holds now', schema: roleSchema } },
  refusals: [409],
  handle: async ({ ports, org, params, body }) => {
    const { roles } = await changeActivitySettings(ports, org.orgId, (settings) => {
      const role = { ...roleIn(settings.roles, params.role), ...body } as RoleSettings;
      const next = { ...settings.roles, [params.role]: role };
      if (Object.keys(next).length <= MAX_ROLES) return { ...settings, roles: next };
      throw new AppError('conflict', `An org has at most ${MAX_ROLES} roles.`);
    });
    return { status: 200, body: roleIn(roles, params.role) };
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
      }),
    },
  },
  refusals: [502, 503],
  handle: async ({ ports, org }) => {
    const { task, event } = await readOrgShape(await ports.salesforce.forOrg(org));
    const { openStatus, closedStatus, shared } = task;
    const body = {
      task: setupView(task, (kind) => kind !== 'calendar.event'),
      event: setupView(event, (kind) => kind === 'calendar.event'),
      openStatus,
      closedStatus,
      sharedActivities: shared,
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

function roleIn(roles: Readonly<Record<string, RoleSettings>>, name: string): RoleSettings {
  return (Object.hasOwn(roles, name) ? roles[name] : undefined) ?? DEFAULT_ROLE_SETTINGS;
}

export const activitySettingRoutes: readonly Route[] = [
  getExclusions,
  putExclusions,
  listRoles,
  getRole,
  putRole,
  getSetup,
];
