import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { collectComplaints, expectAccessible, takePictures } from '../support/browser.ts';
import { openPage } from '../support/open-page.ts';
import type { PageMachine } from '../support/page-machine.ts';
import { openPageStage } from '../support/page-stage.ts';

const stage = openPageStage();
let machine: PageMachine;
let page: Page;
let complaints: string[];

beforeEach(async () => {
  machine = stage.machine;
  page = await stage.browser.newPage();
  complaints = collectComplaints(page, machine.local.api);
});

afterEach(async () => {
  await page?.close();
});

it('shows the state, the objects in org and mirror, the latency, and a change as it happens', async () => {
  await openPage(page, machine);
  await page.getByRole('heading', { name: 'Active' }).waitFor();
  const cells = page.getByRole('row', { name: /^Account/ }).getByRole('cell');
  expect(await cells.nth(0).textContent()).toBe('13');
  expect(await cells.nth(1).textContent()).toBe('13');
  expect(new URL(page.url()).hash).not.toContain('link');
  await page.getByText('Live', { exact: true }).waitFor();

  const id = await machine.org.create('Contact', {
    LastName: 'Lovelace',
    Email: 'ada@example.com',
  });
  const change = page.getByRole('row', { name: new RegExp(id) });
  await change.waitFor();
  expect(await change.textContent()).toContain('created');
  await page.getByText(/^Last: Saved to published: .*Published to sent by Apex/).waitFor();
  await takePictures(page, 'overview-active');
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

it("filters the changes, and opens a record's history with what each revision changed", async () => {
  const id = await machine.org.create('Lead', { LastName: 'Before', Company: 'Acme' });
  await openPage(page, machine);
  await page.getByRole('link', { name: new RegExp(id) }).waitFor();
  await machine.org.update('Lead', id, { LastName: 'After' });
  await page.getByRole('row', { name: /updated/ }).waitFor();
  await page.getByRole('searchbox').fill(id);
  await expect.poll(() => page.getByRole('row', { name: new RegExp(id) }).count()).toBe(2);
  await page.getByRole('combobox', { name: 'Object' }).selectOption('Contact');
  await page.getByText('No change fits the filter.').waitFor();
  await page.getByRole('combobox', { name: 'Object' }).selectOption('Lead');

  await page
    .getByRole('link', { name: new RegExp(id) })
    .first()
    .click();
  await page.getByRole('heading', { name: /updated revision 2/ }).waitFor();
  const name = page.getByRole('row', { name: /^LastName Before After/ });
  await name.waitFor();
  await takePictures(page, 'record-history');
  await expectAccessible(page);
  await page.goBack();
  await page.getByRole('heading', { name: 'Last changes' }).waitFor();
  expect(complaints).toEqual([]);
});

it('warns after 30 quiet minutes and recovers at the next change', async () => {
  await openPage(page, machine);
  await machine.receiver.advanceClocks(31 * 60);
  await page.getByRole('heading', { name: 'Interval sync' }).waitFor({ timeout: 90_000 });
  await takePictures(page, 'overview-interval');
  await machine.org.create('Contact', { LastName: 'Hopper' });
  await page.getByRole('heading', { name: 'Active' }).waitFor({ timeout: 60_000 });
  expect(complaints).toEqual([]);
});

it('is used by keyboard alone', async () => {
  await openPage(page, machine);
  await page.getByRole('heading', { name: 'Active' }).waitFor();
  await page.keyboard.press('Tab');
  await page
    .getByRole('button', { name: 'Skip to the content' })
    .and(page.locator(':focus'))
    .waitFor();
  await page.keyboard.press('Enter');
  await page.locator('main:focus').waitFor();
});
