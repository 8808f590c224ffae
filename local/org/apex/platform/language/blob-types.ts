import { ApexBlob } from '../../blob.ts';
import { madeText } from '../../made-text.ts';
import type { Realm } from '../../realm.ts';
import { platformType } from '../definition.ts';
import { fail, given, type Text } from './arguments.ts';

type Bytes = ApexBlob | null;

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail('StringException', 'BLOB is not a valid UTF-8 string');
  }
}

export const blobType = platformType({
  name: 'Blob',
  members: {
    'static Blob valueOf(String text)': (_realm: Realm, _self: null, text: Text) =>
      new ApexBlob(new TextEncoder().encode(given(text))),
    'String toString()': (_realm: Realm, self: ApexBlob) => madeText(decodeUtf8(self.bytes)),
    'Integer size()': (_realm: Realm, self: ApexBlob) => self.bytes.length,
  },
});

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** Java's URLEncoder: letters, digits and `-_.*` stay, a blank becomes `+`. */
function formEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return fail('IllegalArgumentException', 'Illegal hex characters in escape (%) pattern');
  }
}

function requireUtf8(charset: Text): void {
  if (given(charset).toUpperCase() !== 'UTF-8') {
    fail('IllegalArgumentException', `This org encodes in UTF-8 only, not in ${charset}`);
  }
}

export const encodingUtilType = platformType({
  name: 'EncodingUtil',
  aliases: ['System.EncodingUtil'],
  members: {
    'static String base64Encode(Blob bytes)': (_realm: Realm, _self: null, bytes: Bytes) =>
      madeText(Buffer.from(given(bytes).bytes).toString('base64')),
    'static Blob base64Decode(String text)': (_realm: Realm, _self: null, text: Text) =>
      BASE64.test(given(text))
        ? new ApexBlob(Buffer.from(given(text), 'base64'))
        : fail('StringException', 'Unrecognized base64 character'),
    'static String convertToHex(Blob bytes)': (_realm: Realm, _self: null, bytes: Bytes) =>
      madeText(Buffer.from(given(bytes).bytes).toString('hex')),
    'static Blob convertFromHex(String text)': (_realm: Realm, _self: null, text: Text) =>
      /^(?:[0-9a-fA-F]{2})*$/.test(given(text))
        ? new ApexBlob(Buffer.from(given(text), 'hex'))
        : fail('StringException', 'Invalid hexadecimal text'),
    'static String urlEncode(String text, String charset)': (
      _realm: Realm,
      _self: null,
      text: Text,
      charset: Text,
    ) => {
      requireUtf8(charset);
      return formEncode(given(text));
    },
    'static String urlDecode(String text, String charset)': (
      _realm: Realm,
      _self: null,
      text: Text,
      charset: Text,
    ) => {
      requireUtf8(charset);
      return formDecode(given(text));
    },
  },
});
