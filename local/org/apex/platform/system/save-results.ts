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

/** The codes this org answers. A code that is not listed cannot be named in Apex: a compile error. */
export const statusCodeType = platformType({
  name: 'StatusCode',
  kind: 'enum',
  enumValues: [
    'ALL_OR_NONE_OPERATION_ROLLED_BACK',
    'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
    'DELETE_FAILED',
    'DUPLICATE_EXTERNAL_ID',
    'DUPLICATE_USERNAME',
    'DUPLICATE_VALUE',
    'DUPLICATES_DETECTED',
    'ENTITY_IS_DELETED',
    'FIELD_CUSTOM_VALIDATION_EXCEPTION',
    'FIELD_INTEGRITY_EXCEPTION',
    'INACTIVE_OWNER_OR_USER',
    'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
    'INSUFFICIENT_ACCESS_OR_READONLY',
    'INVALID_ARGUMENT',
    'INVALID_CROSS_REFERENCE_KEY',
    'INVALID_EMAIL_ADDRESS',
    'INVALID_FIELD',
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    'INVALID_ID_FIELD',
    'INVALID_SAVE_AS_ACTIVITY_FLAG',
    'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
    'INVALID_TYPE_FOR_OPERATION',
    'INVALID_TYPE_ON_FIELD_IN_RECORD',
    'LIMIT_EXCEEDED',
    'MALFORMED_ID',
    'MISSING_ARGUMENT',
    'MIXED_DML_OPERATION',
    'NOT_FOUND',
    'NUMBER_OUTSIDE_VALID_RANGE',
    'OPERATION_ENQUEUED',
    'REQUEST_LIMIT_EXCEEDED',
    'REQUIRED_FIELD_MISSING',
    'STORAGE_LIMIT_EXCEEDED',
    'STRING_TOO_LONG',
    'UNABLE_TO_LOCK_ROW',
    'UNDELETE_FAILED',
    'UNKNOWN_EXCEPTION',
  ],
  members: {},
});
