import { AppError } from '#core/errors.ts';

/** Largest JSON answer that is taken in whole: 2,000 records of wide objects stay far below. */
const MAX_BODY_BYTES = 128 * 1024 * 1024;

/** @throws AppError salesforce-refused when the body is larger than `maxBytes` */
export async function bodyText(
  body: AsyncIterable<Uint8Array>,
  maxBytes = MAX_BODY_BYTES,
): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.byteLength;
    if (length > maxBytes) {
      throw new AppError('salesforce-refused', `An answer was larger than ${maxBytes} bytes.`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length).toString('utf8');
}

/** The beginning of a body, for an error message; the rest is left unread. */
export async function bodyStart(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    pieces.push(piece);
    length += piece.byteLength;
    if (length >= maxBytes) break;
  }
  return Buffer.concat(pieces).toString('utf8', 0, maxBytes);
}
