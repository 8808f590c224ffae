import type { Schema } from '../schema/schema.ts';
import type { EnumType } from './platform/enums.ts';
import type { Realm } from './realm.ts';
import type { RuntimeClass } from './runtime/runtime-class.ts';
import type { StubHandler } from './runtime/stub-object.ts';
import type { ParsedSource } from './syntax/parse-source.ts';
import type { ApexObject, ApexValue, Suspendable } from './values.ts';

export interface SourceFile {
  /** Path inside the deployed source, e.g. `classes/send/Sender.cls`; compile errors and stack traces name it. */
  readonly path: string;
  readonly text: string;
}

export interface CompileProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
}

export type TriggerEvent =
  | 'before insert'
  | 'before update'
  | 'before delete'
  | 'after insert'
  | 'after update'
  | 'after delete'
  | 'after undelete';

export interface TriggerInfo {
  readonly name: string;
  readonly object: string;
  readonly events: ReadonlySet<TriggerEvent>;
}

export interface MethodInfo {
  readonly name: string;
  readonly isStatic: boolean;
  readonly isTest: boolean;
  readonly isTestSetup: boolean;
  readonly parameterTypes: readonly string[];
  readonly returnType: string;
}

export interface ClassInfo {
  /** `Outer.Inner` for inner classes. */
  readonly name: string;
  readonly isTest: boolean;
  readonly superclass?: string;
  /** Canonical names, own and inherited: `Queueable`, `Database.AllowsCallouts`, `Finalizer`. */
  readonly interfaces: ReadonlySet<string>;
  readonly methods: readonly MethodInfo[];
  /** Of a class with `@RestResource`. */
  readonly restResource?: RestResourceInfo;
}

export interface RestResourceInfo {
  /** `/orders/*` */
  readonly urlMapping: string;
  /** By HTTP method: `GET`. */
  readonly methods: Readonly<Record<string, RestMethodInfo>>;
}

export interface RestMethodInfo {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly returnsValue: boolean;
}

/**
 * Compiled Apex: pure code, no state. Every transaction instantiates it anew, so statics start fresh as on the
 * platform.
 */
export interface Program {
  readonly triggers: readonly TriggerInfo[];
  readonly classes: readonly ClassInfo[];
  /** Executable lines per file, from 1, for coverage. */
  readonly executableLines: ReadonlyMap<string, readonly number[]>;
  /** @param coverage counts of earlier instances, to be added to; fresh when left out */
  instantiate(realm: Realm, coverage?: Map<string, Uint32Array>): ProgramInstance;
}

export interface ProgramInstance {
  /** Runs one trigger; reads `Trigger.new` and its siblings from `realm.trigger`. */
  runTrigger(name: string): Suspendable<void>;
  invokeStatic(
    className: string,
    method: string,
    args: readonly ApexValue[],
  ): Suspendable<ApexValue>;
  /** Calls an instance method of a compiled class by name and argument count (`execute`, `respond`, `compareTo`). */
  invoke(target: ApexObject, method: string, args: readonly ApexValue[]): Suspendable<ApexValue>;
  /** True when the value's class is, extends or implements the named type. */
  isInstance(value: ApexValue, typeName: string): boolean;
  newInstance(className: string, args: readonly ApexValue[]): ApexValue;
  /** What is known of a compiled class, by its exact name; `findClass` takes any case. */
  classNamed(name: string): RuntimeClass | undefined;
  findClass(name: string): RuntimeClass | undefined;
  enumNamed(name: string): EnumType | undefined;
  /** An instance of a class or interface whose methods the handler answers. */
  stub(className: string, handle: StubHandler): ApexObject;
  /** Names of the platform types a platform type extends and implements, itself included, without arguments. */
  platformSupertypes(name: string): ReadonlySet<string>;
  /** An instance whose fields are all null and no constructor has run: what JSON is read into. */
  blank(className: string): ApexObject;
  /**
   * Plain JSON of an object graph of compiled and platform values, and back, in this or another instance: how a
   * Queueable or a finalizer leaves its transaction. Shared references and cycles survive. Transient fields are null.
   * @throws OrgError naming the class that cannot leave (e.g. HttpResponse)
   */
  serialize(value: ApexValue): unknown;
  deserialize(json: unknown): ApexValue;
  /** Executed counts per line (index = line number) of each file; shared by all instances that pass the same array in. */
  readonly coverage: ReadonlyMap<string, Uint32Array>;
}

export interface CompileResult {
  readonly program: Program | undefined;
  /** All of them at once; empty when `program` is set. */
  readonly problems: readonly CompileProblem[];
}

export interface CompileOptions {
  /** Says what is wrong with a static query (binds as `:b0`, `:b1` …), undefined when nothing is. */
  readonly checkSoql?: (soql: string) => string | undefined;
  /** Reads a file; the parser itself when left out. */
  readonly parse?: (file: SourceFile) => ParsedSource;
}

export type CompileApex = (
  sources: readonly SourceFile[],
  schema: Schema,
  options?: CompileOptions,
) => CompileResult;
