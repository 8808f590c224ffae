import type { BinaryExpression, Position, UnaryExpression } from '../syntax/ast.ts';
import { type ApexType, isPlatform } from '../types/apex-type.ts';
import { castIsPossible, implicitConversion } from '../types/conversions.ts';
import type { Body } from './body.ts';
import type { Code } from './code.ts';
import { converted } from './conversion.ts';
import type { Translator } from './translator.ts';
import { ERROR_VALUE, typed, type Value } from './value.ts';

const ARITHMETIC: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
};
const BITWISE: Readonly<Record<string, string>> = {
  '&': 'bitAnd',
  '|': 'bitOr',
  '^': 'bitXor',
  '<<': 'shiftLeft',
  '>>': 'shiftRight',
  '>>>': 'shiftRightUnsigned',
};
const ORDER: Readonly<Record<string, string>> = {
  '<': 'less',
  '<=': 'lessOrEqual',
  '>': 'greater',
  '>=': 'greaterOrEqual',
};
/** From narrow to wide. */
const NUMBERS = ['Integer', 'Long', 'Double', 'Decimal'];

export function binaryValue(t: Translator, node: BinaryExpression): Value {
  const { operator } = node;
  if (operator === '&&' || operator === '||') {
    const left = t.condition(node.left);
    const right = t.condition(node.right);
    return typed(booleanType(t.body), ['(', left, ` ${operator} `, right, ')'], true);
  }
  const left = t.value(node.left);
  const right = t.value(node.right);
  if (operator === '??') {
    return coalesced(t, left, right, node);
  }
  return operation(t.body, operator, left, right, node.at);
}

/** `left operator right` for every operator that evaluates both sides; also the value of `left operator= right`. */
export function operation(
  body: Body,
  operator: string,
  left: Value,
  right: Value,
  at: Position,
): Value {
  if (left.type.kind === 'error' || right.type.kind === 'error') {
    return ERROR_VALUE;
  }
  const result =
    operator in ARITHMETIC
      ? arithmetic(body, operator, left, right, at)
      : operator in BITWISE
        ? bitwise(body, operator, left, right)
        : operator in ORDER
          ? ordering(body, operator, left, right)
          : equality(body, operator, left, right);
  if (result === undefined) {
    const types = `${left.type.name} ${operator} ${right.type.name}`;
    body.problem(at, `The operator does not apply to these types: ${types}`);
    return ERROR_VALUE;
  }
  return result;
}

export function unaryValue(t: Translator, node: UnaryExpression): Value {
  if (node.operator === '!') {
    return typed(booleanType(t.body), ['!', t.condition(node.operand)], true);
  }
  const operand = t.value(node.operand, node.operator === '-');
  const { type } = operand;
  if (type.kind === 'error') {
    return ERROR_VALUE;
  }
  if (!isPlatform(type, ...(node.operator === '~' ? ['Integer', 'Long'] : NUMBERS))) {
    t.body.problem(
      node.at,
      `The operator does not apply to this type: ${node.operator}${type.name}`,
    );
    return ERROR_VALUE;
  }
  if (node.operator === '+') {
    return operand;
  }
  if (node.operator === '-' && operand.integer !== undefined) {
    const integer = -operand.integer;
    return {
      ...typed(type, `(${integer}${isPlatform(type, 'Long') ? 'n' : ''})`, true),
      integer,
    };
  }
  const name = node.operator === '-' ? 'negate' : 'bitNot';
  return typed(type, [`$o.${name}${type.name}(`, operand.code, ')'], true);
}

export function booleanType(body: Body): ApexType {
  return body.unit.resolver.types.get('Boolean');
}

/** The wider of two numeric types; undefined when one is no number. */
function widerNumber(a: ApexType, b: ApexType): ApexType | undefined {
  if (!isPlatform(a, ...NUMBERS) || !isPlatform(b, ...NUMBERS)) {
    return undefined;
  }
  return NUMBERS.indexOf(a.name) >= NUMBERS.indexOf(b.name) ? a : b;
}

function arithmetic(
  body: Body,
  operator: string,
  left: Value,
  right: Value,
  at: Position,
): Value | undefined {
  const { types } = body.unit.resolver;
  if (left.type.kind === 'void' || right.type.kind === 'void') {
    return undefined;
  }
  if (operator === '+' && (isPlatform(left.type, 'String') || isPlatform(right.type, 'String'))) {
    return typed(types.get('String'), concatenation(left, right), true);
  }
  const wide = widerNumber(left.type, right.type);
  if (wide !== undefined) {
    const a = converted(body, left, wide, at).code;
    const b = converted(body, right, wide, at).code;
    return typed(wide, [`$o.${ARITHMETIC[operator]}${wide.name}(`, a, ', ', b, ')'], true);
  }
  const isDays = operator !== '*' && operator !== '/' && isPlatform(left.type, 'Date', 'Datetime');
  if (isDays && isPlatform(right.type, ...NUMBERS)) {
    const name = operator === '+' ? 'addDays' : 'subtractDays';
    return typed(left.type, [`$o.${name}(`, left.code, ', ', right.code, ')'], true);
  }
  return undefined;
}

