import { typeNameOf } from '../field-conversion.ts';
import type { EnumType } from '../platform/enums.ts';
import type { ProgramInstance } from '../program.ts';
import type { Realm } from '../realm.ts';
import type { ApexObject, ApexValue, Suspendable, Suspension } from '../values.ts';
import type { LoadedProgram } from './loaded-program.ts';
import { callMember, construct, memberClass } from './members.ts';
import { decodeGraph, encodeGraph } from './object-graph.ts';
import { isGenerator } from './operators.ts';
import type { ProgramSource } from './program-source.ts';
import { asApexException, Runtime } from './runtime.ts';
import { methodKey, type RuntimeClass, type RuntimeMethod } from './runtime-class.ts';
import { type StubHandler, stubObject } from './stub-object.ts';
import { isOfType } from './type-check.ts';

/** A program in one transaction: its statics, its coverage. */
export class LiveProgram implements ProgramInstance, LoadedProgram {
  readonly coverage: Map<string, Uint32Array>;
  readonly #program: ProgramSource;
  readonly #realm: Realm;
  readonly #runtime: Runtime;
  readonly #classes = new Map<string, object>();
  readonly #triggers = new Map<string, object>();

  constructor(program: ProgramSource, realm: Realm, coverage: Map<string, Uint32Array>) {
    this.coverage = coverage;
    this.#program = program;
    this.#realm = realm;
    this.#runtime = new Runtime(realm, this);
  }

  // ------------------------------------------------------------------ ProgramInstance

  runTrigger(name: string): Suspendable<void> {
    const trigger = this.#trigger(name);
    const result = entered(() => callMember({ trigger }, 'trigger', []));
    return isGenerator(result) ? ignoringResult(result) : undefined;
  }

  invokeStatic(
    className: string,
    method: string,
    args: readonly ApexValue[],
  ): Suspendable<ApexValue> {
    const known = this.#required(className);
    const found = this.#overload(known, method, args);
    if (found === undefined || !found.isStatic) {
      throw new TypeError(
        `${className} has no static method ${method} of ${args.length} parameters`,
      );
    }
    return entered(() => callMember(this.#classObject(known), found.jsName, args));
  }

  invoke(target: ApexObject, method: string, args: readonly ApexValue[]): Suspendable<ApexValue> {
    return entered(() => this.call(target, method, args));
  }

  isInstance(value: ApexValue, typeName: string): boolean {
    return isOfType(value, typeName, this);
  }

  newInstance(className: string, args: readonly ApexValue[]): ApexValue {
    const known = this.#required(className);
    const ctor = known.constructors.get(args.length);
    if (ctor === undefined || known.isAbstract) {
      throw new TypeError(`${className} has no constructor of ${args.length} parameters`);
    }
    const result = callMember(this.blank(className), ctor, args);
    if (isGenerator(result)) {
      throw new TypeError(`The constructor of ${className} waits for a callout`);
    }
    return result;
  }

  stub(className: string, handle: StubHandler): ApexObject {
    const known = this.#required(className);
    const parent = known.isInterface ? undefined : this.#classObject(known);
    return stubObject(known, parent, handle);
  }

  serialize(value: ApexValue): unknown {
    return encodeGraph(value, this);
  }

  deserialize(json: unknown): ApexValue {
    return decodeGraph(json, this, this.#realm.schema);
  }

  // ------------------------------------------------------------------ LoadedProgram

  classNamed(name: string): RuntimeClass | undefined {
    return this.#program.classNamed(name);
  }

  findClass(name: string): RuntimeClass | undefined {
    return this.#program.findClass(name);
  }

  enumNamed(name: string): EnumType | undefined {
    return this.#program.enumNamed(name);
  }

  platformSupertypes(name: string): ReadonlySet<string> {
    return this.#program.platformSupertypes(name);
  }

  load(className: string): object {
    const loaded = this.#classes.get(className);
    if (loaded !== undefined) {
      return loaded;
    }
    const file = this.#program.classFile(className);
    const fresh = asObject(
      file.instantiate(this.#runtime, this.#counts(file.path, file.lineCount)),
    );
    // Registered before its statics run: initialization may come back to it.
    this.#classes.set(className, fresh);
    callMember(fresh, '$clinit', []);
    return fresh;
  }

  call(receiver: ApexValue, method: string, args: readonly ApexValue[]): Suspendable<ApexValue> {
    if (receiver !== null && typeof receiver === 'object') {
      const known = this.classNamed(receiver.apexType);
      const compiled = known === undefined ? undefined : this.#overload(known, method, args);
      if (compiled !== undefined) {
        return callMember(receiver, compiled.jsName, args);
      }
    }
    return this.#program.callPlatform(this.#realm, typeNameOf(receiver), receiver, method, args);
  }

  blank(className: string): ApexObject {
    return construct(this.#classObject(this.#required(className)));
  }

  // ------------------------------------------------------------------ parts

  /** A class may be a Queueable and a Finalizer: which `execute` is meant, the arguments tell. */
  #overload(
    known: RuntimeClass,
    method: string,
    args: readonly ApexValue[],
  ): RuntimeMethod | undefined {
    const overloads = known.methods.get(methodKey(method, args.length)) ?? [];
    const takes = (overload: RuntimeMethod) =>
      args.every(
        (arg, index) => arg === null || isOfType(arg, overload.parameterTypes[index] ?? '', this),
      );
    return overloads.length > 1 ? overloads.find(takes) : overloads[0];
  }

  #classObject(known: RuntimeClass): object {
    const top = this.load(known.topLevel);
    return known.innerMember === undefined ? top : memberClass(top, known.innerMember);
  }

  #trigger(name: string): object {
    let trigger = this.#triggers.get(name);
    if (trigger === undefined) {
      const file = this.#program.triggerFile(name);
      trigger = asObject(file.instantiate(this.#runtime, this.#counts(file.path, file.lineCount)));
      this.#triggers.set(name, trigger);
    }
    return trigger;
  }

  #counts(path: string, lineCount: number): Uint32Array {
    let counts = this.coverage.get(path);
    if (counts === undefined) {
      counts = new Uint32Array(lineCount + 1);
      this.coverage.set(path, counts);
    }
    return counts;
  }

  #required(className: string): RuntimeClass {
    const known = this.classNamed(className);
    if (known === undefined) {
      throw new TypeError(`There is no class ${className}`);
    }
    return known;
  }
}

/** Starts Apex on behalf of the platform; the inner function's name ends Apex stack traces here. */
function entered<T>(run: () => Suspendable<T>): Suspendable<T> {
  const result = guarded(function apexEntry() {
    return run();
  });
  return isGenerator(result) ? guardedGenerator(result) : result;
}

/** What leaves Apex is an Apex exception or a fault of this program, never a bare JavaScript error of generated code. */
function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw asApexException(error);
  }
}

function* guardedGenerator<T>(
  running: Generator<Suspension, T, unknown>,
): Generator<Suspension, T, unknown> {
  try {
    return yield* running;
  } catch (error) {
    throw asApexException(error);
  }
}

function* ignoringResult(
  running: Generator<Suspension, ApexValue, unknown>,
): Generator<Suspension, void, unknown> {
  yield* running;
}

function asObject(value: unknown): object {
  if (typeof value !== 'function') {
    throw new TypeError('A compiled file gave no class or trigger');
  }
  return value;
}
