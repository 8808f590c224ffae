import type { Position } from '../syntax/ast.ts';
import type { ApexType } from '../types/apex-type.ts';
import type { Hierarchy } from '../types/hierarchy.ts';
import { identifierProblem } from '../types/identifiers.ts';
import type { PlatformProperty, PlatformSignature } from '../types/platform-definition.ts';
import type { ClassSymbol, FieldSymbol, MethodSymbol } from '../types/symbols.ts';
import type { TypeResolver } from '../types/type-resolver.ts';
import type { ApexValue } from '../values.ts';
import type { Code } from './code.ts';

/** What the code of one file needs from outside; handed to it when it is instantiated. */
export class FileImports {
  readonly members: (PlatformSignature | PlatformProperty)[] = [];
  readonly constants: ApexValue[] = [];
  readonly enums: string[] = [];
  /** Top-level classes of other files. */
  readonly classes = new Set<string>();

  member(signature: PlatformSignature | PlatformProperty): string {
    return `$m${indexIn(this.members, signature)}`;
  }

  constant(value: ApexValue): string {
    this.constants.push(value);
    return `$k${this.constants.length - 1}`;
  }

  enumType(name: string): string {
    return `$e${indexIn(this.enums, name)}`;
  }
}

function indexIn<T>(list: T[], item: T): number {
  const index = list.indexOf(item);
  if (index >= 0) {
    return index;
  }
  list.push(item);
  return list.length - 1;
}

/** One source file while it is translated. */
export interface FileUnit {
  readonly file: string;
  readonly resolver: TypeResolver;
  readonly hierarchy: Hierarchy;
  readonly imports: FileImports;
  /** Lines that hold a statement, for coverage. */
  readonly lines: Set<number>;
  /** Object of the trigger, in a trigger's file. */
  readonly triggerObject?: string;
  readonly checkSoql: (soql: string) => string | undefined;
}

export interface LocalSymbol {
  readonly name: string;
  readonly jsName: string;
  readonly type: ApexType;
  readonly isFinal: boolean;
}

export interface BodyOptions {
  readonly unit: FileUnit;
  readonly owner: ClassSymbol | undefined;
  readonly method: MethodSymbol;
  readonly isStatic: boolean;
  readonly returnType: ApexType;
  /** Inside an accessor its property's name means the storage behind it. */
  readonly storageOf?: FieldSymbol;
  /** Constructors and initialization may assign final fields. */
  readonly initializes?: boolean;
  /** What `return;` compiles to: constructors return the instance. */
  readonly returnCode?: string;
}

/** One method body while it is translated: its local variables, scratch variables and place in the program. */
export class Body {
  readonly unit: FileUnit;
  readonly owner: ClassSymbol | undefined;
  readonly method: MethodSymbol;
  readonly isStatic: boolean;
  readonly returnType: ApexType;
  readonly storageOf: FieldSymbol | undefined;
  readonly initializes: boolean;
  readonly returnCode: string;
  readonly #scopes: Map<string, LocalSymbol>[] = [new Map()];
  readonly #scratch: string[] = [];
  readonly #loops: { breaks: boolean }[] = [];

  constructor(options: BodyOptions) {
    this.unit = options.unit;
    this.owner = options.owner;
    this.method = options.method;
    this.isStatic = options.isStatic;
    this.returnType = options.returnType;
    this.storageOf = options.storageOf;
    this.initializes = options.initializes ?? false;
    this.returnCode = options.returnCode ?? 'return; ';
  }

  problem(at: Position, message: string): void {
    this.unit.resolver.problems.add(this.unit.file, at, message);
  }

  scoped<T>(work: () => T): T {
    this.#scopes.push(new Map());
    try {
      return work();
    } finally {
      this.#scopes.pop();
    }
  }

  /** Runs the work inside a loop and tells whether a `break` leaves it. */
  inLoop<T>(work: () => T): { readonly result: T; readonly breaks: boolean } {
    const loop = { breaks: false };
    this.#loops.push(loop);
    try {
      const result = work();
      return { result, breaks: loop.breaks };
    } finally {
      this.#loops.pop();
    }
  }

  get isInLoop(): boolean {
    return this.#loops.length > 0;
  }

  breakLoop(): void {
    const loop = this.#loops.at(-1);
    if (loop !== undefined) {
      loop.breaks = true;
    }
  }

  declare(name: string, type: ApexType, at: Position, isFinal = false): LocalSymbol {
    const lower = name.toLowerCase();
    if (this.local(name) !== undefined) {
      this.problem(at, `Duplicate variable: ${name}`);
    }
    const reserved = identifierProblem(name);
    if (reserved !== undefined) {
      this.problem(at, reserved);
    }
    const local = { name, jsName: jsIdentifier(name), type, isFinal };
    this.#scopes.at(-1)?.set(lower, local);
    return local;
  }

  local(name: string): LocalSymbol | undefined {
    const lower = name.toLowerCase();
    return this.#scopes.findLast((scope) => scope.has(lower))?.get(lower);
  }

  /** Every local variable in scope. */
  visibleLocals(): LocalSymbol[] {
    return this.#scopes.flatMap((scope) => [...scope.values()]);
  }

  /** A scratch variable of the method. */
  scratch(): string {
    const name = `$${this.#scratch.length + 1}`;
    this.#scratch.push(name);
    return name;
  }

  /** Declares the scratch variables; to be asked for when the body is done. */
  scratchDeclaration(): Code {
    return this.#scratch.length === 0 ? '' : `let ${this.#scratch.join(', ')}; `;
  }
}

/** Words that JavaScript keeps for itself and Apex does not. */
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export ' +
    'extends false finally for function if implements import in instanceof interface let new null package ' +
    'private protected public return static super switch this throw true try typeof undefined var void while ' +
    'with yield NaN Infinity globalThis Map Set Symbol'
  ).split(' '),
);

function jsIdentifier(name: string): string {
  return RESERVED.has(name) ? `${name}$` : name;
}
