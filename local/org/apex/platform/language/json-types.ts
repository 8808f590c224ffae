import type { ApexBlob } from '../../blob.ts';
import type { Realm } from '../../realm.ts';
import { parseTypeName } from '../../runtime/type-names.ts';
import type { ApexDate, ApexDatetime } from '../../temporal.ts';
import { type ApexValue, PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';
import type { TypeToken } from '../type-token.ts';
import { fail, given, type Text } from './arguments.ts';
import { parseJson, untyped } from './json-read.ts';
import { type JsonStyle, JsonWriter } from './json-text.ts';
import { JsonReader } from './json-typed.ts';

const PLAIN: JsonStyle = { pretty: false, suppressNulls: false };

function serialize(realm: Realm, value: ApexValue, style: JsonStyle): string {
  return new JsonWriter(realm.program, style).write(value);
}

const serializing =
  (pretty: boolean) =>
  (realm: Realm, _self: null, value: ApexValue, suppressNulls: boolean | null = false) =>
    serialize(realm, value, { pretty, suppressNulls: given(suppressNulls) });

const deserializing =
  (strict: boolean) => (realm: Realm, _self: null, text: Text, type: TypeToken | null) =>
    new JsonReader(realm, strict).read(parseJson(given(text)), parseTypeName(given(type).name));

export const jsonType = platformType({
  name: 'JSON',
  members: {
    'static String serialize(Object value)': serializing(false),
    'static String serialize(Object value, Boolean suppressNulls)': serializing(false),
    'static String serializePretty(Object value)': serializing(true),
    'static String serializePretty(Object value, Boolean suppressNulls)': serializing(true),
    'static Object deserializeUntyped(String text)': (_realm: Realm, _self: null, text: Text) =>
      untyped(parseJson(given(text))),
    'static Object deserialize(String text, Type type)': deserializing(false),
    'static Object deserializeStrict(String text, Type type)': deserializing(true),
    'static JSONGenerator createGenerator(Boolean pretty)': (
      _realm: Realm,
      _self: null,
      pretty: boolean | null,
    ) =>
      given(pretty)
        ? fail('JSONException', 'This org generates compact JSON only: createGenerator(false)')
        : new PlatformObject<GeneratorState>('JSONGenerator', { parts: [], open: [] }),
  },
});

interface GeneratorState {
  readonly parts: string[];
  /** Enclosing objects and arrays, outermost first: whether the next item needs a comma before it. */
  readonly open: { readonly kind: 'object' | 'array'; started: boolean; named: boolean }[];
}

type Generator = PlatformObject<GeneratorState>;

/** Writes one value where a value may stand. */
function item({ state }: Generator, text: string): null {
  const scope = state.open.at(-1);
  if (scope?.kind === 'object' && !scope.named) {
    return fail('JSONException', 'Can not write value, expecting field name');
  }
  if (scope?.kind === 'array' && scope.started) state.parts.push(',');
  if (scope) Object.assign(scope, { started: true, named: false });
  state.parts.push(text);
  return null;
}

function fieldName({ state }: Generator, name: string): null {
  const scope = state.open.at(-1);
  if (scope?.kind !== 'object' || scope.named) {
    return fail('JSONException', 'Can not write a field name, expecting a value');
  }
  state.parts.push(`${scope.started ? ',' : ''}${JSON.stringify(name)}:`);
  scope.named = true;
  return null;
}

function begin(self: Generator, kind: 'object' | 'array'): null {
  item(self, kind === 'object' ? '{' : '[');
  self.state.open.push({ kind, started: false, named: false });
  return null;
}

function end({ state }: Generator, kind: 'object' | 'array'): null {
  if (state.open.pop()?.kind !== kind) {
    return fail('JSONException', `Current context not an ${kind}`);
  }
  state.parts.push(kind === 'object' ? '}' : ']');
  return null;
}

const write = (realm: Realm, self: Generator, value: ApexValue) =>
  item(self, serialize(realm, value, PLAIN));
const writeField = (realm: Realm, self: Generator, name: Text, value: ApexValue) => {
  fieldName(self, given(name));
  return item(self, serialize(realm, value, PLAIN));
};
const writeNamed = (kind: 'object' | 'array') => (_realm: Realm, self: Generator, name: Text) => {
  fieldName(self, given(name));
  return begin(self, kind);
};

export const jsonGeneratorType = platformType({
  name: 'JSONGenerator',
  members: {
    'void writeStartObject()': (_realm: Realm, self: Generator) => begin(self, 'object'),
    'void writeEndObject()': (_realm: Realm, self: Generator) => end(self, 'object'),
    'void writeStartArray()': (_realm: Realm, self: Generator) => begin(self, 'array'),
    'void writeEndArray()': (_realm: Realm, self: Generator) => end(self, 'array'),
    'void writeFieldName(String name)': (_realm: Realm, self: Generator, name: Text) =>
      fieldName(self, given(name)),
    'void writeObjectFieldStart(String name)': writeNamed('object'),
    'void writeArrayFieldStart(String name)': writeNamed('array'),
    'void writeString(String value)': write,
    'void writeNumber(Integer value)': write,
    'void writeNumber(Long value)': write,
    'void writeNumber(Decimal value)': write,
    'void writeBoolean(Boolean value)': write,
    'void writeNull()': (_realm: Realm, self: Generator) => item(self, 'null'),
    'void writeObject(Object value)': write,
    'void writeId(Id value)': write,
    'void writeDate(Date value)': write,
    'void writeDateTime(Datetime value)': write,
    'void writeStringField(String name, String value)': writeField,
    'void writeNumberField(String name, Integer value)': writeField,
    'void writeNumberField(String name, Long value)': writeField,
    'void writeNumberField(String name, Decimal value)': writeField,
    'void writeBooleanField(String name, Boolean value)': writeField,
    'void writeNullField(String name)': (realm: Realm, self: Generator, name: Text) =>
      writeField(realm, self, name, null),
    'void writeObjectField(String name, Object value)': writeField,
    'void writeIdField(String name, Id value)': writeField,
    'void writeDateField(String name, Date value)': (
      realm: Realm,
      self: Generator,
      name: Text,
      value: ApexDate | null,
    ) => writeField(realm, self, name, value),
    'void writeDateTimeField(String name, Datetime value)': (
      realm: Realm,
      self: Generator,
      name: Text,
      value: ApexDatetime | null,
    ) => writeField(realm, self, name, value),
    'void writeBlobField(String name, Blob value)': (
      realm: Realm,
      self: Generator,
      name: Text,
      value: ApexBlob | null,
    ) => writeField(realm, self, name, value),
    'String getAsString()': (_realm: Realm, self: Generator) => self.state.parts.join(''),
    'Boolean isClosed()': (_realm: Realm, self: Generator) => self.state.open.length === 0,
  },
});
