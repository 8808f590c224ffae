import type { Realm } from '../../realm.ts';
import { platformType } from '../definition.ts';
import { given, type Text } from '../language/arguments.ts';
import { findRecord, recordsByName } from './named-records.ts';

/** Statics of every custom metadata type; `self` is its API name. Reading them counts no query. */
export const customMetadataType = platformType({
  name: 'CustomMetadata',
  members: {
    'static Map<String, SObject> getAll()': (realm: Realm, self: string) =>
      recordsByName(realm, self, 'DeveloperName'),
    /** By the record's id, DeveloperName or QualifiedApiName; null when there is none. */
    'static SObject getInstance(String idOrName)': (realm: Realm, self: string, key: Text) => {
      const wanted = given(key).toLowerCase();
      const id15 = given(key).slice(0, 15);
      return findRecord(
        realm,
        self,
        ({ Id, DeveloperName }) =>
          String(DeveloperName).toLowerCase() === wanted || String(Id).slice(0, 15) === id15,
      );
    },
  },
});
