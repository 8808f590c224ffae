import { inflateRawSync } from 'node:zlib';
import { OrgError } from '../../errors.ts';

export interface ZipEntry {
  /** With forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What a deploy may hold, unpacked; the platform's own limits are of this order. */
const MOST_ENTRIES = 10_000;
const LARGEST_TOTAL_BYTES = 400 * 1024 * 1024;

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 1;

interface DirectoryEntry {
  readonly path: string;
  readonly method: number;
  readonly flags: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly headerOffset: number;
}

/**
 * The files of a zip archive; folders are left out.
 * @throws OrgError when it is none, is encrypted, packed in an unknown way, or unpacks to more than a deploy may hold
 */
export function readZip(archive: Uint8Array): readonly ZipEntry[] {
  const view = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  let leftBytes = LARGEST_TOTAL_BYTES;
  const files: ZipEntry[] = [];
  for (const entry of directory(view)) {
    if (entry.path.endsWith('/')) continue;
    leftBytes -= entry.unpackedBytes;
    if (leftBytes < 0) throw broken('it unpacks to more than a deploy may hold');
    files.push({ path: entry.path, bytes: unpack(view, entry) });
  }
  return files;
}

function* directory(view: Buffer): Generator<DirectoryEntry> {
  const end = findEnd(view);
  const count = readUint(view, end + 10, 2);
  if (count > MOST_ENTRIES) throw broken(`it holds more than ${MOST_ENTRIES} files`);
  let at = readUint(view, end + 16, 4);
  for (let index = 0; index < count; index += 1) {
    if (readUint(view, at, 4) !== DIRECTORY_ENTRY) throw broken('its directory is damaged');
    const nameLength = readUint(view, at + 28, 2);
    yield {
      flags: readUint(view, at + 8, 2),
      method: readUint(view, at + 10, 2),
      packedBytes: readUint(view, at + 20, 4),
      unpackedBytes: readUint(view, at + 24, 4),
      headerOffset: readUint(view, at + 42, 4),
      path: view.toString('utf8', at + 46, at + 46 + nameLength).replaceAll('\\', '/'),
    };
    at += 46 + nameLength + readUint(view, at + 30, 2) + readUint(view, at + 32, 2);
  }
}

/** The end record lies in the last 64 KiB, behind the directory and before a comment. */
function findEnd(view: Buffer): number {
  const lowest = Math.max(view.length - 22 - 0xffff, 0);
  for (let at = view.length - 22; at >= lowest; at -= 1) {
    if (view.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  }
  throw broken('its end record is missing');
}

function unpack(view: Buffer, entry: DirectoryEntry): Uint8Array {
  const { headerOffset: at, packedBytes, unpackedBytes } = entry;
  if (readUint(view, at, 4) !== LOCAL_HEADER) throw broken(`${entry.path} is damaged`);
  if ((entry.flags & ENCRYPTED_FLAG) !== 0) throw broken(`${entry.path} is encrypted`);
  const start = at + 30 + readUint(view, at + 26, 2) + readUint(view, at + 28, 2);
  const packed = view.subarray(start, start + packedBytes);
  if (entry.method === STORED) return packed;
  if (entry.method !== DEFLATED) throw broken(`${entry.path} is packed in an unknown way`);
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(unpackedBytes, 1) });
  } catch {
    throw broken(`${entry.path} is damaged`);
  }
}

function readUint(view: Buffer, at: number, bytes: 2 | 4): number {
  if (at < 0 || at + bytes > view.length) throw broken('it ends too early');
  return view.readUIntLE(at, bytes);
}

function broken(reason: string): OrgError {
  return new OrgError('INVALID_ZIP_FILE', `The zip file cannot be read: ${reason}.`);
}
