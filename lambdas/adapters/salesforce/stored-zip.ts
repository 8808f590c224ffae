import { crc32 } from 'node:zlib';

interface ZipEntry {
  /** Letters, digits, `.`, `_`, `/`. */
  readonly path: string;
  readonly text: string;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const VERSION = 20;
/** 1 January 1980, the first day ZIP knows: the same entries make the same bytes. */
const DATE = 0x21;

/** A ZIP of a few small texts, stored without compression: what a Metadata deploy is sent as. */
export function storedZip(entries: readonly ZipEntry[]): Uint8Array {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, text } of entries) {
    const name = Buffer.from(path);
    const content = Buffer.from(text);
    const about = describing(name, content);
    const local = Buffer.concat([uint32(LOCAL_HEADER), about, name, content]);
    directory.push(uint32(CENTRAL_HEADER), uint16(VERSION), about, Buffer.alloc(10));
    directory.push(uint32(offset), name);
    bodies.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const count = uint16(entries.length);
  const end = [uint32(END_OF_DIRECTORY), Buffer.alloc(4), count, count];
  return Buffer.concat([
    ...bodies,
    central,
    ...end,
    uint32(central.length),
    uint32(offset),
    uint16(0),
  ]);
}

/** The fields that an entry's local header and its line in the directory share. */
function describing(name: Buffer, content: Buffer): Buffer {
  const size = uint32(content.length);
  const sums = [uint32(crc32(content)), size, size];
  const stored = [uint16(VERSION), uint16(0), uint16(0), uint16(0), uint16(DATE)];
  return Buffer.concat([...stored, ...sums, uint16(name.length), uint16(0)]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
