import type { Random } from '../../local/seeded-random.ts';
import { callApi } from './call-api.ts';
import { settingsId, WRONG_TOKEN } from './package-settings.ts';
import { pickOne, pickSome } from './records.ts';
import { ADMIN_USERNAME } from './simulated-org.ts';
import type { Action } from './steps.ts';
import type { World } from './world.ts';

const NAMES = [
  'disable',
  'switched-off',
  'wrong-token',
  'rotate-token',
  'conditions',
  'drift',
  'declare',
  'refresh-fields',
  'sweep-often',
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

/** What admins do in the package's settings and in the receiver's API. An API call that dies or is refused changes nothing for good. */
export async function performSetting(
  world: World,
  change: SettingChange,
  random: Random,
): Promise<void> {
  switch (change.do) {
    case 'disable':
      return changeSettings(
        world,
        { Disable_RTS__c: true },
        { Disable_RTS__c: false },
        change.forMs,
      );
    case 'switched-off':
      return switchOff(world, change.forMs);
    case 'wrong-token':
      return changeToken(world, change.forMs);
    case 'rotate-token':
      return callApi(world, 'token', 'POST', '/token');
    case 'conditions':
      return callApi(world, 'conditions', 'PUT', '/conditions', conditions(change, random));
    case 'drift':
      return drift(world, change.pick);
    case 'declare':
      return callApi(world, 'field-use', 'PUT', '/field-uses/simulation', declaration(change));
    case 'refresh-fields':
      return callApi(world, 'fields', 'POST', '/fields/refresh');
    case 'sweep-often':
      return callApi(world, 'limits', 'PUT', '/limits', { sweepEveryMinutes: change.minutes });
    case 'ping':
      world.org.engine.publish('Mixmax_Change__e', [{ Operation__c: 'ping' }], adminId(world));
      world.reached('ping');
      return;
    case 'audit':
      return callApi(world, 'audit', 'POST', '/audits', {});
    case 'sync':
      return callApi(world, 'sync', 'POST', '/sync', {});
    default:
      change satisfies never;
  }
}

function adminId(world: World): string {
  return String(world.org.store.findByKey('User', 'Username', ADMIN_USERNAME)[0]);
}

function switchOff(world: World, forMs: number): void {
  const turn = (name: string) => {
    callApi(world, name, 'POST', `/settings/${name}`);
    // Carried out within minutes, or never.
    world.settingsChangedMs = world.scheduler.now() + API_PATIENCE_MS;
  };
  turn('disable');
  world.afterSpell(forMs, 'sync switched on', () => turn('enable'));
}

const API_PATIENCE_MS = 120_000;

function conditions({ on, pick }: Extract<Action, { do: 'conditions' }>, random: Random): object {
  if (!on) return { on };
  const objects = Object.entries(LISTABLE).map(([object, fields]) => [
    object,
    pickSome(fields, pick, random.integer(fields.length + 1)),
  ]);
  return { on, objects: Object.fromEntries(objects) };
}

function declaration({ object, pick }: Extract<Action, { do: 'declare' }>): object {
  const fields = pickSome(LISTABLE[object] ?? [], pick, 2);
  return { objects: { [object]: fields } };
}

function changeSettings(world: World, now: object, later: object, forMs: number): void {
  const Id = settingsId(world.org);
  if (Id === undefined) return;
  const write = (values: object) => {
    world.settingsChangedMs = world.scheduler.now();
    world.org.engine.save({
      operation: 'update',
      records: [{ object: 'Mixmax_Settings__c', input: { ...values, Id } }],
      allOrNone: true,
      userId: adminId(world),
      source: 'rest',
    });
  };
  write(now);
  world.reached(`settings-${Object.keys(now)[0]}`);
  world.afterSpell(forMs, 'settings put right', () => write(later));
}

function changeToken(world: World, forMs: number): void {
  const { token, tokenWrong } = world.settings();
  // Overlapping spells of a wrong token must not take it for the right one.
  if (tokenWrong) return;
  changeSettings(world, { Token__c: WRONG_TOKEN }, { Token__c: token }, forMs);
}

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
