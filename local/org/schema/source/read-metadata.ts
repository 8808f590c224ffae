import type {
  FieldPermission,
  ObjectPermission,
  PermissionSetSource,
  RemoteSite,
  SubscriberConfig,
} from '../metadata.ts';
import { userPermissions } from '../standard/permissions.ts';
import { type Element, SourceProblem } from './element.ts';

const siteParts: ReadonlySet<string> = new Set([
  'description',
  'disableProtocolSecurity',
  'fullName',
  'isActive',
  'url',
]);

export function readRemoteSite(element: Element, name: string): RemoteSite {
  element.allow(siteParts);
  const url = element.require('url');
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new SourceProblem(`<url> must be an http or https address: ${url}`);
  }
  return {
    name,
    url,
    isActive: element.flag('isActive'),
    disableProtocolSecurity: element.flag('disableProtocolSecurity'),
  };
}

const configParts: ReadonlySet<string> = new Set([
  'batchSize',
  'fullName',
  'isProtected',
  'masterLabel',
  'platformEventConsumer',
  'user',
]);
const noConfigParts: ReadonlySet<string> = new Set(['numPartitions', 'partitionKey']);
const maxBatchSize = 2_000;

export function readSubscriberConfig(element: Element, name: string): SubscriberConfig {
  element.allow(configParts, noConfigParts);
  const batchSize = element.number('batchSize');
  if (batchSize !== undefined && (batchSize < 1 || batchSize > maxBatchSize)) {
    throw new SourceProblem(`<batchSize> must be between 1 and ${maxBatchSize}: ${batchSize}`);
  }
  return {
    name,
    consumer: element.require('platformEventConsumer'),
    batchSize,
    user: element.value('user'),
  };
}

const permissionSetParts: ReadonlySet<string> = new Set([
  'applicationVisibilities',
  'classAccesses',
  'customMetadataTypeAccesses',
  'customPermissions',
  'customSettingAccesses',
  'description',
  'fieldPermissions',
  'fullName',
  'hasActivationRequired',
  'label',
  'license',
  'objectPermissions',
  'pageAccesses',
  'recordTypeVisibilities',
  'tabSettings',
  'userPermissions',
]);
const knownUserPermissions: ReadonlySet<string> = new Set(userPermissions.map(([name]) => name));

export function readPermissionSet(element: Element, name: string): PermissionSetSource {
  element.allow(permissionSetParts);
  return {
    name,
    label: element.require('label'),
    description: element.value('description'),
    userPermissions: element.children('userPermissions').flatMap(readUserPermission),
    objectPermissions: element.children('objectPermissions').map(readObjectPermission),
    fieldPermissions: element.children('fieldPermissions').map(readFieldPermission),
    customPermissions: element.children('customPermissions').flatMap(readEnabledName),
    customSettings: element.children('customSettingAccesses').flatMap(readEnabledName),
  };
}

function readUserPermission(element: Element): string[] {
  const name = element.require('name');
  if (!knownUserPermissions.has(name)) throw new SourceProblem(`unknown user permission: ${name}`);
  return element.flag('enabled') ? [name] : [];
}

/** The name of what a permission set opens, unless it says that it does not. */
function readEnabledName(element: Element): string[] {
  const name = element.require('name');
  return element.flag('enabled') ? [name] : [];
}

function readObjectPermission(element: Element): ObjectPermission {
  return {
    object: element.require('object'),
    create: element.flag('allowCreate'),
    read: element.flag('allowRead'),
    edit: element.flag('allowEdit'),
    delete: element.flag('allowDelete'),
    viewAllRecords: element.flag('viewAllRecords'),
    modifyAllRecords: element.flag('modifyAllRecords'),
  };
}

function readFieldPermission(element: Element): FieldPermission {
  return {
    field: element.require('field'),
    read: element.flag('readable'),
    edit: element.flag('editable'),
  };
}
