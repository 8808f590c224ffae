import {
  auditFields,
  checkbox,
  idField,
  integer,
  lookup,
  text,
  textArea,
  url,
} from '../../schema/field-builder.ts';
import { buildObject, platformOwned } from '../../schema/object-builder.ts';

/** Objects that only the Tooling API shows. */

export const remoteProxy = buildObject({
  name: 'RemoteProxy',
  label: 'Remote Site Setting',
  labelPlural: 'Remote Site Settings',
  keyPrefix: '0rp',
  ...platformOwned,
  fields: [
    idField('Remote Site ID'),
    text('SiteName', 'Remote Site Name', 80, { nillable: false, nameField: true }),
    url('EndpointUrl', 'Remote Site URL', 255, { nillable: false }),
    checkbox('IsActive', 'Active'),
    checkbox('DisableProtocolSecurity', 'Disable Protocol Security'),
    textArea('Description', 'Description', 255),
    text('NamespacePrefix', 'Namespace Prefix', 15),
    ...auditFields,
  ],
});

export const subscriberPackage = buildObject({
  name: 'SubscriberPackage',
  label: 'Subscriber Package',
  labelPlural: 'Subscriber Packages',
  keyPrefix: '033',
  ...platformOwned,
  fields: [
    idField('Subscriber Package ID'),
    text('Name', 'Name', 255, { nameField: true }),
    text('NamespacePrefix', 'Namespace Prefix', 15),
    textArea('Description', 'Description', 255),
  ],
});

export const subscriberPackageVersion = buildObject({
  name: 'SubscriberPackageVersion',
  label: 'Subscriber Package Version',
  labelPlural: 'Subscriber Package Versions',
  keyPrefix: '04t',
  ...platformOwned,
  fields: [
    idField('Subscriber Package Version ID'),
    text('Name', 'Name', 255, { nameField: true }),
    integer('MajorVersion', 'Major Version', 9),
    integer('MinorVersion', 'Minor Version', 9),
    integer('PatchVersion', 'Patch Version', 9),
    integer('BuildNumber', 'Build Number', 9),
    checkbox('IsManaged', 'Managed'),
    text('Package2ContainerOptions', 'Package Container Options', 40),
    lookup('SubscriberPackageId', 'Subscriber Package ID', 'SubscriberPackage'),
  ],
});

export const installedSubscriberPackage = buildObject({
  name: 'InstalledSubscriberPackage',
  label: 'Installed Subscriber Package',
  labelPlural: 'Installed Subscriber Packages',
  keyPrefix: '0A3',
  ...platformOwned,
  fields: [
    idField('Installed Subscriber Package ID'),
    lookup('SubscriberPackageId', 'Subscriber Package ID', 'SubscriberPackage'),
    lookup(
      'SubscriberPackageVersionId',
      'Subscriber Package Version ID',
      'SubscriberPackageVersion',
    ),
  ],
});
