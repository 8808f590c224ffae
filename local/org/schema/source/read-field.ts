import {
  checkbox,
  date,
  dateTime,
  decimal,
  email,
  type FieldOptions,
  field,
  lookup,
  phone,
  text,
  textArea,
  url,
} from '../field-builder.ts';
import type { FieldSchema, FieldValue, PicklistValue } from '../schema.ts';
import { type Element, SourceProblem } from './element.ts';

const known: ReadonlySet<string> = new Set([
  'fullName',
  'formula',
  'formulaTreatBlanksAs',
  'label',
  'type',
  'description',
  'inlineHelpText',
  'required',
  'unique',
  'externalId',
  'caseSensitive',
  'defaultValue',
  'length',
  'precision',
  'scale',
  'visibleLines',
  'displayFormat',
  'startingNumber',
  'referenceTo',
  'relationshipName',
  'relationshipLabel',
  'relationshipOrder',
  'deleteConstraint',
  'reparentableMasterDetail',
  'writeRequiresMasterRead',
  'valueSet',
  'maskChar',
  'maskType',
  'trackHistory',
  'trackFeedHistory',
  'trackTrending',
  'securityClassification',
  'businessStatus',
  'complianceGroup',
  'isFilteringDisabled',
  'isNameField',
  'isSortingDisabled',
  'escapeMarkup',
  'stripMarkup',
  'populateExistingRows',
  'fieldManageability',
]);
const unsupported: ReadonlySet<string> = new Set([
  'lookupFilter',
  'summaryForeignKey',
  'summaryOperation',
  'summarizedField',
  'summaryFilterItems',
  'encryptionScheme',
  'metadataRelationshipControllingField',
]);

/** With `__c`; a namespace in front does not count. */
const maxNameLength = 43;
const maxTextLength = 255;
const maxLongTextLength = 131_072;

function withoutNamespace(name: string): string {
  return name.replace(/^[A-Za-z][A-Za-z0-9]{0,14}__(?=\w+__c$)/, '');
}

/** A custom field from its metadata. @throws SourceProblem */
export function readField(element: Element): FieldSchema {
  element.allow(known, unsupported);
  const name = element.require('fullName');
  if (!/^[A-Za-z]\w*__c$/.test(name) || withoutNamespace(name).length > maxNameLength)
    throw new SourceProblem(`not a custom field name: ${name}`);
  const type = element.require('type');
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (!read) throw new SourceProblem(`field type ${type} is not supported by this org`);
  const label = element.require('label');
  const options = optionsOf(element);
  return element.value('formula') === undefined
    ? read(element, name, label, options)
    : readFormula(element, name, label, options);
}

const formulaTypes: ReadonlySet<string> = new Set([
  'Checkbox',
  'Currency',
  'Date',
  'DateTime',
  'Number',
  'Percent',
  'Text',
]);
/** Text formulas may be this long. */
const formulaTextLength = 1_300;

/** A calculated field: nobody writes it, and it has no default. */
function readFormula(
  element: Element,
  name: string,
  label: string,
  options: FieldOptions,
): FieldSchema {
  const type = element.require('type');
  if (!formulaTypes.has(type)) throw new SourceProblem(`a formula cannot give a ${type}`);
  const calculated: FieldOptions = {
    ...options,
    createable: false,
    updateable: false,
    nillable: type !== 'Checkbox',
    formula: element.require('formula'),
    blanksAsZero: element.value('formulaTreatBlanksAs') !== 'BlankAsBlank',
  };
  switch (type) {
    case 'Text':
      return text(name, label, formulaTextLength, calculated);
    case 'Checkbox':
      return checkbox(name, label, calculated);
    case 'Date':
      return date(name, label, calculated);
    case 'DateTime':
      return dateTime(name, label, calculated);
    default: {
      const kind = type === 'Number' ? 'double' : type === 'Currency' ? 'currency' : 'percent';
      return decimal(name, label, kind, sizeOf(element), calculated);
    }
  }
}

