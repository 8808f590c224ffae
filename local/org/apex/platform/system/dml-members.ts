import { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { ApexException, type ApexValue } from '../../values.ts';
import type { PlatformMember } from '../definition.ts';
import { enumValue } from '../enums.ts';
import { DmlException, type FailedRow } from './dml-exception.ts';
import { type SObjectFieldToken, sobjectFieldToken } from './tokens.ts';

/** Every exception has these methods, only those of failed DML can answer them. @throws TypeException */
function rowsOf(self: ApexException): readonly FailedRow[] {
  if (self instanceof DmlException) return self.rows;
  // One that Apex made itself knows of no rows.
  if (self.apexType === 'DmlException') return [];
  throw new ApexException('TypeException', `${self.typeName} has no rows of a DML statement`);
}

/** The failed row by its number among the failed. */
function rowOf(self: ApexException, index: number): FailedRow {
  const row = rowsOf(self)[index];
  if (row === undefined) {
    throw new ApexException('ListException', `List index out of bounds: ${index}`);
  }
  return row;
}

/** Errors name fields of other objects, too, and words that are no fields: those have no token. */
function fieldTokens(realm: Realm, { object, error }: FailedRow): SObjectFieldToken[] {
  const { fields } = realm.schema.require(object);
  return error.fields
    .filter((name) => fields.has(name.toLowerCase()))
    .map((name) => sobjectFieldToken(realm.schema, object, name));
}

/** What exceptions of failed DML tell of each failed row. */
export const dmlMembers: Readonly<Record<string, PlatformMember>> = {
  'Integer getNumDml()': (_realm: Realm, self: ApexException) => rowsOf(self).length,
  'Id getDmlId(Integer index)': (_realm: Realm, self: ApexException, index: number): ApexValue =>
    rowOf(self, index).id,
  'Integer getDmlIndex(Integer index)': (_realm: Realm, self: ApexException, index: number) =>
    rowOf(self, index).index,
  'String getDmlMessage(Integer index)': (_realm: Realm, self: ApexException, index: number) =>
    rowOf(self, index).error.message,
  'String getDmlStatusCode(Integer index)': (_realm: Realm, self: ApexException, index: number) =>
    rowOf(self, index).error.code,
  'StatusCode getDmlType(Integer index)': (_realm: Realm, self: ApexException, index: number) =>
    enumValue('StatusCode', rowOf(self, index).error.code),
  'List<String> getDmlFieldNames(Integer index)': (
    _realm: Realm,
    self: ApexException,
    index: number,
  ) => new ApexList('String', [...rowOf(self, index).error.fields]),
  'List<Schema.SObjectField> getDmlFields(Integer index)': (
    realm: Realm,
    self: ApexException,
    index: number,
  ) => new ApexList('Schema.SObjectField', fieldTokens(realm, rowOf(self, index))),
};
