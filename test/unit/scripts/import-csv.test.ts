import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'jsforce';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { importFolder } from '../../../scripts/one-machine/import-csv.ts';

const FIELDS = [
  { name: 'Id', type: 'id', createable: false },
  { name: 'Name', type: 'string', createable: true, nillable: true, length: 80 },
  {
    name: 'ParentId',
    type: 'reference',
    createable: true,
    nillable: true,
    length: 18,
    referenceTo: ['Account'],
  },
];
const ROLLED_BACK = refusal('ALL_OR_NONE_OPERATION_ROLLED_BACK', 'rolled back');

function refusal(errorCode: string, message: string) {
  return { success: false, errors: [{ errorCode, message }] };
}

/** An org that answers saves as it is told to. */
function orgThatAnswers(answers: { create: readonly unknown[]; update: readonly unknown[] }) {
  const sobject = () => ({
    create: async () => answers.create,
    update: async () => answers.update,
  });
  return { describe: async () => ({ fields: FIELDS }), sobject } as unknown as Connection;
}

const CREATED = [1, 2].map((n) => ({ success: true, id: `00100000000009${n}AAA`, errors: [] }));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rts-import-'));
  const rows = ['001000000000001,First,', '001000000000002,Second,001000000000001'];
  writeFileSync(join(folder, 'Account.csv'), `Id,Name,ParentId\n${rows.join('\n')}\n`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('names the row that was refused, not one that was rolled back with it', async () => {
  const create = [ROLLED_BACK, refusal('DUPLICATES_DETECTED', 'twice')];
  const org = orgThatAnswers({ create, update: [] });
  await expect(importFolder(org, folder)).rejects.toThrow('Account.csv, data row 2: twice.');
});

it('says when a row cannot be linked to another one of its file', async () => {
  const org = orgThatAnswers({
    create: CREATED,
    update: [refusal('CIRCULAR_DEPENDENCY', 'its own parent')],
  });
  await expect(importFolder(org, folder)).rejects.toThrow('Account.csv, line 3: its own parent.');
});
