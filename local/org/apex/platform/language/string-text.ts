import { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import type { PlatformMember } from '../definition.ts';
import { fail, given, type Int, type Text } from './arguments.ts';
import { codePointMembers } from './code-points.ts';
import { textMember as of } from './text-member.ts';

/** What Strings can do beyond the everyday: comparing, classifying, splitting by kind, escaping. */

const strings = (values: Iterable<string>) => new ApexList('String', [...values]);
const whole = (text: string, pattern: RegExp) => pattern.test(text);

function commonPrefix(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}

/** Insertions, deletions and substitutions that lead from one text to the other. */
function levenshtein(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Index of the first character in which the texts differ; -1 when they are equal. */
function indexOfDifference(a: string, b: string): number {
  if (a === b) return -1;
  return commonPrefix([a, b]).length;
}

const firstIndex = (text: string, test: (character: string) => boolean) =>
  [...Array(text.length).keys()].find((index) => test(text.charAt(index))) ?? -1;

/** Kinds of characters as Java knows them. */
const KINDS = [/\p{Lu}/u, /\p{Ll}/u, /\p{L}/u, /\p{Nd}/u, /\s/u, /\p{P}/u, /\p{S}/u];

/** `fooBar12` → foo, B, ar, 12; in camel case the last capital belongs to the word after it. */
function byCharacterType(text: string, camelCase: boolean): string[] {
  const kindOf = (character: string) => KINDS.findIndex((kind) => kind.test(character));
  const parts: string[] = [];
  let kindBefore = -1;
  for (const character of text) {
    const kind = kindOf(character);
    const last = parts.at(-1);
    if (last !== undefined && kind === kindBefore) {
      parts[parts.length - 1] = last + character;
    } else if (camelCase && last !== undefined && kindBefore === 0 && kind === 1) {
      parts[parts.length - 1] = last.slice(0, -1);
      parts.push(last.slice(-1) + character);
    } else {
      parts.push(character);
    }
    kindBefore = kind;
  }
  return parts.filter((part) => part !== '');
}

function swapCase(text: string): string {
  return [...text]
    .map((one) => (one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase()))
    .join('');
}

function overlay(text: string, part: string, start: number, end: number): string {
  const clamp = (index: number) => Math.max(0, Math.min(text.length, index));
  const [from, to] = [clamp(Math.min(start, end)), clamp(Math.max(start, end))];
  return text.slice(0, from) + part + text.slice(to);
}

/** The part of a long text around an offset, with dots where something is missing. */
function abbreviate(text: string, width: number, offset: number): string {
  if (width < 4) return fail('IllegalArgumentException', 'Minimum abbreviation width is 4');
  if (text.length <= width) return text;
  if (offset <= 4) return `${text.slice(0, width - 3)}...`;
  if (width < 7) {
    return fail('IllegalArgumentException', 'Minimum abbreviation width with offset is 7');
  }
  const start = Math.min(offset, text.length - (width - 3));
  return start + width - 3 < text.length
    ? `...${text.slice(start, start + width - 6)}...`
    : `...${text.slice(text.length - (width - 3))}`;
}

const hex4 = (code: number) => code.toString(16).toUpperCase().padStart(4, '0');

/** Escapes of Java and ECMAScript: control characters, quotes, and everything outside ASCII. */
function escaped(text: string, quotes: RegExp): string {
  const named: Readonly<Record<string, string>> = {
    '\b': '\\b',
    '\t': '\\t',
    '\n': '\\n',
    '\f': '\\f',
    '\r': '\\r',
  };
  return text
    .replace(quotes, '\\$&')
    .replace(/[^ -~]/g, (one) => named[one] ?? `\\u${hex4(one.charCodeAt(0))}`);
}

function unescaped(text: string): string {
  const named: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' };
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex: string | undefined, one: string) =>
    hex === undefined ? (named[one] ?? one) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const ENTITIES: readonly (readonly [string, string])[] = [
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
];

/** Named entities of the markup and numeric ones; others stay as they are. */
function unescapedMarkup(text: string, apostrophe: boolean): string {
  const known = new Map(ENTITIES.map(([character, entity]) => [entity, character]));
  known.set('&amp;', '&');
  if (apostrophe) known.set('&apos;', "'");
  return text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|\w+);/g, (entity, decimal, hex) => {
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return Number.isNaN(code) ? (known.get(entity) ?? entity) : codePoint(code, entity);
  });
}

function codePoint(code: number, otherwise: string): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;
}

