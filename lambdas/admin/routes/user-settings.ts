import * as z from 'zod/mini';
import { emailAddress } from '#core/activities/activity.ts';
import type { LoggingSettings } from '#core/activities/role-settings.ts';
import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { activitySettingsOf } from '#usecases/activity-settings-of.ts';
import { checkLogging } from '#usecases/check-logging.ts';
import { findUsers } from '#usecases/find-users.ts';
import { mirrorPickedObjects } from '#usecases/mirror-picked-objects.ts';
import { SIDEBAR_OBJECTS, showSidebarFields } from '#usecases/sidebar-fields.ts';
import {
  changeUserSettings,
  mixmaxUserOf,
  requireManaged,
  showUserSettings,
  type UserSettings,
  withOwnSettings,
} from '#usecases/user-settings.ts';
import type { Caller } from '../caller.ts';
import { givenLoggingShape, loggingShape, loggingView } from '../logging-schemas.ts';
import { memberRoute, type Route } from '../route.ts';

const USER = '/v1/orgs/{orgId}/users/{user}';

const params = z.strictObject({
  user: z
    .union([z.literal('me'), emailAddress])
    .check(z.describe('A Mixmax user by e-mail address; `me` = who is signed in to the page')),
});
const shownLogging = z.object(loggingShape);

export const userSettingsSchema = z.object({
  user: z.string(),
  role: z.string(),
  mayManage: z.boolean().check(z.describe('The role lets its members set some for themselves')),
  why: z.optional(z.string().check(z.describe('Why not'))),
  own: z.partial(shownLogging).check(z.describe('What the user has set, in place of the role')),
  holds: shownLogging.check(z.describe('What holds for the user')),
});

const getSettings = memberRoute({
  method: 'GET',
  path: `${USER}/settings`,
  operationId: 'getUserSettings',
  summary: 'What is logged, and where, for a user: by the role, and by what he has set himself',
  params,
  answers: { 200: { description: 'The settings', schema: userSettingsSchema } },
  refusals: [404, 409],
  handle: async ({ ports, org, caller, params: { user } }) => {
    const who = await userOf(ports, org, caller, user);
    return { status: 200, body: view(await showUserSettings(ports, org.orgId, who)) };
  },
});

const nullable = Object.fromEntries(
  Object.entries(givenLoggingShape).map(([name, schema]) => [name, z.union([schema, z.null()])]),
) as {
  readonly [M in keyof typeof givenLoggingShape]: z.ZodMiniUnion<
    [(typeof givenLoggingShape)[M], z.ZodMiniNull]
  >;
};

const putSettings = memberRoute({
  method: 'PUT',
  path: `${USER}/settings`,
  operationId: 'putUserSettings',
  summary:
    'Sets members that are named for one user, where the role allows it; null takes one back',
  params,
  body: z.partial(z.strictObject(nullable)),
  answers: { 200: { description: 'As they hold now', schema: userSettingsSchema } },
  refusals: [403, 404, 409, 502, 503],
  handle: async ({ ports, org, caller, params: { user }, body }) => {
    const who = await userOf(ports, org, caller, user);
    requireManaged(await activitySettingsOf(ports, org.orgId), who);
    const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
    const dropped = Object.keys(body).filter((name) => !Object.hasOwn(given, name));
    const checked = await checkLogging<LoggingSettings>(ports, org, given, (settings, own) =>
      withOwnSettings(settings, who, own),
    );
    const next = (own: Partial<LoggingSettings>) => ({ ...without(own, dropped), ...checked });
    const changed = await changeUserSettings(ports, org.orgId, who, next);
    await mirrorPickedObjects(ports, org, changed.own.relatedObjects ?? []);
    return { status: 200, body: view(changed) };
  },
});

const sidebarField = z.object({
  name: z.string(),
  label: z.string(),
  type: z.string(),
  required: z.boolean().check(z.describe('Salesforce makes no record without it: always shown')),
});

const getSidebarFields = memberRoute({
  method: 'GET',
  path: `${USER}/sidebar-fields`,
  operationId: 'getSidebarFields',
  summary: 'Fields that the sidebar shows to a user: what Salesforce requires, and what was picked',
  params,
  answers: {
    200: {
      description: 'By object',
      schema: z.object({ objects: z.record(z.enum(SIDEBAR_OBJECTS), z.array(sidebarField)) }),
    },
  },
  refusals: [404, 409, 502, 503],
  handle: async ({ ports, org, caller, params: { user } }) => {
    const who = await userOf(ports, org, caller, user);
    const { holds } = await showUserSettings(ports, org.orgId, who);
    return {
      status: 200,
      body: { objects: await showSidebarFields(ports, org, holds.sidebarFields) },
    };
  },
});

export const userSettingRoutes: readonly Route[] = [getSettings, putSettings, getSidebarFields];

/**
 * Which Mixmax user is meant. Only admins may name another than themselves.
 *
 * @throws AppError forbidden, not-found for an address that no active Salesforce user has
 */
async function userOf(
  ports: Pick<Ports, 'mirror'>,
  { orgId }: OrgState,
  { profile, userId }: Caller,
  user: string,
): Promise<string> {
  if (user === 'me') {
    if (userId !== undefined) return mixmaxUserOf(ports, orgId, userId);
    const message = 'Nobody is signed in with Salesforce: name the user by e-mail address.';
    throw new AppError('invalid-input', message, { pointer: 'user' });
  }
  if (profile !== 'admin') {
    throw new AppError('forbidden', 'Only admins see the settings of others.', { pointer: 'user' });
  }
  if ((await findUsers(ports, orgId, [user])).has(user.toLowerCase())) return user.toLowerCase();
  const message = 'No active Salesforce user has this address, as far as the mirror knows.';
  throw new AppError('not-found', message, { pointer: 'user' });
}

function view({ user, role, refusal, own, holds }: UserSettings) {
  return {
    user,
    role,
    mayManage: refusal === undefined,
    ...(refusal !== undefined && { why: refusal }),
    own: loggingView(own),
    holds: loggingView(holds),
  };
}

function without<T extends object>(members: T, names: readonly string[]): Partial<T> {
  const left = Object.entries(members).filter(([name]) => !names.includes(name));
  return Object.fromEntries(left) as Partial<T>;
}
