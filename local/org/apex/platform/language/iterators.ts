import type { Realm } from '../../realm.ts';
import { ApexException, type ApexValue, PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';

interface IteratorState {
  readonly values: readonly ApexValue[];
  next: number;
}

export function iteratorOver(
  values: Iterable<ApexValue>,
  typeName = 'Iterator',
): PlatformObject<IteratorState> {
  return new PlatformObject(typeName, { values: [...values], next: 0 });
}

export const iteratorType = platformType({
  name: 'Iterator',
  kind: 'interface',
  typeParameters: ['T'],
  members: {
    'Boolean hasNext()': (_: Realm, self: PlatformObject<IteratorState>) =>
      self.state.next < self.state.values.length,
    'T next()': (_: Realm, self: PlatformObject<IteratorState>) => {
      const value = self.state.values[self.state.next];
      if (value === undefined) {
        throw new ApexException('NoSuchElementException', 'The iterator has no more elements');
      }
      self.state.next += 1;
      return value;
    },
  },
});

export const iterableType = platformType({
  name: 'Iterable',
  kind: 'interface',
  typeParameters: ['T'],
  members: { 'Iterator<T> iterator()': null },
});

export const comparableType = platformType({
  name: 'Comparable',
  kind: 'interface',
  members: { 'Integer compareTo(Object other)': null },
});

export const comparatorType = platformType({
  name: 'Comparator',
  kind: 'interface',
  typeParameters: ['T'],
  members: { 'Integer compare(T first, T second)': null },
});
