import type {
  FieldSchema,
  FieldType,
  ObjectSchema,
  PicklistValue,
} from '../../../schema/schema.ts';
import { ApexList } from '../../collections.ts';
import { fromFieldValue } from '../../field-conversion.ts';
import type { Realm } from '../../realm.ts';
import { ApexException, type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { enumValue } from '../enums.ts';
import { withProperties } from './properties.ts';
import { sobjectFieldToken, sobjectTypeToken } from './tokens.ts';

export type FieldResult = PlatformObject<{
  readonly object: ObjectSchema;
  readonly field: FieldSchema;
}>;

/** `Schema.SObjectType.Account.fields.Name`, `Account.Name.getDescribe()` */
export function describeField(realm: Realm, object: string, fieldName: string): FieldResult {
  const schema = realm.schema.require(object);
  const field = schema.fields.get(fieldName.toLowerCase());
  if (field === undefined) {
    throw new ApexException('SObjectException', `Invalid field ${fieldName} for ${schema.name}`);
  }
  return new PlatformObject('Schema.DescribeFieldResult', { object: schema, field });
}

function fieldProperty(read: (field: FieldSchema) => ApexValue): PlatformMember {
  return (_realm: Realm, self: FieldResult) => read(self.state.field);
}

function fieldAccess(read: (field: FieldSchema) => boolean): PlatformMember {
  return (realm: Realm, { state: { object, field } }: FieldResult) => {
    const seen = realm.userSchema.find(object.name)?.fields.get(field.name.toLowerCase());
    return seen !== undefined && read(seen);
  };
}

const DISPLAY_TYPES: Readonly<Record<FieldType, string>> = {
  id: 'ID',
  string: 'STRING',
  boolean: 'BOOLEAN',
  int: 'INTEGER',
  double: 'DOUBLE',
  currency: 'CURRENCY',
  percent: 'PERCENT',
  date: 'DATE',
  datetime: 'DATETIME',
  time: 'TIME',
  reference: 'REFERENCE',
  picklist: 'PICKLIST',
  multipicklist: 'MULTIPICKLIST',
  combobox: 'COMBOBOX',
  textarea: 'TEXTAREA',
  phone: 'PHONE',
  url: 'URL',
  email: 'EMAIL',
  address: 'ADDRESS',
  encryptedstring: 'ENCRYPTEDSTRING',
  base64: 'BASE64',
  complexvalue: 'COMPLEXVALUE',
  junctionIdList: 'ANYTYPE',
  anyType: 'ANYTYPE',
};

/** The field's constant of `Schema.DisplayType`. */
export function displayTypeOf(field: FieldSchema): string {
  return DISPLAY_TYPES[field.type];
}

/** Types of fields that this org does not have; Apex may name them all the same. */
const UNUSED_DISPLAY_TYPES = [
  'COMPLEXVALUE',
  'DATACATEGORYGROUPREFERENCE',
  'JSON',
  'LOCATION',
  'LONG',
  'SOBJECT',
];

const SOAP_TYPES: Readonly<Record<FieldType, string>> = {
  id: 'ID',
  string: 'STRING',
  boolean: 'BOOLEAN',
  int: 'INTEGER',
  double: 'DOUBLE',
  currency: 'DOUBLE',
  percent: 'DOUBLE',
  date: 'DATE',
  datetime: 'DATETIME',
  time: 'TIME',
  reference: 'ID',
  picklist: 'STRING',
  multipicklist: 'STRING',
  combobox: 'STRING',
  textarea: 'STRING',
  phone: 'STRING',
  url: 'STRING',
  email: 'STRING',
  address: 'ADDRESS',
  encryptedstring: 'STRING',
  base64: 'BASE64BINARY',
  complexvalue: 'ANYTYPE',
  junctionIdList: 'ID',
  anyType: 'ANYTYPE',
};

/** A character may take three bytes. */
const BYTES_PER_CHARACTER = 3;

const fieldMembers: Record<string, PlatformMember> = {
  'Schema.SoapType getSoapType()': fieldProperty((field) =>
    enumValue('Schema.SoapType', SOAP_TYPES[field.type]),
  ),
  'Integer getByteLength()': fieldProperty((field) => field.length * BYTES_PER_CHARACTER),
  'Boolean isEncrypted()': fieldProperty((field) => field.type === 'encryptedstring'),
  'Boolean isDependentPicklist()': fieldProperty(() => false),
  'Schema.SObjectField getController()': fieldProperty(() => null),
  'Boolean isDeprecatedAndHidden()': fieldProperty(() => false),
  'String getName()': fieldProperty((field) => field.name),
  'String getLocalName()': fieldProperty((field) => field.name),
  'String getLabel()': fieldProperty((field) => field.label),
  'Schema.DisplayType getType()': fieldProperty((field) =>
    enumValue('Schema.DisplayType', displayTypeOf(field)),
  ),
  'Integer getLength()': fieldProperty((field) => field.length),
  'Integer getPrecision()': fieldProperty((field) => field.precision),
  'Integer getScale()': fieldProperty((field) => field.scale),
  'Object getDefaultValue()': fieldProperty((field) =>
    field.defaultValue === undefined ? null : fromFieldValue(field, field.defaultValue),
  ),
  'Boolean isNamePointing()': fieldProperty((field) => field.referenceTo.length > 1),
  'Integer getDigits()': fieldProperty((field) => (field.type === 'int' ? field.precision : 0)),
  'String getInlineHelpText()': fieldProperty((field) => field.inlineHelpText ?? null),
  'String getCalculatedFormula()': fieldProperty((field) => field.formula ?? null),
  'String getRelationshipName()': fieldProperty((field) => field.relationshipName ?? null),
  'Boolean isAccessible()': fieldAccess(() => true),
  'Boolean isCreateable()': fieldAccess((field) => field.createable),
  'Boolean isUpdateable()': fieldAccess((field) => field.updateable),
  'Boolean isNillable()': fieldProperty((field) => field.nillable),
  'Boolean isCalculated()': fieldProperty((field) => field.formula !== undefined),
  'Boolean isCustom()': fieldProperty((field) => field.custom),
  'Boolean isUnique()': fieldProperty((field) => field.unique),
  'Boolean isExternalID()': fieldProperty((field) => field.externalId),
  'Boolean isIdLookup()': fieldProperty((field) => field.idLookup),
  'Boolean isCaseSensitive()': fieldProperty((field) => field.caseSensitive),
  'Boolean isDefaultedOnCreate()': fieldProperty((field) => field.defaultedOnCreate),
  'Boolean isNameField()': fieldProperty((field) => field.nameField),
  'Boolean isAutoNumber()': fieldProperty((field) => field.autoNumberFormat !== undefined),
  'Boolean isCascadeDelete()': fieldProperty((field) => field.cascadeDelete),
  'Boolean isRestrictedPicklist()': fieldProperty((field) => field.restrictedPicklist),
  'Boolean isFilterable()': fieldProperty((field) => field.filterable),
  'Boolean isSortable()': fieldProperty((field) => field.sortable),
  'Boolean isGroupable()': fieldProperty((field) => field.groupable),
  'List<Schema.PicklistEntry> getPicklistValues()': fieldProperty(
    (field) =>
      new ApexList(
        'Schema.PicklistEntry',
        field.picklistValues.map((value) => new PlatformObject('Schema.PicklistEntry', value)),
      ),
  ),
  'List<Schema.SObjectType> getReferenceTo()': (realm: Realm, self: FieldResult) =>
    new ApexList(
      'Schema.SObjectType',
      self.state.field.referenceTo.map((object) => sobjectTypeToken(realm.schema, object)),
    ),
  'Schema.SObjectType getSObjectType()': (realm: Realm, self: FieldResult) =>
    sobjectTypeToken(realm.schema, self.state.object.name),
  'Schema.SObjectField getSObjectField()': (realm: Realm, self: FieldResult) =>
    sobjectFieldToken(realm.schema, self.state.object.name, self.state.field.name),
};

type Entry = PlatformObject<PicklistValue>;

const entryMembers: Record<string, PlatformMember> = {
  'String getValue()': (_realm: Realm, self: Entry) => self.state.value,
  'String getLabel()': (_realm: Realm, self: Entry) => self.state.label,
  'Boolean isActive()': (_realm: Realm, self: Entry) => self.state.active,
  'Boolean isDefaultValue()': (_realm: Realm, self: Entry) => self.state.defaultValue,
};

export const fieldDescribeTypes = [
  platformType({
    name: 'Schema.DescribeFieldResult',
    aliases: ['DescribeFieldResult'],
    members: withProperties(fieldMembers),
  }),
  platformType({
    name: 'Schema.PicklistEntry',
    aliases: ['PicklistEntry'],
    members: withProperties(entryMembers),
  }),
  platformType({
    name: 'Schema.DisplayType',
    aliases: ['DisplayType'],
    kind: 'enum',
    enumValues: [...Object.values(DISPLAY_TYPES), ...UNUSED_DISPLAY_TYPES].sort(),
    members: {},
  }),
  platformType({
    name: 'Schema.SoapType',
    aliases: ['SoapType'],
    kind: 'enum',
    enumValues: [...new Set(Object.values(SOAP_TYPES))].sort(),
    members: {},
  }),
];
