import { ApexList, ApexMap } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { apexText } from '../../runtime/text.ts';
import type { SObjectValue } from '../../sobject.ts';
import { ApexException, type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { type SObjectFieldToken, sobjectTypeToken } from './tokens.ts';

/** The declared name behind a name or token. @throws SObjectException */
function fieldOf(record: SObjectValue, field: string | SObjectFieldToken | null): string {
  if (field === null) {
    throw new ApexException('SObjectException', `Invalid field null for ${record.apexType}`);
  }
  return record.resolve(typeof field === 'string' ? field : field.field).name;
}

/** The field as it is, without the complaint that it was not queried. */
function isSet(record: SObjectValue, field: string | SObjectFieldToken | null): boolean {
  return record.has(fieldOf(record, field));
}

/** A relationship by its field, or by its name in any case. @throws SObjectException */
function relationshipOf(record: SObjectValue, key: string | SObjectFieldToken): string {
  const name =
    typeof key === 'string' ? key : (record.resolve(key.field).relationshipName ?? key.field);
  for (const field of record.schema.fields.values()) {
    if (field.relationshipName?.toLowerCase() === name.toLowerCase()) {
      return field.relationshipName;
    }
  }
  throw new ApexException(
    'SObjectException',
    `Invalid relationship ${name} for ${record.apexType}`,
  );
}

const fieldMembers: Record<string, PlatformMember> = {
  'Object get(String fieldName)': (_realm: Realm, self: SObjectValue, field: string | null) =>
    self.get(fieldOf(self, field)),
  'Object get(Schema.SObjectField field)': (
    _realm: Realm,
    self: SObjectValue,
    field: SObjectFieldToken | null,
  ) => self.get(fieldOf(self, field)),
  'Object put(String fieldName, Object value)': put,
  'Object put(Schema.SObjectField field, Object value)': put,
  'Boolean isSet(String fieldName)': (_realm: Realm, self: SObjectValue, field: string | null) =>
    isSet(self, field),
  'Boolean isSet(Schema.SObjectField field)': (
    _realm: Realm,
    self: SObjectValue,
    field: SObjectFieldToken | null,
  ) => isSet(self, field),
  'Map<String, Object> getPopulatedFieldsAsMap()': (_realm: Realm, self: SObjectValue) =>
    populatedFields(self),
};

/** Answers what stood there before. */
function put(
  _realm: Realm,
  self: SObjectValue,
  field: string | SObjectFieldToken | null,
  value: ApexValue,
): ApexValue {
  const name = fieldOf(self, field);
  const before = self.has(name) ? self.get(name) : null;
  self.put(name, value);
  return before;
}

function populatedFields(record: SObjectValue): ApexMap {
  const map = new ApexMap('String', 'Object');
  for (const [name, value] of record.populated()) {
    map.put(name, value);
  }
  for (const [name, parent] of record.populatedParents()) {
    if (parent !== null) {
      map.put(name, parent);
    }
  }
  for (const [name, children] of record.populatedChildren()) {
    map.put(name, children);
  }
  return map;
}

const getParent = (_realm: Realm, self: SObjectValue, key: string | SObjectFieldToken) =>
  self.parent(relationshipOf(self, key));

function putParent(
  _realm: Realm,
  self: SObjectValue,
  key: string | SObjectFieldToken,
  parent: SObjectValue | null,
): SObjectValue | null {
  self.setParent(relationshipOf(self, key), parent);
  return parent;
}

const relationshipMembers: Record<string, PlatformMember> = {
  'SObject getSObject(String relationshipName)': getParent,
  'SObject getSObject(Schema.SObjectField field)': getParent,
  'SObject putSObject(Schema.SObjectField field, SObject parent)': putParent,
  'List<SObject> getSObjects(String relationshipName)': (
    realm: Realm,
    self: SObjectValue,
    name: string,
  ) => {
    const child = realm.schema
      .childRelationships(self.apexType)
      .find(({ relationshipName }) => relationshipName?.toLowerCase() === name.toLowerCase());
    if (child?.relationshipName === undefined) {
      throw new ApexException(
        'SObjectException',
        `Invalid relationship ${name} for ${self.apexType}`,
      );
    }
    return self.children(child.relationshipName) ?? null;
  },
  'SObject putSObject(String relationshipName, SObject parent)': putParent,
};

/** Ids of what copies were made of. */
const cloneSources = new WeakMap<SObjectValue, string | null>();

const STAMPS = [
  'CreatedById',
  'CreatedDate',
  'LastModifiedById',
  'LastModifiedDate',
  'SystemModstamp',
];

/**
 * All copies are independent of each other in their own fields; `isDeepClone` only matters for related records, which
 * are shared otherwise.
 */
export function cloneRecord(
  _realm: Realm,
  self: SObjectValue,
  preserveId: boolean | null = false,
  isDeepClone: boolean | null = false,
  preserveTimestamps: boolean | null = false,
  preserveAutonumber: boolean | null = false,
): SObjectValue {
  const copy = self.copy();
  cloneSources.set(copy, self.id);
  if (preserveId !== true) {
    copy.unset('Id');
  }
  if (preserveTimestamps !== true) {
    for (const stamp of STAMPS) {
      copy.unset(stamp);
    }
  }
  if (preserveAutonumber !== true) {
    for (const field of self.schema.fields.values()) {
      if (field.autoNumberFormat !== undefined) {
        copy.unset(field.name);
      }
    }
  }
  if (isDeepClone === true) {
    for (const [name, parent] of self.populatedParents()) {
      copy.setParent(name, parent?.copy() ?? null);
    }
  }
  return copy;
}

const cloneMembers: Record<string, PlatformMember> = {
  'Boolean isClone()': (_realm: Realm, self: SObjectValue) => cloneSources.has(self),
  'Id getCloneSourceId()': (_realm: Realm, self: SObjectValue) => cloneSources.get(self) ?? null,
  'void clear()': (_realm: Realm, self: SObjectValue) => {
    for (const [name] of [...self.populated()]) self.unset(name);
    return null;
  },
  'SObject clone()': cloneRecord,
  'SObject clone(Boolean preserveId)': cloneRecord,
  'SObject clone(Boolean preserveId, Boolean isDeepClone)': cloneRecord,
  'SObject clone(Boolean preserveId, Boolean isDeepClone, Boolean preserveReadonlyTimestamps)':
    cloneRecord,
  'SObject clone(Boolean preserveId, Boolean isDeepClone, Boolean preserveReadonlyTimestamps, Boolean preserveAutonumber)':
    cloneRecord,
};

function messageOf(error: ApexValue): string {
  return error instanceof ApexException ? error.message : apexText(error);
}

function addError(_realm: Realm, self: SObjectValue, error: ApexValue): null {
  self.addError(messageOf(error));
  return null;
}

function addFieldError(
  _realm: Realm,
  self: SObjectValue,
  field: string | SObjectFieldToken | null,
  error: ApexValue,
): null {
  self.addError(messageOf(error), fieldOf(self, field));
  return null;
}

const errorMembers: Record<string, PlatformMember> = {
  'void addError(String message)': addError,
  'void addError(String message, Boolean escape)': addError,
  'void addError(Exception error)': addError,
  'void addError(Exception error, Boolean escape)': addError,
  'void addError(String fieldName, String message)': addFieldError,
  'void addError(Schema.SObjectField field, String message)': addFieldError,
  'Boolean hasErrors()': (_realm: Realm, self: SObjectValue) => self.errors.length > 0,
  'List<Database.Error> getErrors()': (_realm: Realm, self: SObjectValue) =>
    new ApexList(
      'Database.Error',
      self.errors.map(
        ({ message, field }) =>
          new PlatformObject('Database.Error', {
            code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
            message,
            fields: field === undefined ? [] : [field],
          }),
      ),
    ),
};

/** What every record can do; concrete objects inherit it. */
export const sobjectType = platformType({
  name: 'SObject',
  members: {
    ...fieldMembers,
    ...relationshipMembers,
    ...cloneMembers,
    ...errorMembers,
    'Schema.SObjectType getSObjectType()': (realm: Realm, self: SObjectValue) =>
      sobjectTypeToken(realm.schema, self.apexType),
  },
});
