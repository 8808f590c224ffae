import type { Expression, NewExpression } from '../syntax/ast.ts';
import { type ApexType, elementType, isPlatform, type SObjectRef } from '../types/apex-type.ts';
import { isExceptionClass } from '../types/hierarchy.ts';
import type { ClassSymbol, MethodSymbol } from '../types/symbols.ts';
import { sees } from './access.ts';
import type { Body } from './body.ts';
import { parameterTypes } from './calls.ts';
import { type Code, callOf, joined, text } from './code.ts';
import { classCode } from './names.ts';
import { argumentCodes, type Candidate, chooseOverload } from './overloads.ts';
import { platformCreation } from './platform-calls.ts';
import { recordPlace } from './record-members.ts';
import type { Translator } from './translator.ts';
import { ERROR_VALUE, typed, type Value } from './value.ts';

export function newValue(t: Translator, node: NewExpression): Value {
  const type = t.resolveType(node.type);
  const { init } = node;
  switch (init.form) {
    case 'elements':
      return elementsValue(t, type, init.elements, node);
    case 'entries':
      return entriesValue(t, type, init.entries, node);
    case 'size': {
      const size = t.convert(
        t.value(init.size),
        t.body.unit.resolver.types.get('Integer'),
        node.at,
      );
      return typed(type, [`$o.listOfSize(${elementText(type)}, `, size.code, ')'], true);
    }
    default:
      return constructed(t, type, init.args, node);
  }
}

function constructed(
  t: Translator,
  type: ApexType,
  args: readonly Expression[],
  node: NewExpression,
): Value {
  switch (type.kind) {
    case 'sobject':
      return newRecord(t, type, args, node);
    case 'class':
      return newInstance(
        t,
        type.symbol,
        args.map((arg) => t.value(arg)),
        node,
      );
    case 'platform':
      return platformCreation(
        t,
        type,
        args.map((arg) => t.value(arg)),
        node.at,
      );
    default:
      return ERROR_VALUE;
  }
}

function newInstance(
  t: Translator,
  symbol: ClassSymbol,
  args: readonly Value[],
  node: NewExpression,
): Value {
  const { body } = t;
  const type = body.unit.resolver.types.classRef(symbol);
  if (symbol.kind !== 'class' || symbol.isAbstract) {
    body.problem(node.at, `Type cannot be constructed: ${symbol.name}`);
    return ERROR_VALUE;
  }
  if (!sees(body.owner, symbol, symbol.visibility, symbol.isTestVisible)) {
    body.problem(node.at, `Type is not visible: ${symbol.name}`);
  }
  const instance: Code = ['new (', classCode(body, symbol), ')()'];
  const chosen = chooseConstructor(body, symbol, args, node);
  return chosen === undefined
    ? ERROR_VALUE
    : typed(type, constructorCall(body, chosen, instance, args, node), true);
}

/** A constructor of the source, or the parameters of one that every exception class has. */
export type Constructor = MethodSymbol | { readonly builtIn: readonly ApexType[] };

/** The constructor the arguments choose, if it may be used here. */
export function chooseConstructor(
  body: Body,
  symbol: ClassSymbol,
  args: readonly Value[],
  node: { readonly at: NewExpression['at'] },
): Constructor | undefined {
  const candidates = isExceptionClass(symbol)
    ? [...declaredConstructors(symbol, true), ...exceptionConstructors(body)]
    : declaredConstructors(symbol, false);
  const distinct = candidates.filter(
    (candidate, index) => candidates.findIndex((other) => sameTypes(other, candidate)) === index,
  );
  const chosen = chooseOverload(body, distinct, args, symbol.name, node.at)?.member;
  const isHidden =
    chosen !== undefined &&
    'visibility' in chosen &&
    !sees(body.owner, symbol, chosen.visibility, chosen.isTestVisible);
  if (isHidden) {
    body.problem(node.at, `Constructor is not visible: ${symbol.name}`);
  }
  return chosen;
}

/** Runs a constructor on a new instance, or on `this` or `super`. */
export function constructorCall(
  body: Body,
  chosen: Constructor,
  receiver: Code,
  args: readonly Value[],
  node: { readonly at: NewExpression['at'] },
): Code {
  if ('builtIn' in chosen) {
    const codes = argumentCodes(body, args, chosen.builtIn, node.at);
    const onlyCause = chosen.builtIn[0]?.name === 'Exception';
    const given = joined(onlyCause ? ['null', ...codes] : codes, ', ');
    return [receiver, '.$fields().$describe(', given, ')'];
  }
  body.method.calls.add(chosen);
  const codes = argumentCodes(body, args, parameterTypes(chosen), node.at);
  return callOf(chosen, [receiver, `.${chosen.jsName}(`, joined(codes, ', '), ')']);
}

