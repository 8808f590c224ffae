import type { Expression, NewExpression } from '../syntax/ast.ts';
import { type ApexType, elementType, isPlatform, type SObjectRef } from '../types/apex-type.ts';
import { isExceptionClass } from '../types/hierarchy.ts';
import type { ClassSymbol, MethodSymbol } from '../types/symbols.ts';
import { sees } from './access.ts';
import type { Body } from './body.ts';
import { parameterTypes } from './calls.ts';
import { type Code, callOf, joined, text } from './code.ts';
import { classCode } from './names.ts';
import { argumentCodes, chooseOverload } from './overloads.ts';
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
  if (isExceptionClass(symbol) && !declaresConstructor(symbol, args.length)) {
    return newException(t, type, instance, args, node);
  }
  const chosen = chooseConstructor(body, symbol, args, node);
  if (chosen === undefined) {
    return ERROR_VALUE;
  }
  return typed(type, constructorCall(body, chosen, instance, args, node), true);
}

/** The constructor the arguments choose, if it may be used here. */
export function chooseConstructor(
  body: Body,
  symbol: ClassSymbol,
  args: readonly Value[],
  node: { readonly at: NewExpression['at'] },
): MethodSymbol | undefined {
  const candidates = symbol.constructors.map((ctor) => ({
    member: ctor,
    parameters: parameterTypes(ctor),
  }));
  const chosen = chooseOverload(body, candidates, args, symbol.name, node.at)?.member;
  if (chosen !== undefined && !sees(body.owner, symbol, chosen.visibility, chosen.isTestVisible)) {
    body.problem(node.at, `Constructor is not visible: ${symbol.name}`);
  }
  return chosen;
}

export function constructorCall(
  body: Body,
  ctor: MethodSymbol,
  receiver: Code,
  args: readonly Value[],
  node: { readonly at: NewExpression['at'] },
): Code {
  body.method.calls.add(ctor);
  const codes = argumentCodes(body, args, parameterTypes(ctor), node.at);
  return callOf(ctor, [receiver, `.${ctor.jsName}(`, joined(codes, ', '), ')']);
}

/** The constructors every exception class has: nothing, a message, a cause, or both. */
export function exceptionArguments(
  t: Translator,
  args: readonly Value[],
  at: NewExpression['at'],
): Code {
  const { types } = t.body.unit.resolver;
  const message = types.get('String');
  const cause = types.get('Exception');
  const candidates = [[], [message], [cause], [message, cause]].map((parameters) => ({
    member: parameters,
    parameters,
  }));
  const chosen = chooseOverload(t.body, candidates, args, 'Exception', at);
  if (chosen === undefined) {
    return '';
  }
  const codes = argumentCodes(t.body, args, chosen.parameters, at);
  return chosen.parameters[0] === cause ? ['null, ', joined(codes, ', ')] : joined(codes, ', ');
}

function newException(
  t: Translator,
  type: ApexType,
  instance: Code,
  args: readonly Value[],
  node: NewExpression,
): Value {
  const codes = exceptionArguments(t, args, node.at);
  return typed(type, [instance, '.$fields().$describe(', codes, ')'], true);
}

function declaresConstructor(symbol: ClassSymbol, count: number): boolean {
  return symbol.constructors.some(
    (ctor) => ctor.body !== undefined && ctor.parameters.length === count,
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
  const writes = args.map((arg): Code => {
    if (arg.kind !== 'assign' || arg.operator !== '=' || arg.target.kind !== 'name') {
      t.body.problem(arg.at, `Fields of ${schema.name} are given as Name = value`);
      return '';
    }
    const value = t.value(arg.value);
    const place = recordPlace(t.body, schema, record, arg.target.name);
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
