import type {
  ConstructorDeclaration,
  FieldDeclaration,
  MemberDeclaration,
  MethodDeclaration,
  Parameter,
  PropertyDeclaration,
} from '../syntax/ast.ts';
import { NO_MODIFIERS } from '../syntax/nodes.ts';
import { checkAnnotations } from './annotations.ts';
import { type ApexType, VOID } from './apex-type.ts';
import { jsPath, visibilityOf } from './declare-classes.ts';
import { identifierProblem } from './identifiers.ts';
import { checkMethod } from './member-rules.ts';
import {
  type ClassSymbol,
  type FieldSymbol,
  hasAnnotation,
  type MethodSymbol,
  methodSymbol,
  type ParameterSymbol,
} from './symbols.ts';
import type { TypeResolver } from './type-resolver.ts';

/** Second pass: supertypes, now that all class names are known. */
export function declareSupertypes(symbol: ClassSymbol, resolver: TypeResolver): void {
  const { declaration, file } = symbol;
  checkAnnotations(declaration.modifiers, file, resolver.problems);
  if (declaration.superclass !== undefined) {
    const superclass = resolver.resolve(declaration.superclass, file, symbol.outer);
    if (isExtensible(superclass)) {
      symbol.superclass = superclass;
    } else if (superclass.kind !== 'error') {
      resolver.problems.add(
        file,
        declaration.superclass.at,
        `Non-virtual and non-abstract type cannot be extended: ${superclass.name}`,
      );
    }
  }
  symbol.interfaces = declaration.interfaces
    .map((node) => {
      const type = resolver.resolve(node, file, symbol.outer ?? symbol);
      if (!isInterface(type) && type.kind !== 'error') {
        resolver.problems.add(file, node.at, `${type.name} is not an interface`);
      }
      return type;
    })
    .filter(isInterface);
  for (const inner of symbol.inner.values()) {
    declareSupertypes(inner, resolver);
  }
}

/** Third pass: fields, properties, methods, constructors and initialization steps. */
export function declareMembers(symbol: ClassSymbol, resolver: TypeResolver): void {
  for (const member of symbol.declaration.members) {
    declareMember(symbol, member, resolver);
  }
  for (const inner of symbol.inner.values()) {
    declareMembers(inner, resolver);
  }
}

function isExtensible(type: ApexType): boolean {
  if (type.kind === 'class') {
    return type.symbol.kind === 'class' && type.symbol.isVirtual;
  }
  return type.kind === 'platform' && type.definition.name === 'Exception';
}

function isInterface(type: ApexType): boolean {
  return type.kind === 'class'
    ? type.symbol.kind === 'interface'
    : type.kind === 'platform' && type.definition.kind === 'interface';
}

function declareMember(
  symbol: ClassSymbol,
  member: MemberDeclaration,
  resolver: TypeResolver,
): void {
  switch (member.kind) {
    case 'method':
      declareMethod(symbol, member, resolver);
      break;
    case 'constructor':
      declareConstructor(symbol, member, resolver);
      break;
    case 'field':
      declareFields(symbol, member, resolver);
      break;
    case 'property':
      declareProperty(symbol, member, resolver);
      break;
    case 'initializer':
      steps(symbol, member.isStatic).push({ kind: 'block', body: member.body });
      break;
    default:
      break;
  }
}

function declareMethod(
  symbol: ClassSymbol,
  member: MethodDeclaration,
  resolver: TypeResolver,
): void {
  checkAnnotations(member.modifiers, symbol.file, resolver.problems);
  const returnType =
    member.returnType === undefined
      ? VOID
      : resolver.resolve(member.returnType, symbol.file, symbol);
  const parameters = declareParameters(symbol, member.parameters, resolver);
  const method = methodSymbol({
    name: member.name,
    owner: symbol,
    jsName: `${member.name.toLowerCase()}$${signatureText(parameters)}`,
    label: labelOf(symbol, member.name),
    at: member.at,
    modifiers: member.modifiers,
    isStatic: member.modifiers.words.has('static'),
    parameters,
    returnType,
    body: member.body,
    visibility: visibilityOf(
      member.modifiers,
      symbol.kind === 'interface' || member.modifiers.words.has('override') ? 'public' : 'private',
    ),
  });
  if (symbol.kind !== 'interface') {
    checkMethod(symbol, member, method, resolver.problems);
  }
  addMethod(symbol, method, resolver);
}