function optionsOf(element: Element): FieldOptions {
  const help = element.value('inlineHelpText');
  const unique = element.flag('unique');
  const externalId = element.flag('externalId');
  return {
    custom: true,
    nillable: !element.flag('required'),
    unique,
    externalId,
    idLookup: externalId || unique,
    caseSensitive: element.flag('caseSensitive'),
    ...(help === undefined ? {} : { inlineHelpText: help }),
    ...defaultOf(element),
  };
}

/** Default values are formulas; of those, this org takes literals. */
function defaultOf(element: Element): FieldOptions {
  const source = element.value('defaultValue');
  if (source === undefined) return {};
  return { defaultValue: literalOf(source), defaultedOnCreate: true };
}

function literalOf(source: string): FieldValue {
  if (source === 'true' || source === 'false') return source === 'true';
  if (/^-?\d+(\.\d+)?$/.test(source)) return Number(source);
  const quoted = /^"([^"\\]*)"$/.exec(source) ?? /^'([^'\\]*)'$/.exec(source);
  if (quoted) return quoted[1] ?? null;
  throw new SourceProblem(
    `a default value must be a literal, formulas are not supported by this org: ${source}`,
  );
}

type Reader = (element: Element, name: string, label: string, options: FieldOptions) => FieldSchema;

const readers: Readonly<Record<string, Reader>> = {
  Text: (element, name, label, options) =>
    text(name, label, lengthOf(element, 1, maxTextLength), options),
  TextArea: (_, name, label, options) => textArea(name, label, maxTextLength, options),
  LongTextArea: (element, name, label, options) =>
    textArea(name, label, lengthOf(element, maxTextLength + 1, maxLongTextLength), options),
  Html: (element, name, label, options) =>
    textArea(name, label, lengthOf(element, maxTextLength + 1, maxLongTextLength), options),
  Email: (_, name, label, options) => email(name, label, 80, options),
  Phone: (_, name, label, options) => phone(name, label, options),
  Url: (_, name, label, options) => url(name, label, maxTextLength, options),
  Checkbox: readCheckbox,
  Number: readNumber,
  Currency: (element, name, label, options) =>
    decimal(name, label, 'currency', sizeOf(element), options),
  Percent: (element, name, label, options) =>
    decimal(name, label, 'percent', sizeOf(element), options),
  Date: (_, name, label, options) => date(name, label, options),
  DateTime: (_, name, label, options) => dateTime(name, label, options),
  Time: (_, name, label, options) => field(name, label, 'time', options),
  Picklist: (element, name, label, options) =>
    readPicklist(element, name, label, 'picklist', options),
  MultiselectPicklist: (element, name, label, options) =>
    readPicklist(element, name, label, 'multipicklist', options),
  EncryptedText: (element, name, label, options) =>
    field(name, label, 'encryptedstring', { ...options, length: lengthOf(element, 1, 175) }),
  AutoNumber: readAutoNumber,
  Lookup: readLookup,
  MasterDetail: readMasterDetail,
  MetadataRelationship: readMetadataRelationship,
  Hierarchy: (element, name, label, options) => relationship(element, name, label, 'User', options),
};

function readCheckbox(
  element: Element,
  name: string,
  label: string,
  options: FieldOptions,
): FieldSchema {
  if (element.value('defaultValue') === undefined)
    throw new SourceProblem('<defaultValue> is missing for a Checkbox');
  return checkbox(name, label, { ...options, nillable: false });
}

/** Numbers stay doubles: only standard fields are integers. */
function readNumber(
  element: Element,
  name: string,
  label: string,
  options: FieldOptions,
): FieldSchema {
  return decimal(name, label, 'double', sizeOf(element), options);
}

function lengthOf(element: Element, min: number, max: number): number {
  const length = element.number('length');
  if (length === undefined) throw new SourceProblem('<length> is missing');
  if (length < min || length > max)
    throw new SourceProblem(`<length> must be between ${min} and ${max}: ${length}`);
  return length;
}

