import { ApexDecimal, ApexDouble, type RoundingMode } from '../../numbers.ts';
import type { Realm } from '../../realm.ts';
import type { ApexEnumValue, ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import { fail, given, int32, type Text } from './arguments.ts';

type Int = number | null;
type Dec = ApexDecimal | null;

const MIN_INT = -2_147_483_648n;
const MAX_INT = 2_147_483_647n;
const MIN_LONG = -9_223_372_036_854_775_808n;
const MAX_LONG = 9_223_372_036_854_775_807n;

/** Thousands apart by commas, as `format()` writes in the en_US locale. */
function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const commas = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? commas : `${commas}.${fraction}`;
}

function parseWhole(text: string, min: bigint, max: bigint, type: string): bigint {
  const trimmed = text.trim();
  const value = /^[+-]?\d+$/.test(trimmed) ? BigInt(trimmed) : undefined;
  return value === undefined || value < min || value > max
    ? fail('TypeException', `Invalid ${type}: ${text}`)
    : value;
}

/** What `X.valueOf(Object)` makes of a number or text. */
function wholeOf(value: ApexValue, min: bigint, max: bigint, type: string): bigint {
  if (typeof value === 'string') return parseWhole(value, min, max, type);
  if (typeof value === 'number' || typeof value === 'bigint') return BigInt(value);
  if (value instanceof ApexDecimal) return value.toBigInt();
  if (value instanceof ApexDouble) return BigInt(Math.trunc(value.value));
  return fail('TypeException', `Invalid ${type}: ${value === null ? 'null' : typeof value}`);
}

export const integerType = platformType({
  name: 'Integer',
  members: {
    'static Integer valueOf(Object value)': (_realm: Realm, _self: null, value: ApexValue) =>
      int32(Number(BigInt.asIntN(32, wholeOf(given(value), MIN_INT, MAX_INT, 'integer')))),
    'static Integer valueOf(String text)': (_realm: Realm, _self: null, text: Text) =>
      Number(parseWhole(given(text), MIN_INT, MAX_INT, 'integer')),
    'String format()': (_realm: Realm, self: number) => grouped(String(self)),
    'Integer intValue()': (_realm: Realm, self: number) => self,
    'Long longValue()': (_realm: Realm, self: number) => BigInt(self),
    'Double doubleValue()': (_realm: Realm, self: number) => new ApexDouble(self),
    'Integer hashCode()': (_realm: Realm, self: number) => self,
    'Boolean equals(Object other)': (_realm: Realm, self: number, other: ApexValue) =>
      self === other,
  },
});

export const longType = platformType({
  name: 'Long',
  members: {
    'static Long valueOf(Object value)': (_realm: Realm, _self: null, value: ApexValue) =>
      wholeOf(given(value), MIN_LONG, MAX_LONG, 'long'),
    'static Long valueOf(String text)': (_realm: Realm, _self: null, text: Text) =>
      parseWhole(given(text), MIN_LONG, MAX_LONG, 'long'),
    'String format()': (_realm: Realm, self: bigint) => grouped(String(self)),
    'Integer intValue()': (_realm: Realm, self: bigint) => Number(BigInt.asIntN(32, self)),
    'Long longValue()': (_realm: Realm, self: bigint) => self,
    'Integer hashCode()': (_realm: Realm, self: bigint) =>
      Number(BigInt.asIntN(32, self ^ (self >> 32n))),
    'Boolean equals(Object other)': (_realm: Realm, self: bigint, other: ApexValue) =>
      self === other,
  },
});

function doubleOf(value: ApexValue): number {
  if (typeof value === 'string') {
    const decimal = ApexDecimal.parse(value.trim());
    return decimal === undefined
      ? fail('TypeException', `Invalid double: ${value}`)
      : decimal.toNumber();
  }
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (value instanceof ApexDecimal) return value.toNumber();
  if (value instanceof ApexDouble) return value.value;
  return fail('TypeException', 'Invalid double');
}

/** Rounding a number goes half to even, as the platform's does. */
function roundHalfEven(value: number): bigint {
  return ApexDecimal.ofNumber(value).withScale(0, 'HALF_EVEN').unscaled;
}

export const doubleType = platformType({
  name: 'Double',
  members: {
    'static Double valueOf(Object value)': (_realm: Realm, _self: null, value: ApexValue) =>
      new ApexDouble(doubleOf(given(value))),
    'static Double valueOf(String text)': (_realm: Realm, _self: null, text: Text) =>
      new ApexDouble(doubleOf(given(text))),
    'String format()': (_realm: Realm, self: ApexDouble) =>
      grouped(ApexDecimal.ofNumber(self.value).withScale(3, 'HALF_EVEN').stripped().toString()),
    'Integer intValue()': (_realm: Realm, self: ApexDouble) => int32(Math.trunc(self.value)),
    'Long longValue()': (_realm: Realm, self: ApexDouble) => BigInt(Math.trunc(self.value)),
    'Double doubleValue()': (_realm: Realm, self: ApexDouble) => self,
    'Long round()': (_realm: Realm, self: ApexDouble) => roundHalfEven(self.value),
    'Boolean isNaN()': (_realm: Realm, self: ApexDouble) => Number.isNaN(self.value),
  },
});

