import { ApexList, ApexSet } from '../collections.ts';
import { joined } from '../made-text.ts';
import { enumValue } from '../platform/enums.ts';
import { describeSObject } from '../platform/system/describe.ts';
import { describeField } from '../platform/system/describe-field.ts';
import { fieldSetNamed } from '../platform/system/field-sets.ts';
import { sobjectFieldToken, sobjectTypeToken } from '../platform/system/tokens.ts';
import { typeToken } from '../platform/type-token.ts';
import type { Realm, TriggerContext } from '../realm.ts';
import { SObjectValue } from '../sobject.ts';
import { roseInApex } from '../stack.ts';
import { StreamedBinds } from '../streamed-binds.ts';
import {
  ApexException,
  ApexInstance,
  type ApexObject,
  type ApexValue,
  LimitError,
  type Suspendable,
  type Suspension,
} from '../values.ts';
import { nullReference } from './arithmetic.ts';
import { CompiledException } from './compiled-exception.ts';
import type { LoadedProgram } from './loaded-program.ts';
import { isGenerator } from './operators.ts';
import { concatenated } from './text.ts';
import { castTo, isOfType } from './type-check.ts';

/** Loop turns between two looks at the CPU clock. */
const TURNS_PER_TICK = 1024;
const MAX_DEPTH = 1000;

/** What compiled code calls as `$`: everything that belongs to the running transaction. */
export class Runtime {
  readonly realm: Realm;
  readonly ApexInstance = ApexInstance;
  readonly CompiledException = CompiledException;
  /** Counts down with every loop turn. */
  fuel = TURNS_PER_TICK;
  #depth = 0;
  readonly #program: LoadedProgram;

  constructor(realm: Realm, program: LoadedProgram) {
    this.realm = realm;
    this.#program = program;
  }

  // ------------------------------------------------------------------ limits

  refuel(): void {
    this.fuel = TURNS_PER_TICK;
    this.realm.tick();
  }

