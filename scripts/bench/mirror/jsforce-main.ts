import { join } from 'node:path';
import process from 'node:process';
import { Connection } from 'jsforce';
import { COLUMNS, FIELDS, OBJECT } from './contact-rows.ts';
import { metered } from './meter.ts';
import { type Row, RowTable } from './row-table.ts';

/*
 * `bulk2.query` of jsforce as its documentation shows it, into the same simple table. `jsforce-main.ts URL DIR` prints
 * what it cost.
 */

const [orgUrl = '', folder = ''] = process.argv.slice(2);
const table = new RowTable(join(folder, 'jsforce.db'), FIELDS);
const connection = new Connection({
  instanceUrl: orgUrl,
  accessToken: '00Dx!static',
  version: '66.0',
});

const cost = await metered(async () => {
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
  return undefined;
});
console.log(JSON.stringify({ is: 'measured', ...cost, rows: table.count() }));
process.exit(0);
