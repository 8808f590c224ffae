import { type ApexDecimal, ApexDouble } from '../numbers.ts';
import { ApexException } from '../values.ts';

/** Arithmetic, called by compiled code through `$o`. Every operand may be null, which is an error in Apex. */

type Nullable<T> = T | null;

export function nullReference(): never {
  throw new ApexException('NullPointerException', 'Attempt to de-reference a null object');
}

function divideByZero(): never {
  throw new ApexException('MathException', 'Divide by 0');
}

// ---------------------------------------------------------------- Integer

export function addInteger(a: Nullable<number>, b: Nullable<number>): number {
  return a === null || b === null ? nullReference() : (a + b) | 0;
}

export function subInteger(a: Nullable<number>, b: Nullable<number>): number {
  return a === null || b === null ? nullReference() : (a - b) | 0;
}

export function mulInteger(a: Nullable<number>, b: Nullable<number>): number {
  return a === null || b === null ? nullReference() : Math.imul(a, b);
}

export function divInteger(a: Nullable<number>, b: Nullable<number>): number {
  if (a === null || b === null) {
    return nullReference();
  }
  return b === 0 ? divideByZero() : (a / b) | 0;
}

export function negateInteger(a: Nullable<number>): number {
  return a === null ? nullReference() : -a | 0;
}

export function bitNotInteger(a: Nullable<number>): number {
  return a === null ? nullReference() : ~a;
}

export function bitAndInteger(a: Nullable<number>, b: Nullable<number>): number {
  return a === null || b === null ? nullReference() : a & b;
}

export function bitOrInteger(a: Nullable<number>, b: Nullable<number>): number {
  return a === null || b === null ? nullReference() : a | b;
}

export function bitXorInteger(a: Nullable<number>, b: Nullable<number>): number {
  return a === null || b === null ? nullReference() : a ^ b;
}

export function shiftLeftInteger(a: Nullable<number>, b: Nullable<number | bigint>): number {
  return a === null || b === null ? nullReference() : a << Number(b);
}

export function shiftRightInteger(a: Nullable<number>, b: Nullable<number | bigint>): number {
  return a === null || b === null ? nullReference() : a >> Number(b);
}

export function shiftRightUnsignedInteger(
  a: Nullable<number>,
  b: Nullable<number | bigint>,
): number {
  return a === null || b === null ? nullReference() : (a >>> Number(b)) | 0;
}

// ---------------------------------------------------------------- Long

function wrapped(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

export function addLong(a: Nullable<bigint>, b: Nullable<bigint>): bigint {
  return a === null || b === null ? nullReference() : wrapped(a + b);
}

export function subLong(a: Nullable<bigint>, b: Nullable<bigint>): bigint {
  return a === null || b === null ? nullReference() : wrapped(a - b);
}

export function mulLong(a: Nullable<bigint>, b: Nullable<bigint>): bigint {
  return a === null || b === null ? nullReference() : wrapped(a * b);
}

export function divLong(a: Nullable<bigint>, b: Nullable<bigint>): bigint {
  if (a === null || b === null) {
    return nullReference();
  }
  return b === 0n ? divideByZero() : wrapped(a / b);
}

export function negateLong(a: Nullable<bigint>): bigint {
  return a === null ? nullReference() : wrapped(-a);
}

export function bitNotLong(a: Nullable<bigint>): bigint {
  return a === null ? nullReference() : ~a;
}

export function bitAndLong(a: Nullable<bigint>, b: Nullable<bigint>): bigint {
  return a === null || b === null ? nullReference() : a & b;
}

export function bitOrLong(a: Nullable<bigint>, b: Nullable<bigint>): bigint {
  return a === null || b === null ? nullReference() : a | b;
}

export function bitXorLong(a: Nullable<bigint>, b: Nullable<bigint>): bigint {
  return a === null || b === null ? nullReference() : a ^ b;
}

/** Shift distances count modulo 64, as the platform's virtual machine takes them. */
function distance(b: number | bigint): bigint {
  return BigInt(b) & 63n;
}

export function shiftLeftLong(a: Nullable<bigint>, b: Nullable<number | bigint>): bigint {
  return a === null || b === null ? nullReference() : wrapped(a << distance(b));
}

export function shiftRightLong(a: Nullable<bigint>, b: Nullable<number | bigint>): bigint {
  return a === null || b === null ? nullReference() : a >> distance(b);
}

export function shiftRightUnsignedLong(a: Nullable<bigint>, b: Nullable<number | bigint>): bigint {
  return a === null || b === null ? nullReference() : wrapped(BigInt.asUintN(64, a) >> distance(b));
}

// ---------------------------------------------------------------- Double

export function addDouble(a: Nullable<ApexDouble>, b: Nullable<ApexDouble>): ApexDouble {
  return a === null || b === null ? nullReference() : new ApexDouble(a.value + b.value);
}

export function subDouble(a: Nullable<ApexDouble>, b: Nullable<ApexDouble>): ApexDouble {
  return a === null || b === null ? nullReference() : new ApexDouble(a.value - b.value);
}

export function mulDouble(a: Nullable<ApexDouble>, b: Nullable<ApexDouble>): ApexDouble {
  return a === null || b === null ? nullReference() : new ApexDouble(a.value * b.value);
}

export function divDouble(a: Nullable<ApexDouble>, b: Nullable<ApexDouble>): ApexDouble {
  if (a === null || b === null) {
    return nullReference();
  }
  return b.value === 0 ? divideByZero() : new ApexDouble(a.value / b.value);
}

export function negateDouble(a: Nullable<ApexDouble>): ApexDouble {
  return a === null ? nullReference() : new ApexDouble(-a.value);
}

// ---------------------------------------------------------------- Decimal

export function addDecimal(a: Nullable<ApexDecimal>, b: Nullable<ApexDecimal>): ApexDecimal {
  return a === null || b === null ? nullReference() : a.plus(b);
}

export function subDecimal(a: Nullable<ApexDecimal>, b: Nullable<ApexDecimal>): ApexDecimal {
  return a === null || b === null ? nullReference() : a.minus(b);
}

export function mulDecimal(a: Nullable<ApexDecimal>, b: Nullable<ApexDecimal>): ApexDecimal {
  return a === null || b === null ? nullReference() : a.times(b);
}

export function divDecimal(a: Nullable<ApexDecimal>, b: Nullable<ApexDecimal>): ApexDecimal {
  return a === null || b === null ? nullReference() : a.dividedBy(b);
}

export function negateDecimal(a: Nullable<ApexDecimal>): ApexDecimal {
  return a === null ? nullReference() : a.negated();
}

// ---------------------------------------------------------------- Boolean

/** A Boolean in a condition. */
export function truth(value: Nullable<boolean>): boolean {
  return value ?? nullReference();
}

export function bitAndBoolean(a: Nullable<boolean>, b: Nullable<boolean>): boolean {
  return a === null || b === null ? nullReference() : a && b;
}

export function bitOrBoolean(a: Nullable<boolean>, b: Nullable<boolean>): boolean {
  return a === null || b === null ? nullReference() : a || b;
}

export function bitXorBoolean(a: Nullable<boolean>, b: Nullable<boolean>): boolean {
  return a === null || b === null ? nullReference() : a !== b;
}
