import type { FieldValues } from '../../../schema/schema.ts';
import { ApexMap } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';

/** The records of an object that code reads by name without a query: custom metadata, list settings. */
export function recordsByName(
  realm: Realm,
  object: string,
  nameField: 'Name' | 'DeveloperName',
): ApexMap {
  const rows = realm.system.namedRows(object);
  return new ApexMap(
    'String',
    object,
    rows.map((row) => [String(row[nameField]), recordOf(realm, object, row)] as const),
  );
}

/** The first record that fits; null when there is none. */
export function findRecord(
  realm: Realm,
  object: string,
  fits: (row: FieldValues) => boolean,
): SObjectValue | null {
  const row = realm.system.namedRows(object).find(fits);
  return row === undefined ? null : recordOf(realm, object, row);
}

function recordOf(realm: Realm, object: string, row: FieldValues): SObjectValue {
  return SObjectValue.fromFieldValues(realm.schema.require(object), row);
}
