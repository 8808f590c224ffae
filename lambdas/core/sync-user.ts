import type { Fault } from './examination.ts';

/** What the Sync User must be allowed to, by Salesforce's API names (Mixmax's help page on Sync Users; R18). */
export const SYNC_PERMISSIONS = [
  'ModifyAllData',
  'ApiEnabled',
  'ViewAllUsers',
  'ViewSetup',
  'CustomizeApplication',
] as const;

export type SyncPermission = (typeof SYNC_PERMISSIONS)[number];

/** What came of an operation that only the permission allows; `untried` where there was nothing to try it on. */
export type Trial = 'allowed' | 'refused' | 'untried';

/** How the Sync User was found at its last check; receiver's clock, ms. */
export interface SyncUserCheck {
  readonly atMs: number;
  /** Since when the user cannot sign in, or lacks something. */
  readonly sinceMs?: number;
  /** Why nobody could sign in; the permissions are then those of the check before. */
  readonly signIn?: Fault;
  readonly permissions: Readonly<Record<SyncPermission, Trial>>;
}

export interface PermissionLine {
  /** As Setup calls it. */
  readonly permission: string;
  /** Absent: could not be tried. */
  readonly ok?: boolean;
  readonly whatFor: string;
  /** What is lost without it. */
  readonly lost: string;
  readonly fix: string;
}

type PermissionText = Pick<PermissionLine, 'permission' | 'whatFor' | 'lost'>;

const TEXTS: Readonly<Record<SyncPermission, PermissionText>> = {
  ModifyAllData: {
    permission: 'Modify All Data',
    whatFor: 'Sees and writes records whoever owns them, and deploys the Remote Site Setting.',
    lost: 'Activities on records of others cannot be written, and the gateway must be allowed by hand.',
  },
  ApiEnabled: {
    permission: 'API Enabled',
    whatFor: 'Calls the REST and Bulk APIs.',
    lost: 'Everything: no record can be read or written.',
  },
  ViewAllUsers: {
    permission: 'View All Users',
    whatFor: 'Mirrors users: owners, and whom an activity belongs to.',
    lost: 'Where users are private, owners and their activities cannot be told apart.',
  },
  ViewSetup: {
    permission: 'View Setup and Configuration',
    whatFor: 'Looks whether the package, its triggers and its Remote Site Setting are in order.',
    lost: 'Faults of the set-up show as silence only, and values from Apex are not used: records are read one by one.',
  },
  CustomizeApplication: {
    permission: 'Customize Application',
    whatFor: 'Writes Mixmax Settings: gateway address and token.',
    lost: 'The package cannot be set up, its token not be rotated, and sync not be switched on or off from here.',
  },
};

/**
 * An operation can succeed by another permission; so a permission that the user's profile and permission sets do not
 * give counts as lacking, whatever came of the trial.
 *
 * @param declared what profile and permission sets give; undefined when the user may not read them
 * @param installed the package was found: settings that the user does not see are hidden then
 */
export function judgedTrial(
  permission: SyncPermission,
  trial: Trial,
  declared: ReadonlySet<string> | undefined,
  installed: boolean,
): Trial {
  if (declared !== undefined) return declared.has(permission) ? trial : 'refused';
  const hidden = permission === 'CustomizeApplication' && trial === 'untried' && installed;
  return hidden ? 'refused' : trial;
}

export function permissionLines({ permissions }: SyncUserCheck): readonly PermissionLine[] {
  return SYNC_PERMISSIONS.map((name) => {
    const text = TEXTS[name];
    const trial = permissions[name];
    return {
      ...text,
      ...(trial !== 'untried' && { ok: trial === 'allowed' }),
      fix: `Tick ${text.permission} in a permission set, such as a copy of Mixmax RTS Sync User, and assign it to the Sync User.`,
    };
  });
}

/** The lines that are red. */
export function lackingLines(check: SyncUserCheck): readonly PermissionLine[] {
  return permissionLines(check).filter(({ ok }) => ok === false);
}

export function syncUserFault(check: SyncUserCheck): Fault | undefined {
  if (check.signIn !== undefined) return check.signIn;
  const lacking = lackingLines(check);
  if (lacking.length === 0) return undefined;
  const detail = lacking.map(({ permission, lost }) => `${permission} (${lost})`).join(' ');
  return { code: 'permission-missing', detail };
}
