import { HeapObject, heldBytes } from './heap-census.ts';
import { type ApexFrame, apexFrames } from './stack.ts';

/**
 * Apex values as the compiled JavaScript holds them. Boxes live in `numbers.ts`, `temporal.ts` and `blob.ts`,
 * collections in `collections.ts`, records in `sobject.ts`; what has no better home is here.
 *
 *   null      null (never undefined)        Boolean   boolean
 *   String    string                        Id        string of 18 characters
 *   Integer   number (int32)                Long      bigint (int64)
 *   Double    ApexDouble                    Decimal   ApexDecimal
 *   Date      ApexDate                      Datetime  ApexDatetime          Time  ApexTime
 *   Blob      ApexBlob                      enum      ApexEnumValue
 *   List      ApexList    Set  ApexSet      Map       ApexMap
 *   SObject   SObjectValue                  other platform objects: PlatformObject
 *   exceptions: ApexException               instances of compiled classes: their JavaScript class
 *
 * Boxes exist where JavaScript's own type would lose the Apex type (1 and 1.0, a Date and a String).
 */

export type ApexValue = null | boolean | string | number | bigint | ApexObject;

/** Everything that is not a JavaScript primitive says its Apex type: `List<String>`, `Account`, `RetryPlan.Step`. */
export interface ApexObject {
  readonly apexType: string;
}

/** A method body that may suspend at a callout: compiled as a generator, driven by the engine. */
export type Suspendable<T> = T | Generator<Suspension, T, unknown>;

/** What a suspended transaction waits for. The driver answers with the value or throws into the generator. */
export interface Suspension {
  readonly kind: 'callout';
  readonly request: CalloutRequest;
}

export interface CalloutRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly timeoutMs: number;
}

export interface CalloutResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * Ends a transaction for good. No Apex catch block sees it: generated `catch` code rethrows it before it looks at the
 * exception's type (`finally` still runs), and the whole transaction is rolled back.
 */
export abstract class UncatchableError extends Error {
  /** As the platform prints it. */
  abstract readonly apexType: string;
  /** The trigger it ended, innermost; undefined outside triggers. */
  trigger: { readonly name: string; readonly phase: string } | undefined;

  /** Like `ApexException.stackTrace`. */
  get stackTrace(): string {
    return traceOf(this);
  }
}

/** A governor limit was passed. */
export class LimitError extends UncatchableError {
  override readonly name = 'LimitError';
  readonly apexType = 'System.LimitException';
}

/** An assertion failed; the platform does not let code go on after that either. */
export class AssertionError extends UncatchableError {
  override readonly name = 'AssertionError';
  readonly apexType = 'System.AssertException';
}

/**
 * An Apex exception, thrown as it is. Compiled exception classes extend it; platform code writes
 * `throw new ApexException('QueryException', 'List has no rows for assignment to SObject')`.
 */
export class ApexException extends Error implements ApexObject {
  /** Name as a catch clause writes it: `DmlException`, `EventBus.RetryableException`, `Orders.FullException`. */
  readonly apexType: string;
  causedBy: ApexException | null;

  constructor(apexType: string, message?: string | null, causedBy: ApexException | null = null) {
    super(message ?? 'Script-thrown exception');
    this.apexType = apexType;
    this.name = apexType;
    this.causedBy = causedBy;
  }

  /** As `getTypeName()` answers it: the platform's own exceptions carry their namespace, `System.DmlException`. */
  get typeName(): string {
    return this.apexType.includes('.') ? this.apexType : `System.${this.apexType}`;
  }

  get frames(): readonly ApexFrame[] {
    return apexFrames(this.stack ?? '');
  }

  /** Line of the Apex statement that made the exception; 0 when no Apex was running. */
  get lineNumber(): number {
    return this.frames[0]?.line ?? 0;
  }

  /** `Class.Outer.Inner.method: line 30, column 1`, one frame a line, innermost first; empty when no Apex was running. */
  get stackTrace(): string {
    return traceOf(this);
  }
}

function traceOf(error: Error): string {
  return apexFrames(error.stack ?? '')
    .map((frame) => `${frame.label}: line ${frame.line}, column 1`)
    .join('\n');
}

/** A value of a compiled or platform enum. Two values are equal when type and ordinal are. */
export class ApexEnumValue implements ApexObject {
  readonly apexType: string;
  readonly name: string;
  readonly ordinal: number;

  constructor(apexType: string, name: string, ordinal: number) {
    this.apexType = apexType;
    this.name = name;
    this.ordinal = ordinal;
  }
}

/** Instances of compiled classes. Their code is generated; the members here are what the platform may call. */
export abstract class ApexInstance extends HeapObject implements ApexObject {
  abstract readonly apexType: string;
  /** Present when the class declares `Boolean equals(Object)` and `Integer hashCode()`. */
  apexEquals?(other: ApexValue): boolean;
  apexHash?(): number;
  /** Present when the class declares `String toString()`. */
  apexString?(): string | null;

  override heapBytes(textBytes: (text: string) => number): number {
    return Object.values(this).reduce<number>((sum, value) => sum + heldBytes(value, textBytes), 0);
  }
}

/**
 * An object of the platform library that is none of the above, e.g. an HttpRequest. `state` is the library's own;
 * compiled code reaches it only through the members of its `PlatformType`.
 */
export class PlatformObject<State extends object = object> implements ApexObject {
  readonly apexType: string;
  readonly state: State;

  constructor(apexType: string, state: State) {
    this.apexType = apexType;
    this.state = state;
  }
}