  /** Around the bodies of methods that may recurse. */
  enter(): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw new LimitError(`Maximum stack depth reached: ${this.#depth}`);
    }
    this.fuel -= 1;
    if (this.fuel < 0) {
      this.refuel();
    }
  }

  leave(): void {
    this.#depth -= 1;
  }

  // ------------------------------------------------------------------ classes and types

  load(className: string): unknown {
    return this.#program.load(className);
  }

  is(value: ApexValue, typeName: string): boolean {
    return isOfType(value, typeName, this.#program);
  }

  cast(value: ApexValue, typeName: string): ApexValue {
    return castTo(value, typeName, this.#program);
  }

  typeOf(typeName: string): ApexObject {
    return typeToken(typeName);
  }

  /** An interface method, whoever implements it. */
  invoke(receiver: ApexValue, method: string, args: readonly ApexValue[]): ApexValue {
    const result = this.#program.call(receiver ?? nullReference(), method, args);
    if (isGenerator(result)) {
      throw new TypeError(`${method} waits for a callout where the platform cannot wait`);
    }
    return result;
  }

  *invokeSuspending(
    receiver: ApexValue,
    method: string,
    args: readonly ApexValue[],
  ): Generator<Suspension, ApexValue, unknown> {
    const result: Suspendable<ApexValue> = this.#program.call(
      receiver ?? nullReference(),
      method,
      args,
    );
    return isGenerator(result) ? yield* result : result;
  }

  // ------------------------------------------------------------------ exceptions

  thrown(exception: ApexException | null): ApexException {
    return exception ?? nullReference();
  }

  /**
   * What a catch block may look at. Limits pass every catch block; faults of this program are no Apex exceptions and
   * pass as well.
   */
  caught(error: unknown): ApexException {
    const exception = asApexException(error);
    if (exception instanceof ApexException) {
      return exception;
    }
    throw exception;
  }

  // ------------------------------------------------------------------ records

  newRecord(objectName: string): SObjectValue {
    return new SObjectValue(this.realm.schema.require(objectName)).claim();
  }

  addFieldError(record: SObjectValue | null, field: string, reason: ApexValue): null {
    const message = reason instanceof ApexException ? reason.message : this.text(reason);
    (record ?? nullReference()).addError(message, field);
    return null;
  }

  query(rowType: string, soql: string, binds: readonly (readonly [string, ApexValue])[]): ApexList {
    return new ApexList(rowType, this.realm.query(soql, new Map(binds)));
  }

  /** Like `query`, for a loop that takes its rows by `taken`. */
  loopRows(
    rowType: string,
    soql: string,
    binds: readonly (readonly [string, ApexValue])[],
  ): ApexList {
    return new ApexList(rowType, this.realm.query(soql, new StreamedBinds(binds)));
  }

  /** Variables around `Database.query`, where a loop takes its rows. */
  loopBinds(binds: readonly (readonly [string, ApexValue])[]): StreamedBinds {
    return new StreamedBinds(binds);
  }

  /** Rows of a query that nothing but the loop holds: each is let go when the next one is taken. */
  *taken(rows: ApexList): IterableIterator<ApexValue> {
    const { values } = rows;
    for (let index = 0; index < values.length; index += 1) {
      const row = values[index] ?? null;
      values[index] = null;
      if (row instanceof SObjectValue) {
        this.realm.holdRow(row);
      }
      yield row;
    }
  }

  /**
   * Such rows in lists of their own. While the next list is filled, the loop's variable still holds the one before:
   * until then that one does not count.
   */
  *takenChunks(rows: ApexList, size: number): IterableIterator<ApexList> {
    let before: SObjectValue[] = [];
    while (rows.values.length > 0) {
      const chunk = rows.values.splice(0, size);
      const records = chunk.filter((row) => row instanceof SObjectValue);
      for (const record of records) {
        this.realm.holdRow(record);
      }
      const owner = records[0]?.heapOwner;
      setHeapOwner(before, owner);
      yield new ApexList(rows.elementType, chunk);
      setHeapOwner(records, undefined);
      before = records;
    }
  }

  queryCount(soql: string, binds: readonly (readonly [string, ApexValue])[]): number {
    return this.realm.queryCount(soql, new Map(binds));
  }

  search(
    clauses: string,
    term: string | null,
    binds: readonly (readonly [string, ApexValue])[],
  ): ApexList {
    return this.realm.search(clauses, term ?? nullReference(), new Map(binds));
  }

  queryLocator(soql: string, binds: readonly (readonly [string, ApexValue])[]): ApexObject {
    return this.realm.queryLocator(soql, new Map(binds));
  }

  merge(master: ApexValue, losers: ApexValue, options: { mode?: 'user' | 'system' }): void {
    if (!(master instanceof SObjectValue)) {
      nullReference();
    }
    const list = losers instanceof ApexList ? losers.values : [losers];
    const records = list.map((loser) => this.#asRecord(loser, master));
    this.realm.dml('merge', new ApexList('SObject', [master, ...records]), options);
  }

  objectToken(objectName: string): ApexObject {
    return sobjectTypeToken(this.realm.schema, objectName);
  }

  fieldToken(objectName: string, fieldName: string): ApexObject {
    return sobjectFieldToken(this.realm.schema, objectName, fieldName);
  }

  describeObject(objectName: string): ApexObject {
    return describeSObject(this.realm, objectName);
  }

  describeField(objectName: string, fieldName: string): ApexObject {
    return describeField(this.realm, objectName, fieldName);
  }

  fieldSet(objectName: string, name: string): ApexObject {
    return fieldSetNamed(this.realm, objectName, name);
  }

  /** A variable of `Trigger`; outside triggers the lists are null and the flags false. */
  trigger(variable: keyof TriggerContext): ApexValue {
    const context = this.realm.trigger;
    if (context === null) {
      return variable.startsWith('is') ? false : null;
    }
    return variable === 'operation'
      ? enumValue('TriggerOperation', context.operation)
      : context[variable];
  }

  // ------------------------------------------------------------------ text and loops

  text(value: ApexValue): string {
    return concatenated(value, this.realm.timeZone);
  }

  concat(a: ApexValue, b: ApexValue): string {
    return joined(this.text(a), this.text(b));
  }

  /** What a for-each loop goes through: a collection, locked against changes, or an Iterable's own iterator. */
  enterLoop(source: ApexValue): ApexList | ApexSet | IteratorLoop {
    if (source instanceof ApexList || source instanceof ApexSet) {
      source.enterLoop();
      return source;
    }
    return new IteratorLoop(this, this.invoke(source, 'iterator', []));
  }

  #asRecord(loser: ApexValue, master: SObjectValue): ApexValue {
    if (typeof loser !== 'string') {
      return loser ?? nullReference();
    }
    const record = new SObjectValue(master.schema);
    record.put('Id', loser);
    return record;
  }
}

/**
 * The Apex exception an error stands for. JavaScript's own errors in generated code are Apex's: reading a member of
 * null, and a stack that is full. Any other error comes back as it is.
 */
export function asApexException(error: unknown): unknown {
  if (error instanceof TypeError && isNullReference(error)) {
    const exception = new ApexException(
      'NullPointerException',
      'Attempt to de-reference a null object',
    );
    exception.stack = error.stack ?? '';
    return exception;
  }
  if (error instanceof RangeError && error.message.startsWith('Maximum call stack')) {
    return new LimitError(`Maximum stack depth reached: ${MAX_DEPTH + 1}`);
  }
  return error;
}

function isNullReference(error: TypeError): boolean {
  return (
    /^Cannot (read|set) properties of null/.test(error.message) && roseInApex(error.stack ?? '')
  );
}

function setHeapOwner(records: readonly SObjectValue[], owner: object | undefined): void {
  for (const record of records) {
    record.heapOwner = owner;
  }
}

/** Goes through an Apex Iterator. */
class IteratorLoop {
  readonly #runtime: Runtime;
  readonly #iterator: ApexValue;

  constructor(runtime: Runtime, iterator: ApexValue) {
    this.#runtime = runtime;
    this.#iterator = iterator;
  }

  *[Symbol.iterator](): IterableIterator<ApexValue> {
    while (this.#runtime.invoke(this.#iterator, 'hasNext', []) === true) {
      yield this.#runtime.invoke(this.#iterator, 'next', []);
    }
  }

  leaveLoop(): void {
    // An iterator locks nothing.
  }
}
