import type {
  BlockStatement,
  Expression,
  Modifiers,
  Position,
  TypeDeclaration,
} from '../syntax/ast.ts';
import type { ApexType } from './apex-type.ts';

/** `with sharing`, `without sharing`, `inherited sharing`. */
export type Sharing = 'with' | 'without' | 'inherited';

export type Visibility = 'private' | 'protected' | 'public';

export interface ClassSymbol {
  /** `Outer` or `Outer.Inner`. */
  readonly name: string;
  readonly simpleName: string;
  readonly kind: TypeDeclaration['kind'];
  readonly declaration: TypeDeclaration;
  readonly file: string;
  readonly outer: ClassSymbol | undefined;
  readonly inner: Map<string, ClassSymbol>;
  readonly visibility: Visibility;
  readonly isAbstract: boolean;
  readonly isVirtual: boolean;
  readonly isTest: boolean;
  readonly isTestVisible: boolean;
  /** A compiled class, or `Exception`; undefined for none. Known after declaration. */
  superclass: ApexType | undefined;
  interfaces: readonly ApexType[];
  /** By lower-case name. */
  readonly methods: Map<string, MethodSymbol[]>;
  readonly constructors: MethodSymbol[];
  readonly fields: Map<string, FieldSymbol>;
  /** Statements and initializers that run with the static or the instance part, in source order. */
  readonly staticSteps: InitStep[];
  readonly instanceSteps: InitStep[];
  /** Stands for the instance steps in the call graph. */
  readonly instanceInit: MethodSymbol;
  readonly staticInit: MethodSymbol;
}

/** One thing initialization does, on its own source line. */
export type InitStep =
  | { readonly kind: 'field'; readonly field: FieldSymbol; readonly value: Expression }
  | { readonly kind: 'block'; readonly body: BlockStatement };

export interface ParameterSymbol {
  readonly name: string;
  readonly type: ApexType;
  readonly at: Position;
}

export interface MethodSymbol {
  readonly name: string;
  readonly owner: ClassSymbol | undefined;
  /** Member name in the generated JavaScript. */
  readonly jsName: string;
  readonly label: string;
  readonly at: Position;
  readonly modifiers: Modifiers;
  readonly visibility: Visibility;
  readonly isTestVisible: boolean;
  readonly isStatic: boolean;
  readonly isAbstract: boolean;
  readonly isOverridable: boolean;
  readonly isOverride: boolean;
  readonly parameters: readonly ParameterSymbol[];
  readonly returnType: ApexType;
  readonly body: BlockStatement | undefined;
  /** What its body calls; known after translation. */
  readonly calls: Set<MethodSymbol>;
  /** Calls a platform member that may wait. */
  callsSuspending: boolean;
  /** Methods a call of this one may reach: its overrides and implementations, and what it overrides. */
  readonly relatives: Set<MethodSymbol>;
  /** Compiled as a generator. Known after the call-graph analysis. */
  suspends: boolean;
  /** Queries or saves itself, so it depends on whether sharing is enforced. Known after translation. */
  accessesData: boolean;
  /** What its class says of sharing; undefined when nothing. Known after translation. */
  sharing: Sharing | undefined;
  /** Must set the transaction's sharing for what it does or calls. Known after the call-graph analysis. */
  setsSharing: boolean;
  /** May call itself by way of others; guarded against endless recursion. Known after the call-graph analysis. */
  recursive: boolean;
}

export interface FieldSymbol {
  readonly name: string;
  readonly owner: ClassSymbol;
  readonly jsName: string;
  readonly at: Position;
  readonly type: ApexType;
  readonly isStatic: boolean;
  readonly isFinal: boolean;
  readonly isTransient: boolean;
  readonly visibility: Visibility;
  readonly isTestVisible: boolean;
  /** Properties only. Undefined accessors do not exist; those without a body are plain storage. */
  readonly property: PropertySymbol | undefined;
}

interface PropertySymbol {
  readonly getter: MethodSymbol | 'plain' | undefined;
  readonly setter: MethodSymbol | 'plain' | undefined;
  readonly setterVisibility: Visibility;
}

export interface NewMethod {
  readonly name: string;
  readonly owner: ClassSymbol | undefined;
  readonly jsName: string;
  readonly label: string;
  readonly at: Position;
  readonly modifiers: Modifiers;
  readonly isStatic: boolean;
  readonly parameters: readonly ParameterSymbol[];
  readonly returnType: ApexType;
  readonly body: BlockStatement | undefined;
  readonly visibility: Visibility;
}

export function methodSymbol(method: NewMethod): MethodSymbol {
  const words = method.modifiers.words;
  const isInterface = method.owner?.kind === 'interface';
  return {
    ...method,
    isTestVisible: hasAnnotation(method.modifiers, 'TestVisible'),
    isAbstract: words.has('abstract') || isInterface,
    isOverridable:
      words.has('virtual') || words.has('abstract') || words.has('override') || isInterface,
    isOverride: words.has('override'),
    calls: new Set(),
    callsSuspending: false,
    relatives: new Set(),
    suspends: false,
    recursive: false,
    accessesData: false,
    sharing: undefined,
    setsSharing: false,
  };
}

export function hasAnnotation(modifiers: Modifiers, name: string): boolean {
  return modifiers.annotations.some(
    (annotation) => annotation.name.toLowerCase() === name.toLowerCase(),
  );
}

export function isTestMethod(modifiers: Modifiers): boolean {
  return modifiers.words.has('testmethod') || hasAnnotation(modifiers, 'IsTest');
}

/** What a class says of sharing, or the class it extends; an inner class says it for itself. */
export function sharingOf(symbol: ClassSymbol): Sharing | undefined {
  const { words } = symbol.declaration.modifiers;
  for (const sharing of ['with', 'without', 'inherited'] as const) {
    if (words.has(`${sharing} sharing`)) {
      return sharing;
    }
  }
  return symbol.superclass?.kind === 'class' ? sharingOf(symbol.superclass.symbol) : undefined;
}

/** The outermost class: code inside it sees all its private members. */
export function topLevel(symbol: ClassSymbol): ClassSymbol {
  return symbol.outer === undefined ? symbol : topLevel(symbol.outer);
}
