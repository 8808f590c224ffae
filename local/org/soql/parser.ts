import type { OrgError } from '../errors.ts';
import { queryError } from './query-error.ts';
import type {
  Amount,
  Call,
  Condition,
  Operand,
  Operator,
  OrderItem,
  Path,
  Query,
  SelectItem,
  Value,
} from './syntax.ts';
import { type Token, tokenize, unescapeString } from './tokens.ts';

/**
 * Reads a SOQL query.
 *
 * A parser of its own, since the Apex grammar's string literals refuse what SOQL text may hold (`'50\%'`), and since
 * errors must name the token Salesforce would name.
 * @throws OrgError MALFORMED_QUERY with row and column
 */
export function parseSoql(soql: string): Query {
  const parser = new SoqlParser(soql);
  const query = parser.query();
  parser.expectEnd();
  return query;
}

const clauseWords: ReadonlySet<string> = new Set([
  'from',
  'where',
  'using',
  'with',
  'group',
  'having',
  'order',
  'limit',
  'offset',
  'for',
  'all',
  'update',
]);
const comparisonMarks: ReadonlyMap<string, Operator> = new Map([
  ['=', '='],
  ['!=', '!='],
  ['<>', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);
const maxNesting = 100;

class SoqlParser {
  readonly #soql: string;
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(soql: string) {
    this.#soql = soql;
    this.#tokens = tokenize(soql);
  }

  query(): Query {
    this.#enter();
    this.#expectWord('select');
    const select = this.#commaList(() => this.#selectItem());
    this.#expectWord('from');
    const from = this.#from();
    const scope = this.#takeWord('using') ? this.#scope() : undefined;
    const where = this.#takeWord('where') ? this.#condition() : undefined;
    const accessMode = this.#accessMode();
    const groupBy = this.#takeWords('group', 'by') ? this.#groupBy() : [];
    const having = this.#takeWord('having') ? this.#condition() : undefined;
    const orderBy = this.#takeWords('order', 'by') ? this.#commaList(() => this.#orderItem()) : [];
    const limit = this.#takeWord('limit') ? this.#amount() : undefined;
    const offset = this.#takeWord('offset') ? this.#amount() : undefined;
    const allRows = this.#takeWords('all', 'rows');
    const forUpdate = this.#forClauses();
    this.#depth--;
    return {
      select,
      from,
      scope,
      where,
      accessMode,
      groupBy,
      having,
      orderBy,
      limit,
      offset,
      allRows,
      forUpdate,
    };
  }

  expectEnd(): void {
    if (this.#token.kind !== 'end') throw this.#unexpected();
  }

  get #token(): Token {
    return this.#peek(0);
  }

  #peek(ahead: number): Token {
    return (
      this.#tokens[this.#position + ahead] ?? { kind: 'end', text: '<EOF>', at: this.#soql.length }
    );
  }

  #next(): Token {
    const token = this.#token;
    if (token.kind !== 'end') this.#position++;
    return token;
  }

  #enter(): void {
    if (++this.#depth > maxNesting) throw this.#error(this.#token.at, 'Query is nested too deeply');
  }

  #error(at: number, reason: string): OrgError {
    return queryError('MALFORMED_QUERY', this.#soql, at, reason);
  }

  #unexpected(token = this.#token): OrgError {
    const text = token.kind === 'string' ? `'${token.text}'` : token.text;
    return this.#error(token.at, `unexpected token: '${text}'`);
  }

  #unsupported(what: string, at = this.#token.at): OrgError {
    return this.#error(at, `${what} is not supported by this org`);
  }

  #isWord(word: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token.kind === 'name' && token.text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    const found = this.#isWord(word);
    if (found) this.#position++;
    return found;
  }

  #takeWords(first: string, second: string): boolean {
    const found = this.#isWord(first) && this.#isWord(second, 1);
    if (found) this.#position += 2;
    return found;
  }

  #expectWord(word: string): void {
    if (!this.#takeWord(word)) throw this.#unexpected();
  }

  #isMark(mark: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token.kind === 'mark' && token.text === mark;
  }

  #takeMark(mark: string): boolean {
    const found = this.#isMark(mark);
    if (found) this.#position++;
    return found;
  }

  #expectMark(mark: string): void {
    if (!this.#takeMark(mark)) throw this.#unexpected();
  }

  #name(): Token {
    if (this.#token.kind !== 'name') throw this.#unexpected();
    return this.#next();
  }

  #commaList<T>(item: () => T): T[] {
    const items = [item()];
    while (this.#takeMark(',')) items.push(item());
    return items;
  }

  #path(): Path {
    if (clauseWords.has(this.#token.text.toLowerCase()) && !this.#isMark('.', 1)) {
      if (this.#isWord('from')) throw this.#unexpected();
    }
    const first = this.#name();
    const parts = [first.text];
    while (this.#takeMark('.')) parts.push(this.#name().text);
    return { parts, at: first.at };
  }

  #selectItem(): SelectItem {
    const { at } = this.#token;
    if (this.#takeMark('(')) {
      const query = this.query();
      this.#expectMark(')');
      return { kind: 'subquery', query, at };
    }
    if (this.#isWord('typeof')) throw this.#unsupported('TYPEOF');
    if (this.#isWord('fields') && this.#isMark('(', 1)) return this.#fieldsGroup();
    if (this.#isMark('(', 1)) {
      const call = this.#call();
      return { kind: 'call', call, alias: this.#alias() };
    }
    const path = this.#path();
    return { kind: 'path', path, alias: this.#alias() };
  }

  #alias(): string | undefined {
    const token = this.#token;
    if (token.kind !== 'name' || clauseWords.has(token.text.toLowerCase())) return undefined;
    return this.#next().text;
  }

  #fieldsGroup(): SelectItem {
    const { at } = this.#next();
    this.#expectMark('(');
    const token = this.#name();
    this.#expectMark(')');
    const group = token.text.toLowerCase();
    if (group !== 'all' && group !== 'standard' && group !== 'custom')
      throw this.#unexpected(token);
    return { kind: 'fields', group, at };
  }

  #call(): Call {
    const name = this.#name();
    this.#expectMark('(');
    const argument = this.#isMark(')')
      ? undefined
      : this.#isMark('(', 1)
        ? this.#call()
        : this.#path();
    if (this.#isMark(',')) throw this.#unsupported(`${name.text} with several arguments`, name.at);
    this.#expectMark(')');
    return { name: name.text.toLowerCase(), argument, at: name.at };
  }

  #from(): Query['from'] {
    const name = this.#name();
    if (this.#isMark('.')) throw this.#unsupported('A path in FROM', name.at);
    const alias = this.#alias();
    if (this.#isMark(',')) throw this.#unsupported('More than one object in FROM', name.at);
    return { name: name.text, alias, at: name.at };
  }

  #scope(): Query['scope'] {
    this.#expectWord('scope');
    const token = this.#name();
    return { name: token.text.toLowerCase(), at: token.at };
  }

  #accessMode(): Query['accessMode'] {
    if (!this.#takeWord('with')) return undefined;
    const token = this.#next();
    switch (token.text.toUpperCase()) {
      case 'USER_MODE':
      case 'SECURITY_ENFORCED':
        return 'user';
      case 'SYSTEM_MODE':
        return 'system';
      case 'DATA':
        throw this.#unsupported('WITH DATA CATEGORY', token.at);
      default:
        throw this.#unexpected(token);
    }
  }

  #groupBy(): Operand[] {
    for (const word of ['rollup', 'cube']) {
      if (this.#isWord(word) && this.#isMark('(', 1))
        throw this.#unsupported(`GROUP BY ${word.toUpperCase()}`);
    }
    return this.#commaList(() => this.#operand());
  }

  #operand(): Operand {
    return this.#isMark('(', 1) ? { call: this.#call() } : { path: this.#path() };
  }

  #orderItem(): OrderItem {
    const { at } = this.#token;
    const operand = this.#operand();
    const descending = this.#takeWord('desc');
    if (!descending) this.#takeWord('asc');
    let nulls: OrderItem['nulls'];
    if (this.#takeWord('nulls')) {
      if (this.#takeWord('first')) nulls = 'first';
      else {
        this.#expectWord('last');
        nulls = 'last';
      }
    }
    return { operand, descending, nulls, at };
  }

  #amount(): Amount {
    const token = this.#next();
    if (token.kind === 'number' && /^\d+$/.test(token.text))
      return { value: Number(token.text), at: token.at };
    if (token.kind === 'mark' && token.text === ':')
      return { bind: this.#bindName(), at: token.at };
    throw this.#unexpected(token);
  }

  #bindName(): string {
    const path = this.#path();
    if (this.#isMark('('))
      throw this.#error(path.at, 'Only variable references are allowed in dynamic SOQL/SOSL.');
    return path.parts.join('.').toLowerCase();
  }

  #forClauses(): boolean {
    let forUpdate = false;
    while (this.#takeWord('for')) {
      if (this.#takeWord('update')) forUpdate = true;
      else if (!this.#takeWord('view') && !this.#takeWord('reference')) throw this.#unexpected();
    }
    if (this.#isWord('update')) throw this.#unsupported('UPDATE TRACKING and UPDATE VIEWSTAT');
    return forUpdate;
  }

  /** AND and OR may not be mixed without parentheses; NOT stands alone. */
  #condition(): Condition {
    this.#enter();
    const condition = this.#takeWord('not') ? this.#negation() : this.#sequence();
    this.#depth--;
    return condition;
  }

  #negation(): Condition {
    return { kind: 'not', item: this.#primary() };
  }

  #sequence(): Condition {
    const first = this.#primary();
    const word = this.#isWord('and') ? 'and' : this.#isWord('or') ? 'or' : undefined;
    if (word === undefined) return first;
    const items = [first];
    while (this.#takeWord(word)) items.push(this.#primary());
    return { kind: word, items };
  }

  #primary(): Condition {
    if (!this.#takeMark('(')) return this.#comparison();
    const condition = this.#condition();
    this.#expectMark(')');
    return condition;
  }

  #comparison(): Condition {
    const { at } = this.#token;
    const left = this.#operand();
    const operator = this.#operator();
    const many =
      operator === 'in' ||
      operator === 'not in' ||
      operator === 'includes' ||
      operator === 'excludes';
    const value = many ? this.#manyValues(operator) : this.#value();
    return { kind: 'comparison', left, operator, value, at };
  }

  #operator(): Operator {
    const token = this.#next();
    if (token.kind === 'mark') {
      const operator = comparisonMarks.get(token.text);
      if (operator) return operator;
    }
    const word = token.kind === 'name' ? token.text.toLowerCase() : '';
    if (word === 'like' || word === 'in' || word === 'includes' || word === 'excludes') return word;
    if (word === 'not') {
      this.#expectWord('in');
      return 'not in';
    }
    throw this.#unexpected(token);
  }

  #manyValues(operator: Operator): Value {
    const { at } = this.#token;
    if (this.#isMark(':')) return this.#value();
    this.#expectMark('(');
    if (this.#isWord('select') && (operator === 'in' || operator === 'not in')) {
      const query = this.query();
      this.#expectMark(')');
      return { kind: 'subquery', query, at };
    }
    const items = this.#commaList(() => this.#value());
    this.#expectMark(')');
    return { kind: 'list', items, at };
  }

  #value(): Value {
    const token = this.#next();
    const { at, text } = token;
    switch (token.kind) {
      case 'string':
        return {
          kind: 'string',
          value: unescapeString(this.#soql, token, false),
          pattern: unescapeString(this.#soql, token, true),
          at,
        };
      case 'number':
        return { kind: 'number', value: Number(text), at };
      case 'date':
      case 'datetime':
      case 'time':
        return { kind: token.kind, value: text, at };
      case 'name':
        return this.#wordValue(token);
      case 'mark':
        if (text === ':') return { kind: 'bind', name: this.#bindName(), at };
        if (text === '-' || text === '+') return this.#signed(token);
        throw this.#unexpected(token);
      case 'end':
        throw this.#unexpected(token);
    }
  }

  #signed(sign: Token): Value {
    const token = this.#next();
    if (token.kind !== 'number') throw this.#unexpected(token);
    return {
      kind: 'number',
      value: sign.text === '-' ? -Number(token.text) : Number(token.text),
      at: sign.at,
    };
  }

  #wordValue(token: Token): Value {
    const { at } = token;
    const word = token.text.toUpperCase();
    if (word === 'NULL') return { kind: 'null', at };
    if (word === 'TRUE' || word === 'FALSE') return { kind: 'boolean', value: word === 'TRUE', at };
    if (!/^(YESTERDAY|TODAY|TOMORROW|(LAST|THIS|NEXT|N)_)/.test(word))
      throw this.#unexpected(token);
    return {
      kind: 'dateLiteral',
      name: word,
      count: this.#takeMark(':') ? this.#literalCount() : undefined,
      at,
    };
  }

  #literalCount(): number {
    const token = this.#next();
    if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw this.#unexpected(token);
    return Number(token.text);
  }
}
