import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate that is its own authority, and its key; both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
/** Clients refuse server certificates that live longer. */
const SERVER_LIFETIME_MS = 820 * DAY_MS;
/** Salesforce proves assertions with the key alone; an end that nobody watches would stop a sync one day. */
const SIGNING_LIFETIME_MS = 3_650 * DAY_MS;

/** X.690 tags. */
const TAG = {
  integer: 2,
  bitString: 3,
  octetString: 4,
  null: 5,
  oid: 6,
  utf8: 12,
  utcTime: 23,
  sequence: 48,
  set: 49,
};

/** Dotted object identifiers of X.509, already encoded. */
const OID = {
  commonName: '550403',
  ecdsaWithSha256: '2a8648ce3d040302',
  sha256WithRsa: '2a864886f70d01010b',
  basicConstraints: '551d13',
  subjectAltName: '551d11',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
};

/**
 * Makes a certificate for a server of this machine. Who calls it must be told to trust it.
 * @param names host names and IPv4 addresses it stands for
 * @param nowMs milliseconds since the epoch
 */
export function serverCertificate(names: readonly string[], nowMs: number): Certificate {
  const extensions = [
    extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth))),
    extension(OID.subjectAltName, sequence(...names.map(altName))),
  ];
  return issue({
    ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    algorithm: sequence(oid(OID.ecdsaWithSha256)),
    commonName: 'Practice org',
    fromMs: nowMs,
    lifetimeMs: SERVER_LIFETIME_MS,
    extensions,
  });
}

/**
 * Makes an RSA key of 2,048 bits, and the certificate that Salesforce proves the key's JWT assertions with.
 * @param nowMs milliseconds since the epoch
 */
export function signingCertificate(commonName: string, nowMs: number): Certificate {
  return issue({
    ...generateKeyPairSync('rsa', { modulusLength: 2_048 }),
    algorithm: sequence(oid(OID.sha256WithRsa), der(TAG.null)),
    commonName,
    fromMs: nowMs,
    lifetimeMs: SIGNING_LIFETIME_MS,
    extensions: [],
  });
}

interface Issue {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** DER. */
  readonly algorithm: Buffer;
  readonly commonName: string;
  readonly fromMs: number;
  readonly lifetimeMs: number;
  /** Besides that of its own authority; DER. */
  readonly extensions: readonly Buffer[];
}

function issue({ publicKey, privateKey, algorithm, ...given }: Issue): Certificate {
  const { commonName, fromMs, lifetimeMs } = given;
  const name = sequence(der(TAG.set, sequence(oid(OID.commonName), utf8(commonName))));
  const isAuthority = sequence(Buffer.from('0101ff', 'hex'));
  const basic = extension(OID.basicConstraints, isAuthority, { critical: true });
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    sequence(utcTime(fromMs - 3_600_000), utcTime(fromMs + lifetimeMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(basic, ...given.extensions)),
  );
  const signature = createSign('sha256').update(toBeSigned).sign(privateKey);
  const certificate = sequence(toBeSigned, algorithm, bitString(signature));
  return {
    cert: pem('CERTIFICATE', certificate),
    key: pem('PRIVATE KEY', privateKey.export({ type: 'pkcs8', format: 'der' })),
  };
}

function extension(id: string, value: Buffer, { critical = false } = {}): Buffer {
  const flag = critical ? [Buffer.from('0101ff', 'hex')] : [];
  return sequence(oid(id), ...flag, der(TAG.octetString, value));
}

function altName(name: string): Buffer {
  return isIPv4(name)
    ? der(0x87, Buffer.from(name.split('.').map(Number)))
    : der(0x82, Buffer.from(name, 'ascii'));
}

/** Tag, length, content. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), derLength(body.length), body]);
}

function derLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

function sequence(...content: readonly Buffer[]): Buffer {
  return der(TAG.sequence, ...content);
}

function oid(encoded: string): Buffer {
  return der(TAG.oid, Buffer.from(encoded, 'hex'));
}

/** Positive: the first byte is below 0x80. */
function integer(bytes: Buffer): Buffer {
  return der(TAG.integer, bytes);
}

function bitString(bytes: Buffer): Buffer {
  return der(TAG.bitString, Buffer.from([0]), bytes);
}

function utf8(text: string): Buffer {
  return der(TAG.utf8, Buffer.from(text));
}

/** `YYMMDDhhmmssZ` */
function utcTime(ms: number): Buffer {
  const text = `${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`;
  return der(TAG.utcTime, Buffer.from(text, 'ascii'));
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
