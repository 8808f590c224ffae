import type { CallExpression } from '../syntax/ast.ts';
import type { ApexType, PlatformRef } from '../types/apex-type.ts';
import type { PlatformSignature } from '../types/platform-definition.ts';
import type { Body } from './body.ts';
import { type Code, callOf, joined, text } from './code.ts';
import { required } from './conversion.ts';
import { classCode } from './names.ts';
import { argumentCodes, type Candidate, chooseOverload } from './overloads.ts';
import { isEnum, platformView } from './platform-members.ts';
import type { Translator } from './translator.ts';
import { ERROR_VALUE, typed, type Value } from './value.ts';

/** These see the variables around the call, unless they are given a map of binds. */
const DYNAMIC_QUERIES = new Set([
  'query',
  'querywithbinds',
  'countquery',
  'countquerywithbinds',
  'getquerylocator',
  'getquerylocatorwithbinds',
]);

interface PlatformMethod {
  readonly view: PlatformRef;
  readonly signature: PlatformSignature;
}

/**
 * A call of an instance method of the platform.
 * @param silent answer undefined, without a report, when there is no method of that name
 */
export function platformCall(
  t: Translator,
  receiver: Value,
  node: CallExpression,
  args: readonly Value[],
  silent = false,
): Value | undefined {
  const { body } = t;
  const candidates = candidatesOf(body, receiver.type, node.name);
  if (candidates.length === 0) {
    if (!silent) {
      const call = `${node.name}(${args.map((arg) => arg.type.name).join(', ')})`;
      body.problem(
        node.at,
        `Method does not exist or incorrect signature: ${call} (of ${receiver.type.name})`,
      );
    }
    return undefined;
  }
  const chosen = chooseOverload(
    body,
    candidates,
    args,
    `${receiver.type.name}.${node.name}`,
    node.at,
  );
  if (chosen === undefined) {
    return ERROR_VALUE;
  }
  const codes = argumentCodes(body, args, chosen.parameters, node.at);
  const result = memberCall(body, chosen.member, required(receiver), codes);
  const copies = receiver.type.kind === 'sobject' && node.name.toLowerCase() === 'clone';
  return copies ? { ...result, type: receiver.type } : result;
}

export function staticPlatformCall(
  t: Translator,
  type: PlatformRef,
  node: CallExpression,
  args: readonly Value[],
  self: Code = 'null',
): Value {
  const { body } = t;
  const name = node.name.toLowerCase();
  if (isEnum(type) && name === 'values' && args.length === 0) {
    const list = body.unit.resolver.types.list(type);
    return typed(list, `$o.platformEnumValues(${text(type.name)})`, true);
  }
  const [only] = args;
  if (isEnum(type) && name === 'valueof' && only !== undefined && args.length === 1) {
    const wanted = t.convert(only, body.unit.resolver.types.get('String'), node.at);
    return typed(type, [`$o.platformEnumValueOf(${text(type.name)}, `, wanted.code, ')'], true);
  }
  const locator = locatorOfQuery(body, type, name, args);
  if (locator !== undefined) {
    return locator;
  }
  const candidates = (type.definition.methods.get(name) ?? [])
    .filter((signature) => signature.isStatic)
    .map((signature) => candidateOf(body, type, signature));
  const chosen = chooseOverload(
    body,
    candidates,
    args,
    `${type.definition.name}.${node.name}`,
    node.at,
  );
  if (chosen === undefined) {
    return ERROR_VALUE;
  }
  const codes = argumentCodes(body, args, chosen.parameters, node.at);
  if (type.definition.name !== 'Database' || !DYNAMIC_QUERIES.has(name)) {
    return memberCall(body, chosen.member, self, codes);
  }
  const isQuery = name.startsWith('query');
  if (name.endsWith('withbinds')) {
    return { ...memberCall(body, chosen.member, self, codes), isQuery };
  }
  const variables = visibleVariables(body);
  const called = (binds: Code) => memberCall(body, chosen.member, self, [...codes, binds]);
  const value = called(['new Map(', variables, ')']);
  return isQuery
    ? { ...value, isQuery, loopCode: called(['$.loopBinds(', variables, ')']).code }
    : value;
}

