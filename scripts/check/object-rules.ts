import { elements, type Metadata, text } from './package-source.ts';
import {
  type ComponentRule,
  customField,
  fieldPath,
  forbidden,
  isCustomSetting,
  isPlatformEvent,
  objectExists,
  parentObject,
  type SourcePackage,
  without,
} from './source-package.ts';

/** Words of SOQL and Apex that Salesforce refuses, or breaks on, as names. */
const RESERVED = /^(order|group|type|date)__[a-z]+$/i;
const API_NAME = /^[A-Za-z](?:_?[A-Za-z0-9])*__[a-z]+$/;
const MAX_NAME = 40;

function nameFaults(name: string): string[] {
  if (!/__[a-z]+$/.test(name)) return [];
  const stem = name.replace(/__[a-z]+$/, '');
  if (RESERVED.test(name)) return [`${name} is a reserved word`];
  return API_NAME.test(name) && stem.length <= MAX_NAME ? [] : [`${name} is no API name`];
}

export const objectRule: ComponentRule = ({ file, root }, source) => {
  const common = [
    ...nameFaults(file.name),
    ...forbidden(root, ['fullName'], 'at the root of an object'),
  ];
  if (isPlatformEvent(file.name)) return [...common, ...eventFaults(root)];
  if (isCustomSetting(file.name, source)) return [...common, ...settingFaults(root)];
  if (file.name.endsWith('__c')) return [...common, ...customObjectFaults(file.name, root, source)];
  return common;
};

function eventFaults(root: Metadata): string[] {
  const type = text(root, 'eventType');
  return [
    ...without(root, ['label', 'pluralLabel', 'deploymentStatus', 'eventType', 'publishBehavior']),
    ...forbidden(root, ['nameField', 'sharingModel'], 'in a platform event'),
    ...(type === undefined || type === 'HighVolume' ? [] : [`eventType ${type} is retired`]),
  ];
}

function settingFaults(root: Metadata): string[] {
  return [
    ...without(root, ['label', 'visibility']),
    ...forbidden(root, ['nameField', 'sharingModel', 'pluralLabel'], 'in a custom setting'),
    ...(text(root, 'visibility') === 'Protected'
      ? ['Protected custom settings deploy to developer and scratch orgs only']
      : []),
  ];
}

function customObjectFaults(name: string, root: Metadata, source: SourcePackage): string[] {
  const [nameField] = elements(root, 'nameField');
  const isDetail = [...source.fields].some(
    ([path, field]) => path.startsWith(`${name}.`) && text(field, 'type') === 'MasterDetail',
  );
  const isControlled = text(root, 'sharingModel') === 'ControlledByParent';
  return [
    ...without(root, ['label', 'pluralLabel', 'nameField', 'deploymentStatus', 'sharingModel']),
    ...(text(nameField, 'type') === 'AutoNumber' && text(nameField, 'displayFormat') === undefined
      ? ['an AutoNumber name needs <displayFormat>']
      : []),
    ...(isDetail === isControlled
      ? []
      : ['sharingModel ControlledByParent and a master-detail field go together']),
  ];
}

/** Which elements a field type needs and which it may not have. */
const FIELD_TYPES: Readonly<
  Record<string, { readonly needs?: readonly string[]; readonly bars?: readonly string[] }>
> = {
  AutoNumber: { needs: ['displayFormat'], bars: ['length'] },
  Checkbox: { needs: ['defaultValue'], bars: ['length', 'required'] },
  Currency: { needs: ['precision', 'scale'], bars: ['length'] },
  Date: { bars: ['length'] },
  DateTime: { bars: ['length'] },
  Email: { bars: ['length'] },
  Html: { needs: ['length', 'visibleLines'] },
  LongTextArea: { needs: ['length', 'visibleLines'], bars: ['required', 'unique'] },
  Lookup: { needs: ['referenceTo'], bars: ['length'] },
  MasterDetail: { needs: ['referenceTo', 'relationshipName'], bars: ['length', 'required'] },
  MultiselectPicklist: { needs: ['valueSet', 'visibleLines'], bars: ['length'] },
  Number: { needs: ['precision', 'scale'], bars: ['length'] },
  Percent: { needs: ['precision', 'scale'], bars: ['length'] },
  Phone: { bars: ['length'] },
  Picklist: { needs: ['valueSet'], bars: ['length'] },
  Text: { needs: ['length'] },
  TextArea: { bars: ['length'] },
  Url: { bars: ['length'] },
};

