import type { Realm } from '../../realm.ts';
import type { SObjectValue } from '../../sobject.ts';
import { platformType } from '../definition.ts';
import { given, type Text } from '../language/arguments.ts';
import { findRecord, recordsByName } from './named-records.ts';

function rowNamed(realm: Realm, self: string, name: Text): SObjectValue | null {
  const wanted = given(name).toLowerCase();
  return findRecord(realm, self, ({ Name }) => String(Name).toLowerCase() === wanted);
}

/** Statics of every list custom setting; `self` is its API name. Reading them counts no query. */
export const listCustomSettingType = platformType({
  name: 'ListCustomSetting',
  members: {
    'static Map<String, SObject> getAll()': (realm: Realm, self: string) =>
      recordsByName(realm, self, 'Name'),
    'static SObject getInstance(String name)': rowNamed,
    'static SObject getValues(String name)': rowNamed,
  },
});
