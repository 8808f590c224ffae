import { fail } from './arguments.ts';

/** `name` is the member's name where the token is a member's name or value. */
export interface JsonToken {
  /** A constant of `JSONToken`. */
  readonly kind: string;
  /** What `getText` answers: decoded text, digits as written, or the bracket itself. */
  readonly text: string;
  readonly name: string | null;
}

const MAX_DEPTH = 1000;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const BLANKS = /[ \t\r\n]*/y;
const WORDS: ReadonlyMap<string, string> = new Map([
  ['true', 'VALUE_TRUE'],
  ['false', 'VALUE_FALSE'],
  ['null', 'VALUE_NULL'],
]);

/**
 * The tokens of a JSON text, in order. What is wrong with the text shows when its place is reached, not before.
 * @throws JSONException
 */
export function* jsonTokens(text: string): Generator<JsonToken, void> {
  const source = new Source(text);
  while (source.peek() !== '') yield* value(source, null, 0);
}

function* value(source: Source, name: string | null, depth: number): Generator<JsonToken, void> {
  const next = source.peek();
  if (depth > MAX_DEPTH) source.refuse('Too many levels of nesting');
  if (next === '{') yield* object(source, name, depth);
  else if (next === '[') yield* array(source, name, depth);
  else yield scalar(source, name, next);
}

function* object(source: Source, name: string | null, depth: number): Generator<JsonToken, void> {
  source.expect('{');
  yield { kind: 'START_OBJECT', text: '{', name };
  for (let isFirst = true; source.peek() !== '}'; isFirst = false) {
    if (!isFirst) source.expect(',');
    const member = source.string();
    yield { kind: 'FIELD_NAME', text: member, name: member };
    source.expect(':');
    yield* value(source, member, depth + 1);
  }
  source.expect('}');
  yield { kind: 'END_OBJECT', text: '}', name };
}

function* array(source: Source, name: string | null, depth: number): Generator<JsonToken, void> {
  source.expect('[');
  yield { kind: 'START_ARRAY', text: '[', name };
  for (let isFirst = true; source.peek() !== ']'; isFirst = false) {
    if (!isFirst) source.expect(',');
    yield* value(source, null, depth + 1);
  }
  source.expect(']');
  yield { kind: 'END_ARRAY', text: ']', name };
}

function scalar(source: Source, name: string | null, next: string): JsonToken {
  if (next === '"') return { kind: 'VALUE_STRING', text: source.string(), name };
  const digits = source.take(NUMBER);
  if (digits !== undefined) {
    const isWhole = /^-?\d+$/.test(digits);
    return { kind: isWhole ? 'VALUE_NUMBER_INT' : 'VALUE_NUMBER_FLOAT', text: digits, name };
  }
  const word = source.take(/[A-Za-z]+/y) ?? '';
  const kind = WORDS.get(word);
  return kind === undefined ? source.unexpected() : { kind, text: word, name };
}

/** The text with a place in it. */
class Source {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next character that is not blank; empty at the end. */
  peek(): string {
    this.take(BLANKS);
    return this.#text.charAt(this.#at);
  }

  expect(character: string): void {
    if (this.peek() !== character) this.unexpected();
    this.#at += 1;
  }

  string(): string {
    this.peek();
    const quoted = this.take(STRING) ?? this.unexpected();
    try {
      return String(JSON.parse(quoted));
    } catch {
      return this.refuse('Illegal unquoted character in a string');
    }
  }

  /** @param pattern sticky */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  unexpected(): never {
    return this.#at >= this.#text.length
      ? this.refuse('Unexpected end-of-input')
      : this.refuse(`Unexpected character ('${this.#text.charAt(this.#at)}')`);
  }

  refuse(message: string): never {
    const lines = this.#text.slice(0, this.#at).split('\n');
    const column = (lines.at(-1)?.length ?? 0) + 1;
    return fail('JSONException', `${message} at [line:${lines.length}, column:${column}]`);
  }
}
