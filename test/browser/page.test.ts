import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Child, killGroup, runScript } from '../../scripts/demo/child.ts';
import { type LocalFile, readLocalFile } from '../../scripts/demo/local-file.ts';
import { OrgClient } from '../../scripts/demo/org-client.ts';
import { ReceiverClient } from '../../scripts/demo/receiver-client.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser: Browser | undefined;
let machine: Child;
let local: LocalFile;
let dataDir: string;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) return;
  dataDir = mkdtempSync(join(tmpdir(), 'rts-page-'));
  machine = runScript('scripts/start.ts', ['--data', dataDir], { PORT: '0', ORG_PORT: '0' });
  await machine.line('ready');
  local = readLocalFile(join(dataDir, 'local.json'));
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
});

afterAll(async () => {
  await browser?.close();
  if (!machine) return;
  killGroup(machine, 'SIGTERM');
  await machine.ended;
  rmSync(dataDir, { recursive: true, force: true });
});

beforeEach(async (context) => {
  if (!browser) return context.skip(`Chromium is not installed at ${CHROMIUM}`);
  page = await browser.newPage();
  complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== local.api && protocol !== 'data:') complaints.push(`request to ${origin}`);
  });
});

afterEach(async () => {
  await page?.close();
});

/** Pictures to look at, in `coverage/` (not kept in git). */
async function picture(name: string): Promise<void> {
  const folder = join(import.meta.dirname, '../../coverage/pages');
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true });
  }
}

it('shows the state, the objects with their rows, and a change as it happens', async () => {
  await page.goto(local.page);
  await page.getByRole('heading', { name: 'Active' }).waitFor();
  const accounts = page.getByRole('row', { name: /^Account/ });
  expect(await accounts.getByRole('cell').first().textContent()).toBe('13');
  expect(new URL(page.url()).hash).toBe('');

  const org = new OrgClient(local);
  const id = await org.create('Contact', { LastName: 'Lovelace', Email: 'ada@example.com' });
  const change = page.getByRole('row', { name: new RegExp(id) });
  await change.waitFor();
  expect(await change.textContent()).toContain('created');
  await page.getByText('Last Apex update detected').waitFor();
  await picture('active');
  expect(complaints).toEqual([]);
});

it('warns after 30 quiet minutes and recovers at the next change', async () => {
  await page.goto(local.page);
  await new ReceiverClient(local).advanceClocks(31 * 60);
  await page.getByRole('heading', { name: 'Interval sync' }).waitFor({ timeout: 90_000 });
  await picture('interval');
  await new OrgClient(local).create('Contact', { LastName: 'Hopper' });
  await page.getByRole('heading', { name: 'Active' }).waitFor({ timeout: 60_000 });
  expect(complaints).toEqual([]);
});

it('says what is missing when it is opened without its link', async () => {
  await page.goto(local.api);
  await page.getByRole('heading', { name: 'This page needs its link' }).waitFor();
  expect(complaints).toEqual([]);
});

it('passes the refusal of a wrong key on', async () => {
  await page.goto(`${local.api}/#org=${local.orgId}&key=rts_wrong`);
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').textContent()).not.toBe('');
});
