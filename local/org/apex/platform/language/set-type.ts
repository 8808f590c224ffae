import { type ApexList, ApexSet } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import type { ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import { given } from './arguments.ts';
import { iteratorOver } from './iterators.ts';
import { contentHash } from './list-type.ts';

type TypeArguments = readonly [string];
type Source = ApexList | ApexSet | null;

function copied(_: Realm, [element]: TypeArguments, other: Source): ApexSet {
  return new ApexSet(element, given(other));
}

function addAll(_: Realm, self: ApexSet, other: Source): boolean {
  return [...given(other)].map((value) => self.add(value)).includes(true);
}

function containsAll(_: Realm, self: ApexSet, other: Source): boolean {
  return [...given(other)].every((value) => self.has(value));
}

function removeAll(_: Realm, self: ApexSet, other: Source): boolean {
  return [...given(other)].map((value) => self.delete(value)).includes(true);
}

function retainAll(_: Realm, self: ApexSet, other: Source): boolean {
  const kept = new ApexSet(self.elementType, given(other));
  const dropped = [...self].filter((value) => !kept.has(value));
  return dropped.map((value) => self.delete(value)).includes(true);
}

export const setType = platformType({
  name: 'Set',
  typeParameters: ['T'],
  implements: ['Iterable<T>'],
  members: {
    'new()': (_: Realm, [element]: TypeArguments) => new ApexSet(element),
    'new(List<T> other)': copied,
    'new(Set<T> other)': copied,
    'Boolean add(T value)': (_: Realm, self: ApexSet, value: ApexValue) => self.add(value),
    'Boolean addAll(List<T> other)': addAll,
    'Boolean addAll(Set<T> other)': addAll,
    'void clear()': (_: Realm, self: ApexSet) => {
      self.clear();
      return null;
    },
    'Set<T> clone()': (_: Realm, self: ApexSet) => new ApexSet(self.elementType, self),
    'Boolean contains(T value)': (_: Realm, self: ApexSet, value: ApexValue) => self.has(value),
    'Boolean containsAll(List<T> other)': containsAll,
    'Boolean containsAll(Set<T> other)': containsAll,
    'Boolean equals(Object other)': (_: Realm, self: ApexSet, other: ApexValue) =>
      self.contentEquals(other),
    'Integer hashCode()': (_: Realm, self: ApexSet) => contentHash(self.contentKey()),
    'Boolean isEmpty()': (_: Realm, self: ApexSet) => self.size === 0,
    'Iterator<T> iterator()': (_: Realm, self: ApexSet) => iteratorOver(self),
    'Boolean remove(T value)': (_: Realm, self: ApexSet, value: ApexValue) => self.delete(value),
    'Boolean removeAll(List<T> other)': removeAll,
    'Boolean removeAll(Set<T> other)': removeAll,
    'Boolean retainAll(List<T> other)': retainAll,
    'Boolean retainAll(Set<T> other)': retainAll,
    'Integer size()': (_: Realm, self: ApexSet) => self.size,
  },
});
