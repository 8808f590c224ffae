import { ApexBlob } from '../../blob.ts';
import { toId18 } from '../../id.ts';
import { ApexDecimal, ApexDouble } from '../../numbers.ts';
import type { Realm } from '../../realm.ts';
import { parseTypeName } from '../../runtime/type-names.ts';
import { type ApexValue, PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';
import { enumValue } from '../enums.ts';
import type { TypeToken } from '../type-token.ts';
import { fail, given } from './arguments.ts';
import { NumberText, type Parsed } from './json-read.ts';
import { type JsonToken, jsonTokens } from './json-tokens.ts';
import { JsonReader } from './json-typed.ts';

interface ParserState {
  readonly tokens: Iterator<JsonToken, void>;
  current: JsonToken | undefined;
  lastCleared: JsonToken | undefined;
}

type Parser = PlatformObject<ParserState>;

export function createParser(text: string): Parser {
  return new PlatformObject('JSONParser', {
    tokens: jsonTokens(text),
    current: undefined,
    lastCleared: undefined,
  });
}

function advance({ state }: Parser): JsonToken | undefined {
  const { done, value } = state.tokens.next();
  state.current = done === true ? undefined : value;
  return state.current;
}

const tokenValue = (token: JsonToken | undefined): ApexValue =>
  token === undefined ? null : enumValue('JSONToken', token.kind);

/** The current token, which must be of one of these kinds. @throws JSONException */
function required({ state: { current } }: Parser, what: string, ...kinds: string[]): JsonToken {
  return current !== undefined && kinds.includes(current.kind)
    ? current
    : fail('JSONException', `Current token (${current?.kind ?? 'null'}) is not ${what}`);
}

const NUMBERS = ['VALUE_NUMBER_INT', 'VALUE_NUMBER_FLOAT'];
const numberText = (self: Parser) => required(self, 'numeric', ...NUMBERS).text;
const wholeNumber = (self: Parser) => BigInt(numberText(self).replace(/[.eE].*$/, ''));
const stringText = (self: Parser) => required(self, 'a string', 'VALUE_STRING').text;

/** A string that stands for a value of that type. */
const boxed = (type: string) => (realm: Realm, self: Parser) =>
  new JsonReader(realm, false).read(stringText(self), parseTypeName(type));

/** The value that begins with the current token; the token that ends it becomes the current one. */
function parsed(self: Parser): Parsed {
  const token = self.state.current ?? advance(self);
  switch (token?.kind) {
    case 'START_OBJECT':
      return parsedObject(self);
    case 'START_ARRAY':
      return parsedArray(self);
    case 'VALUE_STRING':
      return token.text;
    case 'VALUE_NULL':
      return null;
    case 'VALUE_TRUE':
    case 'VALUE_FALSE':
      return token.kind === 'VALUE_TRUE';
    case 'VALUE_NUMBER_INT':
    case 'VALUE_NUMBER_FLOAT':
      return new NumberText(token.text);
    default:
      return fail(
        'JSONException',
        `No value begins at the current token (${token?.kind ?? 'null'})`,
      );
  }
}

function parsedObject(self: Parser): Parsed {
  const members: Record<string, Parsed> = Object.create(null);
  for (let token = advance(self); token?.kind === 'FIELD_NAME'; token = advance(self)) {
    advance(self);
    members[token.text] = parsed(self);
  }
  return members;
}

function parsedArray(self: Parser): Parsed {
  const items: Parsed[] = [];
  for (let token = advance(self); token?.kind !== 'END_ARRAY'; token = advance(self)) {
    items.push(parsed(self));
  }
  return items;
}

const readValue = (strict: boolean) => (realm: Realm, self: Parser, type: TypeToken | null) =>
  new JsonReader(realm, strict).read(parsed(self), parseTypeName(given(type).name));

/** Past the name of a member to its value. */
function nextValue(_realm: Realm, self: Parser): ApexValue {
  const token = advance(self);
  return tokenValue(token?.kind === 'FIELD_NAME' ? advance(self) : token);
}

function skipChildren(_realm: Realm, self: Parser): null {
  if (/^START_/.test(self.state.current?.kind ?? '')) parsed(self);
  return null;
}

export const jsonParserType = platformType({
  name: 'JSONParser',
  members: {
    'JSONToken nextToken()': (_realm: Realm, self: Parser) => tokenValue(advance(self)),
    'JSONToken nextValue()': nextValue,
    'JSONToken getCurrentToken()': (_realm: Realm, self: Parser) => tokenValue(self.state.current),
    'JSONToken getLastClearedToken()': (_realm: Realm, self: Parser) =>
      tokenValue(self.state.lastCleared),
    'Boolean hasCurrentToken()': (_realm: Realm, self: Parser) => self.state.current !== undefined,
    'void clearCurrentToken()': (_realm: Realm, { state }: Parser) => {
      state.lastCleared = state.current ?? state.lastCleared;
      state.current = undefined;
      return null;
    },
    'void skipChildren()': skipChildren,
    'String getCurrentName()': (_realm: Realm, self: Parser) => self.state.current?.name ?? null,
    'String getText()': (_realm: Realm, self: Parser) => self.state.current?.text ?? null,
    'Boolean getBooleanValue()': (_realm: Realm, self: Parser) =>
      required(self, 'of a boolean type', 'VALUE_TRUE', 'VALUE_FALSE').kind === 'VALUE_TRUE',
    'Integer getIntegerValue()': (_realm: Realm, self: Parser) =>
      Number(BigInt.asIntN(32, wholeNumber(self))),
    'Long getLongValue()': (_realm: Realm, self: Parser) => BigInt.asIntN(64, wholeNumber(self)),
    'Decimal getDecimalValue()': (_realm: Realm, self: Parser) =>
      ApexDecimal.parse(numberText(self)) ?? null,
    'Double getDoubleValue()': (_realm: Realm, self: Parser) =>
      new ApexDouble(Number(numberText(self))),
    'Blob getBlobValue()': (_realm: Realm, self: Parser) =>
      new ApexBlob(Buffer.from(stringText(self), 'base64')),
    'Id getIdValue()': (_realm: Realm, self: Parser) => toId18(stringText(self)),
    'Date getDateValue()': boxed('Date'),
    'Datetime getDatetimeValue()': boxed('Datetime'),
    'Time getTimeValue()': boxed('Time'),
    'Object readValueAs(Type type)': readValue(false),
    'Object readValueAsStrict(Type type)': readValue(true),
  },
});

export const jsonTokenType = platformType({
  name: 'JSONToken',
  kind: 'enum',
  enumValues: [
    'END_ARRAY',
    'END_OBJECT',
    'FIELD_NAME',
    'NOT_AVAILABLE',
    'START_ARRAY',
    'START_OBJECT',
    'VALUE_EMBEDDED_OBJECT',
    'VALUE_FALSE',
    'VALUE_NULL',
    'VALUE_NUMBER_FLOAT',
    'VALUE_NUMBER_INT',
    'VALUE_STRING',
    'VALUE_TRUE',
  ],
  members: {},
});
