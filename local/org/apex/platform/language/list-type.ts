import { ApexList, type ApexSet } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import type { ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import { cloneRecord } from '../system/sobject.ts';
import { sobjectTypeToken } from '../system/tokens.ts';
import { given, type Int } from './arguments.ts';
import { iteratorOver } from './iterators.ts';
import { sorted, sortedBy } from './sorting.ts';

/** Constructors of collections are told the names of their type arguments in place of a receiver. */
type TypeArguments = readonly [string];

function addAll(target: ApexList, source: ApexList | ApexSet | null): boolean {
  const values = [...given(source)];
  target.addAll(values);
  return values.length > 0;
}

/** `hashCode()` of a collection: equal contents hash alike. */
export function contentHash(key: string): number {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) {
    hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0;
  }
  return hash;
}

/** Copies of the records; ids, stamps and numbers stay when asked for. */
function deepClone(
  realm: Realm,
  list: ApexList,
  keepIds: boolean | null = false,
  keepTimestamps: boolean | null = false,
  keepAutonumbers: boolean | null = false,
): ApexList {
  const copies = list.values.map((value) =>
    value instanceof SObjectValue
      ? cloneRecord(realm, value, keepIds, true, keepTimestamps, keepAutonumbers)
      : value,
  );
  return new ApexList(list.elementType, copies);
}

export const listType = platformType({
  name: 'List',
  typeParameters: ['T'],
  implements: ['Iterable<T>'],
  members: {
    'new()': (_: Realm, [element]: TypeArguments) => new ApexList(element),
    'new(Integer size)': (_: Realm, [element]: TypeArguments, size: Int) =>
      new ApexList(element, new Array<ApexValue>(given(size)).fill(null)),
    'new(List<T> other)': copied,
    'new(Set<T> other)': copied,
    'void add(T value)': (_: Realm, self: ApexList, value: ApexValue) => {
      self.add(value);
      return null;
    },
    'void add(Integer index, T value)': (
      _: Realm,
      self: ApexList,
      index: Int,
      value: ApexValue,
    ) => {
      self.insert(given(index), value);
      return null;
    },
    'Boolean addAll(List<T> other)': (_: Realm, self: ApexList, other: ApexList | null) =>
      addAll(self, other),
    'Boolean addAll(Set<T> other)': (_: Realm, self: ApexList, other: ApexSet | null) =>
      addAll(self, other),
    'void clear()': (_: Realm, self: ApexList) => {
      self.clear();
      return null;
    },
    'List<T> clone()': (_: Realm, self: ApexList) =>
      new ApexList(self.elementType, [...self.values]),
    'Boolean contains(Object value)': (_: Realm, self: ApexList, value: ApexValue) =>
      self.indexOf(value) >= 0,
    'List<T> deepClone()': deepClone,
    'List<T> deepClone(Boolean keepIds)': deepClone,
    'List<T> deepClone(Boolean keepIds, Boolean keepTimestamps)': deepClone,
    'List<T> deepClone(Boolean keepIds, Boolean keepTimestamps, Boolean keepAutonumbers)':
      deepClone,
    'Boolean equals(Object other)': (_: Realm, self: ApexList, other: ApexValue) =>
      self.contentEquals(other),
    'T get(Integer index)': (_: Realm, self: ApexList, index: Int) => self.get(given(index)),
    'Schema.SObjectType getSObjectType()': (realm: Realm, self: ApexList) =>
      realm.schema.find(self.elementType) === undefined
        ? null
        : sobjectTypeToken(realm.schema, self.elementType),
    'Integer hashCode()': (_: Realm, self: ApexList) => contentHash(self.contentKey()),
    'Integer indexOf(Object value)': (_: Realm, self: ApexList, value: ApexValue) =>
      self.indexOf(value),
    'Boolean isEmpty()': (_: Realm, self: ApexList) => self.size === 0,
    'Iterator<T> iterator()': (_: Realm, self: ApexList) => iteratorOver(self.values),
    'T remove(Integer index)': (_: Realm, self: ApexList, index: Int) => self.remove(given(index)),
    'void set(Integer index, T value)': (
      _: Realm,
      self: ApexList,
      index: Int,
      value: ApexValue,
    ) => {
      self.set(given(index), value);
      return null;
    },
    'Integer size()': (_: Realm, self: ApexList) => self.size,
    'void sort()': (realm: Realm, self: ApexList) => {
      self.replaceAll(sorted(realm, self.values));
      return null;
    },
    'void sort(Comparator<T> comparator)': (realm: Realm, self: ApexList, by: ApexValue) => {
      self.replaceAll(sortedBy(realm, self.values, given(by)));
      return null;
    },
  },
});

function copied(_: Realm, [element]: TypeArguments, other: ApexList | ApexSet | null): ApexList {
  return new ApexList(element, [...given(other)]);
}
