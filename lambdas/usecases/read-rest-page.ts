import { rowEncoder } from '#core/bulk-rows.ts';
import { AppError } from '#core/errors.ts';
import type { BulkColumn, Job } from '#core/pass.ts';
import type { FieldValue } from '#core/record.ts';
import { andWhere, soqlOf } from '#core/slices.ts';
import { soqlText } from '#core/soql.ts';
import type { BulkPage, ReadRecord, Salesforce } from '#ports/salesforce.ts';

/** Salesforce gives at most so many rows of a REST query at once. */
const PAGE_ROWS = 2_000;
/** As of Bulk pages: one transaction of the mirror. */
const CHUNK_ROWS = 500;

/**
 * The next page of a job whose object the Bulk API does not serve (R11). Rows come in id order and the last id is where
 * the next page begins: nothing of it is kept at Salesforce, so that a page can be read again after a crash of any age.
 * A row that was made meanwhile may come or not; as its stamp is later than the pass's window, the next pass reads it.
 *
 * @returns the page, and when its read began, Salesforce's clock, ms
 */
export async function readRestPage(
  salesforce: Salesforce,
  job: Job,
): Promise<{ readonly page: BulkPage; readonly readAtMs: number }> {
  const last = job.locator ?? undefined;
  const soql = last === undefined ? soqlOf(job) : andWhere(soqlOf(job), `Id > ${soqlText(last)}`);
  const pages = salesforce.query(`${soql} ORDER BY Id LIMIT ${PAGE_ROWS}`, {
    all: job.operation === 'queryAll',
  });
  const records: ReadRecord[] = [];
  let readAtMs: number | undefined;
  for await (const page of pages) {
    readAtMs ??= page.readAtMs;
    records.push(...page.records);
  }
  if (readAtMs === undefined) {
    throw new AppError('salesforce-refused', `A query of ${job.object} was answered by no page.`);
  }
  const next = records.length < PAGE_ROWS ? undefined : records.at(-1)?.id;
  const chunks = chunksOf(records, job.columns);
  return { page: { numberOfRecords: records.length, locator: next ?? null, chunks }, readAtMs };
}

async function* chunksOf(
  records: readonly ReadRecord[],
  columns: readonly BulkColumn[],
): BulkPage['chunks'] {
  const encode = rowEncoder(columns);
  for (let start = 0; start < records.length; start += CHUNK_ROWS) {
    const part = records.slice(start, start + CHUNK_ROWS);
    yield encode(part.map((record) => cellsOf(record, columns)));
  }
}

function cellsOf({ id, fields }: ReadRecord, columns: readonly BulkColumn[]): FieldValue[] {
  return columns.map(({ name }) => {
    if (name === 'Id') return id;
    return Object.hasOwn(fields, name) ? (fields[name] ?? null) : null;
  });
}
