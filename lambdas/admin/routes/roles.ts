import * as z from 'zod/mini';
import { ACTIVITY_KINDS, emailAddress } from '#core/activities/activity.ts';
import { LOOKUP_TARGETS } from '#core/activities/related-objects.ts';
import {
  type ActivitySettings,
  DEFAULT_ROLE,
  type RoleSettings,
  roleNamed,
} from '#core/activities/role-settings.ts';
import { AppError } from '#core/errors.ts';
import { activitySettingsOf } from '#usecases/activity-settings-of.ts';
import { changeActivitySettings } from '#usecases/change-activity-settings.ts';
import { checkLogging } from '#usecases/check-logging.ts';
import { mirrorPickedObjects } from '#usecases/mirror-picked-objects.ts';
import { listRelatableObjects } from '#usecases/related-objects.ts';
import { givenLoggingShape, loggingShape } from '../logging-schemas.ts';
import { orgRoute, type Route } from '../route.ts';

const ROLE = '/v1/orgs/{orgId}/roles/{role}';
const MAX_ENTRIES = 1_000;
const MAX_ROLES = 200;

const addresses = z.array(emailAddress).check(z.maxLength(MAX_ENTRIES));
const domain = z
  .string()
  .check(z.maxLength(253), z.regex(/^(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$/));
const roleName = z.string().check(z.regex(/^[\w -]{1,80}$/), z.describe('`default` = all others'));

const ofRole = {
  exclusions: z.strictObject({
    addresses,
    domains: z.array(domain).check(z.maxLength(MAX_ENTRIES)),
  }),
  membersManage: z
    .boolean()
    .check(z.describe('Individuals in this role can manage their own Salesforce settings')),
  members: addresses.check(z.describe('Mixmax users who have the role')),
};
export const roleSchema = z.object({ ...loggingShape, ...ofRole });
const roleBody = z.partial(z.strictObject({ ...givenLoggingShape, ...ofRole }));

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
    const { roles } = await activitySettingsOf(ports, org.orgId);
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
    const settings = await activitySettingsOf(ports, org.orgId);
    return { status: 200, body: roleNamed(settings, params.role) };
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
  refusals: [409, 502, 503],
  handle: async ({ ports, org, params, body }) => {
    const step = (settings: ActivitySettings, given: Partial<RoleSettings>) =>
      withRole(settings, params.role, given);
    const given = await checkLogging(ports, org, body, step);
    const settings = await changeActivitySettings(ports, org.orgId, (current) =>
      step(current, given),
    );
    const role = roleNamed(settings, params.role);
    await mirrorPickedObjects(ports, org, role.relatedObjects);
    return { status: 200, body: role };
  },
});

function withRole(
  settings: ActivitySettings,
  name: string,
  given: Partial<RoleSettings>,
): ActivitySettings {
  const role = { ...roleNamed(settings, name), ...given };
  const roles = { ...settings.roles, [name]: role };
  if (Object.keys(roles).length <= MAX_ROLES) return { ...settings, roles };
  throw new AppError('conflict', `An org has at most ${MAX_ROLES} roles.`);
}

export const relatableSchema = z.object({
  objects: z.array(
    z.object({
      object: z.string(),
      label: z.string(),
      lookups: z.array(
        z.object({ field: z.string(), label: z.string(), to: z.enum(LOOKUP_TARGETS) }),
      ),
    }),
  ),
});

const listRelatable = orgRoute({
  method: 'GET',
  path: '/v1/orgs/{orgId}/related-objects',
  operationId: 'listRelatableObjects',
  summary: 'Custom objects that activities can be related to, and by which look-ups',
  answers: {
    200: { description: 'Those that take activities', schema: relatableSchema },
  },
  refusals: [502, 503],
  handle: async ({ ports, org }) => ({
    status: 200,
    body: { objects: await listRelatableObjects(await ports.salesforce.forOrg(org)) },
  }),
});

export const roleRoutes: readonly Route[] = [listRoles, getRole, putRole, listRelatable];