function escapedCsv(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function unescapedCsv(text: string): string {
  const isQuoted = text.length > 1 && text.startsWith('"') && text.endsWith('"');
  return isQuoted ? text.slice(1, -1).replaceAll('""', '"') : text;
}

/** The last place at or before `end`. */
function lastIndex(text: string, part: string, end: number): number {
  return end < 0 ? -1 : text.lastIndexOf(part, end);
}

/** A locale as Apex writes it, `tr_TR`, for JavaScript; an unknown one changes case as any other. */
function languageTag(locale: string): string[] {
  try {
    return Intl.getCanonicalLocales(locale.replaceAll('_', '-'));
  } catch {
    return ['en'];
  }
}

export const stringTextMembers: Readonly<Record<string, PlatformMember>> = {
  'static String getCommonPrefix(List<String> texts)': (
    _realm: Realm,
    _self: null,
    texts: ApexList | null,
  ) => commonPrefix(given(texts).values.map((text) => String(text ?? ''))),
  'Integer getLevenshteinDistance(String other)': of((self, other: Text) =>
    levenshtein(self, given(other)),
  ),
  'Integer getLevenshteinDistance(String other, Integer threshold)': of(
    (self, other: Text, threshold: Int) => {
      const distance = levenshtein(self, given(other));
      return distance > given(threshold) ? -1 : distance;
    },
  ),
  'String difference(String other)': of((self, other: Text) => {
    const at = indexOfDifference(self, given(other));
    return at < 0 ? '' : given(other).slice(at);
  }),
  'Integer indexOfDifference(String other)': of((self, other: Text) =>
    indexOfDifference(self, given(other)),
  ),
  'Integer indexOfAny(String characters)': of((self, characters: Text) =>
    firstIndex(self, (one) => given(characters).includes(one)),
  ),
  'Integer indexOfAnyBut(String characters)': of((self, characters: Text) =>
    firstIndex(self, (one) => !given(characters).includes(one)),
  ),
  'Integer indexOfChar(Integer character)': of((self, character: Int) =>
    self.indexOf(String.fromCodePoint(given(character))),
  ),
  'Integer indexOfChar(Integer character, Integer start)': of((self, character: Int, start: Int) =>
    self.indexOf(String.fromCodePoint(given(character)), given(start)),
  ),
  'Integer indexOfIgnoreCase(String part, Integer start)': of((self, part: Text, start: Int) =>
    self.toLowerCase().indexOf(given(part).toLowerCase(), given(start)),
  ),
  'Integer lastIndexOf(String part, Integer end)': of((self, part: Text, end: Int) =>
    lastIndex(self, given(part), given(end)),
  ),
  'Integer lastIndexOfChar(Integer character)': of((self, character: Int) =>
    self.lastIndexOf(String.fromCodePoint(given(character))),
  ),
  'Integer lastIndexOfChar(Integer character, Integer end)': of((self, character: Int, end: Int) =>
    lastIndex(self, String.fromCodePoint(given(character)), given(end)),
  ),
  'Integer lastIndexOfIgnoreCase(String part)': of((self, part: Text) =>
    self.toLowerCase().lastIndexOf(given(part).toLowerCase()),
  ),
  'Integer lastIndexOfIgnoreCase(String part, Integer end)': of((self, part: Text, end: Int) =>
    lastIndex(self.toLowerCase(), given(part).toLowerCase(), given(end)),
  ),
  'String toLowerCase(String locale)': of((self, locale: Text) =>
    self.toLocaleLowerCase(languageTag(given(locale))),
  ),
  'String toUpperCase(String locale)': of((self, locale: Text) =>
    self.toLocaleUpperCase(languageTag(given(locale))),
  ),
  ...codePointMembers,
  'Boolean isAlphaSpace()': of((self) => whole(self, /^[\p{L} ]*$/u)),
  'Boolean isAlphanumericSpace()': of((self) => whole(self, /^[\p{L}\p{Nd} ]*$/u)),
  'Boolean isNumericSpace()': of((self) => whole(self, /^[\p{Nd} ]*$/u)),
  'String swapCase()': of(swapCase),
  'String center(Integer size, String filler)': of((self, size: Int, filler: Text) => {
    const missing = Math.max(0, given(size) - self.length);
    const left = self.length + Math.floor(missing / 2);
    return self.padStart(left, given(filler)).padEnd(given(size), given(filler));
  }),
  'String abbreviate(Integer width, Integer offset)': of((self, width: Int, offset: Int) =>
    abbreviate(self, given(width), given(offset)),
  ),
  'String overlay(String part, Integer start, Integer end)': of(
    (self, part: Text, start: Int, end: Int) => overlay(self, part ?? '', given(start), given(end)),
  ),
  'List<String> splitByCharacterType()': of((self) => strings(byCharacterType(self, false))),
  'List<String> splitByCharacterTypeCamelCase()': of((self) =>
    strings(byCharacterType(self, true)),
  ),
  'String stripHtmlTags()': of((self) => self.replace(/<[^>]*>/g, '')),
  'String escapeJava()': of((self) => escaped(self, /["\\]/g)),
  'String escapeEcmaScript()': of((self) => escaped(self, /["'\\/]/g)),
  'String escapeUnicode()': of((self) =>
    self.replace(/[^ -~]/g, (one) => `\\u${hex4(one.charCodeAt(0))}`),
  ),
  'String unescapeJava()': of(unescaped),
  'String unescapeEcmaScript()': of(unescaped),
  'String unescapeUnicode()': of((self) =>
    self.replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
  ),
  'String escapeHtml3()': of((self) =>
    ENTITIES.reduce(
      (text, [one, entity]) => text.replaceAll(one, entity),
      self.replaceAll('&', '&amp;'),
    ),
  ),
  'String unescapeHtml3()': of((self) => unescapedMarkup(self, false)),
  'String unescapeHtml4()': of((self) => unescapedMarkup(self, false)),
  'String unescapeXml()': of((self) => unescapedMarkup(self, true)),
  'String escapeCsv()': of(escapedCsv),
  'String unescapeCsv()': of(unescapedCsv),
};
