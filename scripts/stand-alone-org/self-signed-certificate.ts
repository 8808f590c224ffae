import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate that is its own authority, and its key; both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Clients refuse server certificates that live longer. */
const LIFETIME_MS = 820 * 86_400_000;

/** X.690 tags. */
const TAG = {
  integer: 2,
  bitString: 3,
  octetString: 4,
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
export function selfSignedCertificate(names: readonly string[], nowMs: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const name = sequence(der(TAG.set, sequence(oid(OID.commonName), utf8('Practice org'))));
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    sequence(utcTime(nowMs - 3_600_000), utcTime(nowMs + LIFETIME_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions(names)),
  );
  const signature = createSign('sha256').update(toBeSigned).sign(privateKey);
  const certificate = sequence(toBeSigned, algorithm, bitString(signature));
  return {
    cert: pem('CERTIFICATE', certificate),
    key: pem('PRIVATE KEY', privateKey.export({ type: 'pkcs8', format: 'der' })),
  };
}

function extensions(names: readonly string[]): Buffer {
  const isAuthority = sequence(Buffer.from('0101ff', 'hex'));
  return sequence(
    extension(OID.basicConstraints, isAuthority, { critical: true }),
    extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth))),
    extension(OID.subjectAltName, sequence(...names.map(altName))),
  );
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