/** `Database.getQueryLocator([SELECT …])` keeps the query instead of running it. */
function locatorOfQuery(
  body: Body,
  type: PlatformRef,
  name: string,
  args: readonly Value[],
): Value | undefined {
  const query = args[0]?.queryArguments;
  if (type.definition.name !== 'Database' || name !== 'getquerylocator' || query === undefined) {
    return undefined;
  }
  const locator = body.unit.resolver.types.get('Database.QueryLocator');
  return typed(locator, ['$.queryLocator(', query, ')'], true);
}

/** What a query made at run time may bind: `Database.query('… WHERE Name = :name')`. */
function visibleVariables(body: Body): Code {
  const variables = new Map<string, Code>();
  for (const field of body.owner?.fields.values() ?? []) {
    const isPlain = field.property === undefined && (field.isStatic || !body.isStatic);
    if (isPlain && body.owner !== undefined) {
      const receiver = field.isStatic ? classCode(body, body.owner) : 'this';
      variables.set(field.name, [receiver, '.', field.jsName]);
    }
  }
  for (const local of body.visibleLocals()) {
    variables.set(local.name, local.jsName);
  }
  const entries = [...variables].map(([name, code]): Code => {
    return ['[', text(name.toLowerCase()), ', ', code, ']'];
  });
  return ['[', joined(entries, ', '), ']'];
}

/** `new HttpRequest()`, `new Map<Id, Account>(rows)`; generic types are told their type arguments. */
export function platformCreation(
  t: Translator,
  type: PlatformRef,
  args: readonly Value[],
  at: CallExpression['at'],
): Value {
  const { body } = t;
  const signatures = type.definition.methods.get('new') ?? [];
  if (signatures.length === 0) {
    body.problem(at, `Type cannot be constructed: ${type.name}`);
    return ERROR_VALUE;
  }
  const candidates = signatures.map((signature) => candidateOf(body, type, signature));
  const chosen = chooseOverload(body, candidates, args, `new ${type.name}`, at);
  if (chosen === undefined) {
    return ERROR_VALUE;
  }
  const codes = argumentCodes(body, args, chosen.parameters, at);
  const self = type.args.length === 0 ? 'null' : JSON.stringify(type.args.map((arg) => arg.name));
  return { ...memberCall(body, chosen.member, self, codes), type, nonNull: true };
}

function candidatesOf(body: Body, type: ApexType, name: string): Candidate<PlatformMethod>[] {
  const found: Candidate<PlatformMethod>[] = [];
  for (const view of platformView(body, type)) {
    for (const signature of view.definition.methods.get(name.toLowerCase()) ?? []) {
      const candidate = candidateOf(body, view, signature);
      if (!signature.isStatic && !found.some((known) => sameTypes(known, candidate))) {
        found.push(candidate);
      }
    }
  }
  return found;
}

function sameTypes(a: Candidate<unknown>, b: Candidate<unknown>): boolean {
  return (
    a.parameters.length === b.parameters.length &&
    a.parameters.every((type, index) => type === b.parameters[index])
  );
}

function candidateOf(
  body: Body,
  view: PlatformRef,
  signature: PlatformSignature,
): Candidate<PlatformMethod> {
  const { types } = body.unit.resolver;
  const parameters = signature.parameters.map((text) => types.of(text, view));
  return { member: { view, signature }, parameters };
}

function memberCall(
  body: Body,
  method: PlatformMethod,
  receiver: Code,
  args: readonly Code[],
): Value {
  const { view, signature } = method;
  body.method.accessesData ||= view.definition.name.startsWith('Database');
  const type = body.unit.resolver.types.of(signature.returns, view);
  if (signature.member === null || view.definition.kind === 'interface') {
    return typed(type, interfaceCall(body, signature, receiver, args));
  }
  const member = body.unit.imports.member(signature);
  const call: Code = [`${member}($r, `, receiver, args.map((arg) => [', ', arg]), ')'];
  if (!signature.suspends) {
    return typed(type, call);
  }
  body.method.callsSuspending = true;
  return typed(type, ['(yield* $o.suspend(', call, '))']);
}

/** Through an interface of the platform: the object may be compiled or the platform's own. */
function interfaceCall(
  body: Body,
  signature: PlatformSignature,
  receiver: Code,
  args: readonly Code[],
): Code {
  const slot = body.unit.hierarchy.slot(signature);
  body.method.calls.add(slot);
  const prefix: Code = ['$.invoke', { ifSuspends: slot, print: 'Suspending' }];
  return callOf(slot, [
    prefix,
    '(',
    receiver,
    `, ${text(signature.name)}, [`,
    joined(args, ', '),
    '])',
  ]);
}
