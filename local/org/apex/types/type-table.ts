import type { ObjectSchema, Schema } from '../../schema/schema.ts';
import type { Labels } from '../../schema/source/read-labels.ts';
import type { PlatformType } from '../platform/definition.ts';
import { registerEnum } from '../platform/enums.ts';
import {
  type ApexType,
  type ClassRef,
  type ParameterRef,
  type PlatformRef,
  type SObjectRef,
  VOID,
} from './apex-type.ts';
import {
  definePlatformType,
  type PlatformDefinition,
  splitTopLevel,
  type TypeText,
} from './platform-definition.ts';
import type { ClassSymbol } from './symbols.ts';

/** Written before a platform type's name or left out: `System.Limits` is `Limits`. */
const OPTIONAL_NAMESPACE = 'system.';

/** All platform types by name, taken apart once per process. */
export class PlatformIndex {
  readonly #byName = new Map<string, PlatformDefinition>();
  readonly all: readonly PlatformDefinition[];

  constructor(types: readonly PlatformType[]) {
    this.all = types.map((type) => {
      const definition = definePlatformType(type);
      if (definition.kind === 'enum') {
        registerEnum(definition.name, definition.enumValues);
      }
      for (const name of [type.name, ...(type.aliases ?? [])]) {
        this.#byName.set(name.toLowerCase(), definition);
      }
      return definition;
    });
  }

  find(name: string): PlatformDefinition | undefined {
    const lower = name.toLowerCase();
    const short = lower.startsWith(OPTIONAL_NAMESPACE)
      ? lower.slice(OPTIONAL_NAMESPACE.length)
      : lower;
    return this.#byName.get(lower) ?? this.#byName.get(short);
  }

  /** True for `EventBus` when there is an `EventBus.TriggerContext`. */
  isNamespace(name: string): boolean {
    const prefix = `${name.toLowerCase()}.`;
    return (
      prefix === OPTIONAL_NAMESPACE ||
      [...this.#byName.keys()].some((key) => key.startsWith(prefix))
    );
  }
}

/** Makes every type once. */
export class TypeTable {
  readonly platform: PlatformIndex;
  readonly schema: Schema;
  readonly labels: Labels;
  readonly #refs = new Map<string, ApexType>();
  readonly #byText = new Map<TypeText, ApexType>();

  constructor(platform: PlatformIndex, schema: Schema, labels: Labels) {
    this.platform = platform;
    this.schema = schema;
    this.labels = labels;
  }

  /** @throws TypeError for a platform type that no table lists: a fault of the compiler */
  get(name: string, ...args: ApexType[]): ApexType {
    const definition = this.platform.find(name);
    if (definition === undefined) {
      throw new TypeError(`There is no platform type ${name}`);
    }
    return this.platformRef(definition, args);
  }

  list(element: ApexType): ApexType {
    return this.get('List', element);
  }

  platformRef(definition: PlatformDefinition, args: readonly ApexType[]): PlatformRef {
    const name =
      args.length === 0
        ? definition.name
        : `${definition.name}<${args.map((arg) => arg.name).join(',')}>`;
    return this.#once(`platform ${definition.name}<${args.map(keyOf).join()}>`, () => ({
      kind: 'platform',
      name,
      definition,
      args,
    }));
  }

  classRef(symbol: ClassSymbol): ClassRef {
    return this.#once(`class ${symbol.name}`, () => ({ kind: 'class', name: symbol.name, symbol }));
  }

  sobject(schema: ObjectSchema | undefined): SObjectRef {
    const name = schema?.name ?? 'SObject';
    return this.#once(`sobject ${name}`, () => ({ kind: 'sobject', name, schema }));
  }

  /** A type of a signature, with the receiver's type arguments put in for the parameters. */
  of(text: TypeText, receiver?: PlatformRef): ApexType {
    let type = this.#byText.get(text);
    if (type === undefined) {
      type = this.#parse(text);
      this.#byText.set(text, type);
    }
    return receiver === undefined ? type : this.substitute(type, receiver);
  }

  substitute(type: ApexType, receiver: PlatformRef): ApexType {
    if (type.kind === 'parameter') {
      const index = receiver.definition.typeParameters.indexOf(type.name);
      return receiver.args[index] ?? type;
    }
    return type.kind === 'platform' && type.args.length > 0
      ? this.platformRef(
          type.definition,
          type.args.map((arg) => this.substitute(arg, receiver)),
        )
      : type;
  }

  /** The platform types a platform type extends and implements, itself first, with arguments put in. */
  platformSupertypes(type: PlatformRef): PlatformRef[] {
    const direct = [type.definition.superclass, ...type.definition.interfaces];
    const found = [type];
    for (const text of direct) {
      const supertype = text === undefined ? undefined : this.of(text, type);
      if (supertype?.kind === 'platform') {
        found.push(...this.platformSupertypes(supertype));
      }
    }
    return found;
  }

  #parse(text: string): ApexType {
    const trimmed = text.trim();
    const open = trimmed.indexOf('<');
    if (open > 0) {
      const args = splitTopLevel(trimmed.slice(open + 1, -1)).map((arg) => this.#parse(arg));
      return this.get(trimmed.slice(0, open), ...args);
    }
    if (trimmed === 'void') {
      return VOID;
    }
    if (/^[A-Z]$/.test(trimmed)) {
      return this.#parameter(trimmed);
    }
    const definition = trimmed === 'SObject' ? undefined : this.platform.find(trimmed);
    return definition === undefined ? this.#recordType(trimmed) : this.platformRef(definition, []);
  }

  #recordType(name: string): ApexType {
    if (name === 'SObject') {
      return this.sobject(undefined);
    }
    const schema = this.schema.find(name);
    if (schema === undefined) {
      throw new TypeError(`A platform signature names the unknown type ${name}`);
    }
    return this.sobject(schema);
  }

  #parameter(name: string): ParameterRef {
    return this.#once(`parameter ${name}`, () => ({ kind: 'parameter', name }));
  }

  #once<T extends ApexType>(key: string, make: () => T): T;
  #once(key: string, make: () => ApexType): ApexType {
    let type = this.#refs.get(key);
    if (type === undefined) {
      type = make();
      this.#refs.set(key, type);
    }
    return type;
  }
}

/** Tells apart a class and a platform type of the same name. */
function keyOf(type: ApexType): string {
  return type.kind === 'platform'
    ? `${type.definition.name}<${type.args.map(keyOf).join()}>`
    : `${type.kind} ${type.name}`;
}