/** Two Strings join as they are; anything else is put into words, which may call a compiled `toString`. */
function concatenation(left: Value, right: Value): Code {
  const bothText = isPlatform(left.type, 'String', 'Id') && isPlatform(right.type, 'String', 'Id');
  if (bothText && left.nonNull === true && right.nonNull === true) {
    return ['$o.joined(', left.code, ', ', right.code, ')'];
  }
  return [bothText ? '$o.concat(' : '$.concat(', left.code, ', ', right.code, ')'];
}

function bitwise(body: Body, operator: string, left: Value, right: Value): Value | undefined {
  const name = BITWISE[operator] ?? '';
  const [a, b] = [left.type, right.type];
  if (isPlatform(a, 'Boolean') && isPlatform(b, 'Boolean') && ['&', '|', '^'].includes(operator)) {
    return typed(a, [`$o.${name}Boolean(`, left.code, ', ', right.code, ')'], true);
  }
  if (!isPlatform(a, 'Integer', 'Long') || !isPlatform(b, 'Integer', 'Long')) {
    return undefined;
  }
  const isShift = operator.startsWith('<') || operator.startsWith('>');
  const wide = isShift ? a : (widerNumber(a, b) ?? a);
  const at = { line: 0, column: 0 };
  const x = converted(body, left, wide, at).code;
  const y = isShift ? right.code : converted(body, right, wide, at).code;
  return typed(wide, [`$o.${name}${wide.name}(`, x, ', ', y, ')'], true);
}

function ordering(body: Body, operator: string, left: Value, right: Value): Value | undefined {
  const name = ORDER[operator] ?? '';
  const suffix = orderSuffix(left.type, right.type);
  return suffix === undefined
    ? undefined
    : typed(booleanType(body), [`$o.${name}${suffix}(`, left.code, ', ', right.code, ')'], true);
}

/**
 * `''` for JavaScript numbers and bigints, which compare with each other; `Strings` follow the dictionary; `Any` where
 * boxes must be opened.
 */
function orderSuffix(a: ApexType, b: ApexType): string | undefined {
  if (isPlatform(a, 'Integer', 'Long') && isPlatform(b, 'Integer', 'Long')) {
    return '';
  }
  const bothIn = (...family: readonly string[]) =>
    (isPlatform(a, ...family) || a.kind === 'null') &&
    (isPlatform(b, ...family) || b.kind === 'null');
  if (bothIn('String', 'Id')) {
    return 'Strings';
  }
  return bothIn(...NUMBERS) || bothIn('Date', 'Datetime') || bothIn('Time') ? 'Any' : undefined;
}

function equality(body: Body, operator: string, left: Value, right: Value): Value | undefined {
  const isNegated = operator.startsWith('!') || operator === '<>';
  if (
    !['==', '!=', '<>', '===', '!=='].includes(operator) ||
    !mayBeEqual(body, left.type, right.type)
  ) {
    return undefined;
  }
  const name = operator.length === 3 ? 'same' : equalityName(left.type, right.type);
  const negation = isNegated ? '!' : '';
  const code: Code =
    name === ''
      ? ['(', left.code, isNegated ? ' !== ' : ' === ', right.code, ')']
      : [`${negation}$o.${name}(`, left.code, ', ', right.code, ')'];
  return typed(booleanType(body), code, true);
}

/** `''` where JavaScript's own `===` is right. */
function equalityName(a: ApexType, b: ApexType): string {
  const identical = (type: ApexType) =>
    isPlatform(type, 'Integer', 'Boolean') || type.kind === 'null';
  if (a.kind === 'null' || b.kind === 'null' || (identical(a) && identical(b))) {
    return '';
  }
  if (isPlatform(a, 'String') && isPlatform(b, 'String')) {
    return 'equalStrings';
  }
  return isPlatform(a, 'Id') || isPlatform(b, 'Id') ? 'equalIds' : 'equal';
}

function mayBeEqual(body: Body, a: ApexType, b: ApexType): boolean {
  const { types } = body.unit.resolver;
  if (a.kind === 'void' || b.kind === 'void') {
    return false;
  }
  return (
    widerNumber(a, b) !== undefined ||
    implicitConversion(types, a, b) !== undefined ||
    implicitConversion(types, b, a) !== undefined ||
    castIsPossible(types, a, b)
  );
}

function coalesced(t: Translator, left: Value, right: Value, node: BinaryExpression): Value {
  const type = t.commonType(left, right);
  if (type === undefined) {
    const types = `${left.type.name} ?? ${right.type.name}`;
    t.body.problem(node.at, `The operator does not apply to these types: ${types}`);
    return ERROR_VALUE;
  }
  const a = t.convert(left, type, node.at).code;
  const b = t.convert(right, type, node.at);
  return typed(type, ['(', a, ' ?? ', b.code, ')'], b.nonNull);
}
