import type { FieldValues } from '../../../schema/schema.ts';
import { ApexMap } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import { platformType } from '../definition.ts';
import { given, type Text } from '../language/arguments.ts';

/** Statics of every custom metadata type; `self` is its API name. Reading them counts no query. */
export const customMetadataType = platformType({
  name: 'CustomMetadata',
  members: {
    'static Map<String, SObject> getAll()': (realm: Realm, self: string) =>
      new ApexMap(
        'String',
        self,
        realm.system
          .namedRows(self)
          .map((row) => [String(row['DeveloperName']), recordOf(realm, self, row)] as const),
      ),
    /** By the record's id, DeveloperName or QualifiedApiName; null when there is none. */
    'static SObject getInstance(String idOrName)': (realm: Realm, self: string, key: Text) => {
      const wanted = given(key).toLowerCase();
      const row = realm.system
        .namedRows(self)
        .find(
          ({ Id, DeveloperName }) =>
            String(DeveloperName).toLowerCase() === wanted ||
            String(Id).slice(0, 15) === given(key).slice(0, 15),
        );
      return row === undefined ? null : recordOf(realm, self, row);
    },
  },
});

function recordOf(realm: Realm, object: string, row: FieldValues): SObjectValue {
  return SObjectValue.fromFieldValues(realm.schema.require(object), row);
}
