import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { FieldValue } from '../../schema/schema.ts';
import { doubleText } from '../json-number.ts';

/** CSV as Bulk API 2.0 writes and reads it: every value quoted, quotes doubled, null and empty alike `""`. */

export type ValueEncoder = (value: FieldValue) => string;

/** How a column of that field type is written, quotes included. */
export function encoderFor(fieldType: string): ValueEncoder {
  switch (fieldType) {
    case 'double':
    case 'currency':
    case 'percent':
      return (value) => `"${typeof value === 'number' ? doubleText(value) : (value ?? '')}"`;
    case 'id':
    case 'reference':
    case 'boolean':
    case 'int':
    case 'date':
    case 'datetime':
    case 'time':
      // None of them can hold a quote.
      return (value) => `"${value ?? ''}"`;
    default:
      return (value) => quoted(String(value ?? ''));
  }
}

function quoted(text: string): string {
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}

/** One line without its end. */
export function csvLine(values: readonly string[], delimiter: string): string {
  let line = '';
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) line += delimiter;
    line += quoted(values[index] ?? '');
  }
  return line;
}

/** Writes rows of field values; the encoders stand in the order of the columns. */
export function csvRowEncoder(
  encoders: readonly ValueEncoder[],
  delimiter: string,
): (row: readonly FieldValue[]) => string {
  return (row) => {
    let line = '';
    for (let index = 0; index < encoders.length; index += 1) {
      if (index > 0) line += delimiter;
      line += encoders[index]?.(row[index] ?? null) ?? '""';
    }
    return line;
  };
}

/** The platform's limits on one upload. */
const LONGEST_RECORD = 400_000;

/**
 * Rows of an uploaded CSV, the head first. Reads piece by piece; memory does not grow with the upload.
 * @throws CsvError (of csv-parse) at the first line that is not CSV or has another number of columns
 */
export async function* readCsv(
  pieces: Iterable<string>,
  delimiter: string,
): AsyncGenerator<readonly string[]> {
  const parser = Readable.from(pieces).pipe(
    parse({ delimiter, bom: true, skip_empty_lines: true, max_record_size: LONGEST_RECORD }),
  );
  for await (const row of parser as AsyncIterable<string[]>) yield row;
}
