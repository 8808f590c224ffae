import { OrgError } from '../errors.ts';

export type SearchGroup = 'all' | 'name' | 'email' | 'phone' | 'sidebar';

/** `Account(Id, Name WHERE Industry = 'x' ORDER BY Name LIMIT 5)` */
export interface Returning {
  readonly object: string;
  /** SOQL texts of the parts; empty where the part is missing. */
  readonly fields: string;
  readonly where: string;
  /** ORDER BY, LIMIT, OFFSET. */
  readonly tail: string;
}

export interface Search {
  /** What stands between the braces, escapes undone. */
  readonly term: string;
  readonly group: SearchGroup;
  /** Empty: every object that can be searched. */
  readonly returning: readonly Returning[];
  readonly limit: number | undefined;
}

/** Reads `FIND {…} [IN … FIELDS] [RETURNING …] [LIMIT n]`. @throws OrgError MALFORMED_SEARCH */
export function parseSosl(sosl: string): Search {
  const find = /^\s*FIND\s*\{((?:[^{}\\]|\\[\s\S])*)\}/i.exec(sosl);
  if (find === null)
    throw malformedSearch('No search term found. The search term must be enclosed in braces.');
  let rest = sosl.slice(find[0].length);
  const group = /^\s*IN\s+(ALL|NAME|EMAIL|PHONE|SIDEBAR)\s+FIELDS\b/i.exec(rest);
  rest = rest.slice(group?.[0].length ?? 0);
  const limit = /\sLIMIT\s+(\d{1,6})\s*$/i.exec(blankParentheses(rest));
  rest = rest.slice(0, limit?.index ?? rest.length);
  const returning = /^\s*RETURNING\s+/i.exec(rest);
  if (returning === null && rest.trim() !== '') throw unexpected(rest);
  return {
    term: unescaped(find[1] ?? ''),
    group: (group?.[1]?.toLowerCase() ?? 'all') as SearchGroup,
    returning: returning === null ? [] : readReturning(rest.slice(returning[0].length)),
    limit: limit === null ? undefined : Number(limit[1]),
  };
}

/** A backslash before a reserved character takes its meaning away. */
export function unescaped(term: string): string {
  return term.replace(/\\([\s\S])/g, '$1');
}

export function malformedSearch(message: string): OrgError {
  return new OrgError('MALFORMED_SEARCH', message);
}

function unexpected(text: string): OrgError {
  return malformedSearch(`unexpected token: '${text.trim().split(/\s/)[0] ?? ''}'`);
}

/** The text with strings made harmless, of the same length. */
function blankStrings(text: string): string {
  return text.replace(/'(?:[^'\\]|\\[\s\S])*'/g, (found) => '_'.repeat(found.length));
}

function blankParentheses(text: string): string {
  let depth = 0;
  return [...blankStrings(text)]
    .map((character) => {
      if (character === '(') depth += 1;
      if (character === ')') depth -= 1;
      return depth > 0 ? '_' : character;
    })
    .join('');
}

function readReturning(text: string): Returning[] {
  const flat = blankParentheses(text);
  const items: Returning[] = [];
  let start = 0;
  for (let at = 0; at <= flat.length; at += 1) {
    if (at < flat.length && flat[at] !== ',') continue;
    items.push(readItem(text.slice(start, at)));
    start = at + 1;
  }
  return items;
}

function readItem(text: string): Returning {
  const item = /^\s*(\w+)\s*(?:\(([\s\S]*)\))?\s*$/.exec(text);
  if (item?.[1] === undefined) throw unexpected(text);
  const inner = item[2] ?? '';
  const flat = blankParentheses(inner);
  const tailAt = /(?:^|\s)(?:ORDER\s+BY|LIMIT|OFFSET)\s/i.exec(flat)?.index ?? inner.length;
  const where = /\sWHERE\s/i.exec(flat.slice(0, tailAt));
  const fieldsEnd = where?.index ?? tailAt;
  return {
    object: item[1],
    fields: inner.slice(0, fieldsEnd).trim(),
    where: where === null ? '' : inner.slice(where.index + where[0].length, tailAt).trim(),
    tail: inner.slice(tailAt).trim(),
  };
}
