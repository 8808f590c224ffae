import type { ApexObject, ApexValue, Suspendable } from '../values.ts';

/** Reaching into generated code by name. What is not there is a fault of the compiler, never of the Apex source. */

/** Calls a generated method. */
export function callMember(
  target: object,
  name: string,
  args: readonly ApexValue[],
): Suspendable<ApexValue> {
  const member: unknown = Reflect.get(target, name);
  if (!isMethod(member)) {
    throw new TypeError(`Compiled code has no member ${name}`);
  }
  return Reflect.apply(member, target, args) ?? null;
}

/** A generated class by its property of the outer one. */
export function memberClass(target: object, name: string): object {
  const member: unknown = Reflect.get(target, name);
  if (typeof member !== 'function') {
    throw new TypeError(`Compiled code has no class ${name}`);
  }
  return member;
}

/** A new instance with no Apex constructor run. */
export function construct(target: object): ApexObject {
  if (!isConstructor(target)) {
    throw new TypeError('Compiled code gave no class');
  }
  return Reflect.construct(target, []);
}

export function getField(target: object, name: string): ApexValue {
  const value: unknown = Reflect.get(target, name);
  return isApexValue(value) ? value : null;
}

export function setField(target: object, name: string, value: ApexValue): void {
  Reflect.set(target, name, value);
}

function isMethod(value: unknown): value is (...args: ApexValue[]) => Suspendable<ApexValue> {
  return typeof value === 'function';
}

function isConstructor(value: object): value is new () => ApexObject {
  return typeof value === 'function';
}

function isApexValue(value: unknown): value is ApexValue {
  return value !== undefined;
}
