import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ApexBlob } from '../../blob.ts';
import type { Realm } from '../../realm.ts';
import { platformType } from '../definition.ts';
import { fail, given, int32, type Text } from './arguments.ts';
import { cipherMembers } from './cipher.ts';

type Bytes = ApexBlob | null;

const DIGESTS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  SHA1: 'sha1',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-512': 'sha512',
  SHA256: 'sha256',
  SHA512: 'sha512',
};
const MACS: Readonly<Record<string, string>> = {
  hmacMD5: 'md5',
  hmacSHA1: 'sha1',
  hmacSHA256: 'sha256',
  hmacSHA512: 'sha512',
};

function algorithm(table: Readonly<Record<string, string>>, name: Text): string {
  const wanted = given(name).toLowerCase();
  const found = Object.entries(table).find(([known]) => known.toLowerCase() === wanted);
  return found?.[1] ?? fail('SecurityException', `Invalid algorithm ${name}`);
}

/** Bits of the org's own seeded randomness, as a signed number of that width. */
function randomBits(realm: Realm, words: number): bigint {
  let bits = 0n;
  for (let word = 0; word < words; word++) {
    bits = (bits << 32n) | BigInt(Math.floor(realm.random() * 2 ** 32));
  }
  return bits;
}

function mac(name: Text, input: Bytes, key: Bytes): ApexBlob {
  const hmac = createHmac(algorithm(MACS, name), given(key).bytes);
  return new ApexBlob(hmac.update(given(input).bytes).digest());
}

export const cryptoType = platformType({
  name: 'Crypto',
  aliases: ['System.Crypto'],
  members: {
    ...cipherMembers,
    'static Blob generateDigest(String algorithm, Blob input)': (
      _realm: Realm,
      _self: null,
      name: Text,
      input: Bytes,
    ) => new ApexBlob(createHash(algorithm(DIGESTS, name)).update(given(input).bytes).digest()),
    'static Blob generateMac(String algorithm, Blob input, Blob key)': (
      _realm: Realm,
      _self: null,
      name: Text,
      input: Bytes,
      key: Bytes,
    ) => mac(name, input, key),
    'static Boolean verifyHMac(String algorithm, Blob input, Blob key, Blob mac)': (
      _realm: Realm,
      _self: null,
      name: Text,
      input: Bytes,
      key: Bytes,
      given_: Bytes,
    ) => {
      const wanted = mac(name, input, key).bytes;
      const actual = given(given_).bytes;
      return wanted.length === actual.length && timingSafeEqual(wanted, actual);
    },
    'static Integer getRandomInteger()': (realm: Realm) => int32(Number(randomBits(realm, 1))),
    'static Long getRandomLong()': (realm: Realm) => BigInt.asIntN(64, randomBits(realm, 2)),
    'static Blob generateAesKey(Integer size)': (
      realm: Realm,
      _self: null,
      size: number | null,
    ) => {
      const bytes = Uint8Array.from({ length: given(size) / 8 }, () =>
        Math.floor(realm.random() * 256),
      );
      return new ApexBlob(bytes);
    },
  },
});
