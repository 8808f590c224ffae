import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runScript } from '../../../scripts/demo/child.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rts-start-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function startFails(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = runScript('scripts/start.ts', args, { PORT: '0', ORG_PORT: '0', ...env });
  expect(await child.ended).toBe(1);
  expect(child.output()).not.toMatch(/^ {4}at /m);
  return child.output();
}

it('names a port in use and how to choose another', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const receiver = await startFails(['--data', folder], { PORT: String(port) });
    expect(receiver).toBe(
      `Port ${port} is in use. Stop what listens there, or choose another with PORT=… in the environment.`,
    );
    const org = await startFails(['--data', folder], { ORG_PORT: String(port) });
    expect(org).toContain(`Port ${port} is in use.`);
    expect(org).toContain('ORG_PORT=');
  } finally {
    server.close();
  }
});

it('names a port that is none', async () => {
  expect(await startFails(['--data', folder], { PORT: 'eighty' })).toBe(
    'PORT=eighty: a port is a number from 0 to 65535.',
  );
});

it('names a data folder that cannot be written', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(await startFails(['--data', join(file, 'data')])).toMatch(
    /^The data folder .*file\/data cannot be written \(E\w+\)\. Choose another with --data DIR\.$/,
  );
});

it('names an unknown option and shows the right ones', async () => {
  const output = await startFails(['--dataa', folder]);
  expect(output).toContain('--dataa');
  expect(output).toContain('npm start -- [options]');
});

const ACCOUNTS = 'Id,Name,AnnualRevenue\n001000000000001AAA,Acme,100\n';

it.each([
  ['an unknown object', { 'Invoice.csv': 'Id\n' }, 'Invoice.csv: this object cannot be imported.'],
  [
    'an unknown field',
    { 'Account.csv': 'Id,Nme\n' },
    'Account.csv, line 1, column Nme: the object has no such field.',
  ],
  [
    'a value of the wrong type',
    { 'Account.csv': 'Id,Name,AnnualRevenue\n001000000000001AAA,Acme,many\n' },
    'Account.csv, line 2, column AnnualRevenue: not a number.',
  ],
  [
    'a missing value',
    { 'Account.csv': 'Id,Name\n001000000000001AAA,\n' },
    'Account.csv, line 2, column Name: a value is required.',
  ],
  [
    'a row with a column too many, in the second file',
    { 'Account.csv': ACCOUNTS, 'Contact.csv': 'Id,LastName\n003000000000001AAA,Doe,more\n' },
    'Contact.csv, line 2',
  ],
  [
    'a reference to nothing',
    { 'Account.csv': ACCOUNTS, 'Contact.csv': 'LastName,AccountId\nDoe,001000000000009AAA\n' },
    'Contact.csv, line 2, column AccountId: no row of Account.csv has this Id.',
  ],
])('refuses %s in an import, naming file, line and column', async (_what, files, message) => {
  const importDir = join(folder, 'import');
  mkdirSync(importDir);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(importDir, name), text);
  expect(await startFails(['--data', join(folder, 'data'), '--import', importDir])).toContain(
    message,
  );
});

it('names a missing import folder', async () => {
  const output = await startFails(['--data', folder, '--import', join(folder, 'nowhere')]);
  expect(output).toContain('there is no such folder');
});

it('says what --from-source goes with', async () => {
  expect(await startFails(['--data', folder, '--from-source'])).toBe(
    '--from-source goes with --fresh: other starts have the package in the org.',
  );
});
