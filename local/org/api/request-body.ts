import { gunzipSync } from 'node:zlib';
import { OrgError } from '../errors.ts';
import type { OrgRequest } from './http.ts';

/** REST bodies; the platform's own limit is of this order. */
const LARGEST_BODY_BYTES = 50 * 1024 * 1024;
/** Bulk uploads: 150 MB after base64, which is about this much CSV. */
const LARGEST_UPLOAD_BYTES = 150 * 1024 * 1024;

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

function isUpload(path: string): boolean {
  return /\/jobs\/ingest\/[^/]+\/batches\/?(\?|$)/.test(path);
}

export function largestBodyBytes(path: string): number {
  return isUpload(path) ? LARGEST_UPLOAD_BYTES : LARGEST_BODY_BYTES;
}

/**
 * The body, inflated when the client compressed it.
 * @throws BodyTooLarge, also when it inflates to more than it may
 * @throws OrgError for an encoding the org does not know
 */
export function inflateBody(request: OrgRequest): Uint8Array {
  const maximum = largestBodyBytes(request.path);
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return capped(request.body, maximum);
  if (encoding !== 'gzip') {
    const message = `Content-Encoding '${encoding.slice(0, 40)}' is not supported; use gzip.`;
    throw new OrgError('UNSUPPORTED_MEDIA_TYPE', message, { status: 415 });
  }
  try {
    return gunzipSync(request.body, { maxOutputLength: maximum });
  } catch (error) {
    if (error instanceof RangeError) throw new BodyTooLarge(tooLarge(maximum));
    throw new OrgError('INVALID_CONTENT_TYPE', 'The request body is not valid gzip data.');
  }
}

function capped(body: Uint8Array, maximum: number): Uint8Array {
  if (body.length > maximum) throw new BodyTooLarge(tooLarge(maximum));
  return body;
}

export function tooLarge(maximum: number): string {
  return `The request body is larger than ${maximum} bytes.`;
}
