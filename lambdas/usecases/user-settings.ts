import {
  type ActivitySettings,
  type LoggingSettings,
  ownSettings,
  roleNamed,
  roleNameOf,
  roleOf,
} from '#core/activities/role-settings.ts';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import { recordId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';
import { activitySettingsOf } from './activity-settings-of.ts';
import { changeActivitySettings } from './change-activity-settings.ts';
import { findUsers } from './find-users.ts';

/** A document of an org takes the own settings of so many users. */
const MAX_USERS = 2_000;

/** How a user's settings come about (F13). */
export interface UserSettings {
  /** The Mixmax user, lower case. */
  readonly user: string;
  readonly role: string;
  /** Absent = the user may set some for himself; otherwise why not. */
  readonly refusal?: string;
  /** What he has set, whether it holds or not. */
  readonly own: Partial<LoggingSettings>;
  /** What holds for him. */
  readonly holds: LoggingSettings;
}

export async function showUserSettings(
  ports: Pick<Ports, 'activitySettings'>,
  orgId: OrgId,
  user: string,
): Promise<UserSettings> {
  return settingsFor(await activitySettingsOf(ports, orgId), user);
}

/**
 * Sets what a user has of his own, in place of the role's; a member that is null is the role's again. Effective for what
 * is written from then on.
 *
 * @throws AppError forbidden where the role does not let its members set anything
 */
export async function changeUserSettings(
  ports: Pick<Ports, 'activitySettings'>,
  orgId: OrgId,
  user: string,
  step: (own: Partial<LoggingSettings>) => Partial<LoggingSettings>,
): Promise<UserSettings> {
  const changed = await changeActivitySettings(ports, orgId, (current) => {
    requireManaged(current, user);
    return withOwnSettings(current, user, step(ownSettings(current, user)));
  });
  return settingsFor(changed, user);
}

export function withOwnSettings(
  settings: ActivitySettings,
  user: string,
  own: Partial<LoggingSettings>,
): ActivitySettings {
  const { [user.toLowerCase()]: _, ...others } = settings.users ?? {};
  if (Object.keys(own).length === 0) return { ...settings, users: others };
  if (Object.keys(others).length < MAX_USERS) {
    return { ...settings, users: { ...others, [user.toLowerCase()]: own } };
  }
  const message = `At most ${MAX_USERS} users of an org have settings of their own: use a role.`;
  throw new AppError('conflict', message);
}

/** @throws AppError forbidden with the reason */
export function requireManaged(settings: ActivitySettings, user: string): void {
  const { refusal } = settingsFor(settings, user);
  if (refusal !== undefined) throw new AppError('forbidden', refusal);
}

function settingsFor(settings: ActivitySettings, user: string): UserSettings {
  const role = roleNameOf(settings, user);
  const { membersManage } = roleNamed(settings, role);
  const refusal = `Members of the role ${role} cannot set this for themselves: an admin ticks Individuals in this role can manage their own Salesforce settings, or changes the role.`;
  return {
    user: user.toLowerCase(),
    role,
    ...(!membersManage && { refusal }),
    own: ownSettings(settings, user),
    holds: roleOf(settings, user),
  };
}

/**
 * The Mixmax user of a Salesforce user: whoever has his e-mail address.
 *
 * @throws AppError not-found while the mirror does not hold the user, conflict where the address is another user's
 */
export async function mixmaxUserOf(
  ports: Pick<Ports, 'mirror'>,
  orgId: OrgId,
  userId: string,
): Promise<string> {
  const id = recordId(userId, 'userId');
  const record = await ports.mirror.get(orgId, 'User', id);
  const address = record?.fields['Email'];
  if (typeof address !== 'string') {
    throw new AppError('not-found', 'Your Salesforce user was not read from the org yet.');
  }
  if ((await findUsers(ports, orgId, [address])).get(address.toLowerCase())?.id === id) {
    return address.toLowerCase();
  }
  throw new AppError(
    'conflict',
    'The e-mail address of your Salesforce user is also that of another one, who is written as.',
  );
}
