import type { Annotation, CallExpression } from '../syntax/ast.ts';
import { VOID } from '../types/apex-type.ts';
import { sameParameters } from '../types/declare-members.ts';
import { allInterfaces, ancestors } from '../types/hierarchy.ts';
import type { ClassSymbol, MethodSymbol } from '../types/symbols.ts';
import type { TypeTable } from '../types/type-table.ts';
import { sees } from './access.ts';
import type { Body } from './body.ts';
import { type Code, callOf, joined, text } from './code.ts';
import { classCode, guarded, typeOfSameName, withGuards } from './names.ts';
import { argumentCodes, type Candidate, chooseOverload } from './overloads.ts';
import { platformCall, staticPlatformCall } from './platform-calls.ts';
import { addFieldError, recordTypeCall } from './record-calls.ts';
import type { Translator } from './translator.ts';
import { ERROR_VALUE, typed, type Value } from './value.ts';

export function callValue(t: Translator, node: CallExpression): Value {
  const args = node.args.map((arg) => t.value(arg));
  if (node.target === undefined) {
    return unqualifiedCall(t, node, args);
  }
  if (node.target.kind === 'super') {
    return superCall(t, node, args);
  }
  const target = t.chain(node.target);
  switch (target.kind) {
    case 'type':
      return staticCall(t, target.type, node, args);
    case 'value': {
      const receiver = node.safe ? guarded(t.body, target) : target;
      return withGuards(instanceCall(t, receiver, node, args), receiver);
    }
    default:
      t.body.problem(node.at, `Method does not exist: ${node.name}`);
      return ERROR_VALUE;
  }
}

/** A call of a compiled method, its arguments converted. */
function methodCall(
  body: Body,
  callee: Candidate<MethodSymbol>,
  receiver: Code,
  args: readonly Value[],
  node: CallExpression,
): Value {
  const method = callee.member;
  if (
    method.owner !== undefined &&
    !sees(body.owner, method.owner, method.visibility, method.isTestVisible)
  ) {
    body.problem(node.at, `Method is not visible: ${method.owner.name}.${method.name}`);
  }
  const codes = argumentCodes(body, args, callee.parameters, node.at);
  const future = futureAnnotation(method);
  if (future !== undefined) {
    return typed(VOID, futureCall(method, future, codes));
  }
  body.method.calls.add(method);
  const call = callOf(method, [receiver, '.', method.jsName, '(', joined(codes, ', '), ')']);
  return typed(method.returnType, call);
}

function futureAnnotation(method: MethodSymbol): Annotation | undefined {
  return method.modifiers.annotations.find(({ name }) => name.toLowerCase() === 'future');
}

/** Only asks for the call: the platform makes it after the transaction. */
function futureCall(method: MethodSymbol, future: Annotation, args: readonly Code[]): Code {
  const names = `${text(method.owner?.name ?? '')}, ${text(method.name)}`;
  const mayCallOut = future.parameters.get('callout')?.toLowerCase() === 'true';
  return [`$r.callFuture(${names}, [`, joined(args, ', '), `], ${mayCallOut})`];
}

/** Methods of that name that a value of the class has, nearest declaration first, overridden ones left out. */
function methodsNamed(
  types: TypeTable,
  symbol: ClassSymbol,
  name: string,
): Candidate<MethodSymbol>[] {
  const interfaces = allInterfaces(symbol, types).flatMap((type) =>
    type.kind === 'class' ? [type.symbol] : [],
  );
  const found: MethodSymbol[] = [];
  for (const owner of [...ancestors(symbol), ...interfaces]) {
    for (const method of owner.methods.get(name.toLowerCase()) ?? []) {
      if (!found.some((known) => sameParameters(known, method))) {
        found.push(method);
      }
    }
  }
  return found.map((method) => ({ member: method, parameters: parameterTypes(method) }));
}

export function parameterTypes(method: MethodSymbol) {
  return method.parameters.map((parameter) => parameter.type);
}

function unqualifiedCall(t: Translator, node: CallExpression, args: readonly Value[]): Value {
  const { body } = t;
  if (node.name.toLowerCase() === 'this' || node.name.toLowerCase() === 'super') {
    body.problem(node.at, 'A constructor call must be the first statement of a constructor');
    return ERROR_VALUE;
  }
  for (let scope = body.owner; scope !== undefined; scope = scope.outer) {
    const candidates = methodsNamed(body.unit.resolver.types, scope, node.name);
    if (candidates.length > 0) {
      return ownCall(body, scope, candidates, args, node);
    }
  }
  if (body.owner !== undefined && !body.isStatic) {
    const self = t.value({ kind: 'this', at: node.at });
    const inherited = platformCall(t, self, node, args, true);
    if (inherited !== undefined) {
      return inherited;
    }
  }
  const call = `${node.name}(${args.map((arg) => arg.type.name).join(', ')})`;
  body.problem(node.at, `Method does not exist or incorrect signature: ${call}`);
  return ERROR_VALUE;
}

