import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Child, killGroup, runScript } from '../../../scripts/demo/child.ts';
import { readLocalFile } from '../../../scripts/demo/local-file.ts';
import { OrgClient } from '../../../scripts/demo/org-client.ts';

const PORTS = { PORT: '0', ORG_PORT: '0' };
let folder: string;
let machine: Child | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rts-import-'));
  mkdirSync(join(folder, 'import'));
});

afterEach(async () => {
  if (machine) killGroup(machine, 'SIGKILL');
  await machine?.ended;
  machine = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, lines: readonly string[]): void {
  writeFileSync(join(folder, 'import', name), `${lines.join('\n')}\n`);
}

async function startWithImport(): Promise<OrgClient> {
  const args = ['--data', join(folder, 'data'), '--import', join(folder, 'import')];
  machine = runScript('scripts/start.ts', args, PORTS);
  await machine.line('ready');
  return new OrgClient(readLocalFile(join(folder, 'data', 'local.json')));
}

it('loads an export of another org: new ids, references kept, foreign owners dropped', async () => {
  file('Account.csv', [
    '"Id","Name","ParentId","OwnerId","AnnualRevenue","CreatedDate"',
    '"001000000000001AAA","Child ""quoted""","001000000000002AAA","005000000000001AAA","1500.5","2020-01-01T00:00:00.000Z"',
    '"001000000000002AAA","Parent","","005000000000001AAA","",""',
  ]);
  file('Contact.csv', [
    '"Id","LastName","AccountId","Email","Description"',
    '"003000000000001AAA","Doe","001000000000001AAA","doe@example.com","two\nlines"',
  ]);
  const org = await startWithImport();
  expect(machine?.output()).toContain('imported 2 Account, 1 Contact');

  const [child] = await org.query<Record<string, unknown>>(
    'SELECT Id, Name, AnnualRevenue, Parent.Name FROM Account WHERE ParentId != null',
  );
  expect(child).toMatchObject({
    Name: 'Child "quoted"',
    AnnualRevenue: 1500.5,
    Parent: { Name: 'Parent' },
  });
  expect(child?.['Id']).not.toBe('001000000000001AAA');
  const contacts = await org.query<Record<string, unknown>>(
    'SELECT LastName, Description, Account.Name FROM Contact',
  );
  expect(contacts).toMatchObject([
    { LastName: 'Doe', Description: 'two\nlines', Account: { Name: 'Child "quoted"' } },
  ]);

  const args = ['--local', join(folder, 'data', 'local.json')];
  // Users are swept, which may take until after the first audit of all else.
  await expect
    .poll(() => runScript('scripts/demo/compare.ts', args).ended, { timeout: 30_000 })
    .toBe(0);
});

it('does not load into an org that is there already', async () => {
  file('Account.csv', ['Id,Name', '001000000000001AAA,Acme']);
  await startWithImport();
  if (machine) killGroup(machine, 'SIGTERM');
  await machine?.ended;
  const args = ['--data', join(folder, 'data'), '--import', join(folder, 'import')];
  const again = runScript('scripts/start.ts', args, PORTS);
  expect(await again.ended).toBe(1);
  expect(again.output()).toContain('holds one already. Choose another folder with --data DIR.');
});

it('starts a first load over that a kill cut short, and keeps nothing of it', async () => {
  file('Lead.csv', [
    'LastName,Company',
    ...Array.from({ length: 3000 }, (_, n) => `Lead ${n},Acme`),
  ]);
  const args = ['--data', join(folder, 'data'), '--import', join(folder, 'import')];
  machine = runScript('scripts/start.ts', args, PORTS);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  killGroup(machine, 'SIGKILL');
  await machine.ended;
  const org = await startWithImport();
  const [count] = await org.query<{ expr0: number }>('SELECT COUNT(Id) FROM Lead');
  expect(count?.expr0).toBe(3000);
});

it('refuses a file that breaks off in the middle, and loads nothing of the others', async () => {
  file('Account.csv', ['Id,Name', '001000000000001AAA,Acme']);
  file('Contact.csv', ['Id,LastName', '003000000000001AAA,"Doe']);
  const args = ['--data', join(folder, 'data'), '--import', join(folder, 'import')];
  machine = runScript('scripts/start.ts', args, PORTS);
  expect(await machine.ended).toBe(1);
  expect(machine.output()).toMatch(/Contact\.csv, line \d+/);

  rmSync(join(folder, 'import', 'Contact.csv'));
  const org = await startWithImport();
  expect(await org.query('SELECT Id FROM Account')).toHaveLength(1);
});
