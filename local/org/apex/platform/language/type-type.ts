import type { Realm } from '../../realm.ts';
import { ApexException, type ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import type { TypeToken } from '../type-token.ts';
import { given } from './arguments.ts';
import { findTypeNamed, isAssignableType, newOf } from './reflection.ts';

type Text = string | null;

export const typeType = platformType({
  name: 'Type',
  members: {
    'static Type forName(String name)': (realm: Realm, _: null, name: Text) =>
      findTypeNamed(realm, given(name)),
    'static Type forName(String namespace, String name)': (
      realm: Realm,
      _: null,
      namespace: Text,
      name: Text,
    ) => {
      const prefix = namespace === null || namespace === '' ? '' : `${namespace}.`;
      return findTypeNamed(realm, prefix + given(name));
    },
    'Boolean equals(Object other)': (_: Realm, self: TypeToken, other: ApexValue) => self === other,
    'String getName()': (_: Realm, self: TypeToken) => self.name,
    'Boolean isAssignableFrom(Type source)': (
      realm: Realm,
      self: TypeToken,
      source: TypeToken | null,
    ) => isAssignableType(realm, given(source), self),
    'Object newInstance()': (realm: Realm, self: TypeToken) => {
      const made = newOf(realm, self.name);
      if (made === undefined) {
        throw new ApexException('TypeException', `Type cannot be constructed: ${self.name}`);
      }
      return made;
    },
    'String toString()': (_: Realm, self: TypeToken) => self.name,
  },
});
