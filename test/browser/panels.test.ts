import { beforeEach, expect, it } from 'vitest';
import { expectAccessible, takePictures } from '../support/browser.ts';
import { openPage } from '../support/open-page.ts';
import { openPageStage } from '../support/page-stage.ts';

const stage = openPageStage();

beforeEach(async () => {
  await openPage(stage.page, stage.machine);
});

async function open(title: string): Promise<void> {
  await stage.page.getByRole('navigation').getByRole('link', { name: title }).click();
  await stage.page.getByRole('heading', { level: 1, name: title }).waitFor();
}

async function looksRight(name: string): Promise<void> {
  await expect.poll(() => stage.page.getByText(/^Reading .*…$/).count()).toBe(0);
  await takePictures(stage.page, name);
  await expectAccessible(stage.page);
  expect(stage.complaints).toEqual([]);
}

const button = (name: string | RegExp) => stage.page.getByRole('button', { name });

it('turns Sync Conditions on, adds a field, explains a required one, and removes what nobody uses', async () => {
  await stage.machine.call('PUT', '/field-uses/template.7', { objects: { Contact: ['Phone'] } });
  await open('Sync Conditions');
  const toggle = stage.page.getByRole('checkbox', { name: /Sync Conditions are/ });
  expect(await toggle.isChecked()).toBe(false);
  await toggle.click();
  await stage.page.getByText('In force, in the org and here.').waitFor();
  const contact = stage.page.getByRole('group', { name: 'Contact' });
  await contact.getByText('required: used in template.7').waitFor();
  await contact.getByRole('combobox').fill('Title');
  await contact.getByRole('button', { name: 'Add' }).click();
  await contact.getByRole('button', { name: 'Remove Title' }).waitFor();
  await button('Save').click();
  await stage.page.getByText('Not saved yet.').waitFor({ state: 'detached' });
  expect((await stage.machine.call('GET', '/conditions')).objects.Contact).toContain('Title');
  await looksRight('conditions-on');

  await button(/^Remove 1 unused field$/).click();
  await contact.getByRole('button', { name: 'Remove Title' }).waitFor({ state: 'detached' });
  await expect
    .poll(async () => (await stage.machine.call('GET', '/conditions')).objects.Contact)
    .not.toContain('Title');
  await toggle.click();
  await stage.page.getByText('Off: every update counts.').waitFor();
  await button('Get latest fields').click();
  await stage.page.getByText(/Nothing has changed|new/).waitFor();
  await looksRight('conditions-off');
});

it('estimates an audit, starts it, and reports what it found', async () => {
  await open('Audits and sync');
  await button('Estimate').click();
  await stage.page.getByText(/rows, \d+ Bulk jobs, \d+ API calls/).waitFor();
  await button('Start audit').click();
  await stage.page.getByRole('link', { name: 'Report' }).first().waitFor({ timeout: 60_000 });
  await looksRight('audits');
  await stage.page.getByRole('link', { name: 'Report' }).first().click();
  await stage.page.getByRole('heading', { level: 1, name: 'Audit report' }).waitFor();
  await looksRight('audit-report');
});

it('pauses an audit that takes its time, and resumes it', async () => {
  await stage.machine.org.arm({ kind: 'slow-bulk', delayMs: 8_000 });
  await open('Audits and sync');
  await button('Start audit').click();
  await button('Pause').click();
  await stage.page.getByRole('heading', { name: 'Audit, paused' }).waitFor();
  await looksRight('audit-paused');
  await stage.machine.org.clearFaults();
  await button('Resume').click();
  await stage.page.getByRole('heading', { name: 'Audit, running' }).waitFor();
});

it('shows what the sync spends, and changes its share', async () => {
  await open('Limits');
  await stage.page.getByRole('slider').fill('55');
  await button('Save').click();
  await stage.page.getByText('In force.').waitFor();
  expect((await stage.machine.call('GET', '/limits')).sharePercent).toBe(55);
  await stage.page.getByRole('row', { name: /^Daily Api Requests/ }).waitFor();
  await looksRight('limits');
});

it('tests the permissions one by one, and tells what the sync will spend', async () => {
  await open('Connect and install');
  await stage.page.getByRole('row', { name: /^Customize Application granted/ }).waitFor();
  await button(/^Estimate from/).click();
  await stage.page.getByRole('row', { name: /^API requests/ }).waitFor();
  await looksRight('connect');
});

it('disables in Salesforce after asking, shows it, and enables again', async () => {
  await open('Errors');
  await stage.page.getByText('Nothing: no message was given up.').waitFor();
  await looksRight('errors-none');
  await button('Disable').click();
  await stage.page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await stage.page.getByText('Disable Mixmax RTS is ticked.').waitFor();
  const [row] = await stage.machine.org.query<{ Disable_RTS__c: boolean }>(
    'SELECT Disable_RTS__c FROM Mixmax_Settings__c WHERE Gateway_URL__c != null',
  );
  expect(row?.Disable_RTS__c).toBe(true);
  await button('Enable').click();
  await stage.page.getByText(/^Unticked/).waitFor();
});
