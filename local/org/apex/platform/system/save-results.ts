import { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { enumValue } from '../enums.ts';
import { withProperties } from './properties.ts';
import type { RowError, RowOutcome } from './system-services.ts';

type Result = PlatformObject<RowOutcome>;
type DatabaseError = PlatformObject<RowError>;

export function resultObject(type: string, outcome: RowOutcome): Result {
  return new PlatformObject(type, outcome);
}

export function resultList(type: string, outcomes: readonly RowOutcome[]): ApexList {
  return new ApexList(
    type,
    outcomes.map((outcome) => resultObject(type, outcome)),
  );
}

function errorObject(error: RowError): DatabaseError {
  const type = error.duplicates === undefined ? 'Database.Error' : 'Database.DuplicateError';
  return new PlatformObject(type, error);
}

const common = {
  'Boolean isSuccess()': (_realm: Realm, self: Result) => self.state.success,
  'Id getId()': (_realm: Realm, self: Result) => self.state.id,
  'List<Database.Error> getErrors()': (_realm: Realm, self: Result) =>
    new ApexList('Database.Error', self.state.errors.map(errorObject)),
} as const satisfies Readonly<Record<string, PlatformMember>>;

const SIMPLE_RESULTS = ['SaveResult', 'DeleteResult', 'UndeleteResult', 'EmptyRecycleBinResult'];

export const resultTypes = [
  ...SIMPLE_RESULTS.map((name) =>
    platformType({ name: `Database.${name}`, members: withProperties(common) }),
  ),
  platformType({
    name: 'Database.UpsertResult',
    members: withProperties({
      ...common,
      'Boolean isCreated()': (_realm: Realm, self: Result) => self.state.created,
    }),
  }),
  platformType({
    name: 'Database.MergeResult',
    members: withProperties({
      ...common,
      'List<Id> getMergedRecordIds()': (
        _realm: Realm,
        self: PlatformObject<RowOutcome & { readonly mergedIds: readonly string[] }>,
      ) => new ApexList('Id', self.state.success ? [...self.state.mergedIds] : []),
    }),
  }),
  platformType({
    name: 'Database.Error',
    members: withProperties({
      'String getMessage()': (_realm: Realm, self: DatabaseError) => self.state.message,
      'StatusCode getStatusCode()': (_realm: Realm, self: DatabaseError) =>
        enumValue('StatusCode', self.state.code),
      'List<String> getFields()': (_realm: Realm, self: DatabaseError) =>
        new ApexList('String', [...self.state.fields]),
    }),
  }),
];
