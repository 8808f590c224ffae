import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the sender's clock may be from ours, either way. */
export const TOLERANCE_MS = 300_000;

const SECRET_PREFIX = 'whsec_';
/** Printable ASCII without the dot, which separates the signed parts. */
const ID_PATTERN = /^[!-\-/-~]{1,256}$/;
const TIMESTAMP_PATTERN = /^\d{1,11}$/;
/** More signatures than any sender in the middle of a rotation writes. */
const MAX_SIGNATURES = 8;
/** The token in force and the one before it. Always this many keys are tried, so that all requests cost the same. */
const KEYS_TRIED = 2;
/** Takes the place of a key that does not exist; what it signs is never accepted. */
const DUMMY_KEY = Buffer.alloc(32, 'no such key');

/** The `webhook-*` headers of a request as they came, and its body as raw bytes. */
export interface SignedRequest {
  readonly id: string | undefined;
  /** Seconds since the epoch, decimal. */
  readonly timestamp: string | undefined;
  /** Space-separated list of `v1,<base64>`. */
  readonly signature: string | undefined;
  readonly body: Uint8Array;
}

export type Verification =
  | { readonly ok: true; readonly webhookId: string; readonly timestampMs: number }
  /** `reason` is for the log alone: what a caller sees must not depend on it. */
  | { readonly ok: false; readonly reason: 'malformed' | 'timestamp' | 'signature' };

/**
 * Verifies a request by the Standard Webhooks rules: HMAC-SHA256 over `id.timestamp.body`, any of the given
 * signatures by any of the given secrets, clocks within 300 s. Costs the same for every request of a size, be it
 * refused or accepted, for an org that is known or not (no secrets).
 *
 * @param secrets `whsec_` + base64; at most two are tried; one of another form matches nothing
 */
export function verifySignature(
  request: SignedRequest,
  secrets: readonly string[],
  nowMs: number,
): Verification {
  const wellFormed =
    ID_PATTERN.test(request.id ?? '') && TIMESTAMP_PATTERN.test(request.timestamp ?? '');
  const id = request.id ?? '';
  const timestamp = request.timestamp ?? '';
  const given = givenSignatures(request.signature ?? '');

  let matches = false;
  for (let slot = 0; slot < KEYS_TRIED; slot++) {
    const key = decodeSecret(secrets[slot]);
    const expected = mac(key ?? DUMMY_KEY, id, timestamp, request.body);
    for (const signature of given) {
      const same = signature.length === expected.length && timingSafeEqual(signature, expected);
      if (same && key !== undefined) matches = true;
    }
  }

  if (!wellFormed || given.length === 0) return { ok: false, reason: 'malformed' };
  if (!matches) return { ok: false, reason: 'signature' };
  const timestampMs = Number(timestamp) * 1_000;
  if (Math.abs(nowMs - timestampMs) > TOLERANCE_MS) return { ok: false, reason: 'timestamp' };
  return { ok: true, webhookId: id, timestampMs };
}

/**
 * The `webhook-signature` header of a request.
 *
 * @param timestampSeconds since the epoch
 * @throws RangeError when the secret is not `whsec_` + base64
 */
export function signWebhook(
  secret: string,
  id: string,
  timestampSeconds: number,
  body: Uint8Array,
): string {
  const key = decodeSecret(secret);
  if (key === undefined) throw new RangeError('The secret is not whsec_ followed by base64.');
  return `v1,${mac(key, id, String(timestampSeconds), body).toString('base64')}`;
}

/** What log lines of a request go by; undefined where it has no webhook id, or none that a sender would make. */
export function correlationId(id: string | undefined): string | undefined {
  return ID_PATTERN.test(id ?? '') ? id : undefined;
}

function mac(key: Buffer, id: string, timestamp: string, body: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

function decodeSecret(secret: string | undefined): Buffer | undefined {
  if (secret === undefined || !secret.startsWith(SECRET_PREFIX)) return undefined;
  return decodeBase64(secret.slice(SECRET_PREFIX.length));
}

/** Other versions than `v1` are skipped: a sender may sign in several ways. */
function givenSignatures(header: string): readonly Buffer[] {
  return header
    .split(' ', MAX_SIGNATURES)
    .filter((part) => part.startsWith('v1,'))
    .map((part) => decodeBase64(part.slice('v1,'.length)))
    .filter((signature) => signature !== undefined);
}

/** Node's decoder skips what is not base64; only a text that it would write the same way is one. */
function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined;
}
