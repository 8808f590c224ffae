import type { FieldSchema, FieldType } from '../../schema/schema.ts';

const SOAP_TYPES: Readonly<Record<FieldType, string>> = {
  id: 'tns:ID',
  string: 'xsd:string',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  time: 'xsd:time',
  reference: 'tns:ID',
  picklist: 'xsd:string',
  multipicklist: 'xsd:string',
  combobox: 'xsd:string',
  textarea: 'xsd:string',
  phone: 'xsd:string',
  url: 'xsd:string',
  email: 'xsd:string',
  address: 'urn:address',
  encryptedstring: 'xsd:string',
  base64: 'xsd:base64Binary',
  complexvalue: 'xsd:anyType',
  junctionIdList: 'tns:ID',
  anyType: 'xsd:anyType',
};

/** A character takes up to three bytes. */
const BYTES_PER_CHARACTER = 3;
/** What an int shows when its field says nothing else. */
const INT_DIGITS = 8;
/** Texts up to here can be compared; longer ones are kept apart. */
const LONGEST_COMPARABLE = 255;

/** One field as a describe call answers it; keys in the platform's order. */
export function describeField(field: FieldSchema): Readonly<Record<string, unknown>> {
  const isReference = field.type === 'reference';
  const polymorphic = field.referenceTo.length > 1;
  const writable = field.createable || field.updateable;
  return {
    aggregatable: isAggregatable(field),
    aiPredictionField: false,
    autoNumber: field.autoNumberFormat !== undefined,
    byteLength: isIdLike(field) ? field.length : field.length * BYTES_PER_CHARACTER,
    calculated: field.formula !== undefined,
    calculatedFormula: field.formula ?? null,
    cascadeDelete: field.cascadeDelete,
    caseSensitive: field.caseSensitive,
    compoundFieldName: field.compoundFieldName ?? null,
    controllerName: null,
    createable: field.createable,
    custom: field.custom,
    defaultValue: defaultValueOf(field),
    defaultValueFormula: null,
    defaultedOnCreate: field.defaultedOnCreate,
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: field.type === 'int' ? field.precision || INT_DIGITS : 0,
    displayLocationInDecimal: false,
    encrypted: field.type === 'encryptedstring',
    externalId: field.externalId,
    extraTypeInfo: field.type === 'textarea' ? 'plaintextarea' : null,
    filterable: field.filterable,
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: false,
    groupable: field.groupable,
    highScaleNumber: false,
    htmlFormatted: false,
    idLookup: field.idLookup,
    inlineHelpText: field.inlineHelpText ?? null,
    label: field.label,
    length: field.length,
    mask: null,
    maskType: null,
    name: field.name,
    nameField: field.nameField,
    namePointing: polymorphic,
    nillable: field.nillable,
    permissionable: field.nillable && !field.nameField && (writable || field.formula !== undefined),
    picklistValues: field.picklistValues.map(({ active, defaultValue, label, value }) => ({
      active,
      defaultValue,
      label,
      validFor: null,
      value,
    })),
    polymorphicForeignKey: polymorphic,
    precision: field.type === 'int' ? 0 : field.precision,
    queryByDistance: field.type === 'address',
    referenceTargetField: null,
    referenceTo: field.referenceTo,
    relationshipName: field.relationshipName ?? null,
    relationshipOrder: null,
    restrictedDelete: false,
    restrictedPicklist: field.restrictedPicklist,
    scale: field.scale,
    searchPrefilterable: isReference && writable && field.nillable,
    soapType: SOAP_TYPES[field.type],
    sortable: field.sortable,
    type: field.type,
    unique: field.unique,
    updateable: field.updateable,
    writeRequiresMasterRead: false,
  };
}

function isIdLike(field: FieldSchema): boolean {
  return field.type === 'id' || field.type === 'reference';
}

function isAggregatable(field: FieldSchema): boolean {
  if (field.type === 'boolean' || field.type === 'address') return false;
  return field.type !== 'textarea' || field.length <= LONGEST_COMPARABLE;
}

/** Booleans always show one. */
function defaultValueOf(field: FieldSchema): unknown {
  return field.defaultValue ?? (field.type === 'boolean' ? false : null);
}
