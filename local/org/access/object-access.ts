import type { ObjectSchema } from '../schema/schema.ts';
import { ALL_GRANTED, type Grants, type ObjectGrant } from './grants.ts';

/** Objects that have object permissions of their own; custom objects and platform events have them, too. */
const recordObjects: ReadonlySet<string> = new Set([
  'Account',
  'Contact',
  'Lead',
  'Opportunity',
  'Campaign',
]);

/** Rows of these go with another object's record: who may edit that may edit them. */
const partsOf: ReadonlyMap<string, string> = new Map([
  ['OpportunityContactRole', 'Opportunity'],
  ['CampaignMember', 'Campaign'],
]);

/** User permissions that set-up objects ask for; without `read` everybody reads them. */
const setupObjects: ReadonlyMap<string, { readonly read?: string; readonly write?: string }> =
  new Map([
    ['User', { write: 'ManageUsers' }],
    ['UserLogin', { read: 'ManageUsers', write: 'ManageUsers' }],
    ['Group', { write: 'ManageUsers' }],
    ['UserRole', { write: 'ManageRoles' }],
    ['Organization', { write: 'CustomizeApplication' }],
    ['RecordType', { write: 'CustomizeApplication' }],
    ['PermissionSet', { read: 'ViewSetup', write: 'ManageProfilesPermissionsets' }],
    ['PermissionSetAssignment', { read: 'ViewSetup', write: 'AssignPermissionSets' }],
    ['ObjectPermissions', { read: 'ViewSetup', write: 'ManageProfilesPermissionsets' }],
    ['FieldPermissions', { read: 'ViewSetup', write: 'ManageProfilesPermissionsets' }],
    ['ApexClass', { read: 'ViewSetup' }],
    ['ApexTrigger', { read: 'ViewSetup' }],
    ['AsyncApexJob', { read: 'ViewSetup' }],
    ['CronTrigger', { read: 'ViewSetup' }],
    ['CronJobDetail', { read: 'ViewSetup' }],
    ['EventBusSubscriber', { read: 'ViewSetup' }],
  ]);

const NOTHING: ObjectGrant = {
  read: false,
  create: false,
  edit: false,
  delete: false,
  viewAll: false,
  modifyAll: false,
};

/** What the grants allow with records of the object, sharing aside. */
export function objectAccess(object: ObjectSchema, grants: Grants): ObjectGrant {
  if (isActivity(object.name)) return activityAccess(object, grants);
  if (object.kind === 'hierarchySetting' || object.kind === 'listSetting') {
    return settingAccess(object, grants);
  }
  const whole = partsOf.get(object.name);
  if (whole !== undefined) return partAccess(recordAccess(whole, grants));
  if (hasObjectPermissions(object)) return recordAccess(object.name, grants);
  return setupAccess(object, grants);
}

/** Whether `ObjectPermissions` rows decide about it. */
export function hasObjectPermissions(object: ObjectSchema): boolean {
  return (
    recordObjects.has(object.name) || object.kind === 'custom' || object.kind === 'platformEvent'
  );
}

export function isActivity(name: string): boolean {
  return /^(?:Task|Event)(?:(?:Who)?Relation)?$/.test(name);
}

function recordAccess(name: string, { objects, user }: Grants): ObjectGrant {
  if (user.has('ModifyAllData')) return ALL_GRANTED;
  const own = objects.get(name.toLowerCase()) ?? NOTHING;
  return user.has('ViewAllData') ? { ...own, read: true, viewAll: true } : own;
}

function partAccess({ read, edit, viewAll, modifyAll }: ObjectGrant): ObjectGrant {
  return { read, create: edit, edit, delete: edit, viewAll, modifyAll };
}

/** Everybody sees activities, as far as sharing lets them; writing them takes a user permission. */
function activityAccess(object: ObjectSchema, { user }: Grants): ObjectGrant {
  const modifyAll = user.has('ModifyAllData');
  const write = modifyAll || user.has(object.name.startsWith('Task') ? 'EditTask' : 'EditEvent');
  return {
    read: true,
    create: write,
    edit: write,
    delete: write,
    viewAll: modifyAll || user.has('ViewAllData'),
    modifyAll,
  };
}

function settingAccess(object: ObjectSchema, { user, settings }: Grants): ObjectGrant {
  const write = user.has('CustomizeApplication');
  const read = write || settings.has(object.name.toLowerCase());
  return { read, create: write, edit: write, delete: write, viewAll: true, modifyAll: write };
}

function setupAccess({ name }: ObjectSchema, { user }: Grants): ObjectGrant {
  const { read, write } = setupObjects.get(name) ?? {};
  const mayWrite = write === undefined || user.has(write);
  // Where users are private, only this permission shows them all.
  const viewAll = name !== 'User' || user.has('ViewAllUsers');
  return {
    read: read === undefined || user.has(read) || (write !== undefined && mayWrite),
    create: mayWrite,
    edit: mayWrite,
    delete: mayWrite,
    viewAll,
    modifyAll: mayWrite && viewAll,
  };
}
