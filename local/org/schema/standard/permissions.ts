import {
  auditFields,
  checkbox,
  dateTime,
  idField,
  lookup,
  readOnly,
  required,
  systemModstamp,
  text,
} from '../field-builder.ts';
import { buildObject, platformOwned, setupOwned } from '../object-builder.ts';
import type { FieldSchema } from '../schema.ts';

/** User permissions this org knows: API name without `Permissions`, label. */
export const userPermissions: readonly (readonly [name: string, label: string])[] = [
  ['ApiEnabled', 'API Enabled'],
  ['ModifyAllData', 'Modify All Data'],
  ['ViewAllData', 'View All Data'],
  ['ViewSetup', 'View Setup and Configuration'],
  ['CustomizeApplication', 'Customize Application'],
  ['AuthorApex', 'Author Apex'],
  ['ManageUsers', 'Manage Users'],
  ['ViewAllUsers', 'View All Users'],
  ['ViewRoles', 'View Roles and Role Hierarchy'],
  ['EditTask', 'Edit Tasks'],
  ['EditEvent', 'Edit Events'],
  ['BulkApiHardDelete', 'Bulk API Hard Delete'],
  ['ApiUserOnly', 'API Only User'],
  ['AssignPermissionSets', 'Assign Permission Sets'],
  ['ConvertLeads', 'Convert Leads'],
  ['DataExport', 'Weekly Data Export'],
  ['EditReadonlyFields', 'Edit Read Only Fields'],
  ['ImportLeads', 'Import Leads'],
  ['InstallPackaging', 'Download AppExchange Packages'],
  ['ManageCustomPermissions', 'Manage Custom Permissions'],
  ['ManageProfilesPermissionsets', 'Manage Profiles and Permission Sets'],
  ['ManageRemoteAccess', 'Manage Connected Apps'],
  ['ManageRoles', 'Manage Roles'],
  ['ManageSharing', 'Manage Sharing'],
  ['ModifyMetadata', 'Modify Metadata Through Metadata API Functions'],
  ['PasswordNeverExpires', 'Password Never Expires'],
  ['QueryAllFiles', 'Query All Files'],
  ['RunReports', 'Run Reports'],
  ['TransferAnyEntity', 'Transfer Record'],
  ['TransferAnyLead', 'Transfer Leads'],
  ['ViewAllProfiles', 'View All Profiles'],
  ['ViewEventLogFiles', 'View Event Log Files'],
  ['ViewHelpLink', 'View Help Link'],
  ['ViewPublicDashboards', 'View Dashboards in Public Folders'],
  ['ViewPublicReports', 'View Reports in Public Folders'],
];

export function userPermissionFields(): FieldSchema[] {
  return userPermissions.map(([name, label]) => checkbox(`Permissions${name}`, label));
}

export const permissionSet = buildObject({
  name: 'PermissionSet',
  label: 'Permission Set',
  labelPlural: 'Permission Set',
  keyPrefix: '0PS',
  ...setupOwned,
  fields: [
    idField('PermissionSet ID'),
    text('Name', 'Permission Set Name', 80, { ...required, nameField: true, unique: true }),
    text('Label', 'Permission Set Label', 80, required),
    text('Description', 'Description', 255),
    lookup('ProfileId', 'Profile ID', 'Profile', readOnly),
    checkbox('IsOwnedByProfile', 'Is Owned By Profile', readOnly),
    checkbox('IsCustom', 'Is Custom', { ...readOnly, defaultValue: true }),
    text('NamespacePrefix', 'Namespace Prefix', 15, readOnly),
    ...userPermissionFields(),
    ...auditFields,
  ],
});

export const permissionSetAssignment = buildObject({
  name: 'PermissionSetAssignment',
  label: 'Permission Set Assignment',
  labelPlural: 'Permission Set Assignment',
  keyPrefix: '0Pa',
  ...setupOwned,
  updateable: false,
  fields: [
    idField('PermissionSetAssignment ID'),
    lookup('PermissionSetId', 'PermissionSet ID', 'PermissionSet', {
      ...required,
      children: 'Assignments',
      cascadeDelete: true,
    }),
    lookup('AssigneeId', 'Assignee ID', 'User', {
      ...required,
      children: 'PermissionSetAssignments',
    }),
    dateTime('ExpirationDate', 'Expires On'),
    systemModstamp,
  ],
});

export const customPermission = buildObject({
  name: 'CustomPermission',
  label: 'Custom Permission',
  labelPlural: 'Custom Permission',
  keyPrefix: '0CP',
  ...platformOwned,
  setupObject: true,
  fields: [
    idField('Custom Permission ID'),
    text('DeveloperName', 'Developer Name', 80, { ...required, nameField: true }),
    text('Language', 'Master Language', 40),
    text('MasterLabel', 'Label', 80),
    text('NamespacePrefix', 'Namespace Prefix', 15),
    text('Description', 'Description', 255),
    checkbox('IsProtected', 'Protected Component'),
    checkbox('IsLicensed', 'License Required'),
    ...auditFields,
  ],
});

/** What a permission set opens besides objects and fields. Of custom permissions only, in this org. */
export const setupEntityAccess = buildObject({
  name: 'SetupEntityAccess',
  label: 'Setup Entity Access',
  labelPlural: 'Setup Entity Access',
  keyPrefix: '0J0',
  ...setupOwned,
  updateable: false,
  fields: [
    idField('SetupEntityAccess ID'),
    lookup('ParentId', 'Parent ID', 'PermissionSet', {
      ...required,
      children: 'SetupEntityAccessItems',
      cascadeDelete: true,
    }),
    lookup('SetupEntityId', 'Setup Entity ID', 'CustomPermission', {
      ...required,
      cascadeDelete: true,
    }),
    text('SetupEntityType', 'Type', 40, { ...readOnly, defaultValue: 'CustomPermission' }),
    systemModstamp,
  ],
});

export const objectPermissions = buildObject({
  name: 'ObjectPermissions',
  label: 'Object Permissions',
  labelPlural: 'Object Permissions',
  keyPrefix: '110',
  ...setupOwned,
  fields: [
    idField('ObjectPermissions ID'),
    lookup('ParentId', 'Parent ID', 'PermissionSet', {
      ...required,
      children: 'ObjectPerms',
      cascadeDelete: true,
    }),
    text('SobjectType', 'SObject Type Name', 40, { ...required, updateable: false }),
    checkbox('PermissionsCreate', 'Create Records'),
    checkbox('PermissionsRead', 'Read Records'),
    checkbox('PermissionsEdit', 'Edit Records'),
    checkbox('PermissionsDelete', 'Delete Records'),
    checkbox('PermissionsViewAllRecords', 'Read All Records'),
    checkbox('PermissionsModifyAllRecords', 'Edit All Records'),
    ...auditFields,
  ],
});

export const fieldPermissions = buildObject({
  name: 'FieldPermissions',
  label: 'Field Permissions',
  labelPlural: 'Field Permissions',
  keyPrefix: '01k',
  ...setupOwned,
  fields: [
    idField('FieldPermissions ID'),
    lookup('ParentId', 'Parent ID', 'PermissionSet', {
      ...required,
      children: 'FieldPerms',
      cascadeDelete: true,
    }),
    text('SobjectType', 'SObject Type Name', 40, { ...required, updateable: false }),
    text('Field', 'Field Name', 255, { ...required, updateable: false }),
    checkbox('PermissionsEdit', 'Edit Field'),
    checkbox('PermissionsRead', 'Read Field'),
    systemModstamp,
  ],
});
