import { ApexInstance, type ApexObject, type ApexValue } from '../values.ts';
import { construct } from './members.ts';
import { methodKey, type RuntimeClass, type RuntimeMethod } from './runtime-class.ts';

/** Answers a call of a stubbed method. */
export type StubHandler = (
  stub: ApexObject,
  method: RuntimeMethod,
  args: readonly ApexValue[],
) => ApexValue;

/**
 * An object of a class or interface whose methods are answered by the handler. No constructor runs; static and private
 * methods stay what they are.
 * @param parent the generated class; undefined for an interface
 */
export function stubObject(
  known: RuntimeClass,
  parent: object | undefined,
  handle: StubHandler,
): ApexObject {
  const stub = subclassOf(known, parent);
  // As the platform calls it in words; a toString of the class is answered like any other method.
  const name = `${known.name.slice(known.name.lastIndexOf('.') + 1)}__sfdc_ApexStub`;
  if (!known.methods.has(methodKey('toString', 0))) {
    Object.defineProperty(stub.prototype, 'apexString', { value: () => `${name}:[]` });
  }
  for (const method of [...known.methods.values()].flat()) {
    if (method.isStatic || method.isPrivate) continue;
    const value = method.suspends ? waiting(method, handle) : answering(method, handle);
    Object.defineProperty(stub.prototype, method.jsName, { value });
  }
  return construct(stub);
}

type AnyClass = abstract new () => ApexObject;

function subclassOf(known: RuntimeClass, parent: object | undefined): AnyClass {
  if (parent !== undefined) {
    return class extends (parent as new () => ApexObject) {};
  }
  return class extends ApexInstance {
    get apexType(): string {
      return known.name;
    }
  };
}

function answering(method: RuntimeMethod, handle: StubHandler) {
  return function stubbed(this: ApexObject, ...args: ApexValue[]): ApexValue {
    return handle(this, method, args);
  };
}

/** Callers of a method that may wait for a callout run it as a generator. */
function waiting(method: RuntimeMethod, handle: StubHandler) {
  // biome-ignore lint/correctness/useYield: a stub never waits, but must look as if it could
  return function* stubbed(this: ApexObject, ...args: ApexValue[]) {
    return handle(this, method, args);
  };
}