function sizeOf(element: Element): [precision: number, scale: number] {
  const precision = element.number('precision');
  const scale = element.number('scale');
  if (precision === undefined || scale === undefined)
    throw new SourceProblem('<precision> and <scale> are needed');
  if (precision > 18 || scale > precision) {
    throw new SourceProblem(
      `<precision> must be at most 18 and <scale> at most that: ${precision}, ${scale}`,
    );
  }
  return [precision, scale];
}

const valueSetParts: ReadonlySet<string> = new Set(['restricted', 'valueSetDefinition']);
const noValueSetParts: ReadonlySet<string> = new Set([
  'valueSetName',
  'controllingField',
  'valueSettings',
]);

function readPicklist(
  element: Element,
  name: string,
  label: string,
  type: 'picklist' | 'multipicklist',
  options: FieldOptions,
): FieldSchema {
  const valueSet = element.child('valueSet');
  valueSet?.allow(valueSetParts, noValueSetParts);
  const definition = valueSet?.child('valueSetDefinition');
  if (!valueSet || !definition)
    throw new SourceProblem('<valueSet> with <valueSetDefinition> is missing');
  const picklistValues = definition.children('value').map(readPicklistValue);
  const chosen = picklistValues.find((value) => value.defaultValue);
  const longest = type === 'picklist' ? maxTextLength : 4_099;
  return field(name, label, type, {
    ...options,
    length: longest,
    picklistValues,
    restrictedPicklist: valueSet.flag('restricted'),
    ...(chosen ? { defaultValue: chosen.value, defaultedOnCreate: true } : {}),
  });
}

function readPicklistValue(element: Element): PicklistValue {
  const value = element.require('fullName');
  return {
    value,
    label: element.value('label') ?? value,
    active: element.flag('isActive', true),
    defaultValue: element.flag('default'),
  };
}

export function readAutoNumber(
  element: Element,
  name: string,
  label: string,
  options: FieldOptions,
): FieldSchema {
  const format = element.require('displayFormat');
  if (!/\{0+\}/.test(format)) throw new SourceProblem(`<displayFormat> must hold {0}: ${format}`);
  return text(name, label, 30, {
    ...options,
    nillable: false,
    createable: false,
    updateable: false,
    defaultedOnCreate: true,
    autoNumberFormat: format,
  });
}

const deleteConstraints: ReadonlySet<string> = new Set(['SetNull', 'Cascade', 'Restrict']);

function readLookup(
  element: Element,
  name: string,
  label: string,
  options: FieldOptions,
): FieldSchema {
  const constraint = element.value('deleteConstraint') ?? 'SetNull';
  if (!deleteConstraints.has(constraint))
    throw new SourceProblem(`unknown <deleteConstraint>: ${constraint}`);
  return relationship(element, name, label, element.require('referenceTo'), {
    ...options,
    cascadeDelete: constraint === 'Cascade',
    ...(constraint === 'Restrict' ? { restrictedDelete: true } : {}),
  });
}

function readMasterDetail(
  element: Element,
  name: string,
  label: string,
  options: FieldOptions,
): FieldSchema {
  return relationship(element, name, label, element.require('referenceTo'), {
    ...options,
    nillable: false,
    updateable: element.flag('reparentableMasterDetail'),
    cascadeDelete: true,
  });
}

/** Between custom metadata types; definitions of entities and fields are no records in this org. */
function readMetadataRelationship(
  element: Element,
  name: string,
  label: string,
  options: FieldOptions,
): FieldSchema {
  const target = element.require('referenceTo');
  if (!target.endsWith('__mdt'))
    throw new SourceProblem(`a metadata relationship to ${target} is not supported by this org`);
  return relationship(element, name, label, target, options);
}

function relationship(
  element: Element,
  name: string,
  label: string,
  target: string,
  options: FieldOptions,
): FieldSchema {
  const children = element.value('relationshipName');
  return lookup(name, label, target, {
    ...options,
    relationshipName: name.replace(/__c$/, '__r'),
    ...(children === undefined ? {} : { children: `${children}__r` }),
  });
}