function addMethod(symbol: ClassSymbol, method: MethodSymbol, resolver: TypeResolver): void {
  checkIdentifier(symbol, method, resolver);
  const lower = method.name.toLowerCase();
  const others = symbol.methods.get(lower) ?? [];
  if (others.some((other) => sameParameters(other, method))) {
    resolver.problems.add(
      symbol.file,
      method.at,
      `Method already defined: ${method.name} with these parameter types`,
    );
    return;
  }
  symbol.methods.set(lower, [...others, method]);
}

function checkIdentifier(
  symbol: ClassSymbol,
  { name, at }: Pick<FieldSymbol, 'name' | 'at'>,
  resolver: TypeResolver,
): void {
  const problem = identifierProblem(name);
  if (problem !== undefined) {
    resolver.problems.add(symbol.file, at, problem);
  }
}

export function sameParameters(a: MethodSymbol, b: MethodSymbol): boolean {
  return (
    a.parameters.length === b.parameters.length &&
    a.parameters.every((parameter, index) => parameter.type === b.parameters[index]?.type)
  );
}

function declareConstructor(
  symbol: ClassSymbol,
  member: ConstructorDeclaration,
  resolver: TypeResolver,
): void {
  if (member.name.toLowerCase() !== symbol.simpleName.toLowerCase()) {
    resolver.problems.add(
      symbol.file,
      member.at,
      `Method must declare a return type: ${member.name}`,
    );
    return;
  }
  checkAnnotations(member.modifiers, symbol.file, resolver.problems);
  const parameters = declareParameters(symbol, member.parameters, resolver);
  const method = constructorSymbol(symbol, parameters, member);
  if (symbol.constructors.some((other) => sameParameters(other, method))) {
    resolver.problems.add(symbol.file, member.at, `Constructor already defined: ${member.name}`);
    return;
  }
  symbol.constructors.push(method);
}

/** Classes without a constructor get the one without parameters. */
export function declareDefaultConstructors(symbol: ClassSymbol): void {
  if (symbol.kind === 'class' && symbol.constructors.length === 0) {
    symbol.constructors.push(constructorSymbol(symbol, [], undefined));
  }
  for (const inner of symbol.inner.values()) {
    declareDefaultConstructors(inner);
  }
}

/** As stack traces name the method; everything of an anonymous block goes by the block's name. */
export function labelOf({ name, file }: ClassSymbol, method: string): string {
  return file.endsWith('.apex') ? name : `Class.${name}.${method}`;
}

function constructorSymbol(
  symbol: ClassSymbol,
  parameters: readonly ParameterSymbol[],
  declaration: ConstructorDeclaration | undefined,
): MethodSymbol {
  return methodSymbol({
    name: symbol.simpleName,
    owner: symbol,
    jsName: `new$${jsPath(symbol.name)}$${signatureText(parameters)}`,
    label: `Class.${symbol.name}.<init>`,
    at: declaration?.at ?? symbol.declaration.at,
    modifiers: declaration?.modifiers ?? NO_MODIFIERS,
    isStatic: false,
    parameters,
    returnType: VOID,
    body: declaration?.body,
    visibility:
      declaration === undefined ? 'public' : visibilityOf(declaration.modifiers, 'private'),
  });
}

function declareParameters(
  symbol: ClassSymbol,
  parameters: readonly Parameter[],
  resolver: TypeResolver,
): ParameterSymbol[] {
  return parameters.map((parameter) => ({
    name: parameter.name,
    at: parameter.at,
    type: resolver.resolve(parameter.type, symbol.file, symbol),
  }));
}

