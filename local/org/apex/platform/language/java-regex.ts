import { fail } from './arguments.ts';

/** Java's POSIX and Unicode classes that JavaScript writes in another way. */
const CLASSES: Readonly<Record<string, string>> = {
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Upper: 'A-Z',
  Lower: 'a-z',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Space: '\\s',
  Blank: ' \\t',
  XDigit: '0-9a-fA-F',
  ASCII: '\\x00-\\x7F',
  IsAlphabetic: '\\p{Alphabetic}',
  javaLetter: '\\p{L}',
};
const SYNTAX = new Set('^$\\.*+?()[]{}|/');
const LETTER_ESCAPES = new Set('dDwWsSbBtnrfvu0123456789xck');
const FLAGS: Readonly<Record<string, string>> = { i: 'i', m: 'm', s: 's', u: '' };

const compiled = new Map<string, RegExp>();
const CACHE_SIZE = 500;

/**
 * A Java regular expression as a JavaScript one (global, Unicode). What JavaScript cannot do (possessive quantifiers,
 * atomic groups, class intersections) is refused by name rather than matched in another way.
 *
 * @throws StringException
 */
export function javaRegex(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) {
    known.lastIndex = 0;
    return known;
  }
  const { source, flags } = new Translator(pattern).translate();
  let regex: RegExp;
  try {
    regex = new RegExp(source, `gu${flags}`);
  } catch (error) {
    return fail(
      'StringException',
      `Invalid regex: ${error instanceof Error ? error.message : pattern}`,
    );
  }
  if (compiled.size >= CACHE_SIZE) compiled.clear();
  compiled.set(pattern, regex);
  return regex;
}

class Translator {
  readonly #text: string;
  #at = 0;
  #flags = '';
  #inClass = 0;

  constructor(text: string) {
    this.#text = text;
  }

  translate(): { source: string; flags: string } {
    let source = this.#leadingFlags();
    while (this.#at < this.#text.length) source += this.#next();
    return { source, flags: [...new Set(this.#flags)].join('') };
  }

  #leadingFlags(): string {
    const match = /^\(\?([a-zA-Z]+)\)/.exec(this.#text);
    if (!match) return '';
    for (const flag of match[1] ?? '') {
      const translated = FLAGS[flag];
      if (translated === undefined) this.#refuse(`the flag (?${flag})`);
      this.#flags += translated;
    }
    this.#at = match[0].length;
    return '';
  }

  #next(): string {
    const character = this.#text.charAt(this.#at++);
    if (character === '\\') return this.#escape();
    if (character === '[') return this.#openClass();
    if (character === ']' && this.#inClass > 0) {
      this.#inClass--;
      return ']';
    }
    if (this.#inClass > 0) return this.#classMember(character);
    if (character === '(') return this.#group();
    if ('*+?}'.includes(character) && this.#text.charAt(this.#at) === '+') {
      this.#refuse('a possessive quantifier');
    }
    return character;
  }

  #openClass(): string {
    if (this.#inClass > 0) this.#refuse('a class inside a class');
    this.#inClass++;
    let source = '[';
    if (this.#text.charAt(this.#at) === '^') {
      source += '^';
      this.#at++;
    }
    // Java takes a bracket that comes first as itself.
    if (this.#text.charAt(this.#at) === ']') {
      source += '\\]';
      this.#at++;
    }
    return source;
  }

  #classMember(character: string): string {
    if (character === '&' && this.#text.charAt(this.#at) === '&')
      this.#refuse('a class intersection');
    return character === '-' || !SYNTAX.has(character) ? character : `\\${character}`;
  }

  #group(): string {
    if (this.#text.startsWith('?>', this.#at)) this.#refuse('an atomic group');
    if (/^\?[a-zA-Z]+[:)]/.test(this.#text.slice(this.#at)))
      this.#refuse('flags inside the pattern');
    return '(';
  }

  #escape(): string {
    const character = this.#text.charAt(this.#at++);
    if (character === 'Q') return this.#quoted();
    if (character === 'p' || character === 'P') return this.#property(character === 'P');
    if (character === 'A') return '^';
    if (character === 'z' || character === 'Z') return '$';
    if (character === 'h') return this.#inClass > 0 ? ' \\t' : '[ \\t]';
    if (character === 'R') return '(?:\\r\\n|[\\n\\r])';
    if (LETTER_ESCAPES.has(character)) return `\\${character}`;
    if (/[a-zA-Z]/.test(character)) this.#refuse(`the escape \\${character}`);
    return SYNTAX.has(character) || (this.#inClass > 0 && character === '-')
      ? `\\${character}`
      : character;
  }

  #quoted(): string {
    const end = this.#text.indexOf('\\E', this.#at);
    const stop = end < 0 ? this.#text.length : end;
    const literal = this.#text.slice(this.#at, stop);
    this.#at = end < 0 ? stop : end + 2;
    return [...literal].map((one) => (SYNTAX.has(one) ? `\\${one}` : one)).join('');
  }

  #property(negated: boolean): string {
    const match = /^(?:\{([A-Za-z_=]+)\}|([A-Z]))/.exec(this.#text.slice(this.#at));
    const name = match?.[1] ?? match?.[2];
    if (!match || name === undefined) return this.#refuse('an unfinished \\p');
    this.#at += match[0].length;
    const known = CLASSES[name];
    if (known === undefined) return `\\${negated ? 'P' : 'p'}{${name.replace(/^Is/, '')}}`;
    if (this.#inClass > 0) return negated ? this.#refuse(`\\P{${name}} inside a class`) : known;
    return `[${negated ? '^' : ''}${known}]`;
  }

  #refuse(what: string): never {
    return fail(
      'StringException',
      `This org’s regular expressions do not support ${what}: ${this.#text}`,
    );
  }
}

/** `$1` and `\$` of Java's replacement texts. */
export function javaReplacement(replacement: string): (...match: unknown[]) => string {
  return (...match) => {
    let out = '';
    for (let at = 0; at < replacement.length; at++) {
      const character = replacement.charAt(at);
      if (character === '\\') out += replacement.charAt(++at);
      else if (character === '$') out += String(match[Number(replacement.charAt(++at))] ?? '');
      else out += character;
    }
    return out;
  };
}

/**
 * Java's `split`: without a limit trailing empty parts are dropped; with one there are at most so many parts; with a
 * negative one all are kept. A match of nothing at the start gives no empty first part.
 */
export function javaSplit(text: string, pattern: string, limit: number): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(javaRegex(pattern))) {
    const end = match.index + match[0].length;
    if (end === 0 || (match[0] === '' && match.index >= text.length)) continue;
    if (limit > 0 && parts.length === limit - 1) break;
    parts.push(text.slice(from, match.index));
    from = end;
  }
  parts.push(text.slice(from));
  if (limit === 0) while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  return parts;
}
