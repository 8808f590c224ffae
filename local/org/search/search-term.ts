import { malformedSearch } from './parse-sosl.ts';

/** Words that must follow one another in one field. */
export interface Phrase {
  readonly words: readonly RegExp[];
  /** A part that every text with the phrase holds, for a first look by LIKE. */
  readonly literal: string;
}

const separators = /[^\p{L}\p{N}]+/u;
const shortestTerm = 2;
/** Of one word: each more multiplies the ways in which a long text can fail to match. */
const mostStars = 3;

/** Words as the search knows them: letters and digits, in lower case. */
function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(separators)
    .filter((word) => word !== '');
}

/**
 * The phrases of a search term: words, or several in quotes; all of them must be found. `*` stands for any letters, `?`
 * for one.
 * @throws OrgError MALFORMED_SEARCH, also for AND NOT and OR, which this org leaves out
 */
export function readTerm(term: string): Phrase[] {
  if (/\b(?:OR|NOT)\b/.test(term)) {
    throw malformedSearch('OR and AND NOT in a search term are not supported by this org');
  }
  const parts = [...term.matchAll(/"([^"]*)"|(\S+)/g)]
    .map(([, quoted, word]) => quoted ?? word ?? '')
    .filter((part) => part !== 'AND');
  const phrases = parts.map(readPhrase).filter(({ words }) => words.length > 0);
  const letters = term.replace(/[^\p{L}\p{N}]/gu, '').length;
  if (phrases.length === 0 || letters < shortestTerm) {
    throw malformedSearch(`search term must be longer than one character: ${term}`);
  }
  return phrases;
}

function readPhrase(text: string): Phrase {
  const words = text
    .toLowerCase()
    .split(/[^\p{L}\p{N}*?]+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const literals = words.flatMap((word) => word.split(/[*?]+/));
  const literal = literals.reduce((best, one) => (one.length > best.length ? one : best), '');
  return { words: words.map(patternOf), literal };
}

function patternOf(word: string): RegExp {
  if (word.split('*').length - 1 > mostStars) {
    throw malformedSearch(`a word of a search term may hold ${mostStars} stars: ${word}`);
  }
  const source = word.replaceAll('*', '[\\p{L}\\p{N}]*').replaceAll('?', '[\\p{L}\\p{N}]');
  return new RegExp(`^${source}$`, 'u');
}

/** Whether each phrase is found in one of the texts. */
export function matchesAll(phrases: readonly Phrase[], texts: readonly string[]): boolean {
  const fields = texts.map(wordsOf);
  return phrases.every(({ words }) => fields.some((field) => holds(field, words)));
}

function holds(field: readonly string[], words: readonly RegExp[]): boolean {
  return field.some((_, start) =>
    words.every((word, offset) => word.test(field[start + offset] ?? '')),
  );
}
