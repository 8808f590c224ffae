import { ApexList, ApexMap, ApexSet } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import { ApexException, type ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import { given } from './arguments.ts';
import { contentHash } from './list-type.ts';

type TypeArguments = readonly [key: string, value: string];

/** Records by their ids. @throws ListException on a record without one or on two with the same */
function putRecords(map: ApexMap, records: ApexList | null): void {
  const seen = new Set<string>();
  for (const record of given(records)) {
    const id = record instanceof SObjectValue ? record.id : null;
    if (id === null) {
      throw new ApexException('ListException', `Row with null Id at index: ${seen.size}`);
    }
    if (seen.has(id)) {
      throw new ApexException('ListException', `Row with duplicate Id at index: ${seen.size}`);
    }
    seen.add(id);
    map.put(id, record);
  }
}

function putEntries(map: ApexMap, entries: ApexMap | null): void {
  for (const [key, value] of given(entries)) {
    map.put(key, value);
  }
}

export const mapType = platformType({
  name: 'Map',
  typeParameters: ['K', 'V'],
  members: {
    'new()': (_: Realm, types: TypeArguments) => new ApexMap(...types),
    'new(Map<K, V> other)': (_: Realm, types: TypeArguments, other: ApexMap | null) =>
      new ApexMap(...types, given(other)),
    'new(List<SObject> records)': (_: Realm, types: TypeArguments, records: ApexList | null) => {
      const map = new ApexMap(...types);
      putRecords(map, records);
      return map;
    },
    'void clear()': (_: Realm, self: ApexMap) => {
      self.clear();
      return null;
    },
    'Map<K, V> clone()': (_: Realm, self: ApexMap) =>
      new ApexMap(self.keyType, self.valueType, self),
    'Boolean containsKey(K key)': (_: Realm, self: ApexMap, key: ApexValue) => self.has(key),
    'Map<K, V> deepClone()': (_: Realm, self: ApexMap) =>
      new ApexMap(
        self.keyType,
        self.valueType,
        [...self].map(([key, value]) => [
          key,
          value instanceof SObjectValue ? value.copy() : value,
        ]),
      ),
    'Boolean equals(Object other)': (_: Realm, self: ApexMap, other: ApexValue) =>
      self.contentEquals(other),
    'V get(K key)': (_: Realm, self: ApexMap, key: ApexValue) => self.get(key),
    'Integer hashCode()': (_: Realm, self: ApexMap) => contentHash(self.contentKey()),
    'Boolean isEmpty()': (_: Realm, self: ApexMap) => self.size === 0,
    'Set<K> keySet()': (_: Realm, self: ApexMap) => new ApexSet(self.keyType, self.keys()),
    'V put(K key, V value)': (_: Realm, self: ApexMap, key: ApexValue, value: ApexValue) =>
      self.put(key, value),
    'void putAll(Map<K, V> other)': (_: Realm, self: ApexMap, other: ApexMap | null) => {
      putEntries(self, other);
      return null;
    },
    'void putAll(List<SObject> records)': (_: Realm, self: ApexMap, records: ApexList | null) => {
      putRecords(self, records);
      return null;
    },
    'V remove(K key)': (_: Realm, self: ApexMap, key: ApexValue) => self.remove(key),
    'Integer size()': (_: Realm, self: ApexMap) => self.size,
    'List<V> values()': (_: Realm, self: ApexMap) =>
      new ApexList(self.valueType, [...self.values()]),
  },
});
