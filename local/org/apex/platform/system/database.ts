import { ApexList, type ApexMap } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import { ApexException, type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { cursorMembers } from './absent-types.ts';
import { accessOf } from './access-level.ts';
import { batchMembers, queryLocatorMembers } from './batch.ts';
import { bindsOf } from './binds.ts';
import { recordOfId, saveMembers, TAILS } from './database-saves.ts';
import { leadConversionMembers } from './lead-conversion.ts';
import { resultList } from './save-results.ts';
import type { RowOutcome } from './system-services.ts';

type Savepoint = PlatformObject<{ readonly number: number }>;

function query(
  realm: Realm,
  soql: string,
  binds: ReadonlyMap<string, ApexValue>,
  access?: ApexValue,
): ApexList {
  const records = realm.query(soql, binds, accessOf([access]));
  return new ApexList(records[0]?.apexType ?? 'SObject', records);
}

/** The variables around the call, which compiled code hands over after the arguments. */
type Binds = ReadonlyMap<string, ApexValue>;

const queryMembers: Record<string, PlatformMember> = {
  'static List<SObject> query(String queryString)': (
    realm: Realm,
    _self: null,
    soql: string,
    variables: Binds,
  ) => query(realm, soql, variables),
  'static List<SObject> query(String queryString, AccessLevel accessLevel)': (
    realm: Realm,
    _self: null,
    soql: string,
    access: ApexValue,
    variables: Binds,
  ) => query(realm, soql, variables, access),
  'static List<SObject> queryWithBinds(String queryString, Map<String, Object> bindMap, AccessLevel accessLevel)':
    (realm: Realm, _self: null, soql: string, binds: ApexMap, access: ApexValue) =>
      query(realm, soql, bindsOf(binds), access),
  'static Integer countQuery(String queryString)': (
    realm: Realm,
    _self: null,
    soql: string,
    variables: Binds,
  ) => realm.queryCount(soql, variables),
  'static Integer countQuery(String queryString, AccessLevel accessLevel)': (
    realm: Realm,
    _self: null,
    soql: string,
    access: ApexValue,
    variables: Binds,
  ) => realm.queryCount(soql, variables, accessOf([access])),
  'static Integer countQueryWithBinds(String queryString, Map<String, Object> bindMap, AccessLevel accessLevel)':
    (realm: Realm, _self: null, soql: string, binds: ApexMap, access: ApexValue) =>
      realm.queryCount(soql, bindsOf(binds), accessOf([access])),
};

const savepointMembers: Record<string, PlatformMember> = {
  'static Savepoint setSavepoint()': (realm: Realm) =>
    new PlatformObject('Savepoint', { number: realm.system.database.setSavepoint() }),
  'static void rollback(Savepoint savepoint)': (
    realm: Realm,
    _self: null,
    savepoint: Savepoint,
  ) => {
    realm.system.database.rollback(savepoint.state.number);
    return null;
  },
  'static void releaseSavepoint(Savepoint savepoint)': (
    realm: Realm,
    _self: null,
    savepoint: Savepoint,
  ) => {
    realm.system.database.releaseSavepoint(savepoint.state.number);
    return null;
  },
};

function idOf(value: ApexValue): string {
  const id = value instanceof SObjectValue ? value.id : value;
  if (typeof id !== 'string') {
    throw new ApexException('NullPointerException', 'Attempt to de-reference a null object');
  }
  return id;
}

function merge(
  realm: Realm,
  master: SObjectValue,
  losers: ApexValue,
  rest: readonly ApexValue[],
): ApexValue {
  const mergedIds = (losers instanceof ApexList ? losers.values : [losers]).map(idOf);
  const allOrNone = !rest.includes(false);
  const outcome = realm.system.database.merge(master, mergedIds, {
    allOrNone,
    mode: accessOf(rest),
  });
  return new PlatformObject('Database.MergeResult', { ...outcome, mergedIds });
}

/** `merge(master, loser)` and its forms: one or several losers, as records or ids. */
function mergeMembers(): Record<string, PlatformMember> {
  const members: Record<string, PlatformMember> = {};
  for (const losers of ['SObject', 'Id', 'List<SObject>', 'List<Id>']) {
    const result = losers.startsWith('List')
      ? 'List<Database.MergeResult>'
      : 'Database.MergeResult';
    const wrap = (value: ApexValue): ApexValue =>
      losers.startsWith('List') ? new ApexList('Database.MergeResult', [value]) : value;
    for (const tail of TAILS) {
      members[`static ${result} merge(SObject master, ${losers} duplicates${tail})`] = (
        realm: Realm,
        _self: null,
        master: SObjectValue,
        duplicates: ApexValue,
        ...rest: ApexValue[]
      ) => wrap(merge(realm, master, duplicates, rest));
    }
  }
  return members;
}

function emptyRecycleBin(realm: Realm, records: readonly ApexValue[]): RowOutcome[] {
  return realm.system.database.emptyRecycleBin(
    records.map((record) => recordOfId(realm, idOf(record)).id ?? ''),
  );
}

const recycleBinMembers: Record<string, PlatformMember> = {
  'static List<Database.EmptyRecycleBinResult> emptyRecycleBin(List<SObject> records)': (
    realm: Realm,
    _self: null,
    records: ApexList,
  ) => resultList('Database.EmptyRecycleBinResult', emptyRecycleBin(realm, records.values)),
  'static List<Database.EmptyRecycleBinResult> emptyRecycleBin(List<Id> recordIds)': (
    realm: Realm,
    _self: null,
    ids: ApexList,
  ) => resultList('Database.EmptyRecycleBinResult', emptyRecycleBin(realm, ids.values)),
};

export const databaseType = platformType({
  name: 'Database',
  members: {
    ...saveMembers,
    ...queryMembers,
    ...queryLocatorMembers,
    ...batchMembers,
    ...savepointMembers,
    ...mergeMembers(),
    ...recycleBinMembers,
    ...leadConversionMembers,
    ...cursorMembers,
  },
});

export const savepointType = platformType({ name: 'Savepoint', members: {} });
