import type { Schema } from '../../schema/schema.ts';
import { ApexList } from '../collections.ts';
import type { QueryLocator } from '../platform/system/batch.ts';
import type { ProgramInstance } from '../program.ts';
import type { AccessMode, DmlOperation, Realm, TriggerContext } from '../realm.ts';
import { SObjectValue } from '../sobject.ts';
import {
  ApexException,
  type ApexValue,
  type CalloutRequest,
  type CalloutResponse,
  type Suspendable,
} from '../values.ts';
import { performCallout } from './callout-gate.ts';
import { MixedDmlGuard } from './dml/mixed-dml.ts';
import { TriggerRunner } from './dml/trigger-runner.ts';
import { runToEnd } from './drive.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { OrgServices } from './org-services.ts';
import type { PlatformCache } from './platform-cache.ts';
import { openLocator } from './query-locators.ts';
import { QueryRunner } from './query-runner.ts';
import { RealmServices } from './realm-services.ts';
import { runApexSearch } from './search-runner.ts';
import type { TestSession } from './test-session.ts';

export interface RealmOptions {
  readonly org: OrgServices;
  /** The transaction the realm begins with. */
  readonly context: ExecutionContext;
  /** Counts executed lines over several realms. */
  readonly coverage?: Map<string, Uint32Array>;
  /** Makes this the realm of an Apex test. */
  readonly test?: (realm: ApexRealm) => TestSession;
}

/**
 * One set of statics and the transaction that runs on it. Ordinarily a realm lives for one transaction; chunks of a
 * Bulk request share one, and so does everything that happens in one test method.
 */
export class ApexRealm implements Realm {
  readonly system: RealmServices;
  readonly program: ProgramInstance;
  readonly triggers: TriggerRunner;
  readonly test: TestSession | undefined;
  /** A test's is empty at first and its own. */
  readonly cache: PlatformCache;
  readonly #org: OrgServices;
  readonly #queries: QueryRunner;
  readonly #contexts: [ExecutionContext, ...ExecutionContext[]];

  constructor({ org, context, coverage, test }: RealmOptions) {
    this.#org = org;
    this.#contexts = [context];
    this.#queries = new QueryRunner(org);
    this.system = new RealmServices(org, this);
    this.test = test?.(this);
    this.cache = test === undefined ? org.cache : org.cache.emptied();
    this.triggers = new TriggerRunner({
      index: org.triggers,
      run: (name, trigger) => {
        this.runTrigger(name, trigger);
      },
      open: () => this.context.openTriggers,
    });
    this.program = org.program.instantiate(this, coverage);
    context.cpu.resume();
  }

  /** The running transaction. */
  get context(): ExecutionContext {
    return this.#contexts.at(-1) ?? this.#contexts[0];
  }

  /** Begins another transaction on the same statics; the answer goes back to the one before. */
  enter(context: ExecutionContext): () => void {
    // One that has ended, as the first chunk of a Bulk batch has when the next one comes, does not go on.
    const goesOn = this.context.cpu.isRunning;
    this.context.cpu.pause();
    this.#contexts.push(context);
    this.system.forgetSettings();
    context.cpu.resume();
    return () => {
      context.cpu.pause();
      this.#contexts.splice(this.#contexts.lastIndexOf(context), 1);
      if (goesOn) this.context.cpu.resume();
    };
  }

  get schema(): Schema {
    return this.#org.schema;
  }

  get trigger(): TriggerContext | null {
    return this.context.trigger;
  }

  get userId(): string {
    return this.context.userId;
  }

  get isTest(): boolean {
    return this.test !== undefined;
  }

  get timeZone(): string {
    const zone = this.system.readRecord('User', this.userId)?.['TimeZoneSidKey'];
    return typeof zone === 'string' ? zone : 'GMT';
  }

  now(): number {
    return this.#org.now();
  }

  random(): number {
    return this.#org.random.next();
  }

  get sharing(): 'with' | 'without' | null {
    return this.context.sharing;
  }

