import { type BinaryOperator, FormulaError, type FormulaNode } from './formula-syntax.ts';

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'mark' | 'end';
  readonly text: string;
}

const maxDepth = 60;
const blanks = /(?:\s+|\/\*[\s\S]*?\*\/)*/y;
const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['text', /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/y],
  ['number', /(?:\d+\.?\d*|\.\d+)/y],
  ['name', /\$?[A-Za-z_]\w*/y],
  ['mark', /&&|\|\||<>|!=|<=|>=|==|[-+*/^&=<>!(),.]/y],
];

/** Binary operators by how tightly they bind, loosest first. */
const levels: readonly ReadonlyMap<string, BinaryOperator>[] = [
  new Map([['||', '||']]),
  new Map([['&&', '&&']]),
  new Map([
    ['=', '='],
    ['==', '='],
    ['<>', '<>'],
    ['!=', '<>'],
  ]),
  new Map([
    ['<', '<'],
    ['<=', '<='],
    ['>', '>'],
    ['>=', '>='],
  ]),
  new Map([
    ['+', '+'],
    ['-', '-'],
    ['&', '&'],
  ]),
  new Map([
    ['*', '*'],
    ['/', '/'],
  ]),
  new Map([['^', '^']]),
];

/** @throws FormulaError */
export function parseFormula(source: string): FormulaNode {
  const parser = new FormulaParser(tokenize(source));
  const node = parser.expression(0);
  parser.expectEnd();
  return node;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    blanks.lastIndex = at;
    at += blanks.exec(source)?.[0].length ?? 0;
    if (at >= source.length) break;
    const token = readToken(source, at);
    tokens.push(token);
    at += token.text.length;
  }
  return [...tokens, { kind: 'end', text: 'end of formula' }];
}

function readToken(source: string, at: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match) return { kind, text: match[0] };
  }
  throw new FormulaError(`Syntax error: unexpected character '${source.charAt(at)}'`);
}

class FormulaParser {
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expectEnd(): void {
    if (this.#token.kind !== 'end') throw this.#unexpected();
  }

  expression(level: number): FormulaNode {
    const operators = levels[level];
    if (!operators) return this.#unary();
    if (++this.#depth > maxDepth * levels.length)
      throw new FormulaError('The formula is nested too deeply');
    let left = this.expression(level + 1);
    for (let operator = this.#operator(operators); operator; operator = this.#operator(operators)) {
      left = { kind: 'binary', operator, left, right: this.expression(level + 1) };
    }
    this.#depth--;
    return left;
  }

  get #token(): Token {
    return this.#tokens[this.#position] ?? { kind: 'end', text: 'end of formula' };
  }

  #unexpected(): FormulaError {
    return new FormulaError(`Syntax error. Found '${this.#token.text}'`);
  }

  #operator(operators: ReadonlyMap<string, BinaryOperator>): BinaryOperator | undefined {
    const operator = this.#token.kind === 'mark' ? operators.get(this.#token.text) : undefined;
    if (operator) this.#position++;
    return operator;
  }

  #take(mark: string): boolean {
    const found = this.#token.kind === 'mark' && this.#token.text === mark;
    if (found) this.#position++;
    return found;
  }

  #expect(mark: string): void {
    if (!this.#take(mark)) throw this.#unexpected();
  }

  #unary(): FormulaNode {
    if (this.#take('-')) return { kind: 'unary', operator: '-', operand: this.#unary() };
    if (this.#take('!')) return { kind: 'unary', operator: '!', operand: this.#unary() };
    if (this.#take('+')) return this.#unary();
    return this.#primary();
  }

  #primary(): FormulaNode {
    if (this.#take('(')) {
      const inner = this.expression(0);
      this.#expect(')');
      return inner;
    }
    const token = this.#token;
    this.#position++;
    switch (token.kind) {
      case 'text':
        return { kind: 'text', value: unquote(token.text) };
      case 'number':
        return { kind: 'number', value: Number(token.text) };
      case 'name':
        return this.#named(token.text);
      default:
        this.#position--;
        throw this.#unexpected();
    }
  }

  #named(name: string): FormulaNode {
    if (this.#take('('))
      return { kind: 'call', name: name.toUpperCase(), arguments: this.#arguments() };
    const word = name.toUpperCase();
    if (word === 'TRUE' || word === 'FALSE') return { kind: 'boolean', value: word === 'TRUE' };
    if (word === 'NULL') return { kind: 'null' };
    const path = [name];
    while (this.#take('.')) {
      if (this.#token.kind !== 'name') throw this.#unexpected();
      path.push(this.#token.text);
      this.#position++;
    }
    return { kind: 'field', path };
  }

  #arguments(): FormulaNode[] {
    if (this.#take(')')) return [];
    const list = [this.expression(0)];
    while (this.#take(',')) list.push(this.expression(0));
    this.#expect(')');
    return list;
  }
}

function unquote(text: string): string {
  return text
    .slice(1, -1)
    .replace(/\\([\s\S])/g, (_, character: string) => (character === 'n' ? '\n' : character));
}
