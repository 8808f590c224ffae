import { OrgError } from '../../errors.ts';
import type { ApiCall } from '../api-call.ts';
import { type ApiResult, utf8 } from '../http.ts';
import { csvLine } from './csv.ts';
import { DELIMITERS, lineEndOf, type QueryJob } from './job.ts';
import { ROWS_PER_PIECE } from './job-store.ts';

/** Rows of a page when the client names no maximum. */
const DEFAULT_PAGE_ROWS = 50_000;
const PAGES_AT_ONCE = 5;

interface Page {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** One page as CSV: the head is on every page, `Sforce-Locator` leads to the next, the text `null` ends. */
export function resultPage(call: ApiCall, job: QueryJob): ApiResult {
  const page = pageAt(job, readOffset(call, job), readMaxRecords(call));
  const { faults } = call.org;
  const shortBy = faults.take(['bulk-short-page'], { object: job.object })?.rows ?? 0;
  const noLocator = faults.take(['bulk-no-locator'], { object: job.object }) !== undefined;
  const locator = page.to < job.numberRecordsProcessed ? locatorOf(job, page.to) : 'null';
  return {
    status: 200,
    headers: {
      'content-type': 'text/csv',
      'sforce-numberofrecords': String(page.to - page.from),
      ...(noLocator ? {} : { 'sforce-locator': locator }),
    },
    body: pageBody(call, job, { from: page.from, to: Math.max(page.from, page.to - shortBy) }),
  };
}

/** Up to five pages from a locator on, each with its URL. */
export function resultPages(dataPath: string, job: QueryJob, call: ApiCall): object {
  const base = `${dataPath}/jobs/query/${job.id}`;
  const pages: { resultUrl: string }[] = [];
  let offset = readOffset(call, job);
  do {
    pages.push({ resultUrl: `${base}/results?locator=${locatorOf(job, offset)}` });
    offset = pageAt(job, offset, DEFAULT_PAGE_ROWS).to;
  } while (offset < job.numberRecordsProcessed && pages.length < PAGES_AT_ONCE);
  const done = offset >= job.numberRecordsProcessed;
  return {
    resultPages: pages,
    nextRecordsUrl: done ? null : `${base}/resultPages?locator=${locatorOf(job, offset)}`,
    done,
  };
}

function pageAt(job: QueryJob, from: number, maxRecords: number): Page {
  return { from, to: Math.min(from + maxRecords, job.numberRecordsProcessed) };
}

async function* pageBody(call: ApiCall, job: QueryJob, page: Page): AsyncGenerator<Uint8Array> {
  yield utf8(csvLine(job.columns ?? [], DELIMITERS[job.columnDelimiter]) + lineEndOf(job));
  const first = Math.floor(page.from / ROWS_PER_PIECE);
  for (let index = first; index * ROWS_PER_PIECE < page.to; index += 1) {
    const rows = call.org.bulk.store.rows(job.id, index);
    if (rows === undefined) throw new Error(`piece ${index} of job ${job.id} is gone`);
    const start = index * ROWS_PER_PIECE;
    const part = { from: Math.max(page.from - start, 0), to: page.to - start };
    yield part.from === 0 && part.to >= ROWS_PER_PIECE ? rows : rowsWithin(rows, part);
  }
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;

/** Part of a piece by row numbers. Rows end at line ends outside quotes, and a doubled quote is two quotes. */
function rowsWithin(csv: Uint8Array, { from, to }: Page): Uint8Array {
  let row = 0;
  let startsAt = from === 0 ? 0 : csv.length;
  let isQuoted = false;
  for (let at = 0; at < csv.length; at += 1) {
    if (csv[at] === QUOTE) isQuoted = !isQuoted;
    if (csv[at] !== NEWLINE || isQuoted) continue;
    row += 1;
    if (row === from) startsAt = at + 1;
    if (row === to) return csv.subarray(startsAt, at + 1);
  }
  return csv.subarray(startsAt);
}

/** Opaque to clients, stable as long as the job lives. */
function locatorOf(job: QueryJob, offset: number): string {
  return Buffer.from(`0:${job.id}:${offset}`).toString('base64url');
}

function readOffset(call: ApiCall, job: QueryJob): number {
  const locator = call.query.get('locator');
  if (locator === null || locator === '') return 0;
  const [zero, jobId, offset = ''] = Buffer.from(locator, 'base64url').toString().split(':');
  const isMine = zero === '0' && jobId === job.id && /^\d{1,12}$/.test(offset);
  if (!isMine || Number(offset) > job.numberRecordsProcessed) {
    throw new OrgError('INVALID_QUERY_LOCATOR', 'invalid query locator');
  }
  return Number(offset);
}

function readMaxRecords(call: ApiCall): number {
  const text = call.query.get('maxRecords');
  if (text === null) return DEFAULT_PAGE_ROWS;
  if (!/^[1-9]\d{0,9}$/.test(text)) {
    throw new OrgError('INVALID_INPUT', 'maxRecords must be a whole number above 0');
  }
  return Number(text);
}