function ownCall(
  body: Body,
  scope: ClassSymbol,
  candidates: readonly Candidate<MethodSymbol>[],
  args: readonly Value[],
  node: CallExpression,
): Value {
  const chosen = chooseOverload(body, candidates, args, node.name, node.at);
  if (chosen === undefined) {
    return ERROR_VALUE;
  }
  const { member } = chosen;
  if (member.isStatic && member.owner !== undefined) {
    return methodCall(body, chosen, classCode(body, member.owner), args, node);
  }
  if (body.isStatic || scope !== body.owner) {
    body.problem(
      node.at,
      `Non static method cannot be referenced from a static context: ${node.name}`,
    );
    return ERROR_VALUE;
  }
  return methodCall(body, chosen, 'this', args, node);
}

function superCall(t: Translator, node: CallExpression, args: readonly Value[]): Value {
  const { body } = t;
  const superclass = body.owner?.superclass;
  if (superclass === undefined || body.isStatic) {
    body.problem(node.at, 'There is no superclass to call');
    return ERROR_VALUE;
  }
  if (superclass.kind !== 'class') {
    const self = { ...t.value({ kind: 'this', at: node.at }), type: superclass };
    return platformCall(t, self, node, args) ?? ERROR_VALUE;
  }
  const candidates = methodsNamed(body.unit.resolver.types, superclass.symbol, node.name);
  const chosen = chooseOverload(body, candidates, args, node.name, node.at);
  if (chosen?.member.isAbstract === true) {
    body.problem(node.at, `Cannot call an abstract method: ${node.name}`);
  }
  return chosen === undefined ? ERROR_VALUE : methodCall(body, chosen, 'super', args, node);
}

function staticCall(
  t: Translator,
  type: Value['type'],
  node: CallExpression,
  args: readonly Value[],
): Value {
  const { body } = t;
  if (type.kind === 'sobject') {
    return recordTypeCall(t, type, node, args);
  }
  if (type.kind !== 'class') {
    return type.kind === 'platform' ? staticPlatformCall(t, type, node, args) : ERROR_VALUE;
  }
  if (type.symbol.kind === 'enum') {
    return enumCall(t, type.symbol, node, args);
  }
  const candidates = methodsNamed(body.unit.resolver.types, type.symbol, node.name).filter(
    (candidate) => candidate.member.isStatic,
  );
  const chosen = chooseOverload(body, candidates, args, `${type.name}.${node.name}`, node.at);
  const owner = chosen?.member.owner;
  return chosen === undefined || owner === undefined
    ? ERROR_VALUE
    : methodCall(body, chosen, classCode(body, owner), args, node);
}

/** `Color.values()`, `Color.typed('RED')` */
function enumCall(
  t: Translator,
  symbol: ClassSymbol,
  node: CallExpression,
  args: readonly Value[],
): Value {
  const { types } = t.body.unit.resolver;
  const type = types.classRef(symbol);
  const constants = t.body.unit.imports.enumType(symbol.name);
  const name = node.name.toLowerCase();
  const [only] = args;
  if (name === 'values' && only === undefined) {
    return typed(types.list(type), `$o.enumValues(${constants})`, true);
  }
  if (name === 'valueof' && only !== undefined && args.length === 1) {
    const wanted = t.convert(only, types.get('String'), node.at);
    return typed(type, [`$o.enumValueOf(${constants}, `, wanted.code, ')'], true);
  }
  t.body.problem(
    node.at,
    `Method does not exist or incorrect signature: ${symbol.name}.${node.name}`,
  );
  return ERROR_VALUE;
}

function instanceCall(
  t: Translator,
  receiver: Value,
  node: CallExpression,
  args: readonly Value[],
): Value {
  const { body } = t;
  const { type } = receiver;
  if (type.kind === 'error') {
    return ERROR_VALUE;
  }
  if (receiver.recordField !== undefined && node.name.toLowerCase() === 'adderror') {
    return addFieldError(t, receiver.recordField, node, args);
  }
  if (type.kind === 'class') {
    const candidates = methodsNamed(body.unit.resolver.types, type.symbol, node.name).filter(
      (candidate) => !candidate.member.isStatic,
    );
    if (candidates.length > 0) {
      const chosen = chooseOverload(body, candidates, args, node.name, node.at);
      return chosen === undefined
        ? ERROR_VALUE
        : methodCall(body, chosen, receiver.code, args, node);
    }
  }
  const sameName = node.target === undefined ? undefined : typeOfSameName(body, node.target);
  const found = platformCall(t, receiver, node, args, sameName !== undefined);
  return found ?? (sameName === undefined ? ERROR_VALUE : staticCall(t, sameName.type, node, args));
}
