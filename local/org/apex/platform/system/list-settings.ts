import type { FieldValues } from '../../../schema/schema.ts';
import { ApexMap } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import { platformType } from '../definition.ts';
import { given, type Text } from '../language/arguments.ts';

/** The row of that name; null when there is none. */
function rowNamed(realm: Realm, self: string, name: Text): SObjectValue | null {
  const wanted = given(name).toLowerCase();
  const row = realm.system
    .namedRows(self)
    .find(({ Name }) => String(Name).toLowerCase() === wanted);
  return row === undefined ? null : recordOf(realm, self, row);
}

/** Statics of every list custom setting; `self` is its API name. Reading them counts no query. */
export const listCustomSettingType = platformType({
  name: 'ListCustomSetting',
  members: {
    'static Map<String, SObject> getAll()': (realm: Realm, self: string) =>
      new ApexMap(
        'String',
        self,
        realm.system
          .namedRows(self)
          .map((row) => [String(row['Name']), recordOf(realm, self, row)] as const),
      ),
    'static SObject getInstance(String name)': rowNamed,
    'static SObject getValues(String name)': rowNamed,
  },
});

function recordOf(realm: Realm, object: string, row: FieldValues): SObjectValue {
  return SObjectValue.fromFieldValues(realm.schema.require(object), row);
}
