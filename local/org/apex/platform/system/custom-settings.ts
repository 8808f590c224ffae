import type { FieldValues, ObjectSchema } from '../../../schema/schema.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import { ApexException, type ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';

/**
 * Statics of every hierarchy custom setting; `self` is the setting's API name. Reading them counts no query.
 */
export const hierarchyCustomSettingType = platformType({
  name: 'HierarchyCustomSetting',
  members: {
    'static SObject getInstance()': (realm: Realm, self: string) =>
      merged(realm, self, realm.userId),
    'static SObject getInstance(Id userOrProfileId)': (
      realm: Realm,
      self: string,
      ownerId: ApexValue,
    ) => merged(realm, self, ownerText(ownerId)),
    'static SObject getOrgDefaults()': (realm: Realm, self: string) => {
      const schema = realm.schema.require(self);
      const row = realm.system.settingRow(schema.name, realm.system.organizationId);
      return row === undefined ? new SObjectValue(schema) : recordOf(schema, row);
    },
    'static SObject getValues(Id ownerId)': (realm: Realm, self: string, ownerId: ApexValue) => {
      const schema = realm.schema.require(self);
      const row = realm.system.settingRow(schema.name, ownerText(ownerId));
      return row === undefined ? null : recordOf(schema, row);
    },
  },
});

function ownerText(ownerId: ApexValue): string {
  if (typeof ownerId !== 'string') {
    throw new ApexException('NullPointerException', 'Argument cannot be null.');
  }
  return ownerId;
}

/**
 * Field by field the lowest row that holds a value: the user's, the profile's, the organization's. Never null: without
 * any row an empty record. Identity and owner are those of the lowest row.
 */
function merged(realm: Realm, object: string, ownerId: string): SObjectValue {
  const schema = realm.schema.require(object);
  const rows = ownersOf(realm, ownerId)
    .map((owner) => realm.system.settingRow(schema.name, owner))
    .filter((row) => row !== undefined);
  const values: FieldValues = {};
  for (const row of rows.toReversed()) {
    for (const [name, value] of Object.entries(row)) {
      if (value !== null || !(name in values)) {
        values[name] = value;
      }
    }
  }
  return rows.length === 0 ? new SObjectValue(schema) : recordOf(schema, values);
}

/** From the most particular to the organization. */
function ownersOf(realm: Realm, ownerId: string): string[] {
  const { organizationId } = realm.system;
  if (!ownerId.startsWith('005')) {
    return [ownerId, organizationId];
  }
  const profileId = realm.system.readRecord('User', ownerId)?.['ProfileId'];
  return typeof profileId === 'string'
    ? [ownerId, profileId, organizationId]
    : [ownerId, organizationId];
}

function recordOf(schema: ObjectSchema, row: FieldValues): SObjectValue {
  return SObjectValue.fromFieldValues(schema, row);
}
