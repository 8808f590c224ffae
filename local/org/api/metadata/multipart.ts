import { OrgError } from '../../errors.ts';

/**
 * The parts of a multipart form by their names; a later part of the same name wins.
 * @throws OrgError when it is none or is damaged
 */
export function readMultipart(
  contentType: string,
  body: Uint8Array,
): ReadonlyMap<string, Uint8Array> {
  const boundary = /^multipart\/form-data\b.*\bboundary=("?)([^";\s]+)\1/i.exec(contentType)?.[2];
  if (boundary === undefined) throw damaged('the Content-Type names no boundary');
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const parts = new Map<string, Uint8Array>();
  const delimiter = Buffer.from(`--${boundary}`);
  let at = bytes.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length;
    const next = bytes.indexOf(delimiter, start);
    if (next < 0) break;
    const [name, content] = readPart(bytes.subarray(start, next));
    parts.set(name, content);
    at = next;
  }
  return parts;
}

/** A part begins and ends with a line break that is not its own. */
function readPart(part: Buffer): [string, Uint8Array] {
  const headEnd = part.indexOf('\r\n\r\n');
  if (headEnd < 0) throw damaged('a part has no head');
  const head = part.toString('utf8', 0, headEnd);
  const name = /^content-disposition:.*?[;\s]name="([^"]*)"/im.exec(head)?.[1];
  if (name === undefined) throw damaged('a part has no name');
  return [name, part.subarray(headEnd + 4, part.length - 2)];
}

function damaged(reason: string): OrgError {
  return new OrgError('INVALID_MULTIPART_REQUEST', `The multipart body cannot be read: ${reason}.`);
}