/** Parameter types as part of a JavaScript name: overloads differ, overrides agree. */
function signatureText(parameters: readonly ParameterSymbol[]): string {
  return parameters
    .map((parameter) => parameter.type.name.replaceAll(/\W+/g, '_').replace(/_$/, ''))
    .join('$');
}

function declareFields(
  symbol: ClassSymbol,
  member: FieldDeclaration,
  resolver: TypeResolver,
): void {
  checkAnnotations(member.modifiers, symbol.file, resolver.problems);
  const type = resolver.resolve(member.type, symbol.file, symbol);
  for (const declarator of member.declarators) {
    const field = fieldSymbol(symbol, member, declarator.name, declarator.at, type);
    addField(symbol, field, resolver);
    if (declarator.initializer !== undefined) {
      const step = { kind: 'field', field, value: declarator.initializer } as const;
      steps(symbol, field.isStatic).push(step);
    }
  }
}

function fieldSymbol(
  owner: ClassSymbol,
  member: FieldDeclaration | PropertyDeclaration,
  name: string,
  at: FieldSymbol['at'],
  type: ApexType,
  property?: FieldSymbol['property'],
): FieldSymbol {
  const { words } = member.modifiers;
  return {
    name,
    owner,
    jsName: `${name}_`,
    at,
    type,
    isStatic: words.has('static'),
    isFinal: words.has('final'),
    isTransient: words.has('transient'),
    visibility: visibilityOf(member.modifiers, 'private'),
    isTestVisible: hasAnnotation(member.modifiers, 'TestVisible'),
    property,
  };
}

function addField(symbol: ClassSymbol, field: FieldSymbol, resolver: TypeResolver): void {
  checkIdentifier(symbol, field, resolver);
  const lower = field.name.toLowerCase();
  if (symbol.fields.has(lower)) {
    resolver.problems.add(symbol.file, field.at, `Duplicate field: ${field.name}`);
    return;
  }
  if (field.isStatic && symbol.outer !== undefined) {
    resolver.problems.add(symbol.file, field.at, 'Inner classes cannot have static members');
  }
  symbol.fields.set(lower, field);
}

function declareProperty(
  symbol: ClassSymbol,
  member: PropertyDeclaration,
  resolver: TypeResolver,
): void {
  const { words } = member.modifiers;
  if (words.has('virtual') || words.has('abstract') || words.has('override')) {
    resolver.problems.add(
      symbol.file,
      member.at,
      `Virtual, abstract and override properties are not supported: ${member.name}`,
    );
  }
  checkAnnotations(member.modifiers, symbol.file, resolver.problems);
  const type = resolver.resolve(member.type, symbol.file, symbol);
  const accessor = (kind: 'getter' | 'setter') => accessorSymbol(symbol, member, kind, type);
  const base = visibilityOf(member.modifiers, 'private');
  const property = {
    getter: accessor('getter'),
    setter: accessor('setter'),
    setterVisibility: visibilityOf(member.setter?.modifiers ?? NO_MODIFIERS, base),
  };
  addField(symbol, fieldSymbol(symbol, member, member.name, member.at, type, property), resolver);
}

function accessorSymbol(
  owner: ClassSymbol,
  member: PropertyDeclaration,
  kind: 'getter' | 'setter',
  type: ApexType,
): MethodSymbol | 'plain' | undefined {
  const declared = member[kind];
  if (declared?.body === undefined) {
    return declared === undefined ? undefined : 'plain';
  }
  return methodSymbol({
    name: member.name,
    owner,
    jsName: `${kind === 'getter' ? 'get' : 'set'}$${member.name}_`,
    label: `Class.${owner.name}.${member.name}`,
    at: declared.at,
    modifiers: member.modifiers,
    isStatic: member.modifiers.words.has('static'),
    parameters: kind === 'getter' ? [] : [{ name: 'value', type, at: declared.at }],
    returnType: kind === 'getter' ? type : VOID,
    body: declared.body,
    visibility: visibilityOf(member.modifiers, 'private'),
  });
}

function steps(symbol: ClassSymbol, isStatic: boolean): ClassSymbol['staticSteps'] {
  return isStatic ? symbol.staticSteps : symbol.instanceSteps;
}
