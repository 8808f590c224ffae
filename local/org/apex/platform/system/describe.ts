import type {
  FieldSchema,
  FieldType,
  ObjectSchema,
  PicklistValue,
  Schema,
} from '../../../schema/schema.ts';
import { ApexList, ApexMap } from '../../collections.ts';
import { fromFieldValue } from '../../field-conversion.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import { ApexException, type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { enumValue } from '../enums.ts';
import {
  type SObjectFieldToken,
  type SObjectTypeToken,
  sobjectFieldToken,
  sobjectTypeToken,
} from './tokens.ts';

type ObjectResult = PlatformObject<{ readonly schema: ObjectSchema }>;
type FieldResult = PlatformObject<{ readonly object: ObjectSchema; readonly field: FieldSchema }>;

/** `Schema.SObjectType.Account`, `Account.SObjectType.getDescribe()` */
export function describeSObject(realm: Realm, object: string): ObjectResult {
  return new PlatformObject('Schema.DescribeSObjectResult', {
    schema: realm.schema.require(object),
  });
}

/** `Schema.SObjectType.Account.fields.Name`, `Account.Name.getDescribe()` */
export function describeField(realm: Realm, object: string, fieldName: string): FieldResult {
  const schema = realm.schema.require(object);
  const field = schema.fields.get(fieldName.toLowerCase());
  if (field === undefined) {
    throw new ApexException('SObjectException', `Invalid field ${fieldName} for ${schema.name}`);
  }
  return new PlatformObject('Schema.DescribeFieldResult', { object: schema, field });
}

/** Keys are lower-case, as the platform lists them, and found in any case. */
class NameMap extends ApexMap {
  override has(key: ApexValue): boolean {
    return super.has(folded(key));
  }

  override get(key: ApexValue): ApexValue {
    return super.get(folded(key));
  }
}

function folded(key: ApexValue): ApexValue {
  return typeof key === 'string' ? key.toLowerCase() : key;
}

const fieldMaps = new WeakMap<ObjectSchema, ApexMap>();
const globalMaps = new WeakMap<Schema, { readonly version: number; readonly map: ApexMap }>();

function fieldMap(realm: Realm, schema: ObjectSchema): ApexMap {
  let map = fieldMaps.get(schema);
  if (map === undefined) {
    const entries = [...schema.fields].map(
      ([name, field]) => [name, sobjectFieldToken(realm.schema, schema.name, field.name)] as const,
    );
    map = new NameMap('String', 'Schema.SObjectField', entries).freeze();
    fieldMaps.set(schema, map);
  }
  return map;
}

function globalDescribe({ schema }: Realm): ApexMap {
  const known = globalMaps.get(schema);
  if (known?.version === schema.version) {
    return known.map;
  }
  const entries = schema
    .all()
    .map(({ name }) => [name.toLowerCase(), sobjectTypeToken(schema, name)] as const);
  const map = new NameMap('String', 'Schema.SObjectType', entries).freeze();
  globalMaps.set(schema, { version: schema.version, map });
  return map;
}

function objectProperty(read: (schema: ObjectSchema) => ApexValue): PlatformMember {
  return (_realm: Realm, self: ObjectResult) => read(self.state.schema);
}

function fieldProperty(read: (field: FieldSchema) => ApexValue): PlatformMember {
  return (_realm: Realm, self: FieldResult) => read(self.state.field);
}

/** What the running user may do, not what the object allows. */
function objectAccess(read: (schema: ObjectSchema) => boolean): PlatformMember {
  return (realm: Realm, self: ObjectResult) => {
    const schema = realm.userSchema.find(self.state.schema.name);
    return schema !== undefined && read(schema);
  };
}

function fieldAccess(read: (field: FieldSchema) => boolean): PlatformMember {
  return (realm: Realm, { state: { object, field } }: FieldResult) => {
    const seen = realm.userSchema.find(object.name)?.fields.get(field.name.toLowerCase());
    return seen !== undefined && read(seen);
  };
}

const objectMembers: Record<string, PlatformMember> = {
  'String getName()': objectProperty((schema) => schema.name),
  'String getLocalName()': objectProperty((schema) => schema.name),
  'String getLabel()': objectProperty((schema) => schema.label),
  'String getLabelPlural()': objectProperty((schema) => schema.labelPlural),
  'String getKeyPrefix()': objectProperty((schema) => schema.keyPrefix),
  'Boolean isCustom()': objectProperty(({ kind }) => kind !== 'standard'),
  'Boolean isCustomSetting()': objectProperty(({ kind }) =>
    ['hierarchySetting', 'listSetting'].includes(kind),
  ),
  'Boolean isAccessible()': objectAccess(() => true),
  'Boolean isQueryable()': objectAccess((schema) => schema.queryable),
  'Boolean isCreateable()': objectAccess((schema) => schema.createable),
  'Boolean isUpdateable()': objectAccess((schema) => schema.updateable),
  'Boolean isDeletable()': objectAccess((schema) => schema.deletable),
  'Boolean isUndeletable()': objectAccess((schema) => schema.undeletable),
  'Boolean isMergeable()': objectAccess((schema) => schema.mergeable),
  'Schema.SObjectType getSObjectType()': (realm: Realm, self: ObjectResult) =>
    sobjectTypeToken(realm.schema, self.state.schema.name),
  'get Schema.SObjectTypeFields fields': (_realm: Realm, self: ObjectResult) =>
    new PlatformObject('Schema.SObjectTypeFields', self.state),
  'List<Schema.ChildRelationship> getChildRelationships()': (realm: Realm, self: ObjectResult) =>
    new ApexList(
      'Schema.ChildRelationship',
      realm.schema
        .childRelationships(self.state.schema.name)
        .map((child) => new PlatformObject('Schema.ChildRelationship', child)),
    ),
};

