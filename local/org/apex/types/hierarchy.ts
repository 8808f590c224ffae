import { NO_MODIFIERS } from '../syntax/nodes.ts';
import { type ApexType, isPlatform, type PlatformRef, VOID } from './apex-type.ts';
import { sameParameters } from './declare-members.ts';
import type { PlatformSignature } from './platform-definition.ts';
import type { Problems } from './problems.ts';
import { type ClassSymbol, type MethodSymbol, methodSymbol, type Visibility } from './symbols.ts';
import type { TypeTable } from './type-table.ts';

/** Each sees less than the next. */
const VISIBILITIES: readonly Visibility[] = ['private', 'protected', 'public'];

/**
 * Links every method with those it overrides or implements and checks that what must be implemented is. Methods of
 * platform interfaces (`HttpCalloutMock.respond`) take part through a slot, so that calls through them are known to
 * reach the implementing classes.
 */
export class Hierarchy {
  readonly #types: TypeTable;
  readonly #problems: Problems;
  readonly #slots = new Map<PlatformSignature, MethodSymbol>();

  constructor(types: TypeTable, problems: Problems) {
    this.#types = types;
    this.#problems = problems;
  }

  link(symbol: ClassSymbol): void {
    if (isCyclic(symbol)) {
      this.#problems.add(
        symbol.file,
        symbol.declaration.at,
        `Class inherits itself: ${symbol.name}`,
      );
      symbol.superclass = undefined;
    }
    if (symbol.kind !== 'enum') {
      this.#checkHiding(symbol);
      this.#linkOverrides(symbol);
      this.#linkInterfaces(symbol);
    }
    for (const inner of symbol.inner.values()) {
      this.link(inner);
    }
  }

  /** Stands for an interface method of the platform in the call graph. */
  slot(signature: PlatformSignature): MethodSymbol {
    let slot = this.#slots.get(signature);
    if (slot === undefined) {
      slot = methodSymbol({
        name: signature.name,
        owner: undefined,
        jsName: signature.name,
        label: `${signature.owner.name}.${signature.name}`,
        at: { line: 1, column: 1 },
        modifiers: NO_MODIFIERS,
        isStatic: false,
        parameters: [],
        returnType: VOID,
        body: undefined,
        visibility: 'public',
      });
      this.#slots.set(signature, slot);
    }
    return slot;
  }

  *slots(): IterableIterator<readonly [PlatformSignature, MethodSymbol]> {
    yield* this.#slots;
  }

  /** Instances keep one member per name, so private members of superclasses cannot be hidden as the platform allows. */
  #checkHiding(symbol: ClassSymbol): void {
    for (const ancestor of [...ancestors(symbol)].slice(1)) {
      for (const field of symbol.fields.values()) {
        const hidden = ancestor.fields.get(field.name.toLowerCase());
        if (!field.isStatic && hidden?.isStatic === false) {
          const message = `Field ${field.name} is declared in ${ancestor.name}, too; rename one of them`;
          this.#problems.add(symbol.file, field.at, message);
        }
      }
      for (const method of [...symbol.methods.values()].flat()) {
        const hidden = (ancestor.methods.get(method.name.toLowerCase()) ?? []).find((other) =>
          sameParameters(other, method),
        );
        if (!method.isStatic && hidden?.isStatic === false && isPrivate(hidden)) {
          const message = `Method ${method.name} is a private one of ${ancestor.name}, too; rename one of them`;
          this.#problems.add(symbol.file, method.at, message);
        }
      }
    }
  }

  #linkOverrides(symbol: ClassSymbol): void {
    for (const method of [...symbol.methods.values()].flat()) {
      const overridden = method.isStatic ? undefined : overriddenBy(symbol, method);
      if (overridden !== undefined) {
        relate(method, overridden);
        this.#checkOverride(symbol, method, overridden);
      } else if (method.isOverride && !overridesPlatform(symbol, method)) {
        const message = `Method does not override an ancestor method: ${method.name}`;
        this.#problems.add(symbol.file, method.at, message);
      }
    }
  }

  #checkOverride(symbol: ClassSymbol, method: MethodSymbol, overridden: MethodSymbol): void {
    if (!overridden.isOverridable) {
      const message = `Non-virtual, non-abstract methods cannot be overridden: ${method.name}`;
      this.#problems.add(symbol.file, method.at, message);
    } else if (!method.isOverride && !overridden.isAbstract && symbol.kind === 'class') {
      const message = `Method must use the override keyword: ${method.name}`;
      this.#problems.add(symbol.file, method.at, message);
    } else if (
      VISIBILITIES.indexOf(method.visibility) < VISIBILITIES.indexOf(overridden.visibility)
    ) {
      const message = `Cannot reduce the visibility of the overridden method: ${method.name}`;
      this.#problems.add(symbol.file, method.at, message);
    } else if (method.returnType !== overridden.returnType) {
      const message = `Return type of ${method.name} differs from that of the overridden method`;
      this.#problems.add(symbol.file, method.at, message);
    }
  }

  #linkInterfaces(symbol: ClassSymbol): void {
    for (const type of allInterfaces(symbol, this.#types)) {
      if (type.kind === 'class') {
        for (const required of [...type.symbol.methods.values()].flat()) {
          this.#implement(symbol, required, type.name);
        }
      } else if (type.kind === 'platform') {
        this.#implementPlatform(symbol, type);
      }
    }
    if (!symbol.isAbstract) {
      for (const required of inheritedAbstract(symbol)) {
        this.#implement(symbol, required, required.owner?.name ?? '');
      }
    }
  }

  #implement(symbol: ClassSymbol, required: MethodSymbol, from: string): void {
    const found = findExact(symbol, required);
    if (found === undefined || found === required) {
      this.#reportMissing(symbol, `${required.returnType.name} ${from}.${signatureOf(required)}`);
      return;
    }
    if (found.owner === symbol && !this.#returns(found, required.returnType)) {
      const message = `Return type of ${found.name} differs from that of ${from}.${required.name}`;
      this.#problems.add(symbol.file, found.at, message);
    }
    relate(found, required);
  }

  #implementPlatform(symbol: ClassSymbol, type: PlatformRef): void {
    for (const signature of [...type.definition.methods.values()].flat()) {
      const types = signature.parameters.map((text) => this.#types.of(text, type));
      const found = findWith(symbol, signature.name, types);
      if (found === undefined) {
        const parameters = types.map((parameter) => parameter.name).join(', ');
        const returns = this.#types.of(signature.returns, type).name;
        this.#reportMissing(symbol, `${returns} ${type.name}.${signature.name}(${parameters})`);
      } else {
        relate(found, this.slot(signature));
        this.#checkReturn(symbol, found, signature, type);
        if (found.visibility !== 'public') {
          const message = `${found.name} implements ${type.name} and must be public or global`;
          this.#problems.add(symbol.file, found.at, message);
        }
      }
    }
  }

  #checkReturn(
    symbol: ClassSymbol,
    found: MethodSymbol,
    signature: PlatformSignature,
    type: PlatformRef,
  ): void {
    const allowed = [signature.returns, ...signature.otherReturns].map((text) =>
      this.#types.of(text, type),
    );
    if (found.owner === symbol && !allowed.some((one) => this.#returns(found, one))) {
      const message = `Return type of ${found.name} must be ${allowed.map(({ name }) => name).join(' or ')}, not ${found.returnType.name}`;
      this.#problems.add(symbol.file, found.at, message);
    }
  }

  /** An implementation may return something more special; an Id may stand for a String, and a String for an Id. */
  #returns({ returnType }: MethodSymbol, wanted: ApexType): boolean {
    const offered = [returnType, ...this.#supertypes(returnType)];
    return (
      returnType.kind === 'error' ||
      wanted.kind === 'error' ||
      (isPlatform(returnType, 'Id', 'String') && isPlatform(wanted, 'Id', 'String')) ||
      offered.some((type) => sameType(type, wanted))
    );
  }

  #supertypes(type: ApexType): readonly ApexType[] {
    if (type.kind === 'class') {
      const classes = [...ancestors(type.symbol)].map((symbol) => this.#types.classRef(symbol));
      return [...classes, ...allInterfaces(type.symbol, this.#types)];
    }
    return type.kind === 'platform' ? this.#types.platformSupertypes(type) : [];
  }

  #reportMissing(symbol: ClassSymbol, signature: string): void {
    if (!symbol.isAbstract) {
      const message = `Class ${symbol.name} must implement the method: ${signature}`;
      this.#problems.add(symbol.file, symbol.declaration.at, message);
    }
  }
}

/** All interfaces of a class, own and inherited, with those they extend. */
export function allInterfaces(symbol: ClassSymbol, types: TypeTable): ApexType[] {
  const found = new Set<ApexType>();
  const visit = (type: ApexType): void => {
    if (type.kind === 'class') {
      found.add(type);
      type.symbol.interfaces.forEach(visit);
    } else if (type.kind === 'platform') {
      for (const supertype of types.platformSupertypes(type)) {
        found.add(supertype);
      }
    }
  };
  for (const ancestor of ancestors(symbol)) {
    ancestor.interfaces.forEach(visit);
  }
  found.delete(types.classRef(symbol));
  return [...found];
}

/** The class itself, then what it extends, up to the root. */
export function* ancestors(symbol: ClassSymbol): IterableIterator<ClassSymbol> {
  for (let current: ClassSymbol | undefined = symbol; current !== undefined; ) {
    yield current;
    current = current.superclass?.kind === 'class' ? current.superclass.symbol : undefined;
  }
}

/** True for compiled classes that are exceptions. */
export function isExceptionClass(symbol: ClassSymbol): boolean {
  return [...ancestors(symbol)].some((ancestor) => ancestor.superclass?.kind === 'platform');
}

function isCyclic(symbol: ClassSymbol): boolean {
  const seen = new Set<ClassSymbol>();
  for (let current: ClassSymbol | undefined = symbol; current !== undefined; ) {
    if (seen.has(current)) {
      return true;
    }
    seen.add(current);
    current = current.superclass?.kind === 'class' ? current.superclass.symbol : undefined;
  }
  return false;
}

function overriddenBy(symbol: ClassSymbol, method: MethodSymbol): MethodSymbol | undefined {
  const parent = symbol.superclass;
  if (symbol.kind === 'interface') {
    const parents = symbol.interfaces.flatMap((type) =>
      type.kind === 'class' ? [type.symbol] : [],
    );
    return parents.map((above) => findExact(above, method)).find((found) => found !== undefined);
  }
  const found = parent?.kind === 'class' ? findExact(parent.symbol, method) : undefined;
  return found !== undefined && isPrivate(found) ? undefined : found;
}

function isPrivate(method: MethodSymbol): boolean {
  return method.visibility === 'private' && !method.isOverridable;
}

/** `toString`, `equals` and `hashCode` of Object, `getMessage` of Exception. */
function overridesPlatform(symbol: ClassSymbol, method: MethodSymbol): boolean {
  const name = method.name.toLowerCase();
  return (
    ['tostring', 'equals', 'hashcode'].includes(name) ||
    (isExceptionClass(symbol) && name === 'getmessage')
  );
}

function inheritedAbstract(symbol: ClassSymbol): MethodSymbol[] {
  return [...ancestors(symbol)]
    .filter((ancestor) => ancestor !== symbol && ancestor.isAbstract)
    .flatMap((ancestor) => [...ancestor.methods.values()].flat())
    .filter((method) => method.isAbstract);
}

function findExact(symbol: ClassSymbol, wanted: MethodSymbol): MethodSymbol | undefined {
  for (const ancestor of ancestors(symbol)) {
    const candidates = ancestor.methods.get(wanted.name.toLowerCase()) ?? [];
    const found = candidates.find((method) => !method.isStatic && sameParameters(method, wanted));
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function findWith(
  symbol: ClassSymbol,
  name: string,
  types: readonly ApexType[],
): MethodSymbol | undefined {
  for (const ancestor of ancestors(symbol)) {
    const found = (ancestor.methods.get(name.toLowerCase()) ?? []).find(
      (method) =>
        !method.isStatic &&
        method.parameters.length === types.length &&
        method.parameters.every((parameter, index) => sameType(parameter.type, types[index])),
    );
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** Lists of records stand for each other: `execute(context, List<Account> rows)` implements `Batchable<SObject>`. */
function sameType(a: ApexType, b: ApexType | undefined): boolean {
  if (a === b || a.kind === 'error' || b === undefined) {
    return a === b || a.kind === 'error';
  }
  const generics = a.kind === 'platform' && b.kind === 'platform' && a.definition === b.definition;
  return (
    generics &&
    a.args.length === 1 &&
    a.args[0]?.kind === 'sobject' &&
    b.args[0]?.kind === 'sobject'
  );
}

function relate(a: MethodSymbol, b: MethodSymbol): void {
  a.relatives.add(b);
  b.relatives.add(a);
}

function signatureOf(method: MethodSymbol): string {
  return `${method.name}(${method.parameters.map((parameter) => parameter.type.name).join(', ')})`;
}
