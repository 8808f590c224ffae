import { ApexList, type ApexSet } from '../../collections.ts';
import { madeText, refuseTooLong } from '../../made-text.ts';
import type { Realm } from '../../realm.ts';
import { apexText } from '../../runtime/text.ts';
import type { ApexDatetime } from '../../temporal.ts';
import type { ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import { fail, given, int32, type Text } from './arguments.ts';
import { javaRegex, javaReplacement, javaSplit } from './java-regex.ts';
import { stringTextMembers } from './string-text.ts';

/** A static method. */
type Static<A extends readonly unknown[]> = (realm: Realm, self: null, ...args: A) => ApexValue;
/** A method of a text that is not null. */
type Of<A extends readonly unknown[]> = (realm: Realm, self: string, ...args: A) => ApexValue;
type Int = number | null;

const strings = (values: Iterable<string>) => new ApexList('String', [...values]);
const isBlank = (text: Text) => text === null || text.trim() === '';
const lower = (text: string) => text.toLowerCase();

/** Apex refuses a range that is not inside the text. */
function substring(text: string, from: number, to: number): string {
  if (from < 0 || from > text.length) {
    return fail('StringException', `Starting position out of bounds: ${from}`);
  }
  if (to > text.length || from > to) {
    return fail('StringException', `Ending position out of bounds: ${to}`);
  }
  return text.slice(from, to);
}

/** Java's String.hashCode. */
function hashCode(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++)
    hash = int32(hash * 31 + text.charCodeAt(index));
  return hash;
}

