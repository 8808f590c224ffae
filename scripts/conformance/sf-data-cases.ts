import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type ConformanceCase, expectEqual, expectTrue, type World } from './conformance-case.ts';
import { ALIAS } from './sf-login-cases.ts';

const TARGET = ['--target-org', ALIAS];
const WAIT = ['--wait', '5'];

/** Text that a careless CSV writer or reader spoils. */
const AWKWARD = 'Quote " comma , line\nbreak and ümlaut';

/** Records one by one, as trees, and by the Bulk API. */
export const SF_DATA_CASES: readonly ConformanceCase[] = [
  {
    name: 'sf data create record',
    async run({ sf, org }) {
      const id = await createAccount(sf, "Name='Created Ltd' NumberOfEmployees=50");
      const [row] = await org.query(
        `SELECT Name, NumberOfEmployees FROM Account WHERE Id = '${id}'`,
      );
      expectEqual([row?.['Name'], row?.['NumberOfEmployees']], ['Created Ltd', 50], 'record');
    },
  },
  {
    name: 'sf data query',
    async run({ sf, org }) {
      const soql =
        "SELECT Id, Name, Owner.Name, (SELECT Id FROM Contacts) FROM Account WHERE Name = 'Created Ltd'";
      const result = await sf.run(['data', 'query', '--query', soql, ...TARGET]);
      expectEqual((result as Records).records, await org.query(soql), 'records');
      expectEqual((result as Records).records.length, 1, 'number of records');
    },
  },
  {
    name: 'sf data query (CSV, which asks for the columns)',
    async run({ sf, folder }) {
      const file = join(folder, 'query.csv');
      const soql = "SELECT Name, Owner.Name FROM Account WHERE Name = 'Created Ltd'";
      const args = ['data', 'query', '--query', soql, '--result-format', 'csv'];
      await sf.run([...args, '--output-file', file, ...TARGET]);
      expectEqual(
        parse(readFileSync(file)),
        [
          ['Name', 'Owner.Name'],
          ['Created Ltd', 'Alex Admin'],
        ],
        'file',
      );
    },
  },
  {
    name: 'sf data update record',
    async run({ sf, org }) {
      const id = await createAccount(sf, "Name='Updated Ltd'");
      const args = ['data', 'update', 'record', '--sobject', 'Account', '--record-id', id];
      await sf.run([...args, '--values', "Name='Updated plc' Industry=Energy", ...TARGET]);
      const [row] = await org.query(`SELECT Name, Industry FROM Account WHERE Id = '${id}'`);
      expectEqual([row?.['Name'], row?.['Industry']], ['Updated plc', 'Energy'], 'record');
    },
  },
  {
    name: 'sf data delete record',
    async run({ sf, org }) {
      const id = await createAccount(sf, "Name='Deleted Ltd'");
      await sf.run([
        'data',
        'delete',
        'record',
        '--sobject',
        'Account',
        '--record-id',
        id,
        ...TARGET,
      ]);
      const answer = await org.fetch(`/services/data/v66.0/sobjects/Account/${id}`);
      expectEqual(answer.status, 404, 'status of the deleted record');
      const [fault] = (await answer.json()) as { errorCode: string }[];
      expectEqual(fault?.errorCode, 'ENTITY_IS_DELETED', 'error code');
    },
  },
  { name: 'sf data import tree', run: importTree },
  { name: 'sf data import bulk', run: importBulk },
  { name: 'sf data export bulk', run: exportBulk },
  { name: 'sf data upsert bulk', run: upsertBulk },
];

