import type { EnumType } from '../platform/enums.ts';
import type { ClassInfo, Program, ProgramInstance, TriggerInfo } from '../program.ts';
import type { Realm } from '../realm.ts';
import type { PlatformSignature } from '../types/platform-definition.ts';
import type { PlatformIndex } from '../types/type-table.ts';
import type { ApexValue, Suspendable } from '../values.ts';
import type { CompiledFile } from './compiled-file.ts';
import { LiveProgram } from './program-instance.ts';
import type { RuntimeClass } from './runtime-class.ts';
import { parseTypeName } from './type-names.ts';

export interface ProgramParts {
  readonly platform: PlatformIndex;
  readonly triggers: readonly TriggerInfo[];
  readonly classes: readonly ClassInfo[];
  readonly runtimeClasses: readonly RuntimeClass[];
  readonly enums: readonly EnumType[];
  /** By name of the top-level class. */
  readonly classFiles: ReadonlyMap<string, CompiledFile>;
  /** By name of the trigger. */
  readonly triggerFiles: ReadonlyMap<string, CompiledFile>;
}

export class CompiledProgram implements Program {
  readonly triggers: readonly TriggerInfo[];
  readonly classes: readonly ClassInfo[];
  readonly executableLines: ReadonlyMap<string, readonly number[]>;
  readonly #parts: ProgramParts;
  readonly #classes: ReadonlyMap<string, RuntimeClass>;
  readonly #classesAnyCase: ReadonlyMap<string, RuntimeClass>;
  readonly #enums: ReadonlyMap<string, EnumType>;
  readonly #supertypes = new Map<string, ReadonlySet<string>>();

  constructor(parts: ProgramParts) {
    this.triggers = parts.triggers;
    this.classes = parts.classes;
    this.#parts = parts;
    this.#classes = new Map(parts.runtimeClasses.map((known) => [known.name, known]));
    this.#classesAnyCase = new Map(
      parts.runtimeClasses.map((known) => [known.name.toLowerCase(), known]),
    );
    this.#enums = new Map(parts.enums.map((type) => [type.name, type]));
    const files = [...parts.classFiles.values(), ...parts.triggerFiles.values()];
    this.executableLines = new Map(files.map((file) => [file.path, file.executableLines]));
  }

  /** What the program is made of, for its image. */
  get parts(): ProgramParts {
    return this.#parts;
  }

  instantiate(realm: Realm, coverage: Map<string, Uint32Array> = new Map()): ProgramInstance {
    return new LiveProgram(this, realm, coverage);
  }

  classNamed(name: string): RuntimeClass | undefined {
    return this.#classes.get(name);
  }

  /** By a name in any case. */
  findClass(name: string): RuntimeClass | undefined {
    return this.#classesAnyCase.get(name.toLowerCase());
  }

  enumNamed(name: string): EnumType | undefined {
    return this.#enums.get(name);
  }

  /** @throws TypeError for an unknown name: a fault of the caller */
  classFile(name: string): CompiledFile {
    return required(this.#parts.classFiles.get(name), name);
  }

  triggerFile(name: string): CompiledFile {
    return required(this.#parts.triggerFiles.get(name), name);
  }

  platformSupertypes(name: string): ReadonlySet<string> {
    const { base } = parseTypeName(name);
    let found = this.#supertypes.get(base);
    if (found === undefined) {
      found = new Set(this.#ancestry(base));
      this.#supertypes.set(base, found);
    }
    return found;
  }

  /** A method of the platform on a value whose type is known only now. */
  callPlatform(
    realm: Realm,
    typeName: string,
    receiver: ApexValue,
    method: string,
    args: readonly ApexValue[],
  ): Suspendable<ApexValue> {
    const signature = this.#platformMethod(typeName, method, args.length);
    const member =
      signature?.member !== null && typeof signature?.member === 'object'
        ? signature.member.call
        : signature?.member;
    if (!isPlatformFunction(member)) {
      throw new TypeError(`${typeName} has no method ${method} of ${args.length} parameters`);
    }
    return member(realm, receiver, ...args);
  }

  #platformMethod(
    typeName: string,
    method: string,
    parameterCount: number,
  ): PlatformSignature | undefined {
    for (const base of this.#ancestry(parseTypeName(typeName).base)) {
      const found = this.#parts.platform
        .find(base)
        ?.methods.get(method.toLowerCase())
        ?.find(
          (signature) => !signature.isStatic && signature.parameters.length === parameterCount,
        );
      if (found?.member !== undefined && found.member !== null) {
        return found;
      }
    }
    return undefined;
  }

  /** Names of the type and its supertypes, without type arguments. */
  #ancestry(base: string): string[] {
    const definition = this.#parts.platform.find(base);
    const direct = [definition?.superclass, ...(definition?.interfaces ?? [])];
    const above = direct.flatMap((text) =>
      text === undefined ? [] : this.#ancestry(parseTypeName(text).base),
    );
    return [base, ...above];
  }
}

function required(file: CompiledFile | undefined, name: string): CompiledFile {
  if (file === undefined) {
    throw new TypeError(`There is no compiled source of ${name}`);
  }
  return file;
}

type PlatformFunction = (
  realm: Realm,
  self: ApexValue,
  ...args: readonly ApexValue[]
) => Suspendable<ApexValue>;

function isPlatformFunction(member: unknown): member is PlatformFunction {
  return typeof member === 'function';
}
