import type { LiteralContext } from '@apexdevtools/apex-parser';
import type { LiteralExpression } from './ast.ts';
import { positionOf, present } from './nodes.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

export function literal(context: LiteralContext): LiteralExpression {
  const at = positionOf(context);
  const text = context.getText();
  if (present(context.IntegerLiteral()) !== undefined) {
    return { kind: 'literal', at, literal: 'integer', text };
  }
  if (present(context.LongLiteral()) !== undefined) {
    return { kind: 'literal', at, literal: 'long', text: text.slice(0, -1) };
  }
  if (present(context.NumberLiteral()) !== undefined) {
    const isDouble = /d$/i.test(text);
    return isDouble
      ? { kind: 'literal', at, literal: 'double', text: text.slice(0, -1) }
      : { kind: 'literal', at, literal: 'decimal', text };
  }
  if (present(context.BooleanLiteral()) !== undefined) {
    return { kind: 'literal', at, literal: 'boolean', text: text.toLowerCase() };
  }
  return present(context.NULL()) === undefined
    ? { kind: 'literal', at, literal: 'string', text: stringContent(text) }
    : { kind: 'literal', at, literal: 'null', text: 'null' };
}

/** The characters a quoted literal stands for, `'…'` or `'''…'''`. */
export function stringContent(quoted: string): string {
  const body =
    quoted.startsWith("'''") && quoted.length >= 6
      ? quoted.slice(3, -3).replace(/^\r?\n/, '')
      : quoted.slice(1, -1);
  return body.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex: string | undefined, char: string) =>
    hex === undefined
      ? (ESCAPES[char.toLowerCase()] ?? char)
      : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
