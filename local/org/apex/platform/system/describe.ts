import { isDescribed } from '../../../schema/id-list.ts';
import type { ObjectSchema, Schema } from '../../../schema/schema.ts';
import { isSearchable } from '../../../search/run-search.ts';
import { ApexList, type ApexMap } from '../../collections.ts';
import { fromFieldValue } from '../../field-conversion.ts';
import { shared } from '../../heap-census.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import { ApexException, type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { describeField, fieldDescribeTypes } from './describe-field.ts';
import { fieldSetTypes } from './field-sets.ts';
import { NameMap } from './name-map.ts';
import { withProperties } from './properties.ts';
import { MASTER_RECORD_TYPE_ID, recordTypeInfoType, recordTypeMembers } from './record-types.ts';
import {
  type SObjectFieldToken,
  type SObjectTypeToken,
  sobjectFieldToken,
  sobjectTypeToken,
} from './tokens.ts';

type ObjectResult = PlatformObject<{ readonly schema: ObjectSchema }>;

/** `Schema.SObjectType.Account`, `Account.SObjectType.getDescribe()` */
export function describeSObject(realm: Realm, object: string): ObjectResult {
  return new PlatformObject('Schema.DescribeSObjectResult', {
    schema: realm.schema.require(object),
  });
}

const fieldMaps = new WeakMap<ObjectSchema, ApexMap>();
const globalMaps = new WeakMap<Schema, { readonly version: number; readonly map: ApexMap }>();

