import { isId } from '../../schema/ids.ts';
import { sameValue } from '../equality.ts';
import { toId18 } from '../id.ts';
import { ApexDouble } from '../numbers.ts';
import { ApexDate, ApexDatetime, ApexTime } from '../temporal.ts';
import { ApexInstance, type ApexValue } from '../values.ts';
import { asDecimal } from './conversions.ts';

/** Comparisons, called by compiled code through `$o`. An order comparison with null is false, except of Strings. */

const DICTIONARY = new Intl.Collator('en', { sensitivity: 'accent' });

type Ordered = number | bigint | null;

export function less(a: Ordered, b: Ordered): boolean {
  return a !== null && b !== null && a < b;
}

export function lessOrEqual(a: Ordered, b: Ordered): boolean {
  return a !== null && b !== null && a <= b;
}

export function greater(a: Ordered, b: Ordered): boolean {
  return a !== null && b !== null && a > b;
}

export function greaterOrEqual(a: Ordered, b: Ordered): boolean {
  return a !== null && b !== null && a >= b;
}

export function lessAny(a: ApexValue, b: ApexValue): boolean {
  return a !== null && b !== null && order(a, b) < 0;
}

export function lessOrEqualAny(a: ApexValue, b: ApexValue): boolean {
  return a !== null && b !== null && order(a, b) <= 0;
}

export function greaterAny(a: ApexValue, b: ApexValue): boolean {
  return a !== null && b !== null && order(a, b) > 0;
}

export function greaterOrEqualAny(a: ApexValue, b: ApexValue): boolean {
  return a !== null && b !== null && order(a, b) >= 0;
}

/** Strings in the order of a dictionary; a text is greater than null. */
export function lessStrings(a: string | null, b: string | null): boolean {
  return orderStrings(a, b) < 0;
}

export function lessOrEqualStrings(a: string | null, b: string | null): boolean {
  return orderStrings(a, b) <= 0;
}

export function greaterStrings(a: string | null, b: string | null): boolean {
  return orderStrings(a, b) > 0;
}

export function greaterOrEqualStrings(a: string | null, b: string | null): boolean {
  return orderStrings(a, b) >= 0;
}

/** `==` of two Strings ignores case. */
export function equalStrings(a: string | null, b: string | null): boolean {
  return a === b || (a !== null && b !== null && a.toLowerCase() === b.toLowerCase());
}

/** `==` where one side is an Id: 15 and 18 characters of one record are equal. */
export function equalIds(a: ApexValue, b: ApexValue): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') {
    return a === b;
  }
  return isId(a) && isId(b) ? toId18(a) === toId18(b) : a === b;
}

/** `==` of anything else. */
export function equal(a: ApexValue, b: ApexValue): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    return equalStrings(a, b);
  }
  if (a !== null && b !== null && isInstant(a) && isInstant(b)) {
    return instant(a) === instant(b);
  }
  return sameValue(a, b);
}

/** `===`: the same object, for values without identity the same value. */
export function same(a: ApexValue, b: ApexValue): boolean {
  const isReference = (value: ApexValue) => value instanceof ApexInstance || isCollection(value);
  return a === b || (!isReference(a) && !isReference(b) && sameValue(a, b));
}

/** Negative, zero or positive; both of comparable types and not null. */
export function order(a: ApexValue, b: ApexValue): number {
  if (typeof a === 'string' && typeof b === 'string') {
    return orderStrings(a, b);
  }
  if (isInstant(a) && isInstant(b)) {
    return instant(a) - instant(b);
  }
  if (a instanceof ApexTime && b instanceof ApexTime) {
    return a.msOfDay - b.msOfDay;
  }
  const x = asDecimal(a);
  const y = asDecimal(b);
  return x === undefined || y === undefined ? plainNumber(a) - plainNumber(b) : x.compareTo(y);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Ignores case; blanks and hyphens count for nothing, as in the collation the platform uses. */
function orderStrings(a: string | null, b: string | null): number {
  if (a === null || b === null) {
    return Number(a !== null) - Number(b !== null);
  }
  if (equalStrings(a, b)) {
    return 0;
  }
  const order = DICTIONARY.compare(a.replaceAll(/[\s-]/g, ''), b.replaceAll(/[\s-]/g, ''));
  return order === 0 ? compareText(a.toLowerCase(), b.toLowerCase()) : order;
}

function plainNumber(value: ApexValue): number {
  return value instanceof ApexDouble ? value.value : (asDecimal(value)?.toNumber() ?? Number.NaN);
}

function isInstant(value: ApexValue): value is ApexDate | ApexDatetime {
  return value instanceof ApexDate || value instanceof ApexDatetime;
}

function instant(value: ApexDate | ApexDatetime): number {
  return value instanceof ApexDate ? value.startMs : value.epochMs;
}

function isCollection(value: ApexValue): boolean {
  return value !== null && typeof value === 'object' && 'contentKey' in value;
}
