import { join } from 'node:path';
import process from 'node:process';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { parse } from 'csv-parse';
import { FIELDS } from './contact-rows.ts';
import { metered } from './meter.ts';
import { type Row, RowTable } from './row-table.ts';

/*
 * What somebody writes who needs the rows in SQLite and has no library for Bulk results: fetch, csv-parse, upsert.
 * No versions, no feed, nothing resumes. `plain-main.ts URL DIR` prints what it cost.
 */

const [orgUrl = '', folder = ''] = process.argv.slice(2);
const results = `${orgUrl}/services/data/v66.0/jobs/query/750000000000001AAA/results`;
const table = new RowTable(join(folder, 'plain.db'), FIELDS);

const cost = await metered(async () => {
  let locator = '';
  do {
    const answer = await fetch(`${results}?maxRecords=25000${locator && `&locator=${locator}`}`);
    await importPage(answer.body as ReadableStream);
    locator = answer.headers.get('sforce-locator') ?? 'null';
  } while (locator !== 'null');
  return undefined;
});
console.log(JSON.stringify({ is: 'measured', ...cost, rows: table.count() }));

async function importPage(body: ReadableStream): Promise<void> {
  let batch: Row[] = [];
  for await (const row of Readable.fromWeb(body).pipe(parse({ columns: true }))) {
    batch.push(row as Row);
    if (batch.length === 500) {
      table.upsert(batch);
      batch = [];
    }
  }
  table.upsert(batch);
}
