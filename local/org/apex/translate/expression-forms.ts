import type {
  CastExpression,
  IndexExpression,
  InstanceOfExpression,
  TypeLiteralExpression,
} from '../syntax/ast.ts';
import { isPlatform } from '../types/apex-type.ts';
import { castIsPossible, implicitConversion } from '../types/conversions.ts';
import { text } from './code.ts';
import { checkedCast, converts } from './conversion.ts';
import { withGuards } from './names.ts';
import { booleanType } from './operators.ts';
import { elementPlace } from './places.ts';
import type { Translator } from './translator.ts';
import { ERROR_VALUE, typed, type Value } from './value.ts';

/** `(Type) operand`: a conversion where the types agree, a check when it runs where they may. */
export function castValue(t: Translator, node: CastExpression): Value {
  const type = t.resolveType(node.type);
  const operand = t.value(node.operand);
  if (operand.type.kind === 'error' || type.kind === 'error') {
    return ERROR_VALUE;
  }
  if (converts(t.body, operand, type)) {
    return withoutPlace(t.convert(operand, type, node.at));
  }
  if (isNarrowing(operand, type)) {
    return typed(type, [`$o.narrowTo${type.name}(`, operand.code, ')'], true);
  }
  if (
    operand.type.kind === 'void' ||
    !castIsPossible(t.body.unit.resolver.types, operand.type, type)
  ) {
    t.body.problem(
      node.at,
      `Incompatible types: ${operand.type.name} cannot be cast to ${type.name}`,
    );
    return ERROR_VALUE;
  }
  return checkedCast(operand, type);
}

export function instanceOfValue(t: Translator, node: InstanceOfExpression): Value {
  const operand = t.value(node.operand);
  const type = t.resolveType(node.type);
  if (operand.type.kind === 'error' || type.kind === 'error') {
    return ERROR_VALUE;
  }
  const { types } = t.body.unit.resolver;
  const idCheck = isPlatform(type, 'Id') && isPlatform(operand.type, 'String');
  if (!idCheck && !castIsPossible(types, operand.type, type)) {
    const message = `Incompatible types: ${operand.type.name} is never an instance of ${type.name}`;
    t.body.problem(node.at, message);
    return ERROR_VALUE;
  }
  const always = implicitConversion(types, operand.type, type) !== undefined;
  if (always && operand.type.kind === 'class' && type.kind === 'class') {
    const [from, to] = [operand.type.name, type.name];
    const message = `Operation instanceof is always true since an instance of ${from} is always an instance of ${to}`;
    t.body.problem(node.at, message);
  }
  return typed(booleanType(t.body), ['$.is(', operand.code, ', ', text(type.name), ')'], true);
}

export function indexValue(t: Translator, node: IndexExpression): Value {
  const target = t.chain(node.target);
  const index = t.convert(t.value(node.index), t.body.unit.resolver.types.get('Integer'), node.at);
  if (target.kind !== 'value' || target.type.kind === 'error') {
    if (target.kind !== 'value') {
      t.body.problem(node.at, 'Expression must be a list');
    }
    return ERROR_VALUE;
  }
  const [element] = isPlatform(target.type, 'List') ? target.type.args : [];
  if (element === undefined) {
    t.body.problem(node.at, `Expression must be a list: ${target.type.name}`);
    return ERROR_VALUE;
  }
  const value = {
    ...typed(element, [target.code, '.get(', index.code, ')']),
    place: elementPlace(t.body, element, target.code, index.code),
  };
  return withGuards(value, target);
}

/** `Account.class` */
export function typeLiteral(t: Translator, node: TypeLiteralExpression): Value {
  const type = t.resolveType(node.type);
  return typed(t.body.unit.resolver.types.get('Type'), `$.typeOf(${text(type.name)})`, true);
}

/** `(Integer) aLong`, `(Long) aDecimal`: digits may be cut off. */
function isNarrowing(operand: Value, type: Value['type']): boolean {
  return (
    isPlatform(type, 'Integer', 'Long') && isPlatform(operand.type, 'Long', 'Double', 'Decimal')
  );
}

function withoutPlace(value: Value): Value {
  const { place: _, isQuery: __, ...rest } = value;
  return rest;
}
