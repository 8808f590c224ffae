import type { FieldValues, ObjectSchema } from '../../../schema/schema.ts';
import { ApexList, ApexMap } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { withProperties } from './properties.ts';

/** Stands for "no record type"; the same in every org. */
export const MASTER_RECORD_TYPE_ID = '012000000000000AAA';

interface RecordType {
  readonly id: string;
  readonly name: string;
  readonly developerName: string;
  readonly isActive: boolean;
  readonly isDefault: boolean;
  readonly isMaster: boolean;
}

type ObjectResult = PlatformObject<{ readonly schema: ObjectSchema }>;
type RecordTypeInfo = PlatformObject<RecordType>;

/** Those of the object, and Master, which every object has; Master is everyone's default in this org. */
function recordTypesOf(realm: Realm, { state: { schema } }: ObjectResult): RecordTypeInfo[] {
  const own = realm.system.recordTypes(schema.name).map(recordType);
  const master: RecordType = {
    id: MASTER_RECORD_TYPE_ID,
    name: 'Master',
    developerName: 'Master',
    isActive: true,
    isDefault: true,
    isMaster: true,
  };
  return [...own, master].map((type) => new PlatformObject('Schema.RecordTypeInfo', type));
}

function recordType(row: FieldValues): RecordType {
  return {
    id: String(row['Id']),
    name: String(row['Name']),
    developerName: String(row['DeveloperName']),
    isActive: row['IsActive'] === true,
    isDefault: false,
    isMaster: false,
  };
}

const infoMap =
  (keyType: string, key: (type: RecordType) => string): PlatformMember =>
  (realm: Realm, self: ObjectResult) =>
    new ApexMap(
      keyType,
      'Schema.RecordTypeInfo',
      recordTypesOf(realm, self).map((info) => [key(info.state), info] as const),
    );

export const recordTypeMembers: Record<string, PlatformMember> = {
  'List<Schema.RecordTypeInfo> getRecordTypeInfos()': (realm: Realm, self: ObjectResult) =>
    new ApexList('Schema.RecordTypeInfo', recordTypesOf(realm, self)),
  'Map<Id, Schema.RecordTypeInfo> getRecordTypeInfosById()': infoMap('Id', ({ id }) => id),
  'Map<String, Schema.RecordTypeInfo> getRecordTypeInfosByName()': infoMap(
    'String',
    ({ name }) => name,
  ),
  'Map<String, Schema.RecordTypeInfo> getRecordTypeInfosByDeveloperName()': infoMap(
    'String',
    ({ developerName }) => developerName,
  ),
};

const read =
  (value: (type: RecordType) => ApexValue): PlatformMember =>
  (_realm: Realm, self: RecordTypeInfo) =>
    value(self.state);

export const recordTypeInfoType = platformType({
  name: 'Schema.RecordTypeInfo',
  aliases: ['RecordTypeInfo'],
  members: withProperties({
    'Id getRecordTypeId()': read(({ id }) => id),
    'String getName()': read(({ name }) => name),
    'String getDeveloperName()': read(({ developerName }) => developerName),
    'Boolean isActive()': read(({ isActive }) => isActive),
    /** Every active record type is there for every user: profiles do not choose among them in this org. */
    'Boolean isAvailable()': read(({ isActive }) => isActive),
    'Boolean isDefaultRecordTypeMapping()': read(({ isDefault }) => isDefault),
    'Boolean isMaster()': read(({ isMaster }) => isMaster),
  }),
});
