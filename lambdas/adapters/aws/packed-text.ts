import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** DynamoDB bills writes by the kilobyte; a shorter text gains nothing. */
const PACK_OVER_BYTES = 900;
/** What one packed text may unpack to: a guard against a damaged or forged item. */
const UNPACKED_MAX_BYTES = 64 * 1_024 * 1_024;

/** A text as an attribute: as it is when short, deflated when that saves something. */
export type PackedText = string | Uint8Array;

export function packText(text: string): PackedText {
  const bytes = Buffer.from(text);
  if (bytes.length <= PACK_OVER_BYTES) return text;
  const packed = deflateRawSync(bytes, { level: 4 });
  return packed.length < bytes.length ? packed : text;
}

export function unpackText(packed: unknown): string {
  if (!(packed instanceof Uint8Array)) return String(packed);
  return inflateRawSync(packed, { maxOutputLength: UNPACKED_MAX_BYTES }).toString('utf8');
}

export function packedBytes(packed: PackedText): number {
  return typeof packed === 'string' ? Buffer.byteLength(packed) : packed.length;
}
