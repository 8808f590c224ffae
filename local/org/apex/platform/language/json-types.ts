import { madeText } from '../../made-text.ts';
import type { Realm } from '../../realm.ts';
import { parseTypeName } from '../../runtime/type-names.ts';
import type { ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import type { TypeToken } from '../type-token.ts';
import { given, type Text } from './arguments.ts';
import { createGenerator } from './json-generator-type.ts';
import { createParser } from './json-parser-type.ts';
import { parseJson, untyped } from './json-read.ts';
import { type JsonStyle, JsonWriter } from './json-text.ts';
import { JsonReader } from './json-typed.ts';

function serialize(realm: Realm, value: ApexValue, style: JsonStyle): string {
  return madeText(new JsonWriter(realm.program, style).write(value));
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
    ) => createGenerator(given(pretty)),
    'static JSONParser createParser(String text)': (_realm: Realm, _self: null, text: Text) =>
      createParser(given(text)),
  },
});
