import { hashKey, identityOf, sameValue } from '../../equality.ts';
import type { Realm } from '../../realm.ts';
import { apexText } from '../../runtime/text.ts';
import { type ApexEnumValue, ApexInstance, type ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import { contentHash } from './list-type.ts';

/** What `hashCode` answers; equal values have equal hashes. */
export function hashOf(value: ApexValue): number {
  if (value instanceof ApexInstance && value.apexHash !== undefined) {
    return value.apexHash();
  }
  const key = hashKey(value);
  return typeof key === 'object' && key !== null ? identityOf(key) : contentHash(String(key));
}

/** What every value answers. Compiled classes that declare these methods themselves come first. */
export const objectType = platformType({
  name: 'Object',
  members: {
    'Boolean equals(Object other)': (_: Realm, self: ApexValue, other: ApexValue) =>
      sameValue(self, other),
    'Integer hashCode()': (_: Realm, self: ApexValue) => hashOf(self),
    'String toString()': (realm: Realm, self: ApexValue) => apexText(self, realm.timeZone),
  },
});

/** What every enum value answers. */
export const enumType = platformType({
  name: 'Enum',
  members: {
    'String name()': (_: Realm, self: ApexEnumValue) => self.name,
    'Integer ordinal()': (_: Realm, self: ApexEnumValue) => self.ordinal,
    'String toString()': (_: Realm, self: ApexEnumValue) => self.name,
  },
});

export const triggerOperationType = platformType({
  name: 'TriggerOperation',
  kind: 'enum',
  enumValues: [
    'BEFORE_INSERT',
    'BEFORE_UPDATE',
    'BEFORE_DELETE',
    'AFTER_INSERT',
    'AFTER_UPDATE',
    'AFTER_DELETE',
    'AFTER_UNDELETE',
  ],
  members: {},
});
