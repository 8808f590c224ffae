import { join } from 'node:path';
import process from 'node:process';
import { Connection } from 'jsforce';
import { COLUMNS, FIELDS, OBJECT } from './contact-rows.ts';
import { metered } from './meter.ts';
import { type Row, RowTable } from './row-table.ts';

/*
 * `bulk2.query` of jsforce as its documentation shows it, into the same simple table. `jsforce-main.ts URL DIR` prints
 * what it cost, how many rows arrived, and what ended it, if anything did: of results with several pages it makes one
 * text with all their headers in it, which its own CSV parser refuses at some point.
 */

const [orgUrl = '', folder = ''] = process.argv.slice(2);
const table = new RowTable(join(folder, 'jsforce.db'), FIELDS);
const connection = new Connection({
  instanceUrl: orgUrl,
  accessToken: '00Dx!static',
  version: '66.0',
});

let failure: string | undefined;
const failed = Promise.withResolvers<void>();
const fail = (error: unknown) => {
  failure ??= error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  failed.resolve();
};
// Of its inner streams it listens to the last one only.
process.once('uncaughtException', fail);

const cost = await metered(async () => {
  await Promise.race([importAll().catch(fail), failed.promise]);
  return undefined;
});
const report = { is: 'measured', ...cost, rows: table.count(), failure };
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));

async function importAll(): Promise<void> {
  const soql = `SELECT ${COLUMNS.map(({ name }) => name).join(', ')} FROM ${OBJECT}`;
  const records = await connection.bulk2.query(soql, { pollInterval: 100, pollTimeout: 600_000 });
  let batch: Row[] = [];
  for await (const record of records) {
    batch.push(record as Row);
    if (batch.length === 500) {
      table.upsert(batch);
      batch = [];
    }
  }
  table.upsert(batch);
}
