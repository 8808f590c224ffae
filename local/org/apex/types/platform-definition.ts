import type { PlatformMember, PlatformType } from '../platform/definition.ts';

/** A platform type with its signature strings taken apart. */
export interface PlatformDefinition {
  readonly name: string;
  readonly kind: NonNullable<PlatformType['kind']>;
  readonly typeParameters: readonly string[];
  readonly superclass: TypeText | undefined;
  readonly interfaces: readonly TypeText[];
  /** Member signatures by lower-case name; constructors under `new`. */
  readonly methods: ReadonlyMap<string, readonly PlatformSignature[]>;
  readonly properties: ReadonlyMap<string, PlatformProperty>;
  readonly enumValues: readonly string[];
}

export interface PlatformSignature {
  readonly owner: PlatformDefinition;
  /** The signature as written in the table; identifies the member. */
  readonly key: string;
  readonly name: string;
  readonly isStatic: boolean;
  readonly parameters: readonly TypeText[];
  readonly returns: TypeText;
  /** What an implementation may return instead: `A|B start()`. */
  readonly otherReturns: readonly TypeText[];
  readonly member: PlatformMember;
  readonly suspends: boolean;
}

export interface PlatformProperty {
  readonly owner: PlatformDefinition;
  readonly key: string;
  readonly name: string;
  readonly isStatic: boolean;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly type: TypeText;
  readonly member: PlatformMember;
}

/** A type as a signature writes it, e.g. `Map<K, V>`. */
export type TypeText = string;

const METHOD = /^(static )?(.+?) (\w+)\((.*)\)$/;
const CONSTRUCTOR = /^new\((.*)\)$/;
const PROPERTY = /^(static )?get (set )?(.+) (\w+)$/;

/** @throws TypeError naming a signature that cannot be read: a fault of the table */
export function definePlatformType(type: PlatformType): PlatformDefinition {
  const methods = new Map<string, PlatformSignature[]>();
  const properties = new Map<string, PlatformProperty>();
  const definition: PlatformDefinition = {
    name: type.name,
    kind: type.kind ?? 'class',
    typeParameters: type.typeParameters ?? [],
    superclass: type.extends,
    interfaces: type.implements ?? [],
    methods,
    properties,
    enumValues: type.enumValues ?? [],
  };
  for (const [key, member] of Object.entries(type.members)) {
    const property = parseProperty(definition, key, member);
    if (property === undefined) {
      const signature = parseSignature(definition, key, member);
      const name = signature.name.toLowerCase();
      methods.set(name, [...(methods.get(name) ?? []), signature]);
    } else {
      properties.set(property.name.toLowerCase(), property);
    }
  }
  return definition;
}

function parseProperty(
  owner: PlatformDefinition,
  key: string,
  member: PlatformMember,
): PlatformProperty | undefined {
  const match = PROPERTY.exec(key);
  if (match === null || key.endsWith(')')) {
    return undefined;
  }
  const [, isStatic, settable, type = '', name = ''] = match;
  return {
    owner,
    key,
    name,
    isStatic: isStatic !== undefined,
    readable: true,
    writable: settable !== undefined,
    type: type,
    member,
  };
}

function parseSignature(
  owner: PlatformDefinition,
  key: string,
  member: PlatformMember,
): PlatformSignature {
  const suspends = member !== null && typeof member === 'object';
  const asConstructor = CONSTRUCTOR.exec(key);
  if (asConstructor !== null) {
    const parameters = parseParameters(asConstructor[1] ?? '');
    const returns = selfText(owner);
    const own = { owner, key, name: 'new', isStatic: true, otherReturns: [] };
    return { ...own, parameters, returns, member, suspends };
  }
  const match = METHOD.exec(key);
  if (match === null) {
    throw new TypeError(`Platform type ${owner.name} has a signature that cannot be read: ${key}`);
  }
  const [, isStatic, anyReturns = '', name = '', parameters = ''] = match;
  const [returns = '', ...otherReturns] = anyReturns.split('|');
  return {
    owner,
    key,
    name,
    isStatic: isStatic !== undefined,
    parameters: parseParameters(parameters),
    returns,
    otherReturns,
    member,
    suspends,
  };
}

function selfText(owner: PlatformDefinition): string {
  return owner.typeParameters.length === 0
    ? owner.name
    : `${owner.name}<${owner.typeParameters.join(',')}>`;
}

/** `Map<String, Object> data, Integer count` → the types; the names are for the reader of the table. */
function parseParameters(text: string): TypeText[] {
  return splitTopLevel(text).map((parameter) => parameter.replace(/\s+\w+$/, ''));
}

/** Splits at commas outside angle brackets; the parts are trimmed. */
export function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const [index, char] of [...text].entries()) {
    depth += char === '<' ? 1 : char === '>' ? -1 : 0;
    if (char === ',' && depth === 0) {
      parts.push(text.slice(from, index).trim());
      from = index + 1;
    }
  }
  const last = text.slice(from).trim();
  return last === '' ? parts : [...parts, last];
}