  set sharing(sharing: 'with' | 'without' | null) {
    this.context.sharing = sharing;
  }

  get userSchema(): Schema {
    return this.#org.access?.of(this.userId).schema ?? this.#org.schema;
  }

  query(soql: string, binds: ReadonlyMap<string, ApexValue>, mode?: AccessMode): SObjectValue[] {
    return this.#queries.query(this.context, soql, binds, mode);
  }

  holdRow(row: SObjectValue): void {
    this.#queries.hold(this.context, row);
  }

  queryCount(soql: string, binds: ReadonlyMap<string, ApexValue>, mode?: AccessMode): number {
    return this.#queries.count(this.context, soql, binds, mode);
  }

  search(clauses: string, term: string, binds: ReadonlyMap<string, ApexValue>): ApexList {
    const fixedIds = this.test?.fixedSearchResults;
    return runApexSearch(this.#org, this.context, { clauses, term, binds, fixedIds });
  }

  queryLocator(
    soql: string,
    binds: ReadonlyMap<string, ApexValue>,
    mode?: AccessMode,
  ): QueryLocator {
    return openLocator(this.#org, this.context, { soql, binds, mode });
  }

  dml(
    operation: DmlOperation,
    value: ApexValue,
    { field, mode }: { field?: string; mode?: AccessMode } = {},
  ): void {
    const records = recordsOf(value);
    if (operation === 'merge') {
      const [master, ...losers] = records;
      if (master !== undefined) {
        this.system.database.merge(master, losers.map(idOf), { allOrNone: true, mode });
      }
      return;
    }
    this.system.database.save(operation, records, {
      allOrNone: true,
      mode,
      ...(field === undefined ? {} : { externalIdField: field }),
    });
  }

  /** Runs one trigger with that context as `Trigger`; a trigger never waits. */
  runTrigger(name: string, trigger: TriggerContext): void {
    const { context } = this;
    const { triggers, sharing } = context;
    triggers.push(trigger);
    context.sharing = 'without';
    try {
      runToEnd(this.program.runTrigger(name));
    } finally {
      triggers.pop();
      context.sharing = sharing;
    }
  }

  tick(): void {
    this.context.checkCpuAndHeap();
  }

  callout(request: CalloutRequest): Suspendable<CalloutResponse> {
    return performCallout(this.#org, this.context, request);
  }

  debug(message: string): void {
    this.#org.debug(message);
    this.context.onDebug(message);
  }

  callFuture(
    className: string,
    method: string,
    args: readonly ApexValue[],
    allowsCallouts: boolean,
  ): void {
    this.system.jobs.enqueueFuture(className, method, args, allowsCallouts);
  }

  enterRunAs(user: ApexValue): { leave(): void } {
    if (this.test === undefined) {
      throw new ApexException('TypeException', 'System.runAs can only be used in test methods');
    }
    const { context } = this;
    const { userId, mixedDml } = context;
    context.userId = userIdOf(user);
    context.mixedDml = new MixedDmlGuard();
    return {
      leave: () => {
        context.userId = userId;
        context.mixedDml = mixedDml;
      },
    };
  }
}

/** The records of a DML statement: one, or a list. @throws NullPointerException */
function recordsOf(value: ApexValue): SObjectValue[] {
  const values = value instanceof ApexList ? value.values : [value];
  return values.map((record) => {
    if (record instanceof SObjectValue) {
      return record;
    }
    throw new ApexException('NullPointerException', 'Attempt to de-reference a null object');
  });
}

function idOf(record: SObjectValue): string {
  if (record.id === null) {
    throw new ApexException('DmlException', 'Merge failed: a record to merge has no Id');
  }
  return record.id;
}

function userIdOf(user: ApexValue): string {
  const id = user instanceof SObjectValue ? user.id : null;
  if (id === null) {
    throw new ApexException('NullPointerException', 'System.runAs needs a user that is saved');
  }
  return id;
}