/** Nothing, a message, a cause, or both. */
function exceptionConstructors(body: Body): Candidate<Constructor>[] {
  const { types } = body.unit.resolver;
  const message = types.get('String');
  const cause = types.get('Exception');
  return [[], [message], [cause], [message, cause]].map((parameters) => ({
    member: { builtIn: parameters },
    parameters,
  }));
}

function declaredConstructors(symbol: ClassSymbol, writtenOnly: boolean): Candidate<Constructor>[] {
  return symbol.constructors
    .filter((method) => !writtenOnly || method.body !== undefined)
    .map((method) => ({ member: method, parameters: parameterTypes(method) }));
}

function sameTypes(a: Candidate<unknown>, b: Candidate<unknown>): boolean {
  return (
    a.parameters.length === b.parameters.length &&
    a.parameters.every((type, index) => type === b.parameters[index])
  );
}

function newRecord(
  t: Translator,
  type: SObjectRef,
  args: readonly Expression[],
  node: NewExpression,
): Value {
  const { schema } = type;
  if (schema === undefined) {
    t.body.problem(node.at, 'Type cannot be constructed: SObject');
    return ERROR_VALUE;
  }
  const record = args.length === 0 ? '' : t.body.scratch();
  const given = new Set<string>();
  const writes = args.map((arg): Code => {
    if (arg.kind !== 'assign' || arg.operator !== '=' || arg.target.kind !== 'name') {
      t.body.problem(arg.at, `Fields of ${schema.name} are given as Name = value`);
      return '';
    }
    if (given.has(arg.target.name.toLowerCase())) {
      t.body.problem(arg.at, `Duplicate field initialization: ${arg.target.name}`);
    }
    given.add(arg.target.name.toLowerCase());
    const value = t.value(arg.value);
    const place = recordPlace(t.body, schema, record, arg.target.name, arg.at);
    if (place === undefined) {
      t.body.problem(arg.at, `Field does not exist: ${arg.target.name} on ${schema.name}`);
      return '';
    }
    if (place.refusal !== undefined) {
      t.body.problem(arg.at, place.refusal);
    }
    return [place.write(t.convert(value, place.type, arg.value.at).code), ', '];
  });
  const fresh = `$.newRecord(${text(schema.name)})`;
  const code: Code = record === '' ? fresh : [`(${record} = ${fresh}, `, writes, record, ')'];
  return typed(type, code, true);
}

function elementsValue(
  t: Translator,
  type: ApexType,
  elements: readonly Expression[],
  node: NewExpression,
): Value {
  const element = elementType(type);
  if (element === undefined || !isPlatform(type, 'List', 'Set')) {
    if (elements.length === 0 && isPlatform(type, 'Map')) {
      return platformCreation(t, type, [], node.at);
    }
    t.body.problem(node.at, `${type.name} cannot be written as a list of elements`);
    return ERROR_VALUE;
  }
  const codes = elements.map((item) => t.convert(t.value(item), element, item.at).code);
  const maker = isPlatform(type, 'List') ? 'listOf' : 'setOf';
  return typed(type, [`$o.${maker}(${text(element.name)}, [`, joined(codes, ', '), '])'], true);
}

function entriesValue(
  t: Translator,
  type: ApexType,
  entries: readonly (readonly [Expression, Expression])[],
  node: NewExpression,
): Value {
  const [keyType, valueType] = type.kind === 'platform' ? type.args : [];
  if (!isPlatform(type, 'Map') || keyType === undefined || valueType === undefined) {
    t.body.problem(node.at, `${type.name} cannot be written as a list of entries`);
    return ERROR_VALUE;
  }
  const codes = entries.map(([key, value]): Code => {
    const first = t.convert(t.value(key), keyType, key.at).code;
    const second = t.convert(t.value(value), valueType, value.at).code;
    return ['[', first, ', ', second, ']'];
  });
  const names = `${text(keyType.name)}, ${text(valueType.name)}`;
  return typed(type, [`$o.mapOf(${names}, [`, joined(codes, ', '), '])'], true);
}

function elementText(type: ApexType): string {
  return text(elementType(type)?.name ?? 'Object');
}
