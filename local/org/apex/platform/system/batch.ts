import type { ApexList, ApexMap } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { ApexException, type ApexObject, type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { iteratorOver } from '../language/iterators.ts';
import { accessOf } from './access-level.ts';
import { bindsOf } from './binds.ts';

/** A query whose rows are fetched later: what a batch's `start` gives. */
export interface LocatorState {
  readonly soql: string;
  readonly binds: ReadonlyMap<string, ApexValue>;
  /** Whose eyes it reads with: see `QueryMode` of the engine. */
  readonly mode: 'user' | 'shared' | 'system';
}

export class QueryLocator extends PlatformObject<LocatorState> {
  constructor(state: LocatorState) {
    super('Database.QueryLocator', state);
  }
}

interface BatchableState {
  readonly jobId: string;
  /** The job's own id while no worker exists yet. */
  readonly childJobId: string;
}

export function batchableContext(state: BatchableState): ApexObject {
  return new PlatformObject('Database.BatchableContext', state);
}

const DEFAULT_SCOPE = 200;

/** `executeBatch` and its tests in the language of `System`. */
export const batchMembers: Readonly<Record<string, PlatformMember>> = {
  'static Id executeBatch(Object batchable)': (realm: Realm, _self: null, batch: ApexObject) =>
    realm.system.jobs.executeBatch(batchOf(realm, batch), DEFAULT_SCOPE),
  'static Id executeBatch(Object batchable, Integer scope)': (
    realm: Realm,
    _self: null,
    batch: ApexObject,
    scope: number | null,
  ) => realm.system.jobs.executeBatch(batchOf(realm, batch), scopeOf(scope)),
};

/** @throws TypeException for what is no Database.Batchable */
export function batchOf(realm: Realm, batch: ApexObject | null): ApexObject {
  if (batch === null) {
    throw new ApexException('NullPointerException', 'Attempt to de-reference a null object');
  }
  if (!realm.program.isInstance(batch, 'Database.Batchable')) {
    throw new ApexException(
      'TypeException',
      `${batch.apexType} does not implement Database.Batchable`,
    );
  }
  return batch;
}

/** @throws AsyncException for a size below 1 */
export function scopeOf(scope: number | null): number {
  if (scope !== null && scope < 1) {
    throw new ApexException(
      'AsyncException',
      `The scope of Database.executeBatch must be greater than 0, but is ${scope}.`,
    );
  }
  return scope ?? DEFAULT_SCOPE;
}

const locatorOfText: PlatformMember = (
  realm: Realm,
  _self: null,
  soql: string,
  ...rest: readonly unknown[]
) => realm.queryLocator(soql, visibleBinds(rest), accessOf(rest));

/** The variables around the call come last, as with `Database.query`. */
function visibleBinds(rest: readonly unknown[]): ReadonlyMap<string, ApexValue> {
  const last = rest.at(-1);
  return last instanceof Map ? last : new Map();
}

export const queryLocatorMembers: Readonly<Record<string, PlatformMember>> = {
  'static Database.QueryLocator getQueryLocator(String queryString)': locatorOfText,
  'static Database.QueryLocator getQueryLocator(String queryString, AccessLevel accessLevel)':
    locatorOfText,
  'static Database.QueryLocator getQueryLocatorWithBinds(String queryString, Map<String, Object> bindMap, AccessLevel accessLevel)':
    (realm: Realm, _self: null, soql: string, binds: ApexMap, access: ApexValue) =>
      realm.queryLocator(soql, bindsOf(binds), accessOf([access])),
};

export const batchTypes = [
  platformType({
    name: 'Database.Batchable',
    kind: 'interface',
    typeParameters: ['T'],
    members: {
      'Database.QueryLocator|Iterable<T> start(Database.BatchableContext context)': null,
      'void execute(Database.BatchableContext context, List<T> scope)': null,
      'void finish(Database.BatchableContext context)': null,
    },
  }),
  platformType({ name: 'Database.Stateful', kind: 'interface', members: {} }),
  platformType({
    name: 'Database.BatchableContext',
    kind: 'interface',
    members: {
      'Id getJobId()': (_realm: Realm, self: PlatformObject<BatchableState>) => self.state.jobId,
      'Id getChildJobId()': (_realm: Realm, self: PlatformObject<BatchableState>) =>
        self.state.childJobId,
    },
  }),
  platformType({
    name: 'Database.QueryLocator',
    members: {
      'String getQuery()': (_realm: Realm, self: QueryLocator) => self.state.soql,
      'Database.QueryLocatorIterator iterator()': (realm: Realm, self: QueryLocator) =>
        iteratorOver(
          realm.query(self.state.soql, self.state.binds),
          'Database.QueryLocatorIterator',
        ),
    },
  }),
  platformType({
    name: 'Database.QueryLocatorIterator',
    implements: ['Iterator<SObject>'],
    members: {},
  }),
];

/** The element type of a batch's scopes: what `Database.Batchable<…>` is of. */
export function scopeType(interfaces: ReadonlySet<string>): string {
  for (const name of interfaces) {
    const match = /^Database\.Batchable<(.+)>$/.exec(name);
    if (match?.[1] !== undefined) {
      return match[1];
    }
  }
  return 'SObject';
}

/** What a batch's scope is made of, for `List<T> scope`. */
export function scopeElement(declared: string, scope: ApexList): string {
  const [first] = scope.values;
  return declared === 'SObject' && first !== null && typeof first === 'object'
    ? first.apexType
    : declared;
}
