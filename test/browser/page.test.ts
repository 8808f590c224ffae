import { expect, it } from 'vitest';
import { expectAccessible, takePictures } from '../support/browser.ts';
import { openPage } from '../support/open-page.ts';
import { openPageStage } from '../support/page-stage.ts';

const stage = openPageStage();

it('shows the state, the objects in org and mirror, the latency, and a change as it happens', async () => {
  await openPage(stage.page, stage.machine);
  await stage.page.getByRole('heading', { name: 'Active' }).waitFor();
  const cells = stage.page.getByRole('row', { name: /^Account/ }).getByRole('cell');
  expect(await cells.nth(0).textContent()).toBe('13');
  expect(await cells.nth(1).textContent()).toBe('13');
  expect(new URL(stage.page.url()).hash).not.toContain('link');
  await stage.page.getByText('Live', { exact: true }).waitFor();

  const id = await stage.machine.org.create('Contact', {
    LastName: 'Lovelace',
    Email: 'ada@example.com',
  });
  const change = stage.page.getByRole('row', { name: new RegExp(id) });
  await change.waitFor();
  expect(await change.textContent()).toContain('created');
  await stage.page.getByText(/^Last: Saved to published: .*Published to sent by Apex/).waitFor();
  await takePictures(stage.page, 'overview-active');
  await expectAccessible(stage.page);
  expect(stage.complaints).toEqual([]);
});

it("filters the changes, and opens a record's history with what each revision changed", async () => {
  const id = await stage.machine.org.create('Lead', { LastName: 'Before', Company: 'Acme' });
  await openPage(stage.page, stage.machine);
  await stage.page.getByRole('link', { name: new RegExp(id) }).waitFor();
  await stage.machine.org.update('Lead', id, { LastName: 'After' });
  await stage.page.getByRole('row', { name: /updated/ }).waitFor();
  await stage.page.getByRole('searchbox').fill(id);
  await expect.poll(() => stage.page.getByRole('row', { name: new RegExp(id) }).count()).toBe(2);
  await stage.page.getByRole('combobox', { name: 'Object' }).selectOption('Contact');
  await stage.page.getByText('No change fits the filter.').waitFor();
  await stage.page.getByRole('combobox', { name: 'Object' }).selectOption('Lead');

  await stage.page
    .getByRole('link', { name: new RegExp(id) })
    .first()
    .click();
  await stage.page.getByRole('heading', { name: /updated revision 2/ }).waitFor();
  const name = stage.page.getByRole('row', { name: /^LastName Before After/ });
  await name.waitFor();
  await takePictures(stage.page, 'record-history');
  await expectAccessible(stage.page);
  await stage.page.goBack();
  await stage.page.getByRole('heading', { name: 'Last changes' }).waitFor();
  expect(stage.complaints).toEqual([]);
});

it('warns after 30 quiet minutes and recovers at the next change', async () => {
  await openPage(stage.page, stage.machine);
  await stage.machine.receiver.advanceClocks(31 * 60);
  await stage.page.getByRole('heading', { name: 'Interval sync' }).waitFor({ timeout: 90_000 });
  await takePictures(stage.page, 'overview-interval');
  await stage.machine.org.create('Contact', { LastName: 'Hopper' });
  await stage.page.getByRole('heading', { name: 'Active' }).waitFor({ timeout: 60_000 });
  expect(stage.complaints).toEqual([]);
});

it('is used by keyboard alone', async () => {
  await openPage(stage.page, stage.machine);
  await stage.page.getByRole('heading', { name: 'Active' }).waitFor();
  await stage.page.keyboard.press('Tab');
  await stage.page
    .getByRole('button', { name: 'Skip to the content' })
    .and(stage.page.locator(':focus'))
    .waitFor();
  await stage.page.keyboard.press('Enter');
  await stage.page.locator('main:focus').waitFor();
});
