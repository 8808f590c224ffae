import type { ApexList } from '../../collections.ts';
import { toId18 } from '../../id.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import { ApexException, type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { accessOf } from './access-level.ts';
import { duplicateRuleHeader } from './duplicates.ts';
import { resultList, resultObject } from './save-results.ts';
import type { RowOutcome, SaveOperation } from './system-services.ts';
import { SObjectFieldToken } from './tokens.ts';

type Members = Record<string, PlatformMember>;

/** What may follow the records in a call; every order the platform has. */
export const TAILS = [
  '',
  ', Boolean allOrNone',
  ', AccessLevel accessLevel',
  ', Boolean allOrNone, AccessLevel accessLevel',
];
const OPTIONS_TAILS = [
  ', Database.DMLOptions options',
  ', Database.DMLOptions options, AccessLevel accessLevel',
];
const UPSERT_TAILS = [
  ...TAILS,
  ...TAILS.map((tail) => `, Schema.SObjectField externalIdField${tail}`),
];

/** The save methods of `Database`, each for one record and for a list. */
export const saveMembers: Members = {
  ...savesOf('insert', 'Database.SaveResult', [...TAILS, ...OPTIONS_TAILS]),
  ...savesOf('update', 'Database.SaveResult', [...TAILS, ...OPTIONS_TAILS]),
  ...savesOf('upsert', 'Database.UpsertResult', UPSERT_TAILS),
  ...savesOf('delete', 'Database.DeleteResult', TAILS),
  ...savesOf('undelete', 'Database.UndeleteResult', TAILS),
  ...savesByIdOf('delete', 'Database.DeleteResult'),
  ...savesByIdOf('undelete', 'Database.UndeleteResult'),
};

function savesOf(operation: SaveOperation, result: string, tails: readonly string[]): Members {
  const members: Members = {};
  for (const tail of tails) {
    members[`static ${result} ${operation}(SObject record${tail})`] = (
      realm: Realm,
      _self: null,
      record: SObjectValue | null,
      ...rest: readonly ApexValue[]
    ) => resultObject(result, only(save(realm, operation, [present(record)], rest)));
    members[`static List<${result}> ${operation}(List<SObject> records${tail})`] = (
      realm: Realm,
      _self: null,
      records: ApexList,
      ...rest: readonly ApexValue[]
    ) => resultList(result, save(realm, operation, records.values.map(present), rest));
  }
  return members;
}

function savesByIdOf(operation: 'delete' | 'undelete', result: string): Members {
  const members: Members = {};
  for (const tail of TAILS) {
    members[`static ${result} ${operation}(Id recordId${tail})`] = (
      realm: Realm,
      _self: null,
      id: ApexValue,
      ...rest: readonly ApexValue[]
    ) => resultObject(result, only(save(realm, operation, [recordOfId(realm, id)], rest)));
    members[`static List<${result}> ${operation}(List<Id> recordIds${tail})`] = (
      realm: Realm,
      _self: null,
      ids: ApexList,
      ...rest: readonly ApexValue[]
    ) => {
      const records = ids.values.map((id) => recordOfId(realm, id));
      return resultList(result, save(realm, operation, records, rest));
    };
  }
  return members;
}

function save(
  realm: Realm,
  operation: SaveOperation,
  records: readonly SObjectValue[],
  rest: readonly ApexValue[],
): RowOutcome[] {
  const field = rest.find((value) => value instanceof SObjectFieldToken);
  const options = rest.find((value) => value instanceof DmlOptions);
  return realm.system.database.save(operation, records, {
    allOrNone: rest.every(allowsOnlyAll),
    mode: accessOf(rest),
    ...(field === undefined ? {} : { externalIdField: field.field }),
    ...(options === undefined ? {} : { duplicates: options.state.duplicates.state }),
  });
}

/** True unless the argument says that some records may fail. */
function allowsOnlyAll(argument: ApexValue): boolean {
  return argument instanceof DmlOptions ? argument.state.allOrNone !== false : argument !== false;
}

function only(outcomes: readonly RowOutcome[]): RowOutcome {
  const [outcome] = outcomes;
  if (outcome === undefined) {
    throw new Error('A save of one record had no outcome.');
  }
  return outcome;
}

function present(record: ApexValue): SObjectValue {
  if (record instanceof SObjectValue) {
    return record;
  }
  throw new ApexException('NullPointerException', 'Attempt to de-reference a null object');
}

/** A record that carries nothing but its id. */
export function recordOfId(realm: Realm, id: ApexValue): SObjectValue {
  if (typeof id !== 'string') {
    throw new ApexException('NullPointerException', 'Attempt to de-reference a null object');
  }
  const schema = realm.schema.byKeyPrefix(id.slice(0, 3));
  if (schema === undefined) {
    throw new ApexException('StringException', `Invalid id: ${id}`);
  }
  const record = new SObjectValue(schema);
  record.load('Id', toId18(id));
  return record;
}

interface DmlOptionsState {
  allOrNone: boolean | null;
  readonly duplicates: ReturnType<typeof duplicateRuleHeader>;
}

class DmlOptions extends PlatformObject<DmlOptionsState> {
  constructor() {
    super('Database.DMLOptions', { allOrNone: null, duplicates: duplicateRuleHeader() });
  }
}

export const dmlOptionsType = platformType({
  name: 'Database.DMLOptions',
  members: {
    'new()': () => new DmlOptions(),
    'get set Boolean OptAllOrNone': (_realm: Realm, self: DmlOptions, ...value: ApexValue[]) => {
      const [allOrNone] = value;
      if (typeof allOrNone === 'boolean') {
        self.state.allOrNone = allOrNone;
      }
      return self.state.allOrNone;
    },
    'get Database.DMLOptions.DuplicateRuleHeader DuplicateRuleHeader': (
      _realm: Realm,
      self: DmlOptions,
    ) => self.state.duplicates,
  },
});
