import {
  auditFields,
  createdFields,
  idField,
  isDeleted,
  lastActivityDate,
  lookup,
  owner,
  readOnly,
  required,
  systemModstamp,
  text,
  viewedFields,
} from '../field-builder.ts';
import type { KeyPrefixes } from '../key-prefixes.ts';
import type { RecordTypeSource } from '../metadata.ts';
import { buildObject, fieldMap, platformOwned } from '../object-builder.ts';
import type {
  FieldSchema,
  FieldSetSchema,
  ObjectKind,
  ObjectSchema,
  SharingModel,
  ValidationRule,
} from '../schema.ts';
import { type Element, SourceProblem } from './element.ts';
import { readAutoNumber } from './read-field.ts';

const known: ReadonlySet<string> = new Set([
  'actionOverrides',
  'allowInChatterGroups',
  'compactLayoutAssignment',
  'customSettingsType',
  'deploymentStatus',
  'deprecated',
  'description',
  'enableActivities',
  'enableBulkApi',
  'enableEnhancedLookup',
  'enableFeeds',
  'enableHistory',
  'enableLicensing',
  'enableReports',
  'enableSearch',
  'enableSharing',
  'enableStreamingApi',
  'eventType',
  'externalSharingModel',
  'fullName',
  'gender',
  'label',
  'nameField',
  'pluralLabel',
  'publishBehavior',
  'searchLayouts',
  'sharingModel',
  'startsWith',
  'visibility',
]);

/** What an object file says; fields come from files of their own. */
export interface ObjectSource {
  readonly name: string;
  readonly element: Element | undefined;
  readonly fields: readonly FieldSchema[];
  readonly rules: readonly ValidationRule[];
  readonly fieldSets: readonly FieldSetSchema[];
  readonly recordTypes: readonly RecordTypeSource[];
}

/**
 * The object as it will be: what is deployed already, with the file's settings and fields put over it.
 * @throws SourceProblem
 */
export function readObject(
  source: ObjectSource,
  existing: ObjectSchema | undefined,
  prefixes: KeyPrefixes,
): ObjectSchema {
  const object = withRecordTypes(readFieldsAndSettings(source, existing, prefixes), source);
  const validationRules = byName(source.rules);
  const fieldSets = byName(source.fieldSets);
  return {
    ...object,
    ...(validationRules.length === 0 ? {} : { validationRules }),
    ...(fieldSets.length === 0 ? {} : { fieldSets }),
  };
}

