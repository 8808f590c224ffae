import {
  addressFields, auditFields, checkbox, dateTime, email, idField, integer, lookup, modifiedFields,
  personNameFields, phone, picklist, readOnly, required, text, textArea, url, viewedFields,
} from '../field-builder.ts';
import { buildObject, platformOwned, setupOwned } from '../object-builder.ts';
import { userPermissionFields } from './permissions.ts';
import { emailEncodings, languages, locales, timeZones } from './picklists.ts';

const setting = { ...required, length: 40, restrictedPicklist: true };

export const user = buildObject({
  name: 'User',
  label: 'User',
  labelPlural: 'Users',
  keyPrefix: '005',
  deletable: false,
  undeletable: false,
  setupObject: true,
  fields: [
    idField('User ID'),
    text('Username', 'Username', 80, { ...required, unique: true, idLookup: true }),
    ...personNameFields({ lastName: required, salutation: false }),
    text('CompanyName', 'Company Name', 80),
    text('Division', 'Division', 80),
    text('Department', 'Department', 80),
    text('Title', 'Title', 80),
    ...addressFields(''),
    email('Email', 'Email', 128, required),
    phone('Phone', 'Phone'),
    phone('Fax', 'Fax'),
    phone('MobilePhone', 'Mobile Phone'),
    text('Alias', 'Alias', 8, required),
    text('CommunityNickname', 'Nickname', 40, { ...required, defaultedOnCreate: true, unique: true }),
    checkbox('IsActive', 'Active', { defaultValue: true }),
    picklist('TimeZoneSidKey', 'Time Zone', timeZones, setting),
    lookup('UserRoleId', 'Role ID', 'UserRole', { children: 'Users' }),
    picklist('LocaleSidKey', 'Locale', locales, setting),
    checkbox('ReceivesInfoEmails', 'Info Emails'),
    checkbox('ReceivesAdminInfoEmails', 'Admin Info Emails'),
    picklist('EmailEncodingKey', 'Email Encoding', emailEncodings, setting),
    lookup('ProfileId', 'Profile ID', 'Profile', { ...required, children: 'Users' }),
    picklist('UserType', 'User Type', [
      'Standard', 'PowerPartner', 'PowerCustomerSuccess', 'CustomerSuccess', 'Guest', 'CspLitePortal', 'CsnOnly',
      'SelfService', 'AutomatedProcess', 'CloudIntegrationUser',
    ], { ...readOnly, length: 40, defaultValue: 'Standard', defaultedOnCreate: true }),
    picklist('LanguageLocaleKey', 'Language', languages, setting),
    text('EmployeeNumber', 'Employee Number', 20),
    lookup('ManagerId', 'Manager ID', 'User', { children: 'ManagedUsers' }),
    dateTime('LastLoginDate', 'Last Login', readOnly),
    ...auditFields,
    lookup('AccountId', 'Account ID', 'Account', { ...readOnly, children: 'Users' }),
    lookup('ContactId', 'Contact ID', 'Contact', { updateable: false, restrictedDelete: true, children: 'Users' }),
    text('FederationIdentifier', 'SAML Federation ID', 512, { unique: true, idLookup: true }),
    textArea('AboutMe', 'About Me', 1_000),
    url('FullPhotoUrl', 'Url for full-sized Photo', 1_024, readOnly),
    url('SmallPhotoUrl', 'Photo', 1_024, readOnly),
    ...viewedFields,
  ],
});

export const group = buildObject({
  name: 'Group',
  label: 'Group',
  labelPlural: 'Group',
  keyPrefix: '00G',
  ...setupOwned,
  fields: [
    idField('Group ID'),
    text('Name', 'Name', 40, { ...required, nameField: true }),
    text('DeveloperName', 'Developer Name', 80),
    picklist('Type', 'Type', ['Regular', 'Role', 'RoleAndSubordinates', 'Organization', 'Queue'], {
      length: 40,
      ...required,
      default: 'Regular',
    }),
    email('Email', 'Email', 255),
    checkbox('DoesSendEmailToMembers', 'Send Email to Members'),
    checkbox('DoesIncludeBosses', 'Include Bosses', { defaultValue: true }),
    ...auditFields,
  ],
});

export const profile = buildObject({
  name: 'Profile',
  label: 'Profile',
  labelPlural: 'Profile',
  keyPrefix: '00e',
  ...platformOwned,
  setupObject: true,
  fields: [
    idField('Profile ID'),
    text('Name', 'Name', 255, { ...required, nameField: true }),
    picklist('UserType', 'User Type', ['Standard', 'CloudIntegrationUser', 'AutomatedProcess'], { ...readOnly, length: 40 }),
    text('Description', 'Description', 255),
    ...userPermissionFields(),
    ...auditFields,
    ...viewedFields,
  ],
});

export const userRole = buildObject({
  name: 'UserRole',
  label: 'Role',
  labelPlural: 'Role',
  keyPrefix: '00E',
  ...setupOwned,
  fields: [
    idField('Role ID'),
    text('Name', 'Name', 80, { ...required, nameField: true }),
    lookup('ParentRoleId', 'Parent Role ID', 'UserRole'),
    text('RollupDescription', 'Description', 80),
    text('DeveloperName', 'Developer Name', 80, required),
    ...modifiedFields,
  ],
});

export const organization = buildObject({
  name: 'Organization',
  label: 'Organization',
  labelPlural: 'Organization',
  keyPrefix: '00D',
  ...platformOwned,
  updateable: true,
  setupObject: true,
  fields: [
    idField('Organization ID'),
    text('Name', 'Name', 80, { ...required, nameField: true }),
    text('Division', 'Division', 80),
    ...addressFields(''),
    phone('Phone', 'Phone'),
    phone('Fax', 'Fax'),
    text('PrimaryContact', 'Primary Contact', 80),
    picklist('DefaultLocaleSidKey', 'Locale', locales, setting),
    picklist('TimeZoneSidKey', 'Time Zone', timeZones, setting),
    picklist('LanguageLocaleKey', 'Language', languages, setting),
    integer('FiscalYearStartMonth', 'Fiscal Year Starts In', 9, readOnly),
    picklist('OrganizationType', 'Edition', [
      'Team Edition', 'Professional Edition', 'Enterprise Edition', 'Developer Edition', 'Personal Edition',
      'Unlimited Edition', 'Contact Manager Edition', 'Base Edition',
    ], { ...readOnly, length: 40 }),
    text('NamespacePrefix', 'Namespace Prefix', 15, readOnly),
    text('InstanceName', 'Instance Name', 5, readOnly),
    checkbox('IsSandbox', 'Is Sandbox', readOnly),
    checkbox('IsReadOnly', 'Is Read Only', readOnly),
    dateTime('TrialExpirationDate', 'Trial Expiration Date', readOnly),
    ...auditFields,
  ],
});

export const recordType = buildObject({
  name: 'RecordType',
  label: 'Record Type',
  labelPlural: 'Record Type',
  keyPrefix: '012',
  ...setupOwned,
  fields: [
    idField('Record Type ID'),
    text('Name', 'Name', 80, { ...required, nameField: true }),
    text('DeveloperName', 'Record Type Name', 80, required),
    text('NamespacePrefix', 'Namespace Prefix', 15),
    textArea('Description', 'Description', 255),
    text('SobjectType', 'SObject Type Name', 40, { ...required, updateable: false }),
    checkbox('IsActive', 'Active', { defaultValue: true }),
    ...auditFields,
  ],
});