function decimalOf(value: ApexValue): ApexDecimal {
  if (value instanceof ApexDecimal) return value;
  if (value instanceof ApexDouble) return ApexDecimal.ofNumber(value.value, 1);
  if (typeof value === 'number' || typeof value === 'bigint') return ApexDecimal.ofInteger(value);
  const parsed = typeof value === 'string' ? ApexDecimal.parse(value.trim()) : undefined;
  return parsed ?? fail('TypeException', `Invalid decimal: ${String(value)}`);
}

const modeOf = (mode: ApexEnumValue | null) => given(mode).name as RoundingMode;

/** @throws MathException when the exponent is no whole number from 0 to 32,767 */
function power(base: ApexDecimal, exponent: number): ApexDecimal {
  if (exponent < 0 || exponent > 32_767)
    return fail('MathException', `Invalid exponent: ${exponent}`);
  let result = ApexDecimal.ofInteger(1);
  for (let round = 0; round < exponent; round++) result = result.times(base);
  return result;
}

export const decimalType = platformType({
  name: 'Decimal',
  members: {
    'static Decimal valueOf(Object value)': (_realm: Realm, _self: null, value: ApexValue) =>
      decimalOf(given(value)),
    'static Decimal valueOf(String text)': (_realm: Realm, _self: null, text: Text) =>
      decimalOf(given(text)),
    'Decimal abs()': (_realm: Realm, self: ApexDecimal) => (self.sign < 0 ? self.negated() : self),
    'Decimal divide(Decimal divisor, Integer scale)': (
      _realm: Realm,
      self: ApexDecimal,
      divisor: Dec,
      scale: Int,
    ) => self.divide(given(divisor), given(scale), 'HALF_EVEN'),
    'Decimal divide(Decimal divisor, Integer scale, RoundingMode mode)': (
      _realm: Realm,
      self: ApexDecimal,
      divisor: Dec,
      scale: Int,
      mode: ApexEnumValue | null,
    ) => self.divide(given(divisor), given(scale), modeOf(mode)),
    'Double doubleValue()': (_realm: Realm, self: ApexDecimal) => new ApexDouble(self.toNumber()),
    'Integer intValue()': (_realm: Realm, self: ApexDecimal) =>
      Number(BigInt.asIntN(32, self.toBigInt())),
    'Long longValue()': (_realm: Realm, self: ApexDecimal) => BigInt.asIntN(64, self.toBigInt()),
    'String format()': (_realm: Realm, self: ApexDecimal) => grouped(self.toString()),
    'Decimal pow(Integer exponent)': (_realm: Realm, self: ApexDecimal, exponent: Int) =>
      power(self, given(exponent)),
    'Integer precision()': (_realm: Realm, self: ApexDecimal) => self.precision,
    'Integer scale()': (_realm: Realm, self: ApexDecimal) => self.scale,
    'Long round()': (_realm: Realm, self: ApexDecimal) => self.withScale(0, 'HALF_EVEN').unscaled,
    'Long round(RoundingMode mode)': (
      _realm: Realm,
      self: ApexDecimal,
      mode: ApexEnumValue | null,
    ) => self.withScale(0, modeOf(mode)).unscaled,
    'Decimal setScale(Integer scale)': (_realm: Realm, self: ApexDecimal, scale: Int) =>
      self.withScale(given(scale)),
    'Decimal setScale(Integer scale, RoundingMode mode)': (
      _realm: Realm,
      self: ApexDecimal,
      scale: Int,
      mode: ApexEnumValue | null,
    ) => self.withScale(given(scale), modeOf(mode)),
    'Decimal stripTrailingZeros()': (_realm: Realm, self: ApexDecimal) => self.stripped(),
    'String toPlainString()': (_realm: Realm, self: ApexDecimal) => self.toString(),
  },
});

export const booleanType = platformType({
  name: 'Boolean',
  members: {
    'static Boolean valueOf(Object value)': (_realm: Realm, _self: null, value: ApexValue) =>
      typeof value === 'string' ? value.toLowerCase() === 'true' : given(value) === true,
    'Boolean equals(Object other)': (_realm: Realm, self: boolean, other: ApexValue) =>
      self === other,
  },
});

export const roundingModeType = platformType({
  name: 'RoundingMode',
  aliases: ['System.RoundingMode'],
  kind: 'enum',
  enumValues: [
    'UP',
    'DOWN',
    'CEILING',
    'FLOOR',
    'HALF_UP',
    'HALF_DOWN',
    'HALF_EVEN',
    'UNNECESSARY',
  ],
  members: {},
});
