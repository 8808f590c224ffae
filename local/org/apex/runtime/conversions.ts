import { toId18 } from '../id.ts';
import { ApexDecimal, ApexDouble } from '../numbers.ts';
import { ApexDate, ApexDatetime } from '../temporal.ts';
import type { ApexValue } from '../values.ts';

/** Changes of representation where Apex converts without being asked, and numeric casts. Null stays null. */

type NumberValue = number | bigint | ApexDouble | ApexDecimal;

export function longOf(value: number | bigint | null): bigint | null {
  return value === null ? null : BigInt(value);
}

export function doubleOf(value: NumberValue | null): ApexDouble | null {
  if (value === null || value instanceof ApexDouble) {
    return value;
  }
  return new ApexDouble(value instanceof ApexDecimal ? value.toNumber() : Number(value));
}

export function decimalOf(value: NumberValue | null): ApexDecimal | null {
  if (value === null || value instanceof ApexDecimal) {
    return value;
  }
  return value instanceof ApexDouble
    ? ApexDecimal.ofNumber(value.value)
    : ApexDecimal.ofInteger(value);
}

/** @throws StringException "Invalid id: x" */
export function idOf(value: string | null): string | null {
  return value === null ? null : toId18(value);
}

/** Midnight UTC of the day. */
export function datetimeOf(value: ApexDate | ApexDatetime | null): ApexDatetime | null {
  return value instanceof ApexDate ? new ApexDatetime(value.startMs) : value;
}

/** `(Integer) value`: digits after the point are cut off, what is too large wraps around. */
export function narrowToInteger(value: NumberValue | null): number | null {
  return value === null ? null : Number(BigInt.asIntN(32, wholeOf(value)));
}

export function narrowToLong(value: NumberValue | null): bigint | null {
  return value === null ? null : BigInt.asIntN(64, wholeOf(value));
}

function wholeOf(value: NumberValue): bigint {
  if (value instanceof ApexDecimal) {
    return value.toBigInt();
  }
  return value instanceof ApexDouble ? BigInt(Math.trunc(value.value)) : BigInt(value);
}

/** Any Apex number as a Decimal; undefined for other values and for what is no number (NaN, infinite). */
export function asDecimal(value: ApexValue): ApexDecimal | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return ApexDecimal.ofInteger(value);
  }
  if (value instanceof ApexDouble) {
    return Number.isFinite(value.value) ? ApexDecimal.ofNumber(value.value) : undefined;
  }
  return value instanceof ApexDecimal ? value : undefined;
}
