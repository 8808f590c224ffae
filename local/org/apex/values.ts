/**
 * Apex values as the compiled JavaScript holds them.
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

export type ApexValue =
  | null
  | boolean
  | string
  | number
  | bigint
  | ApexObject;

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
 * A governor limit was passed. No Apex catch block sees it: generated `catch` code rethrows it before it looks at the
 * exception's type (`finally` still runs), and the whole transaction is rolled back.
 */
export class LimitError extends Error {
  override readonly name = 'LimitError';
  /** As the platform prints it. */
  readonly apexType = 'System.LimitException';
}
