import { malformedSearch } from './parse-sosl.ts';

/** Words that must follow one another in one field. */
interface Phrase {
  readonly kind: 'phrase';
  readonly words: readonly RegExp[];
  /** A part that every text with the phrase holds, for a first look by LIKE. */
  readonly literal: string;
}

/** What a search term asks of a record. */
export type SearchTerm =
  | Phrase
  | { readonly kind: 'and' | 'or'; readonly items: readonly SearchTerm[] }
  | { readonly kind: 'not'; readonly item: SearchTerm };

const separators = /[^\p{L}\p{N}]+/u;
const shortestTerm = 2;
/** Of one word: each more multiplies the ways in which a long text can fail to match. */
const mostStars = 3;
/** Parentheses within parentheses. */
const deepest = 20;

/** Words as the search knows them: letters and digits, in lower case. */
function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(separators)
    .filter((word) => word !== '');
}

/**
 * Reads a search term: words, or several in quotes, joined by AND (which may be left out), AND NOT, OR and parentheses;
 * OR joins last. `*` stands for any letters, `?` for one.
 * @throws OrgError MALFORMED_SEARCH
 */
export function readTerm(term: string): SearchTerm {
  const letters = term.replace(/[^\p{L}\p{N}]/gu, '').length;
  if (letters < shortestTerm) throw tooShort(term);
  const read = new TermReader(tokensOf(term)).whole();
  if (read === undefined) throw tooShort(term);
  return read;
}

function tooShort(term: string): Error {
  return malformedSearch(`search term must be longer than one character: ${term}`);
}

/** Parentheses group where they pair up; otherwise they are characters like others. */
function tokensOf(term: string): string[] {
  const tokens = [...term.matchAll(/"[^"]*"|[()]|[^\s()"]+|"/g)].map(([token]) => token);
  let depth = 0;
  let isPaired = true;
  for (const token of tokens) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth < 0 || depth > deepest) isPaired = false;
  }
  return isPaired && depth === 0 ? tokens : tokens.filter((token) => !/^[()]$/.test(token));
}

class TermReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  whole(): SearchTerm | undefined {
    return this.#either();
  }

  /** Undefined where nothing but separators stands. */
  #either(): SearchTerm | undefined {
    const items = [this.#all()];
    while (this.#take('OR')) items.push(this.#operand('OR'));
    return joined('or', items);
  }

  #operand(operator: string): SearchTerm {
    const operand = operator === 'OR' ? this.#all() : this.#one();
    if (operand === undefined) throw malformedSearch(`nothing to search for after ${operator}`);
    return operand;
  }

  #all(): SearchTerm | undefined {
    const items: (SearchTerm | undefined)[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined || token === 'OR' || token === ')') return joined('and', items);
      if (token === 'NOT') throw malformedSearch('NOT may stand only behind AND');
      if (!this.#take('AND')) items.push(this.#one());
      else if (items.length === 0) throw malformedSearch('nothing to search for before AND');
      else if (this.#take('NOT')) items.push({ kind: 'not', item: this.#operand('AND NOT') });
      else items.push(this.#operand('AND'));
    }
  }

  #one(): SearchTerm | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || isOperator(token)) return undefined;
    this.#at += 1;
    if (token !== '(') return readPhrase(token.replaceAll('"', ' '));
    const inner = this.#either();
    this.#take(')');
    return inner;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }
}

function isOperator(token: string): boolean {
  return token === 'AND' || token === 'OR' || token === 'NOT' || token === ')';
}

function joined(
  kind: 'and' | 'or',
  items: readonly (SearchTerm | undefined)[],
): SearchTerm | undefined {
  const found = items.filter((item) => item !== undefined);
  return found.length > 1 ? { kind, items: found } : found[0];
}

/** Undefined for what holds no letter. */
function readPhrase(text: string): Phrase | undefined {
  const words = text
    .toLowerCase()
    .split(/[^\p{L}\p{N}*?]+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (words.length === 0) return undefined;
  const literals = words.flatMap((word) => word.split(/[*?]+/));
  const literal = literals.reduce((best, one) => (one.length > best.length ? one : best), '');
  return { kind: 'phrase', words: words.map(patternOf), literal };
}

function patternOf(word: string): RegExp {
  if (word.split('*').length - 1 > mostStars) {
    throw malformedSearch(`a word of a search term may hold ${mostStars} stars: ${word}`);
  }
  const source = word.replaceAll('*', '[\\p{L}\\p{N}]*').replaceAll('?', '[\\p{L}\\p{N}]');
  return new RegExp(`^${source}$`, 'u');
}

/** Parts of which every record that fits holds at least one: of what must be there, the rarest. */
export function literalsOf(term: SearchTerm): readonly string[] {
  switch (term.kind) {
    case 'phrase':
      return [term.literal];
    case 'or':
      return term.items.flatMap(literalsOf);
    case 'and':
      return term.items
        .filter(({ kind }) => kind !== 'not')
        .map(literalsOf)
        .reduce((best, one) => (shortest(one) > shortest(best) ? one : best));
    case 'not':
      return [''];
  }
}

function shortest(literals: readonly string[]): number {
  return Math.min(...literals.map(({ length }) => length));
}

/** Whether a record with these texts fits; each phrase is looked for in one of them at a time. */
export function matches(term: SearchTerm, texts: readonly string[]): boolean {
  const fields = texts.map(wordsOf);
  return fits(term, fields);
}

function fits(term: SearchTerm, fields: readonly (readonly string[])[]): boolean {
  switch (term.kind) {
    case 'phrase':
      return fields.some((field) => holds(field, term.words));
    case 'and':
      return term.items.every((item) => fits(item, fields));
    case 'or':
      return term.items.some((item) => fits(item, fields));
    case 'not':
      return !fits(term.item, fields);
  }
}

function holds(field: readonly string[], words: readonly RegExp[]): boolean {
  return field.some((_, start) =>
    words.every((word, offset) => word.test(field[start + offset] ?? '')),
  );
}
