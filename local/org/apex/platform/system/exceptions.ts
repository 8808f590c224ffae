import { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { ApexException, type ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import { enumValue } from '../enums.ts';
import { plainException } from '../language/exception-types.ts';
import { DmlException, type FailedRow } from './dml-exception.ts';

/** The failed row by its number among the failed. A DmlException that Apex itself made knows of none. */
function rowOf(self: ApexException, index: number): FailedRow {
  const row = self instanceof DmlException ? self.rows[index] : undefined;
  if (row === undefined) {
    throw new ApexException('ListException', `List index out of bounds: ${index}`);
  }
  return row;
}

export const dmlExceptionType = platformType({
  name: 'DmlException',
  kind: 'exception',
  extends: 'Exception',
  members: {
    ...plainException('DmlException').members,
    'Integer getNumDml()': (_realm: Realm, self: ApexException) =>
      self instanceof DmlException ? self.rows.length : 0,
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
  },
});

/** Thrown by a platform event trigger to get its batch again. */
export const retryableExceptionType = plainException('EventBus.RetryableException');

export const invalidReplayIdExceptionType = plainException('EventBus.InvalidReplayIdException');
