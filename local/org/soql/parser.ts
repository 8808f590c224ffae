import type {
  Amount,
  Call,
  Condition,
  Operand,
  Operator,
  OrderItem,
  Query,
  SelectItem,
  TypeofItem,
  Value,
} from './syntax.ts';
import { TokenCursor } from './token-cursor.ts';
import { readBindName, readPath, readValue } from './value-parser.ts';

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
  readonly #tokens: TokenCursor;
  #depth = 0;

  constructor(soql: string) {
    this.#tokens = new TokenCursor(soql);
  }

  query(): Query {
    this.#enter();
    this.#tokens.expectWord('select');
    const select = this.#commaList(() => this.#selectItem());
    this.#tokens.expectWord('from');
    const from = this.#from();
    const scope = this.#tokens.takeWord('using') ? this.#scope() : undefined;
    const where = this.#tokens.takeWord('where') ? this.#condition() : undefined;
    const accessMode = this.#accessMode();
    const { groupBy, totals } = this.#tokens.takeWords('group', 'by')
      ? this.#groupBy()
      : { groupBy: [], totals: undefined };
    const having = this.#tokens.takeWord('having') ? this.#condition() : undefined;
    const orderBy = this.#tokens.takeWords('order', 'by')
      ? this.#commaList(() => this.#orderItem())
      : [];
    const limit = this.#tokens.takeWord('limit') ? this.#amount() : undefined;
    const offset = this.#tokens.takeWord('offset') ? this.#amount() : undefined;
    const allRows = this.#tokens.takeWords('all', 'rows');
    const forUpdate = this.#forClauses();
    this.#depth--;
    return {
      select,
      from,
      scope,
      where,
      accessMode,
      groupBy,
      totals,
      having,
      orderBy,
      limit,
      offset,
      allRows,
      forUpdate,
    };
  }

  expectEnd(): void {
    if (this.#tokens.token.kind !== 'end') throw this.#tokens.unexpected();
  }

  #enter(): void {
    if (++this.#depth > maxNesting) {
      throw this.#tokens.error(this.#tokens.token.at, 'Query is nested too deeply');
    }
  }

  #commaList<T>(item: () => T): T[] {
    const items = [item()];
    while (this.#tokens.takeMark(',')) items.push(item());
    return items;
  }

  #selectItem(): SelectItem {
    const { at } = this.#tokens.token;
    if (this.#tokens.takeMark('(')) {
      const query = this.query();
      this.#tokens.expectMark(')');
      return { kind: 'subquery', query, at };
    }
    if (this.#tokens.takeWord('typeof')) return this.#typeof();
    if (this.#tokens.isWord('fields') && this.#tokens.isMark('(', 1)) return this.#fieldsGroup();
    if (this.#tokens.isMark('(', 1)) {
      const call = this.#call();
      return { kind: 'call', call, alias: this.#alias() };
    }
    const path = readPath(this.#tokens);
    return { kind: 'path', path, alias: this.#alias() };
  }

  #typeof(): SelectItem {
    const path = readPath(this.#tokens);
    const branches: TypeofItem['branches'][number][] = [];
    this.#tokens.expectWord('when');
    do {
      const object = this.#tokens.name();
      this.#tokens.expectWord('then');
      const fields = this.#commaList(() => readPath(this.#tokens));
      branches.push({ object: object.text, fields, at: object.at });
    } while (this.#tokens.takeWord('when'));
    const otherwise = this.#tokens.takeWord('else')
      ? this.#commaList(() => readPath(this.#tokens))
      : [];
    this.#tokens.expectWord('end');
    return { kind: 'typeof', path, branches, otherwise };
  }

  #alias(): string | undefined {
    const token = this.#tokens.token;
    if (token.kind !== 'name' || clauseWords.has(token.text.toLowerCase())) return undefined;
    return this.#tokens.next().text;
  }

  #fieldsGroup(): SelectItem {
    const { at } = this.#tokens.next();
    this.#tokens.expectMark('(');
    const token = this.#tokens.name();
    this.#tokens.expectMark(')');
    const group = token.text.toLowerCase();
    if (group !== 'all' && group !== 'standard' && group !== 'custom')
      throw this.#tokens.unexpected(token);
    return { kind: 'fields', group, at };
  }

  #call(): Call {
    const name = this.#tokens.name();
    this.#tokens.expectMark('(');
    const argument = this.#tokens.isMark(')')
      ? undefined
      : this.#tokens.isMark('(', 1)
        ? this.#call()
        : readPath(this.#tokens);
    if (this.#tokens.isMark(','))
      throw this.#tokens.unsupported(`${name.text} with several arguments`, name.at);
    this.#tokens.expectMark(')');
    return { name: name.text.toLowerCase(), argument, at: name.at };
  }

  #from(): Query['from'] {
    const name = this.#tokens.name();
    if (this.#tokens.isMark('.')) throw this.#tokens.unsupported('A path in FROM', name.at);
    const alias = this.#alias();
    if (this.#tokens.isMark(','))
      throw this.#tokens.unsupported('More than one object in FROM', name.at);
    return { name: name.text, alias, at: name.at };
  }

  #scope(): Query['scope'] {
    this.#tokens.expectWord('scope');
    const token = this.#tokens.name();
    return { name: token.text.toLowerCase(), at: token.at };
  }

  #accessMode(): Query['accessMode'] {
    if (!this.#tokens.takeWord('with')) return undefined;
    const token = this.#tokens.next();
    switch (token.text.toUpperCase()) {
      case 'USER_MODE':
        return 'user';
      case 'SECURITY_ENFORCED':
        return 'enforced';
      case 'SYSTEM_MODE':
        return 'system';
      case 'DATA':
        throw this.#tokens.unsupported('WITH DATA CATEGORY', token.at);
      default:
        throw this.#tokens.unexpected(token);
    }
  }

  #groupBy(): Pick<Query, 'groupBy' | 'totals'> {
    for (const totals of ['rollup', 'cube'] as const) {
      if (!this.#tokens.isWord(totals) || !this.#tokens.isMark('(', 1)) continue;
      this.#tokens.takeWord(totals);
      this.#tokens.expectMark('(');
      const groupBy = this.#commaList(() => this.#operand());
      this.#tokens.expectMark(')');
      return { groupBy, totals };
    }
    return { groupBy: this.#commaList(() => this.#operand()), totals: undefined };
  }

  #operand(): Operand {
    return this.#tokens.isMark('(', 1) ? { call: this.#call() } : { path: readPath(this.#tokens) };
  }

  #orderItem(): OrderItem {
    const { at } = this.#tokens.token;
    const operand = this.#operand();
    const descending = this.#tokens.takeWord('desc');
    if (!descending) this.#tokens.takeWord('asc');
    let nulls: OrderItem['nulls'];
    if (this.#tokens.takeWord('nulls')) {
      if (this.#tokens.takeWord('first')) nulls = 'first';
      else {
        this.#tokens.expectWord('last');
        nulls = 'last';
      }
    }
    return { operand, descending, nulls, at };
  }

  #amount(): Amount {
    const token = this.#tokens.next();
    if (token.kind === 'number' && /^\d+$/.test(token.text))
      return { value: Number(token.text), at: token.at };
    if (token.kind === 'mark' && token.text === ':')
      return { bind: readBindName(this.#tokens), at: token.at };
    throw this.#tokens.unexpected(token);
  }

  #forClauses(): boolean {
    let forUpdate = false;
    while (this.#tokens.takeWord('for')) {
      if (this.#tokens.takeWord('update')) forUpdate = true;
      else if (!this.#tokens.takeWord('view') && !this.#tokens.takeWord('reference'))
        throw this.#tokens.unexpected();
    }
    if (this.#tokens.isWord('update'))
      throw this.#tokens.unsupported('UPDATE TRACKING and UPDATE VIEWSTAT');
    return forUpdate;
  }

  /** AND and OR may not be mixed without parentheses; NOT stands alone. */
  #condition(): Condition {
    this.#enter();
    const condition = this.#tokens.takeWord('not') ? this.#negation() : this.#sequence();
    this.#depth--;
    return condition;
  }

  #negation(): Condition {
    return { kind: 'not', item: this.#primary() };
  }

  #sequence(): Condition {
    const first = this.#primary();
    const word = this.#tokens.isWord('and') ? 'and' : this.#tokens.isWord('or') ? 'or' : undefined;
    if (word === undefined) return first;
    const items = [first];
    while (this.#tokens.takeWord(word)) items.push(this.#primary());
    return { kind: word, items };
  }

  #primary(): Condition {
    if (!this.#tokens.takeMark('(')) return this.#comparison();
    const condition = this.#condition();
    this.#tokens.expectMark(')');
    return condition;
  }

  #comparison(): Condition {
    const { at } = this.#tokens.token;
    const left = this.#operand();
    const operator = this.#operator();
    const many =
      operator === 'in' ||
      operator === 'not in' ||
      operator === 'includes' ||
      operator === 'excludes';
    const value = many ? this.#manyValues(operator) : readValue(this.#tokens);
    return { kind: 'comparison', left, operator, value, at };
  }

  #operator(): Operator {
    const token = this.#tokens.next();
    if (token.kind === 'mark') {
      const operator = comparisonMarks.get(token.text);
      if (operator) return operator;
    }
    const word = token.kind === 'name' ? token.text.toLowerCase() : '';
    if (word === 'like' || word === 'in' || word === 'includes' || word === 'excludes') return word;
    if (word === 'not') {
      this.#tokens.expectWord('in');
      return 'not in';
    }
    throw this.#tokens.unexpected(token);
  }

  #manyValues(operator: Operator): Value {
    const { at } = this.#tokens.token;
    if (this.#tokens.isMark(':')) return readValue(this.#tokens);
    this.#tokens.expectMark('(');
    if (this.#tokens.isWord('select') && (operator === 'in' || operator === 'not in')) {
      const query = this.query();
      this.#tokens.expectMark(')');
      return { kind: 'subquery', query, at };
    }
    const items = this.#commaList(() => readValue(this.#tokens));
    this.#tokens.expectMark(')');
    return { kind: 'list', items, at };
  }
}
