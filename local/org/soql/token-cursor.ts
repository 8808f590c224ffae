import type { OrgError } from '../errors.ts';
import { queryError } from './query-error.ts';
import { type Token, tokenize } from './tokens.ts';

/** Walks over the tokens of a query and words the errors about them. Words compare without case. */
export class TokenCursor {
  readonly soql: string;
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(soql: string) {
    this.soql = soql;
    this.#tokens = tokenize(soql);
  }

  get token(): Token {
    return this.#peek(0);
  }

  #peek(ahead: number): Token {
    return (
      this.#tokens[this.#position + ahead] ?? { kind: 'end', text: '<EOF>', at: this.soql.length }
    );
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.#position++;
    return token;
  }

  error(at: number, reason: string): OrgError {
    return queryError('MALFORMED_QUERY', this.soql, at, reason);
  }

  unexpected(token = this.token): OrgError {
    const text = token.kind === 'string' ? `'${token.text}'` : token.text;
    return this.error(token.at, `unexpected token: '${text}'`);
  }

  /** For the parts of SOQL that this org leaves out: each is refused by name. */
  unsupported(what: string, at = this.token.at): OrgError {
    return this.error(at, `${what} is not supported by this org`);
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token.kind === 'name' && token.text.toLowerCase() === word;
  }

  takeWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.#position++;
    return found;
  }

  takeWords(first: string, second: string): boolean {
    const found = this.isWord(first) && this.isWord(second, 1);
    if (found) this.#position += 2;
    return found;
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected();
  }

  isMark(mark: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token.kind === 'mark' && token.text === mark;
  }

  takeMark(mark: string): boolean {
    const found = this.isMark(mark);
    if (found) this.#position++;
    return found;
  }

  expectMark(mark: string): void {
    if (!this.takeMark(mark)) throw this.unexpected();
  }

  name(): Token {
    if (this.token.kind !== 'name') throw this.unexpected();
    return this.next();
  }

  /** A whole number without sign. */
  count(): number {
    const token = this.next();
    if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw this.unexpected(token);
    return Number(token.text);
  }
}