function byName<T extends { readonly name: string }>(parts: readonly T[]): T[] {
  return [...parts].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** An object shows RecordTypeId as soon as it has record types, and not before. */
function withRecordTypes(object: ObjectSchema, { recordTypes }: ObjectSource): ObjectSchema {
  if (recordTypes.length === 0 || object.fields.has('recordtypeid')) return object;
  return withFields(object, [lookup('RecordTypeId', 'Record Type ID', 'RecordType')]);
}

function readFieldsAndSettings(
  source: ObjectSource,
  existing: ObjectSchema | undefined,
  prefixes: KeyPrefixes,
): ObjectSchema {
  const { name, element } = source;
  if (element) element.allow(known);
  if (existing?.kind === 'standard') {
    return { ...withFields(existing, source.fields), ...sharingOf(element) };
  }
  if (!element) {
    if (existing) return withFields(existing, source.fields);
    throw new SourceProblem(
      `object ${name} is unknown, and no ${name}.object-meta.xml says what it is`,
    );
  }
  const kind = kindOf(name, element);
  if (existing && existing.kind !== kind)
    throw new SourceProblem(`${name} is deployed as another kind of object`);
  const kept = existing
    ? [...existing.fields.values()].filter((candidate) => candidate.custom)
    : [];
  const custom = [...fieldMap([...kept, ...source.fields]).values()];
  return buildCustom(name, element, kind, custom, prefixes.prefixFor(name, kind));
}

const sharingModels: ReadonlyMap<string, SharingModel> = new Map([
  ['Private', 'Private'],
  ['Read', 'Read'],
  ['ReadWrite', 'ReadWrite'],
  ['ReadWriteTransfer', 'ReadWrite'],
  ['FullAccess', 'ReadWrite'],
  ['ControlledByParent', 'ControlledByParent'],
]);

function sharingOf(element: Element | undefined): { readonly sharingModel?: SharingModel } {
  const name = element?.value('sharingModel');
  if (name === undefined) return {};
  const sharingModel = sharingModels.get(name);
  if (sharingModel === undefined) throw new SourceProblem(`unknown <sharingModel>: ${name}`);
  return { sharingModel };
}

function withFields(object: ObjectSchema, added: readonly FieldSchema[]): ObjectSchema {
  const fields = new Map(object.fields);
  for (const one of added) fields.set(one.name.toLowerCase(), one);
  return { ...object, fields };
}

function kindOf(name: string, element: Element): ObjectKind {
  if (/^[A-Za-z]\w*__e$/.test(name)) return 'platformEvent';
  if (/^[A-Za-z]\w*__mdt$/.test(name)) return 'customMetadata';
  if (!/^[A-Za-z]\w*__c$/.test(name))
    throw new SourceProblem(`not the name of an object this org can make: ${name}`);
  const settings = element.value('customSettingsType');
  if (settings === undefined) return 'custom';
  if (settings === 'Hierarchy') return 'hierarchySetting';
  if (settings === 'List') return 'listSetting';
  throw new SourceProblem(`unknown <customSettingsType>: ${settings}`);
}

function buildCustom(
  name: string,
  element: Element,
  kind: ObjectKind,
  custom: readonly FieldSchema[],
  keyPrefix: string,
): ObjectSchema {
  const label = element.require('label');
  const base = { name, label, labelPlural: element.value('pluralLabel') ?? label, keyPrefix, kind };
  switch (kind) {
    case 'platformEvent':
      return buildObject({
        ...base,
        ...eventCapabilities(element),
        fields: [...eventFields, ...custom],
      });
    case 'custom':
      return buildObject({
        ...base,
        acceptsActivities: element.flag('enableActivities'),
        ...sharingOf(element),
        fields: [...objectFields(element, label, custom), ...custom],
      });
    case 'customMetadata':
      return buildObject({ ...base, ...platformOwned, fields: [...metadataFields, ...custom] });
    default:
      return buildObject({
        ...base,
        triggerable: false,
        undeletable: false,
        fields: [...settingFields(kind), ...custom],
      });
  }
}

function eventCapabilities(element: Element): Partial<ObjectSchema> {
  const behavior = element.value('publishBehavior') ?? 'PublishImmediately';
  if (behavior !== 'PublishAfterCommit' && behavior !== 'PublishImmediately') {
    throw new SourceProblem(`unknown <publishBehavior>: ${behavior}`);
  }
  return {
    queryable: false,
    updateable: false,
    deletable: false,
    undeletable: false,
    replicateable: false,
    publishBehavior: behavior,
  };
}

/** Rows come by deploys only; Apex may make such records and keep them to itself. */
const metadataFields: readonly FieldSchema[] = [
  idField('Custom Metadata ID'),
  text('DeveloperName', 'Custom Metadata Record Name', 40, { ...required, idLookup: true }),
  text('MasterLabel', 'Label', 40, { ...required, nameField: true }),
  text('Language', 'Master Language', 40),
  text('NamespacePrefix', 'Namespace Prefix', 15),
  text('Label', 'Label', 40),
  text('QualifiedApiName', 'Qualified API Name', 70),
  systemModstamp,
];

const eventFields: readonly FieldSchema[] = [
  text('ReplayId', 'Replay ID', 1_000, readOnly),
  ...createdFields,
  text('EventUuid', 'Event UUID', 36, readOnly),
];

/** A detail record has no owner of its own: it belongs to its master's. */
function objectFields(
  element: Element,
  label: string,
  custom: readonly FieldSchema[],
): FieldSchema[] {
  const isDetail = custom.some((one) => one.cascadeDelete && !one.nillable);
  return [
    idField('Record ID'),
    ...(isDetail ? [] : [owner(['Group', 'User'])]),
    isDeleted,
    nameField(element, label),
    ...auditFields,
    ...(element.flag('enableActivities') ? [lastActivityDate] : []),
    ...viewedFields,
  ];
}

function nameField(element: Element, label: string): FieldSchema {
  const source = element.child('nameField');
  if (!source) throw new SourceProblem('<nameField> is missing');
  const nameLabel = source.value('label') ?? `${label} Name`;
  const options = { nameField: true, idLookup: true };
  const type = source.require('type');
  if (type === 'AutoNumber') return readAutoNumber(source, 'Name', nameLabel, options);
  // Without a name, a record is called by its id.
  if (type === 'Text') return text('Name', nameLabel, 80, { ...options, defaultedOnCreate: true });
  throw new SourceProblem(`<nameField> must be Text or AutoNumber: ${type}`);
}

function settingFields(kind: ObjectKind): FieldSchema[] {
  const isList = kind === 'listSetting';
  return [
    idField('Record ID'),
    isDeleted,
    text('Name', 'Name', 38, { nameField: true, ...(isList ? { ...required, unique: true } : {}) }),
    isList
      ? lookup('SetupOwnerId', 'Location', 'Organization', { createable: false, updateable: false })
      : lookup('SetupOwnerId', 'Location', ['Organization', 'Profile', 'User'], {
          updateable: false,
        }),
    ...auditFields,
  ];
}
