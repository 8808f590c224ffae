import { isPermissionable, permissionName } from '../access/field-access.ts';
import { buildId } from '../schema/ids.ts';
import type { FieldValues } from '../schema/schema.ts';
import { userPermissions } from '../schema/standard/permissions.ts';
import { leadStatuses, opportunityStages, taskStatuses } from '../schema/standard/picklists.ts';
import { addLogin, fullName } from './rules/people.ts';
import type { SqliteRecordStore } from './sqlite-record-store.ts';
import { tableOf } from './tables.ts';
import { stampOf } from './times.ts';

export interface SeedOptions {
  /** 18 characters, prefix 00D. */
  readonly orgId: string;
  readonly orgName?: string;
  /** `Developer Edition` by default. */
  readonly edition?: string;
  /** Milliseconds since the epoch, UTC: when the org was made. */
  readonly nowMs: number;
  /** Three characters in every id of the org. */
  readonly instance?: string;
  /** Domain of the users' names and addresses. */
  readonly domain?: string;
}

/** Names by which other parts find the seeded users. */
export const seededAliases = {
  admin: 'admin',
  automatedProcess: 'autoproc',
  standardUser: 'sseller',
  integration: 'integ',
} as const;

/** Puts into a new database what a new org has: itself, profiles, users, picklist values. Does nothing the second time. */
export function seedOrg(store: SqliteRecordStore, options: SeedOptions): void {
  if (store.count('Organization') > 0) return;
  store.database.atomically(() => new Seeder(store, options).run());
}

const allPermissions = Object.fromEntries(
  userPermissions.map(([name]) => [`Permissions${name}`, true]),
);
const apiOnly = { PermissionsApiEnabled: true };
const standardPermissions = {
  ...apiOnly,
  PermissionsConvertLeads: true,
  PermissionsEditEvent: true,
  PermissionsEditTask: true,
  PermissionsViewSetup: true,
};

/** What profiles may do with records of these objects; activities go by user permissions. */
const recordObjects = ['Account', 'Contact', 'Lead', 'Opportunity', 'Campaign'];
const allRecords = { PermissionsViewAllRecords: true, PermissionsModifyAllRecords: true };
const readAndWrite = {
  PermissionsCreate: true,
  PermissionsRead: true,
  PermissionsEdit: true,
  PermissionsDelete: true,
};

/** Seeded users get their log-in rows here, as do those of an org from before there were any. */
export function addMissingLogins(store: SqliteRecordStore, nowMs: number): void {
  const users = store.database.rows(
    'SELECT "Id" FROM "o_user" WHERE "Id" NOT IN (SELECT "UserId" FROM "o_userlogin")',
  );
  if (users.length === 0) return;
  store.database.atomically(() => {
    for (const [id] of users) addLogin(store, String(id), stampOf(nowMs));
  });
}

const salesforceLicense = {
  LicenseDefinitionKey: 'SFDC',
  Name: 'Salesforce',
  MasterLabel: 'Salesforce',
  Status: 'Active',
} as const;

class Seeder {
  /** By profile id. */
  readonly #permissionSets = new Map<string, string>();
  /** Id of the licence that all profiles but hidden ones have. */
  #license: string | null = null;
  readonly #store: SqliteRecordStore;
  readonly #options: SeedOptions;
  readonly #stamp: string;
  readonly #adminId: string;

  constructor(store: SqliteRecordStore, options: SeedOptions) {
    this.#store = store;
    this.#options = options;
    this.#stamp = stampOf(options.nowMs);
    this.#adminId = store.ids.next(store.schema.require('User'));
  }

