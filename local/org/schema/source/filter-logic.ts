import type { FilterLogic } from '../schema.ts';
import { SourceProblem } from './element.ts';

/**
 * Reads filter logic as Setup writes it: `(1 AND 2) OR 3`. AND and OR may not stand side by side without parentheses,
 * and every criterion is named.
 *
 * @param text left out: all criteria together
 * @param count how many criteria there are
 * @throws SourceProblem
 */
export function readFilterLogic(text: string | undefined, count: number): FilterLogic {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  if (text === undefined) return { operator: 'AND', operands: numbers };
  const tokens: readonly string[] = text.toUpperCase().match(/\d+|AND|OR|[()]|\S/g) ?? [];
  const reader = new LogicReader(tokens, text);
  const logic = reader.all();
  const unnamed = numbers.find((number) => !tokens.includes(String(number)));
  if (unnamed !== undefined) throw wrong(text, `criterion ${unnamed} is missing`);
  const unknown = tokens.find((token) => /^\d/.test(token) && !numbers.includes(Number(token)));
  if (unknown !== undefined) throw wrong(text, `there is no criterion ${unknown}`);
  return logic;
}

class LogicReader {
  readonly #tokens: readonly string[];
  readonly #text: string;
  #at = 0;

  constructor(tokens: readonly string[], text: string) {
    this.#tokens = tokens;
    this.#text = text;
  }

  all(): FilterLogic {
    const logic = this.#group();
    if (this.#next !== undefined) throw wrong(this.#text, `unexpected ${this.#next}`);
    return logic;
  }

  get #next(): string | undefined {
    return this.#tokens[this.#at];
  }

  #group(): FilterLogic {
    const operands = [this.#operand()];
    const operator = this.#next;
    if (operator !== 'AND' && operator !== 'OR') return operands[0] ?? 0;
    while (this.#next === operator) {
      this.#at += 1;
      operands.push(this.#operand());
    }
    if (this.#next === 'AND' || this.#next === 'OR')
      throw wrong(this.#text, 'parentheses are missing');
    return { operator, operands };
  }

  #operand(): FilterLogic {
    const token = this.#next;
    this.#at += 1;
    if (token !== undefined && /^\d+$/.test(token)) return Number(token);
    if (token !== '(') throw wrong(this.#text, `unexpected ${token ?? 'end'}`);
    const inner = this.#group();
    if (this.#next !== ')') throw wrong(this.#text, 'a parenthesis is not closed');
    this.#at += 1;
    return inner;
  }
}

function wrong(text: string, reason: string): SourceProblem {
  return new SourceProblem(`<booleanFilter> ${text}: ${reason}`);
}