const EVENT_TYPES = ['Checkbox', 'Date', 'DateTime', 'LongTextArea', 'Number', 'Text'];
const MAX_LENGTH: Readonly<Record<string, number>> = {
  Text: 255,
  LongTextArea: 131_072,
  Html: 131_072,
};
const MAX_DIGITS = 18;

export const fieldRule: ComponentRule = ({ file, root }, source) => {
  const object = parentObject(file);
  const type = text(root, 'type') ?? '';
  const rules = FIELD_TYPES[type];
  if (rules === undefined) return [`field type "${type}" is unknown`];
  const isFormula = text(root, 'formula') !== undefined;
  return [
    ...nameFaults(file.name),
    ...(text(root, 'fullName') === file.name ? [] : ['<fullName> differs from the file name']),
    ...(objectExists(object, source) ? [] : [`object ${object} is not in the package`]),
    ...without(root, ['label', 'description', ...(isFormula ? [] : (rules.needs ?? []))]),
    ...forbidden(root, rules.bars ?? [], `in a field of type ${type}`),
    ...(isPlatformEvent(object) && !EVENT_TYPES.includes(type)
      ? [`platform events hold no field of type ${type}`]
      : []),
    ...sizeFaults(root, type),
    ...valueSetFaults(root),
  ];
};

function sizeFaults(root: Metadata, type: string): string[] {
  const number = (name: string) => Number(text(root, name) ?? Number.NaN);
  const faults: string[] = [];
  const [length, precision, scale] = [number('length'), number('precision'), number('scale')];
  if (length < 1 || length > (MAX_LENGTH[type] ?? Number.POSITIVE_INFINITY)) {
    faults.push(`length ${length} is out of range for ${type}`);
  }
  if (precision > MAX_DIGITS) faults.push(`precision ${precision} is over ${MAX_DIGITS}`);
  if (scale > precision) faults.push(`scale ${scale} is over precision ${precision}`);
  return faults;
}

function valueSetFaults(root: Metadata): string[] {
  return elements(root, 'valueSet').flatMap((set) => {
    const kinds = ['valueSetName', 'valueSetDefinition'].filter(
      (name) => elements(set, name).length > 0,
    );
    const values = elements(set, 'valueSetDefinition')
      .flatMap((definition) => elements(definition, 'value'))
      .map((value) => text(value, 'fullName') ?? '');
    return [
      ...(kinds.length === 1
        ? []
        : ['a picklist has either <valueSetName> or <valueSetDefinition>']),
      ...values
        .filter((value) => !/^\D/.test(value))
        .map((value) => `picklist value "${value}" begins with a digit or is empty`),
    ];
  });
}

const MAX_LIST_LABEL = 40;

export const listViewRule: ComponentRule = ({ file, root }, source) => {
  const object = parentObject(file);
  const filters = elements(root, 'filters');
  const shown = [
    ...elements(root, 'columns').map(String),
    ...filters.map((filter) => text(filter, 'field') ?? ''),
  ];
  const label = text(root, 'label') ?? '';
  const holdsRows = !isPlatformEvent(object) && !isCustomSetting(object, source);
  return [
    ...(holdsRows ? [] : [`${object} may have no list view`]),
    ...(text(root, 'fullName') === file.name ? [] : ['<fullName> differs from the file name']),
    ...(label.length > 0 && label.length < MAX_LIST_LABEL ? [] : ['the label has 1 to 39 letters']),
    ...shown.flatMap((name) => columnFaults(object, name, source)),
    ...filters.flatMap((filter) => {
      const field = text(filter, 'field') ?? '';
      const isCheckbox = text(source.fields.get(`${object}.${field}`), 'type') === 'Checkbox';
      return isCheckbox && !/^[01]$/.test(text(filter, 'value') ?? '')
        ? [`the filter of ${field} takes 1 or 0`]
        : [];
    }),
  ];
};

/** List views write standard fields in capitals: NAME, CREATED_DATE, OWNER.ALIAS. */
function columnFaults(object: string, name: string, source: SourcePackage): string[] {
  if (/^[A-Z][A-Z_.]*$/.test(name)) return [];
  if (!name.endsWith('__c')) return [`column ${name}: standard fields are written in capitals`];
  return customField(object, name, source) === undefined
    ? [`column ${name} does not exist on ${object}`]
    : [];
}

/** `Object.Field` of every field that a save must fill, for layouts and permissions. */
export function requiredFields(source: SourcePackage): string[] {
  return source.files
    .filter((file) => file.path.endsWith('.field-meta.xml'))
    .map(fieldPath)
    .filter((path) => {
      const field = source.fields.get(path);
      return text(field, 'required') === 'true' || text(field, 'type') === 'MasterDetail';
    });
}
