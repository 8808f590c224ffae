import { AGGREGATE_RESULT } from '../sobject.ts';
import type { TypeNode } from '../syntax/ast.ts';
import { type ApexType, ERROR } from './apex-type.ts';
import type { Problems } from './problems.ts';
import { type ClassSymbol, topLevel } from './symbols.ts';
import type { TypeTable } from './type-table.ts';

/** Namespaces that may stand before an object's name. */
const SCHEMA_NAMESPACE = 'schema';

/** Finds what type names mean at a place in the source. */
export class TypeResolver {
  readonly types: TypeTable;
  readonly problems: Problems;
  /** Top-level classes by lower-case name. */
  readonly classes: ReadonlyMap<string, ClassSymbol>;

  constructor(types: TypeTable, problems: Problems, classes: ReadonlyMap<string, ClassSymbol>) {
    this.types = types;
    this.problems = problems;
    this.classes = classes;
  }

  /** Reports an unknown type and answers `ERROR` for it. */
  resolve(node: TypeNode, file: string, inside: ClassSymbol | undefined): ApexType {
    const args = (node.parts.at(-1)?.args ?? []).map((arg) => this.resolve(arg, file, inside));
    if (args.includes(ERROR)) {
      return ERROR;
    }
    const name = node.parts.map((part) => part.name).join('.');
    const found = this.find(name, inside, args);
    if (found === undefined) {
      this.problems.add(file, node.at, `Invalid type: ${name}`);
      return ERROR;
    }
    if (typeof found === 'string') {
      this.problems.add(file, node.at, found);
      return ERROR;
    }
    if (found.kind === 'class' && !isVisible(found.symbol, inside)) {
      this.problems.add(file, node.at, `Type is not visible: ${found.name}`);
      return ERROR;
    }
    return Array.from({ length: node.arrayDepth }).reduce<ApexType>(
      (element) => this.types.list(element),
      found,
    );
  }

  /** The type of that name; undefined when there is none, a sentence when its type arguments do not fit. */
  find(
    name: string,
    inside: ClassSymbol | undefined,
    args: readonly ApexType[] = [],
  ): ApexType | string | undefined {
    const lower = name.toLowerCase();
    const symbol = this.findClass(lower, inside);
    if (symbol !== undefined) {
      return this.types.classRef(symbol);
    }
    if (lower === 'sobject' || lower === 'system.sobject' || lower === 'schema.sobject') {
      return this.types.sobject(undefined);
    }
    if (lower === 'aggregateresult') {
      return this.types.sobject(AGGREGATE_RESULT);
    }
    const definition = this.types.platform.find(name);
    if (definition !== undefined) {
      const expected = definition.typeParameters.length;
      if (expected !== args.length) {
        return `${definition.name} takes ${expected} type argument${expected === 1 ? '' : 's'}, not ${args.length}`;
      }
      return this.types.platformRef(definition, args);
    }
    const schema = this.types.schema.find(withoutSchemaNamespace(name));
    return schema === undefined ? undefined : this.types.sobject(schema);
  }

  /** Like `find` for a name without type arguments: sentences become undefined. */
  findPlain(name: string, inside: ClassSymbol | undefined): ApexType | undefined {
    const found = this.find(name, inside);
    return typeof found === 'string' ? undefined : found;
  }

  /** A compiled class by its lower-case name, seen from inside another. */
  findClass(lower: string, inside: ClassSymbol | undefined): ClassSymbol | undefined {
    const [first = '', ...rest] = lower.split('.');
    let symbol = this.#nearest(first, inside) ?? this.classes.get(first);
    for (const part of rest) {
      symbol = symbol?.inner.get(part);
    }
    return symbol;
  }

  #nearest(lower: string, inside: ClassSymbol | undefined): ClassSymbol | undefined {
    for (let scope = inside; scope !== undefined; scope = scope.outer) {
      const found = scope.simpleName.toLowerCase() === lower ? scope : innerOf(scope, lower);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }
}

/** An inner class of the class or of one it extends. */
function innerOf(symbol: ClassSymbol, lower: string): ClassSymbol | undefined {
  const own = symbol.inner.get(lower);
  return own === undefined && symbol.superclass?.kind === 'class'
    ? innerOf(symbol.superclass.symbol, lower)
    : own;
}

/** Private inner types are for the code of their outermost class, and its tests where they are told so. */
function isVisible(symbol: ClassSymbol, inside: ClassSymbol | undefined): boolean {
  if (symbol.outer === undefined || symbol.visibility === 'public') {
    return true;
  }
  const from = inside && topLevel(inside);
  return (
    from === topLevel(symbol) ||
    (symbol.isTestVisible && from?.isTest === true) ||
    inherits(inside, symbol)
  );
}

/** A subclass sees the protected inner types of the class it extends. */
function inherits(inside: ClassSymbol | undefined, symbol: ClassSymbol): boolean {
  for (let scope = inside; scope !== undefined; scope = superclassOf(scope)) {
    if (scope === symbol.outer) {
      return symbol.visibility === 'protected';
    }
  }
  return false;
}

function superclassOf({ superclass }: ClassSymbol): ClassSymbol | undefined {
  return superclass?.kind === 'class' ? superclass.symbol : undefined;
}

function withoutSchemaNamespace(name: string): string {
  const [first = '', ...rest] = name.split('.');
  return first.toLowerCase() === SCHEMA_NAMESPACE && rest.length > 0 ? rest.join('.') : name;
}
