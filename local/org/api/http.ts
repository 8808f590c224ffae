/** HTTP as plain values: what the org's `handle` takes and gives, whatever carries it. */

export interface OrgRequest {
  readonly method: string;
  /** Path with query, as on the request line. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface OrgResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
  /**
   * A fault that is not an answer: the connection ends before anything is sent, or in the middle of the body. Whoever
   * carries the response must break it accordingly.
   */
  readonly cut?: 'before-answer' | 'in-body';
}

/** What a resource answers before the common headers are added. */
export interface ApiResult {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Written as JSON; undefined for an empty or other body. */
  readonly json?: unknown;
  /** Any other body, with its own `content-type` among the headers. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** @throws TypeError when the bytes are not UTF-8 */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function json(status: number, value: unknown, headers?: Record<string, string>): ApiResult {
  return headers === undefined ? { status, json: value } : { status, json: value, headers };
}

export const NO_CONTENT: ApiResult = { status: 204 };

export function isStream(
  body: Uint8Array | AsyncIterable<Uint8Array>,
): body is AsyncIterable<Uint8Array> {
  return !(body instanceof Uint8Array);
}

/** Reads a body to its end. */
export async function readAll(body: Uint8Array | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (!isStream(body)) return body;
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}
