import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Ask, exportMirror } from '../../../scripts/export/export-mirror.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const record = (id: string) => ({ id, object: 'Contact', deleted: false, fields: { Id: id } });

/** Three contacts on two pages, and an object without records. */
const pages: Readonly<Record<string, unknown>> = {
  '/status': { objects: [{ object: 'Contact' }, { object: 'Lead' }] },
  '/records/Contact?limit=500': { records: [record('003A'), record('003B')], next: '003B' },
  '/records/Contact?limit=500&after=003B': { records: [record('003C')], next: null },
  '/records/Lead?limit=500': { records: [], next: null },
};
const ask: Ask = async (path) => pages[path] ?? Promise.reject(new Error(`No page ${path}`));

it('writes every page of every object, a record a line, for the owner alone', async () => {
  const folder = join(temporaryFolder(), 'mirror');
  expect(await exportMirror(ask, folder)).toEqual([
    { object: 'Contact', records: 3 },
    { object: 'Lead', records: 0 },
  ]);
  const lines = readFileSync(join(folder, 'Contact.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(['003A', '003B', '003C'].map(record));
  expect(statSync(join(folder, 'Contact.jsonl')).mode & 0o077).toBe(0);
});

it('leaves no file that looks whole when a page fails', async () => {
  const folder = temporaryFolder();
  const failing: Ask = async (path) => {
    if (path.endsWith('after=003B')) throw new Error('gone');
    return await ask(path);
  };
  await expect(exportMirror(failing, folder)).rejects.toThrow('gone');
  expect(readdirSync(folder)).toEqual(['Contact.part']);
});