type ChildObject = PlatformObject<ReturnType<Schema['childRelationships']>[number]>;

const childMembers: Record<string, PlatformMember> = {
  'Schema.SObjectType getChildSObject()': (realm: Realm, self: ChildObject) =>
    sobjectTypeToken(realm.schema, self.state.childObject),
  'Schema.SObjectField getField()': (realm: Realm, self: ChildObject) =>
    sobjectFieldToken(realm.schema, self.state.childObject, self.state.field),
  'String getRelationshipName()': (_realm: Realm, self: ChildObject) =>
    self.state.relationshipName ?? null,
  'Boolean isCascadeDelete()': (_realm: Realm, self: ChildObject) => self.state.cascadeDelete,
  'Boolean isRestrictedDelete()': (_realm: Realm, self: ChildObject) =>
    self.state.restrictedDelete === true,
};

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
  complexvalue: 'COMPLEXVALUE',
  anyType: 'ANYTYPE',
};

/** Types of fields that this org does not have; Apex may name them all the same. */
const UNUSED_DISPLAY_TYPES = [
  'BASE64',
  'COMPLEXVALUE',
  'DATACATEGORYGROUPREFERENCE',
  'JSON',
  'LOCATION',
  'LONG',
  'SOBJECT',
];

const fieldMembers: Record<string, PlatformMember> = {
  'String getName()': fieldProperty((field) => field.name),
  'String getLocalName()': fieldProperty((field) => field.name),
  'String getLabel()': fieldProperty((field) => field.label),
  'Schema.DisplayType getType()': fieldProperty((field) =>
    enumValue('Schema.DisplayType', DISPLAY_TYPES[field.type]),
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

function newSObject(realm: Realm, self: SObjectTypeToken, id?: string | null): SObjectValue {
  const record = new SObjectValue(realm.schema.require(self.object));
  if (id !== undefined && id !== null) {
    record.put('Id', id);
  }
  return record;
}

const typeTokenMembers: Record<string, PlatformMember> = {
  'Schema.DescribeSObjectResult getDescribe()': (realm: Realm, self: SObjectTypeToken) =>
    describeSObject(realm, self.object),
  'SObject newSObject()': newSObject,
  'SObject newSObject(Id id)': newSObject,
  'String toString()': (_realm: Realm, self: SObjectTypeToken) => self.object,
};

const fieldTokenMembers: Record<string, PlatformMember> = {
  'Schema.DescribeFieldResult getDescribe()': (realm: Realm, self: SObjectFieldToken) =>
    describeField(realm, self.object, self.field),
  'String toString()': (_realm: Realm, self: SObjectFieldToken) => self.field,
};

const schemaMembers: Record<string, PlatformMember> = {
  'static Map<String, Schema.SObjectType> getGlobalDescribe()': globalDescribe,
  'static List<Schema.DescribeSObjectResult> describeSObjects(List<String> names)': (
    realm: Realm,
    _self: null,
    names: ApexList,
  ) =>
    new ApexList(
      'Schema.DescribeSObjectResult',
      names.values.map((name) => {
        const schema = typeof name === 'string' ? realm.schema.find(name) : undefined;
        if (schema === undefined) {
          throw new ApexException(
            'InvalidParameterValueException',
            `Invalid object name: ${String(name)}`,
          );
        }
        return describeSObject(realm, schema.name);
      }),
    ),
};

export const describeTypes = [
  platformType({ name: 'Schema', members: schemaMembers }),
  platformType({ name: 'Schema.SObjectType', aliases: ['SObjectType'], members: typeTokenMembers }),
  platformType({
    name: 'Schema.SObjectField',
    aliases: ['SObjectField'],
    members: fieldTokenMembers,
  }),
  platformType({
    name: 'Schema.DescribeSObjectResult',
    aliases: ['DescribeSObjectResult'],
    members: objectMembers,
  }),
  platformType({
    name: 'Schema.SObjectTypeFields',
    members: {
      'Map<String, Schema.SObjectField> getMap()': (realm: Realm, self: ObjectResult) =>
        fieldMap(realm, self.state.schema),
    },
  }),
  platformType({
    name: 'Schema.DescribeFieldResult',
    aliases: ['DescribeFieldResult'],
    members: fieldMembers,
  }),
  platformType({
    name: 'Schema.ChildRelationship',
    aliases: ['ChildRelationship'],
    members: childMembers,
  }),
  platformType({ name: 'Schema.PicklistEntry', aliases: ['PicklistEntry'], members: entryMembers }),
  platformType({
    name: 'Schema.DisplayType',
    aliases: ['DisplayType'],
    kind: 'enum',
    enumValues: [...Object.values(DISPLAY_TYPES), ...UNUSED_DISPLAY_TYPES].sort(),
    members: {},
  }),
];
