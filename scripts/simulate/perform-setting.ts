import type { Random } from '../../local/seeded-random.ts';
import { livingIds, pickOne, pickSome } from './records.ts';
import { ADMIN_USERNAME, ORG_ID, SYNC_USERNAME } from './simulated-org.ts';
import type { Action } from './steps.ts';
import type { World } from './world.ts';

const NAMES = [
  'hide',
  'show',
  'disable',
  'wrong-token',
  'conditions',
  'drift',
  'view-all',
  'ping',
  'audit',
  'sync',
] as const;
export type SettingChange = Extract<Action, { do: (typeof NAMES)[number] }>;

export function isSettingChange(action: Action): action is SettingChange {
  return NAMES.some((name) => name === action.do);
}

/** Fields that an admin may list besides the ones that are always held. */
const LISTABLE: Readonly<Record<string, readonly string[]>> = {
  Account: ['Phone', 'Description', 'AnnualRevenue', 'ParentId'],
  Contact: ['Phone', 'Title', 'Birthdate', 'DoNotCall'],
  Lead: ['Company', 'NumberOfEmployees', 'LeadSource'],
  Opportunity: ['StageName', 'Amount', 'CloseDate'],
  Task: ['ActivityDate', 'Priority', 'Description'],
  Event: ['StartDateTime', 'Location'],
  User: ['Title', 'Department'],
};

/** What admins do in the org and in the receiver's API. An API call that dies or is refused changes nothing for good. */
export async function performSetting(
  world: World,
  change: SettingChange,
  random: Random,
): Promise<void> {
  switch (change.do) {
    case 'hide': {
      const id = pickOne(livingIds(world.org, change.object), change.pick);
      if (id !== undefined && change.object !== 'User') hide(world, id);
      return;
    }
    case 'show':
      return showAll(world);
    case 'disable':
      return changeSettings(
        world,
        { Disable_RTS__c: true },
        { Disable_RTS__c: false },
        change.forMs,
      );
    case 'wrong-token':
      return changeToken(world, change.forMs);
    case 'conditions':
      return call(world, 'conditions', 'PUT', '/conditions', conditions(change, random));
    case 'drift':
      return drift(world, change.pick);
    case 'view-all':
      grantViewAll(world, change.granted);
      return world.background('connecting again', connectAgain(world));
    case 'ping':
      world.org.engine.publish('Mixmax_Change__e', [{ Operation__c: 'ping' }], adminId(world));
      world.reached('ping');
      return;
    case 'audit':
      return call(world, 'audit', 'POST', '/audits', {});
    case 'sync':
      return call(world, 'sync', 'POST', '/sync', {});
    default:
      change satisfies never;
  }
}

function adminId(world: World): string {
  return String(world.org.store.findByKey('User', 'Username', ADMIN_USERNAME)[0]);
}

function hide({ org, sight, reached }: World, id: string): void {
  org.faults.arm({ kind: 'hidden-records', ids: [id] });
  sight.hidden.add(id);
  sight.unproven.add(id);
  reached('fault-hidden-records');
}

function showAll({ org, sight }: World): void {
  for (const { id, fault } of org.faults.list()) {
    if (fault.kind === 'hidden-records') org.faults.clear(id);
  }
  sight.hidden.clear();
}

function call(world: World, name: string, method: string, path: string, body: unknown): void {
  const answered = async () => {
    const { status } = await world.api.ofOrg(method, path, body);
    world.reached(status < 300 ? `api-${name}` : `api-${name}-refused`);
  };
  // The process may die over it; whoever asked would ask again.
  world.background(
    name,
    answered().catch(() => world.reached(`api-${name}-died`)),
  );
}

async function connectAgain(world: World): Promise<void> {
  const status = await world.connect().catch(() => 0);
  world.reached(status === 201 ? 'api-connect' : 'api-connect-refused');
}

