import type { BulkRows } from '#core/bulk-rows.ts';
import { AppError } from '#core/errors.ts';
import type { BulkColumn } from '#core/pass.ts';
import type { BulkPage } from '#ports/salesforce.ts';
import { CsvError } from './csv-rows.ts';
import { type PageParser, parseHere } from './page-rows.ts';
import type { RestAnswer } from './rest.ts';

/*
 * Measured with 200,000 rows of 20 quoted columns (50 MB) in pieces of 64 kB, Node 24, one core: this reader 600,000
 * rows/s with typed values; csv-parse 7.0.3 as a stream 119,000 rows/s of texts.
 */

/**
 * A page of a Bulk 2.0 query's results as a stream (R11). The next page's locator comes from the head, so nothing of
 * the body is held back; a slow reader slows the download down. A page that is short, malformed or of other columns
 * ends in an error after the rows before it: these are true, but the page does not count.
 *
 * @throws AppError salesforce-refused for such a page, salesforce-unavailable when the download breaks off
 */
export function readBulkPage(
  answer: RestAnswer,
  columns: readonly BulkColumn[],
  parser: PageParser = parseHere,
): BulkPage {
  const numberOfRecords = recordCount(answer.headers['sforce-numberofrecords']);
  const locator = nextLocator(answer.headers['sforce-locator']);
  const page = { body: answer.body, columns, parser };
  return { numberOfRecords, locator, chunks: counted(chunks(page), numberOfRecords) };
}

interface Page {
  readonly body: AsyncIterable<Uint8Array>;
  readonly columns: readonly BulkColumn[];
  readonly parser: PageParser;
}

async function* counted(
  all: AsyncIterable<BulkRows>,
  expected: number,
): AsyncGenerator<BulkRows, void, void> {
  let count = 0;
  try {
    for await (const rows of all) {
      count += rows.count;
      yield rows;
    }
  } catch (error) {
    throw error instanceof CsvError ? brokenPage(error.message, error) : error;
  }
  if (count !== expected) throw brokenPage(`${count} rows came where ${expected} were announced`);
}

async function* chunks({ body, columns, parser }: Page): AsyncGenerator<BulkRows, void, void> {
  const page = parser.open(columns);
  const under: Promise<readonly BulkRows[]>[] = [];
  const begin = (rows: Promise<readonly BulkRows[]>) => {
    // Heard when its turn comes, or never when the reader stops before.
    rows.catch(() => undefined);
    under.push(rows);
  };
  try {
    for await (const bytes of body) {
      begin(page.push(bytes));
      if (under.length > parser.ahead) yield* (await under.shift()) ?? [];
    }
    begin(page.end());
    while (under.length > 0) yield* (await under.shift()) ?? [];
  } finally {
    page.close();
  }
}

function recordCount(header: string | undefined): number {
  if (header !== undefined && /^\d{1,12}$/.test(header)) return Number(header);
  throw brokenPage('Sforce-NumberOfRecords is missing');
}

/** Salesforce ends the pages with the literal text `null`. A missing header is no end: rows could be lost behind it. */
function nextLocator(header: string | undefined): string | null {
  if (header === 'null') return null;
  if (header !== undefined && header !== '') return header;
  throw brokenPage('Sforce-Locator is missing');
}

function brokenPage(reason: string, cause?: unknown): AppError {
  const options = cause === undefined ? {} : { cause };
  return new AppError(
    'salesforce-refused',
    `A page of Bulk results is not whole: ${reason}.`,
    options,
  );
}
