import { isUtf8 } from 'node:buffer';

/**
 * A reader of Bulk 2.0 result pages: RFC 4180 with quoted cells, `,` and LF or CRLF.
 *
 * Of our own because the page is the hot path of every audit: see bulk-reader.ts for the figures. It does less than a
 * general parser: it knows the number of columns, hands each cell to its column's reader at once, and refuses what a
 * result page never holds.
 */
export interface CsvRows<V> {
  /** The rows that `bytes` completes. @throws CsvError */
  push(bytes: Uint8Array): V[][];
  /** The last row, where the page does not end with a line break. @throws CsvError */
  end(): V[][];
}

/** The page is malformed; the message names line kind and reason, never content. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
}

const QUOTE = 34;
const COMMA = 44;
const LF = 10;
const CR = 13;
/** A record holds at most 400,000 characters; a row that never ends must not fill the memory. */
const MAX_ROW_LENGTH = 4_000_000;

/** Column names as the header must show them, each with the reader of its cells. */
export interface CsvColumn<V> {
  readonly name: string;
  readonly read: (cell: string) => V;
}

export function createCsvRows<V>(columns: readonly CsvColumn<V>[]): CsvRows<V> {
  const readers = columns.map((column) => column.read);
  const names = columns.map((column) => headerReader(column.name));
  let headerSeen = false;
  /** Bytes after the last line break: cut there, no character is ever torn. */
  let tail: Uint8Array | undefined;
  /** Text of a row that goes on, e.g. behind a line break inside quotes. */
  let rest = '';
  let position = 0;

  function push(bytes: Uint8Array): V[][] {
    const end = bytes.lastIndexOf(LF) + 1;
    if (end === 0) {
      tail = joined(tail, bytes);
      return [];
    }
    const text = rest + decode(joined(tail, bytes.subarray(0, end)));
    tail = end < bytes.byteLength ? bytes.slice(end) : undefined;
    const rows = parse(text);
    rest = text.slice(position);
    if (rest.length > MAX_ROW_LENGTH) throw new CsvError('a row does not end');
    return rows;
  }

  function end(): V[][] {
    const text = rest + (tail === undefined ? '' : decode(tail));
    if (text === '' && headerSeen) return [];
    // With a line break behind it, a complete last row parses; what then is left over broke off.
    const rows = parse(text.endsWith('\n') ? text : `${text}\n`);
    if (position <= text.length) throw new CsvError('the last row breaks off');
    return rows;
  }

  /** Parses whole rows; leaves `position` behind the last one. */
  function parse(text: string): V[][] {
    const rows: V[][] = [];
    position = 0;
    headerSeen ||= parseRow(text, names) !== undefined;
    while (headerSeen) {
      const row = parseRow(text, readers);
      if (row === undefined) break;
      rows.push(row);
    }
    return rows;
  }

  /** The row at `position`, which moves behind it; undefined where the text ends before the row does. */
  function parseRow<T>(text: string, cells: readonly ((cell: string) => T)[]): T[] | undefined {
    if (position >= text.length) return undefined;
    const row: T[] = [];
    let at = position;
    for (;;) {
      const close = text.charCodeAt(at) === QUOTE ? closingQuote(text, at + 1) : cellEnd(text, at);
      if (close === -1) return undefined;
      const quoted = text.charCodeAt(at) === QUOTE;
      const read = cells[row.length];
      if (read === undefined) throw new CsvError(`a row has more than ${cells.length} cells`);
      row.push(read(quoted ? unescaped(text.slice(at + 1, close)) : text.slice(at, close)));
      at = quoted ? close + 1 : close;
      const separator = text.charCodeAt(at);
      at += 1;
      if (separator === COMMA) continue;
      if (separator === CR && text.charCodeAt(at) === LF) at += 1;
      else if (separator !== LF) throw new CsvError('a cell goes on behind its closing quote');
      if (row.length !== cells.length) {
        throw new CsvError(`a row has ${row.length} of ${cells.length} cells`);
      }
      position = at;
      return row;
    }
  }

  return { push, end };
}

/** Salesforce shows the columns in the order asked for; a name may differ in case. */
function headerReader(name: string): (cell: string) => void {
  return (cell) => {
    if (cell.toLowerCase() === name.toLowerCase()) return;
    throw new CsvError(`the header does not name ${name} where it was asked for`);
  };
}

/** Where the quoted cell that began before `from` ends: a quote that is not doubled; -1 when it goes on. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at !== -1 && text.charCodeAt(at + 1) === QUOTE) at = text.indexOf('"', at + 2);
  return at;
}

function cellEnd(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === LF || code === CR) return at;
    if (code === QUOTE) throw new CsvError('a quote inside a cell without quotes');
  }
  return -1;
}

function unescaped(cell: string): string {
  return cell.includes('"') ? cell.replaceAll('""', '"') : cell;
}

function joined(head: Uint8Array | undefined, bytes: Uint8Array): Uint8Array {
  if (head === undefined) return bytes;
  if (head.byteLength + bytes.byteLength > MAX_ROW_LENGTH * 3) {
    throw new CsvError('a row does not end');
  }
  return Buffer.concat([head, bytes]);
}

function decode(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw new CsvError('a NUL byte');
  if (!isUtf8(bytes)) throw new CsvError('bytes that are no UTF-8');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