function compare(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index++) {
    const difference = a.charCodeAt(index) - b.charCodeAt(index);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function before(text: string, at: number): string {
  return at < 0 ? text : text.slice(0, at);
}

function after(text: string, separator: string, at: number): string {
  return at < 0 ? '' : text.slice(at + separator.length);
}

function between(text: string, open: string, close: string): Text {
  const start = text.indexOf(open);
  const end = start < 0 ? -1 : text.indexOf(close, start + open.length);
  return end < 0 ? null : text.slice(start + open.length, end);
}

/** `{0}` to `{n}`, each value made text once, named or not; two apostrophes stand for one, text between single ones is taken as it is. */
function format(template: string, values: ApexList, timeZone: string): string {
  const texts = values.values.map((value) => (value === null ? 'null' : apexText(value, timeZone)));
  let out = '';
  let quoted = false;
  for (let at = 0; at < template.length; at++) {
    const character = template.charAt(at);
    const slot = quoted ? null : /^\{(\d+)\}/.exec(template.slice(at));
    if (character === "'" && template.charAt(at + 1) === "'") {
      out += "'";
      at++;
    } else if (character === "'") quoted = !quoted;
    else if (slot) {
      out += texts[Number(slot[1])] ?? slot[0];
      at += slot[0].length - 1;
    } else out += character;
  }
  return out;
}

function repeated(text: string, separator: string, times: number): string {
  const count = Math.max(0, times);
  refuseTooLong(count * (text.length + separator.length));
  return madeText(separator === '' ? text.repeat(count) : Array(count).fill(text).join(separator));
}

function pad(text: string, size: number, filler: string, where: 'left' | 'right'): string {
  refuseTooLong(size);
  return where === 'left' ? text.padStart(size, filler) : text.padEnd(size, filler);
}

function center(text: string, size: number, filler: string): string {
  const missing = Math.max(0, size - text.length);
  return text.padStart(text.length + Math.floor(missing / 2), filler).padEnd(size, filler);
}

function countMatches(text: string, part: string): number {
  return part === '' ? 0 : text.split(part).length - 1;
}

function every(text: string, test: RegExp): boolean {
  return text !== '' && test.test(text);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

export const stringType = platformType({
  name: 'String',
  aliases: ['System.String'],
  members: {
    ...stringTextMembers,
    'static String valueOf(Object value)': ((realm, _self, value) =>
      value === null ? null : apexText(value, realm.timeZone)) satisfies Static<[ApexValue]>,
    'static String valueOfGmt(Datetime value)': ((_realm, _self, value) =>
      given(value).toIso().slice(0, 19).replace('T', ' ')) satisfies Static<[ApexDatetime | null]>,
    'static Boolean isBlank(String text)': ((_realm, _self, text) =>
      isBlank(text)) satisfies Static<[Text]>,
    'static Boolean isNotBlank(String text)': ((_realm, _self, text) =>
      !isBlank(text)) satisfies Static<[Text]>,
    'static Boolean isEmpty(String text)': ((_realm, _self, text) =>
      text === null || text === '') satisfies Static<[Text]>,
    'static Boolean isNotEmpty(String text)': ((_realm, _self, text) =>
      text !== null && text !== '') satisfies Static<[Text]>,
    'static String join(Iterable<Object> values, String separator)': ((
      realm,
      _self,
      values,
      separator,
    ) =>
      madeText(
        [...given(values)]
          .map((value) => (value === null ? '' : apexText(value, realm.timeZone)))
          .join(given(separator)),
      )) satisfies Static<[ApexList | ApexSet | null, Text]>,
    'static String escapeSingleQuotes(String text)': ((_realm, _self, text) =>
      given(text).replace(/\\/g, '\\\\').replace(/'/g, "\\'")) satisfies Static<[Text]>,
    'static String format(String template, List<Object> values)': ((
      realm,
      _self,
      template,
      values,
    ) => format(given(template), given(values), realm.timeZone)) satisfies Static<
      [Text, ApexList | null]
    >,
    'static String fromCharArray(List<Integer> characters)': ((_realm, _self, characters) =>
      String.fromCharCode(...(given(characters).values as number[]))) satisfies Static<
      [ApexList | null]
    >,

    'Integer length()': ((_realm, self) => self.length) satisfies Of<[]>,
    'String toLowerCase()': ((_realm, self) => self.toLowerCase()) satisfies Of<[]>,
    'String toUpperCase()': ((_realm, self) => self.toUpperCase()) satisfies Of<[]>,
    'String trim()': ((_realm, self) => self.trim()) satisfies Of<[]>,
    'String toString()': ((_realm, self) => self) satisfies Of<[]>,
    'Integer hashCode()': ((_realm, self) => hashCode(self)) satisfies Of<[]>,
    'Boolean equals(Object other)': ((_realm, self, other) => self === other) satisfies Of<
      [ApexValue]
    >,
    'Boolean equalsIgnoreCase(String other)': ((_realm, self, other) =>
      other !== null && lower(self) === lower(other)) satisfies Of<[Text]>,
    'Integer compareTo(String other)': ((_realm, self, other) =>
      compare(self, given(other))) satisfies Of<[Text]>,
    'Boolean contains(String part)': ((_realm, self, part) =>
      self.includes(given(part))) satisfies Of<[Text]>,
    'Boolean containsIgnoreCase(String part)': ((_realm, self, part) =>
      lower(self).includes(lower(given(part)))) satisfies Of<[Text]>,
    'Boolean containsAny(String characters)': ((_realm, self, characters) =>
      [...given(characters)].some((one) => self.includes(one))) satisfies Of<[Text]>,
    'Boolean containsNone(String characters)': ((_realm, self, characters) =>
      ![...given(characters)].some((one) => self.includes(one))) satisfies Of<[Text]>,
    'Boolean containsOnly(String characters)': ((_realm, self, characters) =>
      [...self].every((one) => given(characters).includes(one))) satisfies Of<[Text]>,
    'Boolean containsWhitespace()': ((_realm, self) => /\s/.test(self)) satisfies Of<[]>,
    'Boolean startsWith(String prefix)': ((_realm, self, prefix) =>
      self.startsWith(given(prefix))) satisfies Of<[Text]>,
    'Boolean startsWithIgnoreCase(String prefix)': ((_realm, self, prefix) =>
      lower(self).startsWith(lower(given(prefix)))) satisfies Of<[Text]>,
    'Boolean endsWith(String suffix)': ((_realm, self, suffix) =>
      self.endsWith(given(suffix))) satisfies Of<[Text]>,
    'Boolean endsWithIgnoreCase(String suffix)': ((_realm, self, suffix) =>
      lower(self).endsWith(lower(given(suffix)))) satisfies Of<[Text]>,
    'Integer indexOf(String part)': ((_realm, self, part) =>
      self.indexOf(given(part))) satisfies Of<[Text]>,
    'Integer indexOf(String part, Integer start)': ((_realm, self, part, start) =>
      self.indexOf(given(part), given(start))) satisfies Of<[Text, Int]>,
    'Integer indexOfIgnoreCase(String part)': ((_realm, self, part) =>
      lower(self).indexOf(lower(given(part)))) satisfies Of<[Text]>,
    'Integer lastIndexOf(String part)': ((_realm, self, part) =>
      self.lastIndexOf(given(part))) satisfies Of<[Text]>,
    'Integer countMatches(String part)': ((_realm, self, part) =>
      countMatches(self, given(part))) satisfies Of<[Text]>,
    'Integer charAt(Integer index)': ((_realm, self, index) => {
      const code = self.charCodeAt(given(index));
      return Number.isNaN(code) ? fail('StringException', `Index out of bounds: ${index}`) : code;
    }) satisfies Of<[Int]>,
    'List<Integer> getChars()': ((_realm, self) =>
      new ApexList(
        'Integer',
        [...Array(self.length).keys()].map((at) => self.charCodeAt(at)),
      )) satisfies Of<[]>,

    'String left(Integer length)': ((_realm, self, length) =>
      self.slice(0, Math.max(0, given(length)))) satisfies Of<[Int]>,
    'String right(Integer length)': ((_realm, self, length) =>
      self.slice(Math.max(0, self.length - Math.max(0, given(length))))) satisfies Of<[Int]>,
    'String mid(Integer start, Integer length)': ((_realm, self, start, length) =>
      self.slice(
        Math.max(0, given(start)),
        Math.max(0, given(start)) + Math.max(0, given(length)),
      )) satisfies Of<[Int, Int]>,
    'String substring(Integer start)': ((_realm, self, start) =>
      substring(self, given(start), self.length)) satisfies Of<[Int]>,
    'String substring(Integer start, Integer end)': ((_realm, self, start, end) =>
      substring(self, given(start), given(end))) satisfies Of<[Int, Int]>,
    'String substringBefore(String separator)': ((_realm, self, separator) =>
      before(self, self.indexOf(given(separator)))) satisfies Of<[Text]>,
    'String substringBeforeLast(String separator)': ((_realm, self, separator) =>
      before(self, self.lastIndexOf(given(separator)))) satisfies Of<[Text]>,
    'String substringAfter(String separator)': ((_realm, self, separator) =>
      after(self, given(separator), self.indexOf(given(separator)))) satisfies Of<[Text]>,
    'String substringAfterLast(String separator)': ((_realm, self, separator) =>
      after(self, given(separator), self.lastIndexOf(given(separator)))) satisfies Of<[Text]>,
    'String substringBetween(String open, String close)': ((_realm, self, open, close) =>
      between(self, given(open), given(close))) satisfies Of<[Text, Text]>,
    'String substringBetween(String tag)': ((_realm, self, tag) =>
      between(self, given(tag), given(tag))) satisfies Of<[Text]>,
    'String abbreviate(Integer width)': ((_realm, self, width) =>
      given(width) < 4
        ? fail('IllegalArgumentException', 'Minimum abbreviation width is 4')
        : self.length <= given(width)
          ? self
          : `${self.slice(0, given(width) - 3)}...`) satisfies Of<[Int]>,
    'String capitalize()': ((_realm, self) =>
      self.charAt(0).toUpperCase() + self.slice(1)) satisfies Of<[]>,
    'String uncapitalize()': ((_realm, self) =>
      self.charAt(0).toLowerCase() + self.slice(1)) satisfies Of<[]>,
    'String reverse()': ((_realm, self) => [...self].reverse().join('')) satisfies Of<[]>,
    'String repeat(Integer times)': ((_realm, self, times) =>
      repeated(self, '', given(times))) satisfies Of<[Int]>,
    'String repeat(String separator, Integer times)': ((_realm, self, separator, times) =>
      repeated(self, given(separator), given(times))) satisfies Of<[Text, Int]>,
    'String leftPad(Integer size)': ((_realm, self, size) =>
      pad(self, given(size), ' ', 'left')) satisfies Of<[Int]>,
    'String leftPad(Integer size, String filler)': ((_realm, self, size, filler) =>
      pad(self, given(size), given(filler), 'left')) satisfies Of<[Int, Text]>,
    'String rightPad(Integer size)': ((_realm, self, size) =>
      pad(self, given(size), ' ', 'right')) satisfies Of<[Int]>,
    'String rightPad(Integer size, String filler)': ((_realm, self, size, filler) =>
      pad(self, given(size), given(filler), 'right')) satisfies Of<[Int, Text]>,
    'String center(Integer size)': ((_realm, self, size) =>
      center(self, given(size), ' ')) satisfies Of<[Int]>,
    'String remove(String part)': ((_realm, self, part) =>
      self.replaceAll(given(part), '')) satisfies Of<[Text]>,
    'String removeStart(String prefix)': ((_realm, self, prefix) =>
      self.startsWith(given(prefix)) ? self.slice(given(prefix).length) : self) satisfies Of<
      [Text]
    >,
    'String removeStartIgnoreCase(String prefix)': ((_realm, self, prefix) =>
      lower(self).startsWith(lower(given(prefix)))
        ? self.slice(given(prefix).length)
        : self) satisfies Of<[Text]>,
    'String removeEnd(String suffix)': ((_realm, self, suffix) =>
      given(suffix) !== '' && self.endsWith(given(suffix))
        ? self.slice(0, -given(suffix).length)
        : self) satisfies Of<[Text]>,
    'String removeEndIgnoreCase(String suffix)': ((_realm, self, suffix) =>
      given(suffix) !== '' && lower(self).endsWith(lower(given(suffix)))
        ? self.slice(0, -given(suffix).length)
        : self) satisfies Of<[Text]>,
    'String deleteWhitespace()': ((_realm, self) => self.replace(/\s+/g, '')) satisfies Of<[]>,
    'String normalizeSpace()': ((_realm, self) => self.trim().replace(/\s+/g, ' ')) satisfies Of<
      []
    >,
    'String replace(String part, String other)': ((_realm, self, part, other) =>
      madeText(self.replaceAll(given(part), () => given(other)))) satisfies Of<[Text, Text]>,
    'String replaceAll(String regex, String replacement)': ((_realm, self, regex, replacement) =>
      madeText(
        self.replace(javaRegex(given(regex)), javaReplacement(given(replacement))),
      )) satisfies Of<[Text, Text]>,
    'String replaceFirst(String regex, String replacement)': ((
      _realm,
      self,
      regex,
      replacement,
    ) => {
      const all = javaRegex(given(regex));
      const first = new RegExp(all.source, all.flags.replace('g', ''));
      return self.replace(first, javaReplacement(given(replacement)));
    }) satisfies Of<[Text, Text]>,
    'List<String> split(String regex)': ((_realm, self, regex) =>
      strings(javaSplit(self, given(regex), 0))) satisfies Of<[Text]>,
    'List<String> split(String regex, Integer limit)': ((_realm, self, regex, limit) =>
      strings(javaSplit(self, given(regex), given(limit)))) satisfies Of<[Text, Int]>,

    'Boolean isAlpha()': ((_realm, self) => every(self, /^\p{L}+$/u)) satisfies Of<[]>,
    'Boolean isAlphanumeric()': ((_realm, self) => every(self, /^[\p{L}\p{Nd}]+$/u)) satisfies Of<
      []
    >,
    'Boolean isNumeric()': ((_realm, self) => every(self, /^\p{Nd}+$/u)) satisfies Of<[]>,
    'Boolean isWhitespace()': ((_realm, self) => /^\s*$/.test(self)) satisfies Of<[]>,
    'Boolean isAllLowerCase()': ((_realm, self) => every(self, /^\p{Ll}+$/u)) satisfies Of<[]>,
    'Boolean isAllUpperCase()': ((_realm, self) => every(self, /^\p{Lu}+$/u)) satisfies Of<[]>,
    'Boolean isAsciiPrintable()': ((_realm, self) => /^[ -~]*$/.test(self)) satisfies Of<[]>,
    'String escapeHtml4()': ((_realm, self) =>
      self.replace(/[&<>"]/g, (one) => ENTITIES[one] ?? one)) satisfies Of<[]>,
    'String escapeXml()': ((_realm, self) =>
      self.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? '&apos;')) satisfies Of<[]>,
  },
});
