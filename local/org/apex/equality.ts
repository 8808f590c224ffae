import { ApexBlob } from './blob.ts';
import { ApexDecimal, ApexDouble } from './numbers.ts';
import { ApexDate, ApexDatetime, ApexTime } from './temporal.ts';
import { ApexEnumValue, ApexInstance, type ApexObject, type ApexValue } from './values.ts';

/** Values that compare by content say how: collections and records. */
export interface ByContent extends ApexObject {
  contentEquals(other: ApexValue): boolean;
  /** Equal contents have equal keys. */
  contentKey(): string;
}

/** Marks keys that are not themselves an Apex String, so that no String can equal one. */
const MARK = '\uE000';

/** `equals`, Map keys, Set members, Assert.areEqual: Strings compare with their case. */
export function sameValue(a: ApexValue, b: ApexValue): boolean {
  if (a === b) {
    return true;
  }
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') {
    return numbersAgree(a, b);
  }
  if (a instanceof ApexInstance) {
    return a.apexEquals?.(b) ?? false;
  }
  if (isByContent(a)) {
    return a.contentEquals(b);
  }
  const keyA = hashKey(a);
  return (keyA !== a && keyA === hashKey(b)) || numbersAgree(a, b);
}

/**
 * A JavaScript Map key that is equal exactly for equal values. Instances with `equals` of their own have none: the
 * caller finds an equal instance among those of the same `apexHash`.
 */
export function hashKey(value: ApexValue): unknown {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  if (isByContent(value)) {
    return MARK + value.contentKey();
  }
  return boxKey(value) ?? value;
}

/** Text of `hashKey` for use inside another key; identity stands as a number. */
export function keyText(value: ApexValue): string {
  const key = hashKey(value);
  if (typeof key === 'string') {
    return JSON.stringify(key);
  }
  if (typeof key === 'object' && key !== null) {
    return value instanceof ApexInstance && value.apexHash !== undefined
      ? `h${value.apexHash()}`
      : `#${identityOf(key)}`;
  }
  return `${typeof key}:${String(key)}`;
}

function boxKey(value: ApexObject): string | undefined {
  if (value instanceof ApexDecimal) {
    return `${MARK}n${value.stripped().toString()}`;
  }
  if (value instanceof ApexDouble) {
    return `${MARK}d${value.value}`;
  }
  if (value instanceof ApexDate) {
    return `${MARK}D${value.epochDay}`;
  }
  if (value instanceof ApexDatetime) {
    return `${MARK}t${value.epochMs}`;
  }
  if (value instanceof ApexTime) {
    return `${MARK}T${value.msOfDay}`;
  }
  if (value instanceof ApexEnumValue) {
    return `${MARK}e${value.apexType}.${value.ordinal}`;
  }
  return value instanceof ApexBlob
    ? `${MARK}b${Buffer.from(value.bytes).toString('base64')}`
    : undefined;
}

/** Integer 1, Long 1 and Decimal 1.0 are equal for Assert.areEqual and `equals`; as Map keys they differ. */
function numbersAgree(a: ApexValue, b: ApexValue): boolean {
  const left = asDecimal(a);
  const right = asDecimal(b);
  return left !== undefined && right !== undefined && left.compareTo(right) === 0;
}

function asDecimal(value: ApexValue): ApexDecimal | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return ApexDecimal.ofInteger(value);
  }
  if (value instanceof ApexDouble && Number.isFinite(value.value)) {
    return ApexDecimal.ofNumber(value.value);
  }
  return value instanceof ApexDecimal ? value : undefined;
}

function isByContent(value: ApexObject): value is ByContent {
  return 'contentKey' in value;
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

/** A number that stays with the object: `hashCode` of what declares none. */
export function identityOf(object: object): number {
  let identity = identities.get(object);
  if (identity === undefined) {
    lastIdentity += 1;
    identity = lastIdentity;
    identities.set(object, identity);
  }
  return identity;
}
