import { keyPrefixOf } from '../../../schema/ids.ts';
import { toId18 } from '../../id.ts';
import type { Realm } from '../../realm.ts';
import { ApexException } from '../../values.ts';
import { platformType } from '../definition.ts';
import { sobjectTypeToken } from '../system/tokens.ts';
import { given } from './arguments.ts';

export const idType = platformType({
  name: 'Id',
  aliases: ['ID'],
  members: {
    'static Id valueOf(String text)': (_: Realm, _self: null, text: string | null) =>
      toId18(given(text)),
    /** An id whose letters lost their case gets it back from its check characters either way. */
    'static Id valueOf(String text, Boolean restoreCasing)': (
      _: Realm,
      _self: null,
      text: string | null,
    ) => toId18(given(text)),
    'Schema.SObjectType getSObjectType()': (realm: Realm, self: string) => {
      const schema = realm.schema.byKeyPrefix(keyPrefixOf(self));
      if (schema === undefined) {
        throw new ApexException('SObjectException', `Cannot locate Apex Type for ID: ${self}`);
      }
      return sobjectTypeToken(realm.schema, schema.name);
    },
    'String to15()': (_: Realm, self: string) => self.slice(0, 15),
  },
});