function conditions({ on, pick }: Extract<Action, { do: 'conditions' }>, random: Random): object {
  if (!on) return { on };
  const objects = Object.entries(LISTABLE).map(([object, fields]) => [
    object,
    pickSome(fields, pick, random.integer(fields.length + 1)),
  ]);
  return { on, objects: Object.fromEntries(objects) };
}

function settingsId({ org }: World): string | undefined {
  const soql = `SELECT Id FROM Mixmax_Settings__c WHERE SetupOwnerId = '${ORG_ID}'`;
  const options = { nowMs: org.clock.now(), userId: org.orgId };
  const [row] = [...org.soql.runArrays(org.soql.plan(soql), options)];
  return row?.[0] === undefined ? undefined : String(row[0]);
}

function changeSettings(world: World, now: object, later: object, forMs: number): void {
  const Id = settingsId(world);
  if (Id === undefined) return;
  const write = (values: object) =>
    world.org.engine.save({
      operation: 'update',
      records: [{ object: 'Mixmax_Settings__c', input: { ...values, Id } }],
      allOrNone: true,
      userId: adminId(world),
      source: 'rest',
    });
  write(now);
  world.reached(`settings-${Object.keys(now)[0]}`);
  world.afterSpell(forMs, 'settings put right', () => void write(later));
}

function changeToken(world: World, forMs: number): void {
  const Id = settingsId(world);
  if (Id === undefined) return;
  const { Token__c: token } = world.org.store.read('Mixmax_Settings__c', Id) ?? {};
  // Overlapping spells of a wrong token must not take it for the right one.
  if (token === WRONG_TOKEN) return;
  changeSettings(world, { Token__c: WRONG_TOKEN }, { Token__c: token }, forMs);
}

const WRONG_TOKEN = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

function drift(world: World, pick: number): void {
  const { org } = world;
  const soql = 'SELECT Id, Active__c FROM Mixmax_Synced_Field__c ORDER BY Id';
  const options = { nowMs: org.clock.now(), userId: org.orgId };
  const row = pickOne([...org.soql.runArrays(org.soql.plan(soql), options)], pick);
  if (row === undefined) return;
  const [id, active] = row;
  org.engine.save({
    operation: 'update',
    records: [{ object: 'Mixmax_Synced_Field__c', input: { Id: id, Active__c: active !== true } }],
    allOrNone: true,
    userId: adminId(world),
    source: 'rest',
  });
  world.reached('settings-drift');
}

/**
 * Assigns the package's permission set to the Sync User, as an admin does, with Modify All Data: sharing hides nothing
 * from it but what a history hides.
 */
export function assignSyncPermissions(world: World): void {
  const { store, clock } = world.org;
  const context = { nowMs: clock.now(), userId: adminId(world) };
  const PermissionSetId = syncPermissionSet(world);
  const general = { PermissionsModifyAllData: true, PermissionsCustomizeApplication: true };
  store.update('PermissionSet', PermissionSetId, general, context);
  const [AssigneeId = ''] = store.findByKey('User', 'Username', SYNC_USERNAME);
  store.insert('PermissionSetAssignment', { PermissionSetId, AssigneeId }, context);
}

/** Gives or takes what tells the receiver that its user sees every record. */
export function grantViewAll(world: World, granted: boolean): void {
  const { store, clock } = world.org;
  const context = { nowMs: clock.now(), userId: adminId(world) };
  const setId = syncPermissionSet(world);
  const general = { PermissionsViewAllData: granted, PermissionsViewAllUsers: granted };
  store.update('PermissionSet', setId, general, context);
  for (const id of store.idsWhere('ObjectPermissions', 'ParentId', setId)) {
    store.update('ObjectPermissions', id, { PermissionsViewAllRecords: granted }, context);
  }
  world.reached(granted ? 'view-all-granted' : 'view-all-taken');
}

function syncPermissionSet({ org }: World): string {
  const [id] = org.store.findByKey('PermissionSet', 'Name', 'Mixmax_RTS_Sync_User');
  if (id === undefined) throw new Error('The package has no permission set for the Sync User.');
  return id;
}