interface Records {
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

async function createAccount(sf: World['sf'], values: string): Promise<string> {
  const args = ['data', 'create', 'record', '--sobject', 'Account', '--values', values];
  return ((await sf.run([...args, ...TARGET])) as { id: string }).id;
}

async function importTree({ sf, org, folder }: World): Promise<void> {
  const file = join(folder, 'tree.json');
  const contact = (name: string) => ({
    attributes: { type: 'Contact', referenceId: name },
    LastName: name,
  });
  const account = {
    attributes: { type: 'Account', referenceId: 'company' },
    Name: 'Tree Ltd',
    Contacts: { records: [contact('Oak'), contact('Pine')] },
  };
  writeFileSync(file, JSON.stringify({ records: [account] }));
  await sf.run(['data', 'import', 'tree', '--files', file, ...TARGET]);
  const rows = await org.query(
    "SELECT LastName FROM Contact WHERE Account.Name = 'Tree Ltd' ORDER BY LastName",
  );
  expectEqual(
    rows.map((row) => row['LastName']),
    ['Oak', 'Pine'],
    'contacts of the account',
  );
}

const BULK_ROWS = 450;

async function importBulk({ sf, org, folder }: World): Promise<void> {
  const file = join(folder, 'import.csv');
  const description = `"${AWKWARD.replaceAll('"', '""')}"`;
  const lines = Array.from({ length: BULK_ROWS }, (_, index) => `Bulk ${index},${description}`);
  writeFileSync(file, `Name,Description\n${lines.join('\n')}\n`);
  const args = ['data', 'import', 'bulk', '--file', file, '--sobject', 'Account'];
  const result = await sf.run([...args, '--line-ending', 'LF', ...WAIT, ...TARGET]);
  expectEqual((result as Imported).successfulRecords, BULK_ROWS, 'rows imported');
  const rows = await org.query(
    "SELECT Name, Description FROM Account WHERE Name LIKE 'Bulk %' LIMIT 2000",
  );
  expectEqual(rows.length, BULK_ROWS, 'rows in the org');
  expectTrue(
    rows.every((row) => row['Description'] === AWKWARD),
    'a text came out changed',
  );
}

interface Imported {
  readonly successfulRecords: number;
}

async function exportBulk({ sf, org, folder }: World): Promise<void> {
  const file = join(folder, 'export.csv');
  const soql = "SELECT Id, Name, Description FROM Account WHERE Name LIKE 'Bulk %'";
  const args = ['data', 'export', 'bulk', '--query', soql, '--output-file', file];
  await sf.run([...args, '--result-format', 'csv', ...WAIT, ...TARGET]);
  const exported: Record<string, string>[] = parse(readFileSync(file), { columns: true });
  const rows = await org.query(soql);
  const inOrg = new Map(rows.map((row) => [row['Id'], row['Name']]));
  expectEqual(exported.length, BULK_ROWS, 'rows in the file');
  const differs = exported.find(
    ({ Id, Name, Description }) => inOrg.get(Id) !== Name || Description !== AWKWARD,
  );
  expectTrue(differs === undefined, `row ${differs?.['Id']} differs from the org's`);
}

/** One row meets a record, the other makes one. */
async function upsertBulk({ sf, org, folder }: World): Promise<void> {
  const file = join(folder, 'upsert.csv');
  const create = ['data', 'create', 'record', '--sobject', 'Contact', '--values'];
  await sf.run([...create, "LastName=Old Email='old@upsert.example'", ...TARGET]);
  writeFileSync(file, 'Email,LastName\nold@upsert.example,Renamed\nnew@upsert.example,Made\n');
  const args = ['data', 'upsert', 'bulk', '--file', file, '--sobject', 'Contact'];
  const ending = ['--line-ending', 'LF', '--external-id', 'Email'];
  await sf.run([...args, ...ending, ...WAIT, ...TARGET]);
  const rows = await org.query(
    "SELECT Email, LastName FROM Contact WHERE Email LIKE '%@upsert.example' ORDER BY Email",
  );
  expectEqual(
    rows.map((row) => [row['Email'], row['LastName']]),
    [
      ['new@upsert.example', 'Made'],
      ['old@upsert.example', 'Renamed'],
    ],
    'contacts',
  );
}
