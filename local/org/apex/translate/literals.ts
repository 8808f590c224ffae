import { ApexDecimal, ApexDouble } from '../numbers.ts';
import type { LiteralExpression } from '../syntax/ast.ts';
import { NULL } from '../types/apex-type.ts';
import type { Body } from './body.ts';
import { text } from './code.ts';
import { ERROR_VALUE, typed, type Value } from './value.ts';

const MAX_INTEGER = 2n ** 31n - 1n;
const MAX_LONG = 2n ** 63n - 1n;

/** @param afterMinus the smallest Integer and Long are written with one digit value more than the largest */
export function literalValue(body: Body, node: LiteralExpression, afterMinus: boolean): Value {
  const { types } = body.unit.resolver;
  switch (node.literal) {
    case 'integer':
      return wholeNumber(body, node, 'Integer', MAX_INTEGER, afterMinus);
    case 'long':
      return wholeNumber(body, node, 'Long', MAX_LONG, afterMinus);
    case 'decimal': {
      const value = ApexDecimal.parse(node.text) ?? ApexDecimal.ofInteger(0);
      return typed(types.get('Decimal'), body.unit.imports.constant(value), true);
    }
    case 'double': {
      const constant = body.unit.imports.constant(new ApexDouble(Number(node.text)));
      return typed(types.get('Double'), constant, true);
    }
    case 'boolean':
      return typed(types.get('Boolean'), node.text, true);
    case 'string':
      return typed(types.get('String'), text(node.text), true);
    default:
      return typed(NULL, 'null');
  }
}

function wholeNumber(
  body: Body,
  node: LiteralExpression,
  typeName: 'Integer' | 'Long',
  max: bigint,
  afterMinus: boolean,
): Value {
  const integer = BigInt(node.text);
  if (integer > (afterMinus ? max + 1n : max)) {
    body.problem(node.at, `Illegal ${typeName.toLowerCase()}: ${node.text}`);
    return ERROR_VALUE;
  }
  const code = typeName === 'Integer' ? `${integer}` : `${integer}n`;
  return { ...typed(body.unit.resolver.types.get(typeName), code, true), integer };
}
