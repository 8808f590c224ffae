import type { Schema } from '../schema/schema.ts';
import type { ApexList, ApexMap } from './collections.ts';
import type { QueryLocator } from './platform/system/batch.ts';
import type { SystemServices } from './platform/system/system-services.ts';
import type { ProgramInstance } from './program.ts';
import type { SObjectValue } from './sobject.ts';
import type { ApexValue, CalloutRequest, CalloutResponse, Suspendable } from './values.ts';

/** What a query or a save asks for: the user's permissions and sharing, or neither beyond what its class says. */
export type AccessMode = 'user' | 'system';

export type DmlOperation = 'insert' | 'update' | 'upsert' | 'delete' | 'undelete' | 'merge';

/** `Trigger.*` while a trigger runs. */
export interface TriggerContext {
  readonly isExecuting: true;
  readonly operation: string;
  readonly isInsert: boolean;
  readonly isUpdate: boolean;
  readonly isDelete: boolean;
  readonly isUndelete: boolean;
  readonly isBefore: boolean;
  readonly isAfter: boolean;
  readonly newList: ApexList | null;
  readonly oldList: ApexList | null;
  readonly newMap: ApexMap | null;
  readonly oldMap: ApexMap | null;
  readonly size: number;
}

/**
 * What one running Apex transaction may ask of the org. The compiled code and the platform library see the org only
 * through it; the engine implements it. One realm = one transaction = one set of statics and governor limits.
 */
export interface Realm {
  readonly schema: Schema;
  readonly program: ProgramInstance;
  readonly trigger: TriggerContext | null;
  /** Running user, 18 characters. */
  readonly userId: string;
  readonly isTest: boolean;
  /** What only the system library asks for: limits, savepoints, jobs, events, describe tokens. */
  readonly system: SystemServices;
  /** IANA name of the running user's time zone: `Datetime.format`, `Date.today`. */
  readonly timeZone: string;
  now(): number;
  /** Seeded, from 0 (inclusive) to 1 (exclusive). */
  random(): number;

  /** Whether the code that runs now enforces sharing, as its class says; null when no class has said anything. */
  sharing: 'with' | 'without' | null;
  /** The schema as the running user may see and write it. */
  readonly userSchema: Schema;

  /** Static and dynamic SOQL. Counts one query and its rows. Binds by lower-case name, as Apex values. */
  query(soql: string, binds: ReadonlyMap<string, ApexValue>, mode?: AccessMode): SObjectValue[];
  /** Counts a row that a loop over a query takes to the heap. @throws LimitError */
  holdRow(row: SObjectValue): void;
  queryCount(soql: string, binds: ReadonlyMap<string, ApexValue>, mode?: AccessMode): number;
  /**
   * A SOSL search: a list of records for each object it returns. Counts one search. In tests only records that
   * `Test.setFixedSearchResults` named are found.
   * @param clauses what follows `FIND {…}`
   */
  search(clauses: string, term: string, binds: ReadonlyMap<string, ApexValue>): ApexList;
  /** A query for later: counts one query, and its rows as query locator rows. */
  queryLocator(
    soql: string,
    binds: ReadonlyMap<string, ApexValue>,
    mode?: AccessMode,
  ): QueryLocator;
  /** DML statement; throws DmlException. `field` is the external id of an upsert. */
  dml(
    operation: DmlOperation,
    value: ApexValue,
    options?: { field?: string; mode?: AccessMode },
  ): void;

  /** Called by compiled loops and method entries now and then: CPU and stack limits. */
  tick(): void;
  /** Sends over real HTTP, or to the test's mock; counts a callout; throws CalloutException. */
  callout(request: CalloutRequest): Suspendable<CalloutResponse>;
  debug(message: string): void;
  /**
   * A call of a `@future` method: it runs after the commit, in a transaction of its own. `allowsCallouts` is the
   * annotation's `callout=true`.
   */
  callFuture(
    className: string,
    method: string,
    args: readonly ApexValue[],
    allowsCallouts: boolean,
  ): void;
  /**
   * `System.runAs(user) { … }` compiles to `const scope = $.enterRunAs(user); try { … } finally { scope.leave(); }`.
   * Outside tests it throws, as the platform does.
   */
  enterRunAs(user: ApexValue): { leave(): void };
}