  run(): void {
    this.#organization();
    this.#license = this.#insert('UserLicense', salesforceLicense);
    const admin = this.#profile('System Administrator', allPermissions);
    this.#grantRecords(admin, { ...readAndWrite, ...allRecords });
    const standard = this.#profile('Standard User', standardPermissions);
    this.#grantRecords(standard, readAndWrite);
    for (const profile of [admin, standard]) this.#grantStandardFields(profile);
    this.#profile('Minimum Access - Salesforce', {});
    const integration = this.#profile('Minimum Access - API Only Integrations', apiOnly);
    this.#people(admin, standard, integration);
    this.#systemUsers();
    this.#picklistValues();
    this.#insert('Group', {
      DeveloperName: 'AllInternalUsers',
      Name: 'All Internal Users',
      Type: 'Organization',
    });
  }

  #organization(): void {
    this.#insert('Organization', {
      Id: this.#options.orgId,
      Name: this.#options.orgName ?? 'Practice Org',
      OrganizationType: this.#options.edition ?? 'Developer Edition',
      InstanceName: this.#options.instance ?? 'Dp0',
      DefaultLocaleSidKey: 'en_US',
      LanguageLocaleKey: 'en_US',
      TimeZoneSidKey: 'GMT',
      FiscalYearStartMonth: 1,
      Country: 'US',
    });
  }

  /** Every profile has a permission set behind it, as permission queries expect. */
  #profile(name: string, permissions: FieldValues): string {
    const UserLicenseId = this.#license;
    const own = { Name: name, UserType: 'Standard', UserLicenseId };
    const id = this.#insert('Profile', { ...own, ...permissions });
    const set = this.#insert('PermissionSet', {
      Name: `X${id}`,
      Label: id,
      ProfileId: id,
      IsOwnedByProfile: true,
      IsCustom: false,
      ...permissions,
    });
    this.#permissionSets.set(id, set);
    return id;
  }

  #grantRecords(profileId: string, permissions: FieldValues): void {
    for (const SobjectType of recordObjects) {
      const ParentId = this.#permissionSets.get(profileId) ?? null;
      this.#insert('ObjectPermissions', { ParentId, SobjectType, ...permissions });
    }
  }

  /** Fields that come with the platform are open to both profiles; deployed fields wait for somebody to grant them. */
  #grantStandardFields(profileId: string): void {
    const ParentId = this.#permissionSets.get(profileId) ?? null;
    for (const SobjectType of [...recordObjects, 'Task', 'Event']) {
      const object = this.#store.schema.require(SobjectType);
      const fields = [...object.fields.values()].filter(
        (field) => !field.custom && isPermissionable(object, field),
      );
      for (const name of new Set(fields.map(permissionName))) {
        this.#insert('FieldPermissions', {
          ParentId,
          SobjectType,
          Field: `${SobjectType}.${name}`,
          PermissionsRead: true,
          PermissionsEdit: true,
        });
      }
    }
  }

  #people(admin: string, standard: string, integration: string): void {
    this.#user({
      Id: this.#adminId,
      FirstName: 'Alex',
      LastName: 'Admin',
      Alias: seededAliases.admin,
      ProfileId: admin,
    });
    this.#user({
      FirstName: 'Sam',
      LastName: 'Seller',
      Alias: seededAliases.standardUser,
      ProfileId: standard,
    });
    this.#user({
      FirstName: 'Integration',
      LastName: 'User',
      Alias: seededAliases.integration,
      ProfileId: integration,
    });
  }

  /** Users the platform acts as. Their profile is one that no query shows. */
  #systemUsers(): void {
    const domain = this.#options.orgId.toLowerCase();
    const hidden = buildId('00e', this.#options.instance ?? 'Dp0', 0);
    this.#user({
      FirstName: 'Automated',
      LastName: 'Process',
      Alias: seededAliases.automatedProcess,
      ProfileId: hidden,
      Username: `autoproc@${domain}`,
      Email: `noreply@${domain}`,
      UserType: 'AutomatedProcess',
    });
    this.#user({
      LastName: 'Platform Integration User',
      Alias: 'cloud',
      ProfileId: hidden,
      Username: `cloud@${domain}`,
      Email: `noreply@${domain}`,
      UserType: 'CloudIntegrationUser',
    });
  }

  #user(values: FieldValues): void {
    const address = `${String(values['FirstName'] ?? '').toLowerCase()}@${this.#options.domain ?? 'practice.example'}`;
    const id = this.#insert('User', {
      Username: address,
      Email: address,
      Name: fullName(values),
      CommunityNickname: values['Alias'] ?? null,
      IsActive: true,
      UserType: 'Standard',
      TimeZoneSidKey: 'GMT',
      LocaleSidKey: 'en_US',
      LanguageLocaleKey: 'en_US',
      EmailEncodingKey: 'UTF-8',
      ...values,
    });
    const set = this.#permissionSets.get(String(values['ProfileId']));
    if (set === undefined) return;
    this.#insert('PermissionSetAssignment', { PermissionSetId: set, AssigneeId: id });
  }

  #picklistValues(): void {
    taskStatuses.forEach((status, index) => {
      this.#insert('TaskStatus', {
        ...labels(status.name, index),
        IsClosed: status.isClosed,
        IsDefault: status.isDefault,
      });
    });
    leadStatuses.forEach((status, index) => {
      this.#insert('LeadStatus', {
        ...labels(status.name, index),
        IsConverted: status.isConverted,
        IsDefault: status.isDefault,
      });
    });
    opportunityStages.forEach((stage, index) => {
      this.#insert('OpportunityStage', {
        ...labels(stage.name, index),
        IsActive: true,
        IsClosed: stage.isClosed,
        IsWon: stage.isWon,
        ForecastCategory: stage.forecastCategory,
        ForecastCategoryName: stage.forecastCategoryName,
        DefaultProbability: stage.probability,
      });
    });
  }

  /** Writes a row as it stands: seed rows hold values that no caller may give. */
  #insert(objectName: string, values: FieldValues): string {
    const object = this.#store.schema.require(objectName);
    const id = values['Id'] ?? this.#store.ids.next(object);
    const row: FieldValues = {};
    const stamps: FieldValues = {
      CreatedDate: this.#stamp,
      CreatedById: this.#adminId,
      LastModifiedDate: this.#stamp,
      LastModifiedById: this.#adminId,
      SystemModstamp: this.#stamp,
    };
    for (const { name, defaultValue } of tableOf(object).columns) {
      row[name] = values[name] ?? stamps[name] ?? defaultValue ?? null;
    }
    this.#store.rows.insert(object, { ...row, Id: id });
    return String(id);
  }
}

function labels(name: string, index: number): FieldValues {
  return { MasterLabel: name, ApiName: name, SortOrder: index + 1 };
}
