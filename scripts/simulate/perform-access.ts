import { livingIds, pickOne } from './records.ts';
import { adminSaving } from './saving.ts';
import { SYNC_USERNAME } from './simulated-org.ts';
import type { Action } from './steps.ts';
import type { World } from './world.ts';

const NAMES = ['hide', 'show', 'view-all', 'field-access', 'permission-set', 'freeze'] as const;
export type AccessChange = Extract<Action, { do: (typeof NAMES)[number] }>;

export function isAccessChange(action: Action): action is AccessChange {
  return NAMES.some((name) => name === action.do);
}

/** What admins do to the Sync User's permissions and to the sharing of records. */
export function performAccess(world: World, change: AccessChange): void {
  switch (change.do) {
    case 'hide':
      hideOne(world, change);
      break;
    case 'show':
      showAll(world);
      break;
    case 'view-all':
      grantViewAll(world, change.granted);
      world.background('connecting again', connectAgain(world));
      break;
    case 'field-access':
      grantField(world, change);
      break;
    case 'permission-set':
      takePermissionSet(world, change.forMs);
      break;
    case 'freeze':
      freeze(world, change.forMs);
      break;
    default:
      change satisfies never;
  }
}

function hideOne(
  { org, sight, reached }: World,
  { object, pick }: Extract<AccessChange, { do: 'hide' }>,
): void {
  const id = pickOne(livingIds(org, object), pick);
  if (id === undefined || object === 'User') return;
  org.faults.arm({ kind: 'hidden-records', ids: [id] });
  sight.hidden.add(id);
  sight.unproven.add(id);
  reached('fault-hidden-records');
}

function showAll({ org, sight, reached }: World): void {
  for (const { id, fault } of org.faults.list()) {
    if (fault.kind === 'hidden-records') org.faults.clear(id);
  }
  if (sight.hidden.size > 0) reached('shown-again');
  sight.hidden.clear();
}

async function connectAgain(world: World): Promise<void> {
  const status = await world.connect().catch(() => 0);
  world.reached(status === 201 ? 'api-connect' : 'api-connect-refused');
}

/** Fields of which field-level security may be changed: no other rule hangs on them. */
const SECURED: Readonly<Record<string, readonly string[]>> = {
  Account: ['Phone', 'Description', 'AnnualRevenue'],
  Contact: ['Title', 'Email', 'Birthdate'],
  Lead: ['Email', 'NumberOfEmployees'],
  Opportunity: ['Amount', 'Description'],
};

function grantField(
  world: World,
  { object, pick, readable }: Extract<AccessChange, { do: 'field-access' }>,
): void {
  const { sight, org } = world;
  const owner = SECURED[object] === undefined ? 'Contact' : object;
  const secured = (SECURED[owner] ?? []).map((name) => `${owner}.${name}`);
  // Given back is whatever was withheld, of any object.
  const choice = readable ? [...sight.withheld] : secured.filter((one) => !sight.withheld.has(one));
  const field = pickOne(choice, pick);
  if (field === undefined) return;
  const { store } = org;
  for (const id of store.idsWhere('FieldPermissions', 'Field', field)) {
    store.update('FieldPermissions', id, { PermissionsRead: readable }, adminSaving(world));
  }
  if (readable) sight.withheld.delete(field);
  else sight.withheld.add(field);
  world.reached(readable ? 'field-shown' : 'field-hidden');
}

/** Without it the Sync User is any user: sharing hides records from it, and the package's objects are closed. */
function takePermissionSet(world: World, forMs: number): void {
  const { store } = world.org;
  const [user = ''] = store.findByKey('User', 'Username', SYNC_USERNAME);
  const set = syncPermissionSet(world);
  const assigned = store
    .idsWhere('PermissionSetAssignment', 'PermissionSetId', set)
    .filter((id) => store.read('PermissionSetAssignment', id)?.['AssigneeId'] === user);
  // Taken away already.
  if (assigned.length === 0) return;
  for (const id of assigned) store.remove('PermissionSetAssignment', id, adminSaving(world));
  world.sight.blind = true;
  world.reached('permission-set-taken');
  world.afterSpell(forMs, 'permission set given back', () => assign(world));
}

function freeze(world: World, forMs: number): void {
  freezeUser(world, SYNC_USERNAME, forMs);
  world.reached('frozen');
}

/** Nobody signs in as that user meanwhile, and what he was signed in to ends. */
export function freezeUser(world: World, username: string, forMs: number): void {
  const { store } = world.org;
  const [user = ''] = store.findByKey('User', 'Username', username);
  const [login] = store.idsWhere('UserLogin', 'UserId', user);
  if (login === undefined) throw new Error(`${username} has no log-in record.`);
  const write = (IsFrozen: boolean) =>
    void store.update('UserLogin', login, { IsFrozen }, adminSaving(world));
  write(true);
  world.afterSpell(forMs, `${username} unfrozen`, () => write(false));
}

/**
 * Assigns the package's permission set to the Sync User, as an admin does, with Modify All Data: sharing hides nothing
 * from it but what a history hides.
 */
export function assignSyncPermissions(world: World): void {
  const general = { PermissionsModifyAllData: true, PermissionsCustomizeApplication: true };
  world.org.store.update('PermissionSet', syncPermissionSet(world), general, adminSaving(world));
  assign(world);
}

/** A user who sells: with the rights of an admin, so that whatever is done as him is allowed. */
export function createUser(world: World, username: string): void {
  const { store } = world.org;
  const [ProfileId = ''] = store.findByKey('Profile', 'Name', 'System Administrator');
  const [alias = ''] = username.split('@');
  const values = {
    Username: username,
    Email: username,
    LastName: alias,
    Alias: alias,
    ProfileId,
    TimeZoneSidKey: 'Asia/Tokyo',
    LocaleSidKey: 'en_US',
    LanguageLocaleKey: 'en_US',
    EmailEncodingKey: 'UTF-8',
  };
  store.insert('User', values, adminSaving(world));
}

function assign(world: World): void {
  const { store } = world.org;
  const [AssigneeId = ''] = store.findByKey('User', 'Username', SYNC_USERNAME);
  const values = { PermissionSetId: syncPermissionSet(world), AssigneeId };
  store.insert('PermissionSetAssignment', values, adminSaving(world));
}

/** Gives or takes what tells the receiver that its user sees every record. */
export function grantViewAll(world: World, granted: boolean): void {
  const { store } = world.org;
  const setId = syncPermissionSet(world);
  const general = {
    PermissionsViewAllData: granted && world.setting.viewAllData,
    PermissionsViewAllUsers: granted,
  };
  store.update('PermissionSet', setId, general, adminSaving(world));
  for (const id of store.idsWhere('ObjectPermissions', 'ParentId', setId)) {
    store.update(
      'ObjectPermissions',
      id,
      { PermissionsViewAllRecords: granted },
      adminSaving(world),
    );
  }
  world.reached(granted ? 'view-all-granted' : 'view-all-taken');
}

function syncPermissionSet({ org }: World): string {
  const [id] = org.store.findByKey('PermissionSet', 'Name', 'Mixmax_RTS_Sync_User');
  if (id === undefined) throw new Error('The package has no permission set for the Sync User.');
  return id;
}
