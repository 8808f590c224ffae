/** What compiled code calls as `$o`: operators and helpers that need no running transaction. */

import { ApexList, ApexMap, ApexSet } from '../collections.ts';
import { joined } from '../made-text.ts';
import type { EnumType } from '../platform/enums.ts';
import { platformEnum } from '../platform/enums.ts';
import type { SObjectValue } from '../sobject.ts';
import { ApexDate, ApexDatetime } from '../temporal.ts';
import {
  type ApexEnumValue,
  ApexException,
  type ApexValue,
  type Suspendable,
  type Suspension,
} from '../values.ts';
import { nullReference } from './arithmetic.ts';
import { asDecimal } from './conversions.ts';

const DAY_MS = 86_400_000;

// ---------------------------------------------------------------- text and dates

/** `+` of two Strings. */
export function concat(a: string | null, b: string | null): string {
  return joined(a ?? 'null', b ?? 'null');
}

export { joined };

/** `date + n`, `datetime + n`: n days, for a Datetime fractions too. */
export function addDays(value: ApexDate | ApexDatetime | null, days: ApexValue): ApexValue {
  const count = asDecimal(days)?.toNumber();
  if (value === null || count === undefined) {
    return nullReference();
  }
  return value instanceof ApexDate
    ? new ApexDate(value.epochDay + Math.trunc(count))
    : new ApexDatetime(value.epochMs + Math.round(count * DAY_MS));
}

export function subtractDays(value: ApexDate | ApexDatetime | null, days: ApexValue): ApexValue {
  return addDays(value, asDecimal(days)?.negated() ?? null);
}

// ---------------------------------------------------------------- records

export function putField(record: SObjectValue | null, field: string, value: ApexValue): ApexValue {
  (record ?? nullReference()).put(field, value);
  return value;
}

/** A field of a parent reached by path: null when there is no parent. */
export function parentField(parent: SObjectValue | null, field: string): ApexValue {
  return parent === null ? null : parent.get(field);
}

export function grandparent(
  parent: SObjectValue | null,
  relationship: string,
): SObjectValue | null {
  return parent === null ? null : parent.parent(relationship);
}

export function putParent(
  record: SObjectValue | null,
  relationship: string,
  parent: SObjectValue | null,
): SObjectValue | null {
  (record ?? nullReference()).setParent(relationship, parent);
  return parent;
}

export function childrenOf(
  record: SObjectValue | null,
  relationship: string,
  childObject: string,
): ApexList {
  return (record ?? nullReference()).children(relationship) ?? new ApexList(childObject);
}

/** The one row of a query. @throws QueryException when there is none or are several */
export function singleRow(rows: ApexList): ApexValue {
  if (rows.size === 1) {
    return rows.get(0);
  }
  throw new ApexException(
    'QueryException',
    rows.size === 0
      ? 'List has no rows for assignment to SObject'
      : 'List has more than 1 row for assignment to SObject',
  );
}

// ---------------------------------------------------------------- collections

export function listOf(elementType: string, values: ApexValue[]): ApexList {
  return new ApexList(elementType, values);
}

export function setOf(elementType: string, values: readonly ApexValue[]): ApexSet {
  return new ApexSet(elementType, values);
}

export function mapOf(
  keyType: string,
  valueType: string,
  entries: readonly (readonly [ApexValue, ApexValue])[],
): ApexMap {
  return new ApexMap(keyType, valueType, entries);
}

/** `new String[5]` */
export function listOfSize(elementType: string, size: number | null): ApexList {
  return new ApexList(elementType, new Array<ApexValue>(size ?? nullReference()).fill(null));
}

export function setAt(list: ApexList | null, index: number | null, value: ApexValue): ApexValue {
  (list ?? nullReference()).set(index ?? nullReference(), value);
  return value;
}

/** What a for-each loop goes through. */
export function elements(source: ApexList | Iterable<ApexValue>): Iterable<ApexValue> {
  return source instanceof ApexList ? source.values : source;
}

/** Rows of a query in lists of at most `size`. */
export function* chunks(rows: ApexList, size: number): IterableIterator<ApexList> {
  for (let from = 0; from < rows.size; from += size) {
    yield new ApexList(rows.elementType, rows.values.slice(from, from + size));
  }
}

// ---------------------------------------------------------------- enums

export function enumValue(typeName: string, constant: string): ApexEnumValue {
  return platformEnum(typeName).require(constant);
}

export function platformEnumValues(typeName: string): ApexList {
  return enumValues(platformEnum(typeName));
}

export function enumValues(type: EnumType): ApexList {
  return new ApexList(type.name, [...type.constants]);
}

/** `LoggingLevel.valueOf('DEBUG')` */
export function platformEnumValueOf(typeName: string, constant: string | null): ApexEnumValue {
  return enumValueOf(platformEnum(typeName), constant);
}

export function enumValueOf(type: EnumType, constant: string | null): ApexEnumValue {
  return type.require(constant ?? nullReference());
}

// ---------------------------------------------------------------- platform members

/** Assigns to a platform property; the value goes on as the expression's value. */
export function put<R>(
  member: (realm: R, self: ApexValue, value: ApexValue) => unknown,
  realm: R,
  self: ApexValue,
  value: ApexValue,
): ApexValue {
  member(realm, self ?? nullReference(), value);
  return value;
}

/** Waits for a platform member that may answer at once. */
export function* suspend(
  result: Suspendable<ApexValue>,
): Generator<Suspension, ApexValue, unknown> {
  return isGenerator(result) ? yield* result : result;
}

export function isGenerator<T>(value: Suspendable<T>): value is Generator<Suspension, T, unknown> {
  return (
    typeof value === 'object' && value !== null && Symbol.iterator in value && 'throw' in value
  );
}

/** The same for a static property. */
export function putStatic<R>(
  member: (realm: R, self: null, value: ApexValue) => unknown,
  realm: R,
  value: ApexValue,
): ApexValue {
  member(realm, null, value);
  return value;
}
