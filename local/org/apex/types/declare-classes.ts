import type { MemberDeclaration, Modifiers, TypeDeclaration } from '../syntax/ast.ts';
import { NO_MODIFIERS } from '../syntax/nodes.ts';
import { VOID } from './apex-type.ts';
import { identifierProblem } from './identifiers.ts';
import type { Problems } from './problems.ts';
import {
  type ClassSymbol,
  hasAnnotation,
  type MethodSymbol,
  methodSymbol,
  type Visibility,
} from './symbols.ts';

/** First pass: every class gets its symbol, so that names can be resolved whatever the order of files. */
export function declareClass(
  declaration: TypeDeclaration,
  file: string,
  outer: ClassSymbol | undefined,
  problems: Problems,
): ClassSymbol {
  const name = outer === undefined ? declaration.name : `${outer.name}.${declaration.name}`;
  const words = declaration.modifiers.words;
  checkDeclaration(declaration, file, problems);
  const symbol: ClassSymbol = {
    name,
    simpleName: declaration.name,
    kind: declaration.kind,
    declaration,
    file,
    outer,
    inner: new Map(),
    visibility: visibilityOf(declaration.modifiers, outer === undefined ? 'public' : 'private'),
    isAbstract: words.has('abstract') || declaration.kind === 'interface',
    isVirtual: words.has('virtual') || words.has('abstract') || declaration.kind === 'interface',
    isTest: hasAnnotation(declaration.modifiers, 'IsTest') || (outer?.isTest ?? false),
    isTestVisible: hasAnnotation(declaration.modifiers, 'TestVisible'),
    superclass: undefined,
    interfaces: [],
    methods: new Map(),
    constructors: [],
    fields: new Map(),
    staticSteps: [],
    instanceSteps: [],
    instanceInit: initMethod(declaration, `${name}.<init>`, `$fields$${jsPath(name)}`),
    staticInit: initMethod(declaration, `${name}.<clinit>`, '$clinit'),
  };
  for (const member of declaration.members) {
    declareInner(symbol, member, file, problems);
  }
  return symbol;
}

function checkDeclaration(declaration: TypeDeclaration, file: string, problems: Problems): void {
  const reserved = identifierProblem(declaration.name);
  if (reserved !== undefined) {
    problems.add(file, declaration.at, reserved);
  }
  const seen = new Set<string>();
  for (const { name, at } of declaration.constants) {
    const lower = name.toLowerCase();
    if (seen.has(lower)) {
      problems.add(file, at, `Duplicate enum value: ${name}`);
    }
    seen.add(lower);
  }
}

/** `Outer.Inner` as part of a JavaScript name. */
export function jsPath(className: string): string {
  return className.replaceAll('.', '$');
}

export function visibilityOf(modifiers: Modifiers, otherwise: Visibility): Visibility {
  const { words } = modifiers;
  if (words.has('global') || words.has('public') || words.has('webservice')) {
    return 'public';
  }
  return words.has('protected') ? 'protected' : words.has('private') ? 'private' : otherwise;
}

function declareInner(
  outer: ClassSymbol,
  member: MemberDeclaration,
  file: string,
  problems: Problems,
): void {
  if (member.kind !== 'class' && member.kind !== 'interface' && member.kind !== 'enum') {
    return;
  }
  if (outer.outer !== undefined) {
    problems.add(file, member.at, 'Inner types are not allowed to have inner types');
    return;
  }
  const lower = member.name.toLowerCase();
  if (outer.inner.has(lower) || lower === outer.simpleName.toLowerCase()) {
    problems.add(file, member.at, `Duplicate type name: ${member.name}`);
    return;
  }
  outer.inner.set(lower, declareClass(member, file, outer, problems));
}

function initMethod(declaration: TypeDeclaration, label: string, jsName: string): MethodSymbol {
  return methodSymbol({
    name: jsName,
    owner: undefined,
    jsName,
    label: `Class.${label}`,
    at: declaration.at,
    modifiers: NO_MODIFIERS,
    isStatic: false,
    parameters: [],
    returnType: VOID,
    body: undefined,
    visibility: 'private',
  });
}
