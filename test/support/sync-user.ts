import type { ConnectedApp } from '../../local/org/api/auth/connected-apps.ts';
import { userFields } from './org/user-fields.ts';
import type { OrgAnswer, SetUpOrg } from './set-up-org.ts';

const DATA = '/services/data/v66.0';
export const SYNC_USERNAME = 'sync@practice.example';

/** The receiver's app, run as a Sync User that `addSyncUser` makes. */
export const SYNC_APP: ConnectedApp = {
  clientId: 'receiver',
  clientSecret: 'hush',
  runAsUsername: SYNC_USERNAME,
};

/** A user with a profile that gives nothing, and one permission set that gives what it needs. */
export interface SyncUser {
  readonly userId: string;
  /** Gives or takes one user permission, by its API name without `Permissions`. */
  permit(permission: string, given: boolean): Promise<void>;
  freeze(frozen: boolean): Promise<void>;
}

const GIVEN = [
  'ModifyAllData',
  'ViewAllData',
  'ApiEnabled',
  'ViewAllUsers',
  'ViewSetup',
  'CustomizeApplication',
];

export async function addSyncUser(world: Pick<SetUpOrg, 'ask'>): Promise<SyncUser> {
  const create = async (object: string, fields: object) =>
    String((await done(world, 'POST', `/sobjects/${object}`, fields)).body.id);
  const first = async (soql: string) =>
    String((await done(world, 'GET', `/query?q=${encodeURIComponent(soql)}`)).body.records[0].Id);

  const ProfileId = await first(
    "SELECT Id FROM Profile WHERE Name = 'Minimum Access - Salesforce'",
  );
  const userId = await create(
    'User',
    userFields({ username: SYNC_USERNAME, alias: 'sync', profileId: ProfileId }),
  );
  const permissions = Object.fromEntries(GIVEN.map((name) => [`Permissions${name}`, true]));
  const set = await create('PermissionSet', { Name: 'Sync', Label: 'Sync', ...permissions });
  await create('PermissionSetAssignment', { PermissionSetId: set, AssigneeId: userId });
  const login = await first(`SELECT Id FROM UserLogin WHERE UserId = '${userId}'`);
  return {
    userId,
    permit: async (permission, given) => {
      const path = `/sobjects/PermissionSet/${set}`;
      await done(world, 'PATCH', path, { [`Permissions${permission}`]: given });
    },
    freeze: async (IsFrozen) => {
      await done(world, 'PATCH', `/sobjects/UserLogin/${login}`, { IsFrozen });
    },
  };
}

async function done(
  { ask }: Pick<SetUpOrg, 'ask'>,
  method: string,
  path: string,
  body?: object,
): Promise<OrgAnswer> {
  const answer = await ask(method, DATA + path, body);
  if (answer.status < 300) return answer;
  throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
