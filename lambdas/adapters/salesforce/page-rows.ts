import { type BulkRows, rowEncoder } from '#core/bulk-rows.ts';
import type { BulkColumn } from '#core/pass.ts';
import type { FieldValue } from '#core/record.ts';
import { createCsvRows } from './csv-rows.ts';
import { bulkReader } from './values.ts';

/** Rows handed on at a time: one transaction of the mirror. */
const CHUNK_ROWS = 500;

/** Turns the bytes of one result page into rows. */
export interface PageRows {
  /** Chunks that `bytes` completes. @throws CsvError, AppError salesforce-refused */
  push(bytes: Uint8Array): readonly BulkRows[];
  /** The rest, as the page is over. @throws CsvError, AppError salesforce-refused */
  end(): readonly BulkRows[];
}

export function createPageRows(columns: readonly BulkColumn[]): PageRows {
  const csv = createCsvRows<FieldValue>(
    columns.map(({ name, type }) => ({ name, read: bulkReader(name, type) })),
  );
  const encode = rowEncoder(columns);
  let waiting: FieldValue[][] = [];

  function take(more: FieldValue[][], least: number): BulkRows[] {
    waiting = waiting.length === 0 ? more : waiting.concat(more);
    const chunks: BulkRows[] = [];
    while (waiting.length >= least) {
      chunks.push(encode(waiting.slice(0, CHUNK_ROWS)));
      waiting = waiting.slice(CHUNK_ROWS);
    }
    return chunks;
  }

  return {
    push: (bytes) => take(csv.push(bytes), CHUNK_ROWS),
    end: () => take(csv.end(), 1),
  };
}

/** Where pages are turned into rows: here, or on another thread. */
export interface PageParser {
  /** How many pieces of a page are handed over before the rows of the first are waited for. */
  readonly ahead: number;
  open(columns: readonly BulkColumn[]): OpenPage;
}

/** As `PageRows`. */
export interface OpenPage {
  push(bytes: Uint8Array): Promise<readonly BulkRows[]>;
  end(): Promise<readonly BulkRows[]>;
  /** Nothing more is wanted of the page. */
  close(): void;
}

export const parseHere: PageParser = {
  ahead: 0,
  open(columns) {
    const rows = createPageRows(columns);
    return {
      push: async (bytes) => rows.push(bytes),
      end: async () => rows.end(),
      close: () => undefined,
    };
  },
};
