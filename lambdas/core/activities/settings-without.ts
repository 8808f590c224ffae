import type { DataSubject } from '../data-subject.ts';
import { plainAddress } from './exclusions.ts';
import type { ActivitySettings } from './role-settings.ts';

/** An org's settings of activities without a person: as a member of a role, as excluded, as allowed, as a user. */
export function settingsWithout(
  { addresses }: DataSubject,
  settings: ActivitySettings,
): ActivitySettings {
  const isOther = (address: string) => !addresses.has(plainAddress(address));
  const { exclusions, roles, users = {} } = settings;
  const cleanedRoles = Object.entries(roles).map(([name, role]) => [
    name,
    {
      ...role,
      members: role.members.filter(isOther),
      exclusions: { ...role.exclusions, addresses: role.exclusions.addresses.filter(isOther) },
    },
  ]);
  const otherUsers = Object.entries(users).filter(([address]) => isOther(address));
  return {
    ...settings,
    exclusions: { ...exclusions, allowed: exclusions.allowed.filter(isOther) },
    roles: Object.fromEntries(cleanedRoles),
    ...(settings.users !== undefined && { users: Object.fromEntries(otherUsers) }),
  };
}

/** How many addresses settings name, as often as they do. */
export function addressCount({ exclusions, roles, users = {} }: ActivitySettings): number {
  const ofRoles = Object.values(roles).flatMap((role) => [
    ...role.members,
    ...role.exclusions.addresses,
  ]);
  return exclusions.allowed.length + ofRoles.length + Object.keys(users).length;
}
