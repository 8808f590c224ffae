import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { ApexBlob } from '../../blob.ts';
import type { Realm } from '../../realm.ts';
import type { PlatformMember } from '../definition.ts';
import { fail, given, type Text } from './arguments.ts';

type Bytes = ApexBlob | null;

const IV_BYTES = 16;
/** Key sizes in bits by the names of the algorithms. */
const CIPHERS: ReadonlyMap<string, number> = new Map([
  ['AES128', 128],
  ['AES192', 192],
  ['AES256', 256],
]);
const SIGNATURES: ReadonlyMap<string, string> = new Map([
  ['RSA', 'sha1'],
  ['RSA-SHA1', 'sha1'],
  ['RSA-SHA256', 'sha256'],
  ['RSA-SHA384', 'sha384'],
  ['RSA-SHA512', 'sha512'],
  ['ECDSA-SHA256', 'sha256'],
  ['ECDSA-SHA384', 'sha384'],
  ['ECDSA-SHA512', 'sha512'],
]);

interface CipherInput {
  readonly name: Text;
  readonly key: Bytes;
  readonly iv: Uint8Array;
  readonly data: Uint8Array;
}

/** Node's name of the cipher. @throws SecurityException, InvalidParameterValueException */
function cipherOf({ name, key, iv }: CipherInput): string {
  const bits = CIPHERS.get(given(name).toUpperCase());
  if (bits === undefined) return fail('SecurityException', `Invalid algorithm ${name}`);
  if (given(key).bytes.length * 8 !== bits) {
    const message = `Invalid private key. Must be ${bits / 8} bytes.`;
    return fail('InvalidParameterValueException', message);
  }
  if (iv.length !== IV_BYTES) {
    return fail(
      'InvalidParameterValueException',
      `Invalid initialization vector. Must be ${IV_BYTES} bytes.`,
    );
  }
  return `aes-${bits}-cbc`;
}

function encrypted(input: CipherInput): Buffer {
  const cipher = createCipheriv(cipherOf(input), given(input.key).bytes, input.iv);
  return Buffer.concat([cipher.update(input.data), cipher.final()]);
}

function decrypted(input: CipherInput): Buffer {
  const decipher = createDecipheriv(cipherOf(input), given(input.key).bytes, input.iv);
  try {
    return Buffer.concat([decipher.update(input.data), decipher.final()]);
  } catch {
    return fail(
      'SecurityException',
      'Given final block not properly padded. The key or the data is wrong.',
    );
  }
}

function digestOf(name: Text): string {
  return (
    SIGNATURES.get(given(name).toUpperCase()) ??
    fail('SecurityException', `Invalid algorithm ${name}`)
  );
}

/** @param key PKCS#8, DER */
function signed(name: Text, input: Bytes, key: Bytes): ApexBlob {
  const digest = digestOf(name);
  try {
    const der = Buffer.from(given(key).bytes);
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    return new ApexBlob(signBytes(digest, given(input).bytes, privateKey));
  } catch {
    return fail('SecurityException', 'The private key is not valid PKCS#8 for this algorithm');
  }
}

/** @param key X.509 SubjectPublicKeyInfo, DER */
function verified(name: Text, input: Bytes, signature: Bytes, key: Bytes): boolean {
  const digest = digestOf(name);
  try {
    const der = Buffer.from(given(key).bytes);
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return verifyBytes(digest, given(input).bytes, publicKey, given(signature).bytes);
  } catch {
    return fail('SecurityException', 'The public key is not valid X.509 for this algorithm');
  }
}

/** Encryption and signatures: the second half of `Crypto`. */
export const cipherMembers: Readonly<Record<string, PlatformMember>> = {
  'static Blob encrypt(String algorithm, Blob key, Blob iv, Blob clearText)': (
    _realm: Realm,
    _self: null,
    name: Text,
    key: Bytes,
    iv: Bytes,
    data: Bytes,
  ) => new ApexBlob(encrypted({ name, key, iv: given(iv).bytes, data: given(data).bytes })),
  'static Blob decrypt(String algorithm, Blob key, Blob iv, Blob cipherText)': (
    _realm: Realm,
    _self: null,
    name: Text,
    key: Bytes,
    iv: Bytes,
    data: Bytes,
  ) => new ApexBlob(decrypted({ name, key, iv: given(iv).bytes, data: given(data).bytes })),
  /** The initialization vector comes first. */
  'static Blob encryptWithManagedIV(String algorithm, Blob key, Blob clearText)': (
    realm: Realm,
    _self: null,
    name: Text,
    key: Bytes,
    data: Bytes,
  ) => {
    const iv = Uint8Array.from({ length: IV_BYTES }, () => Math.floor(realm.random() * 256));
    return new ApexBlob(Buffer.concat([iv, encrypted({ name, key, iv, data: given(data).bytes })]));
  },
  'static Blob decryptWithManagedIV(String algorithm, Blob key, Blob cipherText)': (
    _realm: Realm,
    _self: null,
    name: Text,
    key: Bytes,
    data: Bytes,
  ) => {
    const { bytes } = given(data);
    const iv = bytes.subarray(0, IV_BYTES);
    return new ApexBlob(decrypted({ name, key, iv, data: bytes.subarray(IV_BYTES) }));
  },
  'static Blob sign(String algorithm, Blob input, Blob privateKey)': (
    _realm: Realm,
    _self: null,
    name: Text,
    input: Bytes,
    key: Bytes,
  ) => signed(name, input, key),
  'static Boolean verify(String algorithm, Blob input, Blob signature, Blob publicKey)': (
    _realm: Realm,
    _self: null,
    name: Text,
    input: Bytes,
    signature: Bytes,
    key: Bytes,
  ) => verified(name, input, signature, key),
};
