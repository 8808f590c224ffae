import { ApexException, type ApexObject } from './values.ts';

/** 64-bit floating point. A box, because 1.0 is not the Integer 1. */
export class ApexDouble implements ApexObject {
  readonly apexType = 'Double';
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export type RoundingMode =
  | 'UP'
  | 'DOWN'
  | 'CEILING'
  | 'FLOOR'
  | 'HALF_UP'
  | 'HALF_DOWN'
  | 'HALF_EVEN'
  | 'UNNECESSARY';

/** Quotients keep at most this many digits after the point. */
const DIVISION_SCALE = 32;

/** An exact decimal number: `unscaled` × 10^-`scale`. The scale shows: 1.50 prints `1.50`, yet equals 1.5. */
export class ApexDecimal implements ApexObject {
  readonly apexType = 'Decimal';
  readonly unscaled: bigint;
  /** Digits after the point, 0 or more. */
  readonly scale: number;

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled;
    this.scale = scale;
  }

  static ofInteger(value: number | bigint): ApexDecimal {
    return new ApexDecimal(BigInt(value), 0);
  }

  /** The shortest decimal that stands for the number; with at least `minScale` digits after the point. */
  static ofNumber(value: number, minScale = 0): ApexDecimal {
    const decimal = ApexDecimal.parse(String(value));
    if (decimal === undefined) {
      throw new ApexException('MathException', `${value} is not a decimal number`);
    }
    return decimal.scale < minScale ? decimal.withScale(minScale) : decimal;
  }

  /** Undefined when the text is no number. Takes signs, a point and an exponent. */
  static parse(text: string): ApexDecimal | undefined {
    const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
    if (match === null || whole + fraction === '') {
      return undefined;
    }
    const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
    const scale = fraction.length - Number(exponent);
    return scale >= 0
      ? new ApexDecimal(digits, scale)
      : new ApexDecimal(digits * 10n ** BigInt(-scale), 0);
  }

  get sign(): -1 | 0 | 1 {
    return this.unscaled === 0n ? 0 : this.unscaled < 0n ? -1 : 1;
  }

  /** Number of digits of the unscaled value. */
  get precision(): number {
    return (this.unscaled < 0n ? -this.unscaled : this.unscaled).toString().length;
  }

  plus(other: ApexDecimal): ApexDecimal {
    const scale = Math.max(this.scale, other.scale);
    return new ApexDecimal(this.#at(scale) + other.#at(scale), scale);
  }

  minus(other: ApexDecimal): ApexDecimal {
    return this.plus(other.negated());
  }

  times(other: ApexDecimal): ApexDecimal {
    return new ApexDecimal(this.unscaled * other.unscaled, this.scale + other.scale);
  }

  /** The `/` operator: exact when it ends within 32 digits, else rounded there. @throws MathException on zero */
  dividedBy(other: ApexDecimal): ApexDecimal {
    const quotient = this.divide(other, DIVISION_SCALE, 'HALF_UP');
    return quotient.stripped(Math.max(0, this.scale - other.scale));
  }

  /** @throws MathException on zero */
  divide(other: ApexDecimal, scale: number, mode: RoundingMode): ApexDecimal {
    if (other.unscaled === 0n) {
      throw new ApexException('MathException', 'Divide by 0');
    }
    const shift = scale + other.scale - this.scale;
    const numerator = shift >= 0 ? this.unscaled * 10n ** BigInt(shift) : this.unscaled;
    const denominator = shift >= 0 ? other.unscaled : other.unscaled * 10n ** BigInt(-shift);
    return new ApexDecimal(roundedQuotient(numerator, denominator, mode), scale);
  }

  negated(): ApexDecimal {
    return new ApexDecimal(-this.unscaled, this.scale);
  }

  withScale(scale: number, mode: RoundingMode = 'HALF_EVEN'): ApexDecimal {
    if (scale >= this.scale) {
      return new ApexDecimal(this.#at(scale), scale);
    }
    const factor = 10n ** BigInt(this.scale - scale);
    return new ApexDecimal(roundedQuotient(this.unscaled, factor, mode), scale);
  }

  /** Without trailing zeros after the point, down to `minScale` digits. */
  stripped(minScale = 0): ApexDecimal {
    let { unscaled, scale } = this;
    while (scale > minScale && unscaled % 10n === 0n) {
      unscaled /= 10n;
      scale -= 1;
    }
    return new ApexDecimal(unscaled, scale);
  }

  compareTo(other: ApexDecimal): -1 | 0 | 1 {
    return this.minus(other).sign;
  }

  /** Towards zero. */
  toBigInt(): bigint {
    return this.withScale(0, 'DOWN').unscaled;
  }

  toNumber(): number {
    return Number(this.toString());
  }

  /** Plain notation with every digit of the scale. */
  toString(): string {
    const digits = (this.unscaled < 0n ? -this.unscaled : this.unscaled)
      .toString()
      .padStart(this.scale + 1, '0');
    const sign = this.unscaled < 0n ? '-' : '';
    const point = digits.length - this.scale;
    return this.scale === 0
      ? sign + digits
      : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  }

  #at(scale: number): bigint {
    return this.unscaled * 10n ** BigInt(scale - this.scale);
  }
}

function roundedQuotient(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  if (remainder === 0n) {
    return quotient;
  }
  const negative = numerator < 0n !== denominator < 0n;
  const twice = 2n * absolute(remainder);
  const half = twice === absolute(denominator) ? 0 : twice > absolute(denominator) ? 1 : -1;
  return roundsAway(mode, negative, half, quotient % 2n !== 0n)
    ? quotient + (negative ? -1n : 1n)
    : quotient;
}

/** `half` tells the dropped part against one half: -1 below, 0 exactly, 1 above. */
function roundsAway(mode: RoundingMode, negative: boolean, half: number, odd: boolean): boolean {
  switch (mode) {
    case 'UP':
      return true;
    case 'DOWN':
      return false;
    case 'CEILING':
      return !negative;
    case 'FLOOR':
      return negative;
    case 'HALF_UP':
      return half >= 0;
    case 'HALF_DOWN':
      return half > 0;
    case 'HALF_EVEN':
      return half > 0 || (half === 0 && odd);
    case 'UNNECESSARY':
      throw new ApexException('MathException', 'Rounding necessary');
  }
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
