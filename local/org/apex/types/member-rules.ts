import type { MethodDeclaration } from '../syntax/ast.ts';
import { type ApexType, VOID } from './apex-type.ts';
import type { Problems } from './problems.ts';
import { type ClassSymbol, hasAnnotation, isTestMethod, type MethodSymbol } from './symbols.ts';

/** What `@future` parameters may be, alone or in a collection: what still means the same later. */
const FUTURE_TYPES = [
  'Blob',
  'Boolean',
  'Date',
  'Datetime',
  'Decimal',
  'Double',
  'Id',
  'Integer',
  'Long',
  'String',
  'Time',
];
const COLLECTIONS = ['List', 'Set', 'Map'];
const ACCESS_WORDS = ['private', 'protected', 'public', 'global'];

/** Everything a method's modifiers, annotations and signature must agree on. */
export function checkMethod(
  symbol: ClassSymbol,
  member: MethodDeclaration,
  method: MethodSymbol,
  problems: Problems,
): void {
  for (const message of methodProblems(symbol, member, method)) {
    problems.add(symbol.file, member.at, message);
  }
}

function* methodProblems(
  symbol: ClassSymbol,
  { body, modifiers, name }: MethodDeclaration,
  method: MethodSymbol,
): IterableIterator<string> {
  const { words } = modifiers;
  if (body === undefined && !method.isAbstract) {
    yield `Method must have a body: ${name}`;
  }
  if (words.has('abstract') && !symbol.isAbstract) {
    yield `A class with abstract methods must be abstract itself: ${name}`;
  }
  if (words.has('abstract') && body !== undefined) {
    yield `Abstract methods cannot have a body: ${name}`;
  }
  if (method.isStatic && symbol.outer !== undefined) {
    yield 'Inner classes cannot have static members';
  }
  if (ACCESS_WORDS.filter((word) => words.has(word)).length > 1) {
    yield `Only one access modifier is allowed: ${name}`;
  }
  if (words.has('webservice')) {
    yield `webservice methods are not supported: ${name}`;
  }
  if (words.has('global') && !symbol.declaration.modifiers.words.has('global')) {
    yield `Defining type for global methods must be declared as global: ${name}`;
  }
  yield* futureProblems(method);
  yield* testProblems(symbol, method);
}

function* futureProblems(method: MethodSymbol): IterableIterator<string> {
  if (!hasAnnotation(method.modifiers, 'future')) {
    return;
  }
  if (!method.isStatic || method.returnType !== VOID) {
    yield `Future methods must be static void: ${method.name}`;
  }
  for (const { type } of method.parameters) {
    if (!mayWait(type)) {
      yield `Unsupported parameter type ${type.name} of the future method ${method.name}`;
    }
  }
}

function mayWait(type: ApexType): boolean {
  if (type.kind !== 'platform') {
    return type.kind === 'error';
  }
  const { name } = type.definition;
  return FUTURE_TYPES.includes(name) || (COLLECTIONS.includes(name) && type.args.every(mayWait));
}

function* testProblems(symbol: ClassSymbol, method: MethodSymbol): IterableIterator<string> {
  const isSetup = hasAnnotation(method.modifiers, 'TestSetup');
  if (!isSetup && !isTestMethod(method.modifiers)) {
    return;
  }
  if (!method.isStatic || method.returnType !== VOID || method.parameters.length > 0) {
    yield `Test methods must be static void and take no parameters: ${method.name}`;
  }
  if (!symbol.isTest) {
    yield `Defining type for test methods must be declared as IsTest: ${method.name}`;
  }
}