function fieldMap(realm: Realm, schema: ObjectSchema): ApexMap {
  let map = fieldMaps.get(schema);
  if (map === undefined) {
    const described = [...schema.fields].filter(([, field]) => isDescribed(field));
    const entries = described.map(
      ([name, field]) => [name, sobjectFieldToken(realm.schema, schema.name, field.name)] as const,
    );
    map = shared(new NameMap('String', 'Schema.SObjectField', entries).freeze());
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
  const map = shared(new NameMap('String', 'Schema.SObjectType', entries).freeze());
  globalMaps.set(schema, { version: schema.version, map });
  return map;
}

function objectProperty(read: (schema: ObjectSchema) => ApexValue): PlatformMember {
  return (_realm: Realm, self: ObjectResult) => read(self.state.schema);
}

/** What the running user may do, not what the object allows. */
function objectAccess(read: (schema: ObjectSchema) => boolean): PlatformMember {
  return (realm: Realm, self: ObjectResult) => {
    const schema = realm.userSchema.find(self.state.schema.name);
    return schema !== undefined && read(schema);
  };
}

const objectMembers: Record<string, PlatformMember> = {
  ...recordTypeMembers,
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
  'get Schema.SObjectTypeFieldSets fieldSets': (_realm: Realm, self: ObjectResult) =>
    new PlatformObject('Schema.SObjectTypeFieldSets', self.state),
  'String getDefaultImplementation()': objectProperty(() => null),
  'Boolean isDeprecatedAndHidden()': objectProperty(() => false),
  'Boolean isFeedEnabled()': objectProperty(() => false),
  'Boolean getHasSubtypes()': objectProperty(() => false),
  'Boolean isSearchable()': objectProperty(isSearchable),
  'List<Schema.ChildRelationship> getChildRelationships()': (realm: Realm, self: ObjectResult) =>
    new ApexList(
      'Schema.ChildRelationship',
      realm.schema.childRelationships(self.state.schema.name).map(childObject),
    ),
};

const childObjects = new WeakMap<Child, ChildObject>();

/** The same object for the same relationship, so that code may use it as a key. */
function childObject(child: Child): ChildObject {
  const known = childObjects.get(child) ?? new PlatformObject('Schema.ChildRelationship', child);
  childObjects.set(child, known);
  return known;
}

type Child = ReturnType<Schema['childRelationships']>[number];
type ChildObject = PlatformObject<Child>;

const childMembers: Record<string, PlatformMember> = {
  'Schema.SObjectType getChildSObject()': (realm: Realm, self: ChildObject) =>
    sobjectTypeToken(realm.schema, self.state.childObject),
  'Schema.SObjectField getField()': (realm: Realm, self: ChildObject) =>
    sobjectFieldToken(realm.schema, self.state.childObject, self.state.field),
  'String getRelationshipName()': (_realm: Realm, self: ChildObject) =>
    self.state.relationshipName ?? null,
  'Boolean isCascadeDelete()': (_realm: Realm, self: ChildObject) => self.state.cascadeDelete,
  'List<String> getJunctionIdListNames()': (_realm: Realm, self: ChildObject) =>
    new ApexList('String', [...(self.state.idLists ?? [])]),
  'List<String> getJunctionReferenceTo()': (_realm: Realm, self: ChildObject) =>
    new ApexList('String', [...(self.state.listedObjects ?? [])]),
  'Boolean isDeprecatedAndHidden()': () => false,
  'Boolean isRestrictedDelete()': (_realm: Realm, self: ChildObject) =>
    self.state.restrictedDelete === true,
};

function newSObject(realm: Realm, self: SObjectTypeToken, id?: string | null): SObjectValue {
  const record = new SObjectValue(realm.schema.require(self.object));
  if (id !== undefined && id !== null) {
    record.put('Id', id);
  }
  return record;
}

/** @param recordTypeId null for the default record type */
function newSObjectWithDefaults(
  realm: Realm,
  self: SObjectTypeToken,
  recordTypeId: string | null,
  loadDefaults: boolean | null,
): SObjectValue {
  const record = newSObject(realm, self);
  if (recordTypeId !== null && recordTypeId !== MASTER_RECORD_TYPE_ID) {
    record.put('RecordTypeId', recordTypeId);
  }
  for (const field of loadDefaults === true ? record.schema.fields.values() : []) {
    const constant = field.picklistValues.find(({ defaultValue }) => defaultValue)?.value;
    const value = field.defaultValue ?? constant;
    if (value !== undefined && field.createable) {
      record.load(field.name, fromFieldValue(field, value));
    }
  }
  return record;
}

const typeTokenMembers: Record<string, PlatformMember> = {
  'Schema.DescribeSObjectResult getDescribe()': (realm: Realm, self: SObjectTypeToken) =>
    describeSObject(realm, self.object),
  'SObject newSObject()': newSObject,
  'SObject newSObject(Id id)': newSObject,
  'SObject newSObject(Id recordTypeId, Boolean loadDefaults)': newSObjectWithDefaults,
  'Schema.DescribeSObjectResult getDescribe(Schema.SObjectDescribeOptions options)': (
    realm: Realm,
    self: SObjectTypeToken,
  ) => describeSObject(realm, self.object),
  'get Schema.SObjectTypeFields fields': (realm: Realm, self: SObjectTypeToken) =>
    new PlatformObject('Schema.SObjectTypeFields', { schema: realm.schema.require(self.object) }),
  'String toString()': (_realm: Realm, self: SObjectTypeToken) => self.object,
};

const fieldTokenMembers: Record<string, PlatformMember> = {
  'Schema.DescribeFieldResult getDescribe()': (realm: Realm, self: SObjectFieldToken) =>
    describeField(realm, self.object, self.field),
  'String toString()': (_realm: Realm, self: SObjectFieldToken) => self.field,
};

/** Of objects by their names; how much is read at once, which options tell, makes no difference here. */
function describeSObjects(realm: Realm, _self: null, names: ApexList): ApexList {
  const results = names.values.map((name) => {
    const schema = typeof name === 'string' ? realm.schema.find(name) : undefined;
    if (schema !== undefined) return describeSObject(realm, schema.name);
    throw new ApexException(
      'InvalidParameterValueException',
      `Invalid object name: ${String(name)}`,
    );
  });
  return new ApexList('Schema.DescribeSObjectResult', results);
}

const schemaMembers: Record<string, PlatformMember> = {
  'static Map<String, Schema.SObjectType> getGlobalDescribe()': globalDescribe,
  'static List<Schema.DescribeSObjectResult> describeSObjects(List<String> names)':
    describeSObjects,
  'static List<Schema.DescribeSObjectResult> describeSObjects(List<String> names, Schema.SObjectDescribeOptions options)':
    describeSObjects,
};

export const describeTypes = [
  ...fieldDescribeTypes,
  ...fieldSetTypes,
  recordTypeInfoType,
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
    members: withProperties(objectMembers),
  }),
  platformType({
    name: 'Schema.SObjectDescribeOptions',
    aliases: ['SObjectDescribeOptions'],
    kind: 'enum',
    enumValues: ['DEFAULT', 'DEFERRED', 'FULL'],
    members: {},
  }),
  platformType({
    name: 'Schema.SObjectTypeFields',
    members: {
      'Map<String, Schema.SObjectField> getMap()': (realm: Realm, self: ObjectResult) =>
        fieldMap(realm, self.state.schema),
    },
  }),
  platformType({
    name: 'Schema.ChildRelationship',
    aliases: ['ChildRelationship'],
    members: withProperties(childMembers),
  }),
];
