import { queryError } from './query-error.ts';

type TokenKind = 'name' | 'number' | 'string' | 'date' | 'datetime' | 'time' | 'mark' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written; for strings without the quotes, escapes untouched. */
  readonly text: string;
  readonly at: number;
}

const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['datetime', /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})/iy],
  ['date', /\d{4}-\d{2}-\d{2}(?![\dT])/iy],
  ['time', /\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z/iy],
  ['number', /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy],
  ['name', /[A-Za-z_]\w*/y],
  ['mark', /<=|>=|!=|<>|[()=<>,.:+-]/y],
];

/** Splits a query into tokens; the last one is `end`. @throws OrgError MALFORMED_QUERY */
export function tokenize(soql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(soql.charAt(at))) at++;
    if (at >= soql.length) break;
    const token = soql.charAt(at) === "'" ? readString(soql, at) : readPlain(soql, at);
    tokens.push(token);
    at += token.text.length + (token.kind === 'string' ? 2 : 0);
  }
  tokens.push({ kind: 'end', text: '<EOF>', at: soql.length });
  return tokens;
}

function readPlain(soql: string, at: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(soql);
    if (match) return { kind, text: match[0], at };
  }
  throw queryError(
    'MALFORMED_QUERY',
    soql,
    at,
    `line 1:${at} no viable alternative at character '${soql.charAt(at)}'`,
  );
}

function readString(soql: string, start: number): Token {
  for (let at = start + 1; at < soql.length; at++) {
    const character = soql.charAt(at);
    if (character === '\\') at++;
    else if (character === "'")
      return { kind: 'string', text: soql.slice(start + 1, at), at: start };
  }
  throw queryError(
    'MALFORMED_QUERY',
    soql,
    start,
    `line 1:${soql.length} mismatched character '<EOF>' expecting '''`,
  );
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\n',
  R: '\r',
  T: '\t',
  B: '\b',
  F: '\f',
};

/**
 * A string literal without its escapes. `\_` and `\%` mean the characters themselves; with `forLike` they and `\\` stay
 * escaped, for the pattern to tell them from wildcards.
 */
export function unescapeString(soql: string, token: Token, forLike: boolean): string {
  return token.text.replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (whole, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (code === '_' || code === '%') return forLike ? whole : code;
    if (code === '\\' && forLike) return whole;
    const character = escapes[code];
    if (character !== undefined) return character;
    throw queryError(
      'MALFORMED_QUERY',
      soql,
      token.at,
      `Invalid string literal '${token.text}'. Illegal character sequence '${whole}' in string literal.`,
    );
  });
}
