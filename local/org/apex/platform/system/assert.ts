import { sameValue } from '../../equality.ts';
import type { Realm } from '../../realm.ts';
import { apexText } from '../../runtime/text.ts';
import { type ApexValue, AssertionError } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import type { TypeToken } from '../type-token.ts';

/** Null or no message leaves only what the check itself says. */
function fail(message: ApexValue | undefined, detail = ''): never {
  const parts = [message === undefined || message === null ? '' : apexText(message), detail];
  const said = parts.filter((part) => part !== '').join(': ');
  throw new AssertionError(said === '' ? 'Assertion Failed' : `Assertion Failed: ${said}`);
}

function checkTrue(condition: boolean | null, message?: ApexValue): null {
  return condition === true ? null : fail(message);
}

function checkFalse(condition: boolean | null, message?: ApexValue): null {
  return condition === false ? null : fail(message);
}

function checkEqual(expected: ApexValue, actual: ApexValue, message?: ApexValue): null {
  return sameValue(expected, actual)
    ? null
    : fail(message, `Expected: ${apexText(expected)}, Actual: ${apexText(actual)}`);
}

function checkNotEqual(unexpected: ApexValue, actual: ApexValue, message?: ApexValue): null {
  return sameValue(unexpected, actual) ? fail(message, `Same value: ${apexText(actual)}`) : null;
}

type Check2 = (first: ApexValue, second: ApexValue, message?: ApexValue) => null;
type Check1 = (condition: boolean | null, message?: ApexValue) => null;

function ofTwo(check: Check2): PlatformMember {
  return (_realm: Realm, _self: null, first: ApexValue, second: ApexValue, message?: ApexValue) =>
    check(first, second, message);
}

function ofOne(check: Check1): PlatformMember {
  return (_realm: Realm, _self: null, condition: boolean | null, message?: ApexValue) =>
    check(condition, message);
}

function ofType(expected: boolean): PlatformMember {
  return (
    realm: Realm,
    _self: null,
    instance: ApexValue,
    type: TypeToken | null,
    message?: ApexValue,
  ) => {
    const isInstance = type !== null && realm.program.isInstance(instance, type.name);
    const name = type?.name ?? 'null';
    return isInstance === expected
      ? null
      : fail(message, `${expected ? 'Expected' : 'Not expected'} type: ${name}`);
  };
}

/** `System.assert…` */
export const systemAssertMembers: Readonly<Record<string, PlatformMember>> = {
  'static void assert(Boolean condition)': ofOne(checkTrue),
  'static void assert(Boolean condition, Object message)': ofOne(checkTrue),
  'static void assertEquals(Object expected, Object actual)': ofTwo(checkEqual),
  'static void assertEquals(Object expected, Object actual, Object message)': ofTwo(checkEqual),
  'static void assertNotEquals(Object expected, Object actual)': ofTwo(checkNotEqual),
  'static void assertNotEquals(Object expected, Object actual, Object message)':
    ofTwo(checkNotEqual),
};

export const assertType = platformType({
  name: 'Assert',
  members: {
    'static void areEqual(Object expected, Object actual)': ofTwo(checkEqual),
    'static void areEqual(Object expected, Object actual, String message)': ofTwo(checkEqual),
    'static void areNotEqual(Object notExpected, Object actual)': ofTwo(checkNotEqual),
    'static void areNotEqual(Object notExpected, Object actual, String message)':
      ofTwo(checkNotEqual),
    'static void isTrue(Boolean condition)': ofOne(checkTrue),
    'static void isTrue(Boolean condition, String message)': ofOne(checkTrue),
    'static void isFalse(Boolean condition)': ofOne(checkFalse),
    'static void isFalse(Boolean condition, String message)': ofOne(checkFalse),
    'static void isNull(Object value)': (_realm: Realm, _self: null, value: ApexValue) =>
      checkEqual(null, value),
    'static void isNull(Object value, String message)': (
      _realm: Realm,
      _self: null,
      value: ApexValue,
      message: ApexValue,
    ) => checkEqual(null, value, message),
    'static void isNotNull(Object value)': (_realm: Realm, _self: null, value: ApexValue) =>
      checkNotEqual(null, value),
    'static void isNotNull(Object value, String message)': (
      _realm: Realm,
      _self: null,
      value: ApexValue,
      message: ApexValue,
    ) => checkNotEqual(null, value, message),
    'static void isInstanceOfType(Object instance, Type expectedType)': ofType(true),
    'static void isInstanceOfType(Object instance, Type expectedType, String message)':
      ofType(true),
    'static void isNotInstanceOfType(Object instance, Type notExpectedType)': ofType(false),
    'static void isNotInstanceOfType(Object instance, Type notExpectedType, String message)':
      ofType(false),
    'static void fail()': () => fail(undefined),
    'static void fail(String message)': (_realm: Realm, _self: null, message: ApexValue) =>
      fail(message),
  },
});
