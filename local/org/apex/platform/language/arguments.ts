import { ApexException } from '../../values.ts';

/** The argument, or NullPointerException: most platform methods take no null. */
export function given<T>(value: T | null): T {
  if (value === null) {
    throw new ApexException('NullPointerException', 'Argument cannot be null.');
  }
  return value;
}

/** -2^31 … 2^31 - 1, wrapped as Java does. */
export function int32(value: number): number {
  return value | 0;
}

/** @throws the exception type named, in the platform's words */
export function fail(type: string, message: string): never {
  throw new ApexException(type, message);
}

export type Text = string | null;
export type Int = number | null;
