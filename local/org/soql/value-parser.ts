import type { Path, Value } from './syntax.ts';
import type { TokenCursor } from './token-cursor.ts';
import { type Token, unescapeString } from './tokens.ts';

/** `Account.Owner.Name` */
export function readPath(tokens: TokenCursor): Path {
  // `FROM` where a name should be: a comma too many, not a field.
  if (tokens.isWord('from') && !tokens.isMark('.', 1)) throw tokens.unexpected();
  const first = tokens.name();
  const parts = [first.text];
  while (tokens.takeMark('.')) parts.push(tokens.name().text);
  return { parts, at: first.at };
}

/** What follows the colon of a bind, in lower case. */
export function readBindName(tokens: TokenCursor): string {
  const path = readPath(tokens);
  if (tokens.isMark('(')) {
    throw tokens.error(path.at, 'Only variable references are allowed in dynamic SOQL/SOSL.');
  }
  return path.parts.join('.').toLowerCase();
}

/** A literal or a bind. */
export function readValue(tokens: TokenCursor): Value {
  const token = tokens.next();
  const { at, text } = token;
  switch (token.kind) {
    case 'string':
      return {
        kind: 'string',
        value: unescapeString(tokens.soql, token, false),
        pattern: unescapeString(tokens.soql, token, true),
        at,
      };
    case 'number':
      return { kind: 'number', value: Number(text), at };
    case 'date':
    case 'datetime':
    case 'time':
      return { kind: token.kind, value: text, at };
    case 'name':
      return readWord(tokens, token);
    case 'mark':
      if (text === ':') return { kind: 'bind', name: readBindName(tokens), at };
      if (text === '-' || text === '+') return readSigned(tokens, token);
      throw tokens.unexpected(token);
    case 'end':
      throw tokens.unexpected(token);
  }
}

function readSigned(tokens: TokenCursor, sign: Token): Value {
  const token = tokens.next();
  if (token.kind !== 'number') throw tokens.unexpected(token);
  const size = Number(token.text);
  return { kind: 'number', value: sign.text === '-' ? -size : size, at: sign.at };
}

function readWord(tokens: TokenCursor, token: Token): Value {
  const { at } = token;
  const word = token.text.toUpperCase();
  if (word === 'NULL') return { kind: 'null', at };
  if (word === 'TRUE' || word === 'FALSE') return { kind: 'boolean', value: word === 'TRUE', at };
  if (!/^(YESTERDAY|TODAY|TOMORROW|(LAST|THIS|NEXT|N)_)/.test(word)) throw tokens.unexpected(token);
  const count = tokens.takeMark(':') ? tokens.count() : undefined;
  return { kind: 'dateLiteral', name: word, count, at };
}
