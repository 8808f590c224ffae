import { readFileSync } from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import { expectAccessible, takePictures } from '../support/browser.ts';
import { openPage } from '../support/open-page.ts';
import { openPageStage } from '../support/page-stage.ts';

const LONG_MS = 120_000;
const POLLING = { timeout: LONG_MS, interval: 2_000 };
const SILENT_SECONDS = 31 * 60;

const stage = openPageStage();

beforeEach(async () => {
  await openPage(stage.page, stage.machine);
});

const heading = (name: string | RegExp) =>
  stage.page.getByRole('heading', { name, exact: true }).waitFor({ timeout: LONG_MS });
const button = (name: string | RegExp) => stage.page.getByRole('button', { name });

async function open(title: string): Promise<void> {
  await stage.page.getByRole('navigation').getByRole('link', { name: title }).click();
  await stage.page.getByRole('heading', { level: 1, name: title }).waitFor();
}

async function settingsOfOrg(): Promise<{ Id: string; Token__c: string }> {
  const soql = 'SELECT Id, Token__c FROM Mixmax_Settings__c WHERE Gateway_URL__c != null';
  const [row] = await stage.machine.org.query<{ Id: string; Token__c: string }>(soql);
  if (row === undefined) throw new Error('The org has no Mixmax Settings.');
  return row;
}

async function silenceBy(fields: Record<string, unknown>): Promise<void> {
  await stage.machine.org.update('Mixmax_Settings__c', (await settingsOfOrg()).Id, fields);
  await stage.machine.receiver.advanceClocks(SILENT_SECONDS);
}

async function recoverBy(fields: Record<string, unknown>): Promise<void> {
  await stage.machine.org.update('Mixmax_Settings__c', (await settingsOfOrg()).Id, fields);
  await stage.machine.org.create('Contact', { LastName: 'Hopper' });
  await heading('Active');
}

it('puts what was given up together, exports it, and tries it again', {
  timeout: 900_000,
}, async () => {
  const path = 'composite/sobjects/Contact';
  const refusal = { status: 400, errorCode: 'MALFORMED_ID', message: 'not an id' };
  await stage.machine.org.arm({ kind: 'refused', path, ...refusal });
  const id = await stage.machine.org.create('Contact', { LastName: 'Unread' });
  await expect
    .poll(async () => {
      await stage.machine.receiver.advanceClocks(60);
      return (await stage.machine.call('GET', '/dead-letters')).letters.length;
    }, POLLING)
    .toBeGreaterThan(0);
  await stage.machine.org.clearFaults();
  await open('Errors');
  await heading(/MALFORMED_ID/);
  await stage.page.getByText(/affected record/).click();
  await stage.page.getByRole('link', { name: id }).waitFor();
  await takePictures(stage.page, 'errors-group');
  await expectAccessible(stage.page);
  const [download] = await Promise.all([
    stage.page.waitForEvent('download'),
    stage.page.getByRole('button', { name: 'Export CSV', disabled: false }).first().click(),
  ]);
  expect(readFileSync(await download.path(), 'utf8')).toContain(id);
  await button(/^Try again/).click();
  await stage.page.getByText('Nothing: no message was given up.').waitFor({ timeout: LONG_MS });
  await expect
    .poll(async () => (await stage.machine.call('GET', `/records/Contact/${id}`)).fields.LastName)
    .toBe('Unread');
});

it('says who has disabled it in Salesforce, and is active again', {
  timeout: 900_000,
}, async () => {
  await silenceBy({ Disable_RTS__c: true });
  await heading('Disabled in Salesforce');
  await stage.page
    .getByText(/Disable Mixmax RTS is ticked in the org, last changed by Alex/)
    .waitFor();
  await takePictures(stage.page, 'overview-disabled');
  await expectAccessible(stage.page);
  await recoverBy({ Disable_RTS__c: false });
  expect(stage.complaints).toEqual([]);
});

it('says that the token in the org is wrong, and what to do', { timeout: 900_000 }, async () => {
  const { Token__c } = await settingsOfOrg();
  await silenceBy({ Token__c: 'whsec_d3Jvbmc=' });
  await heading('Error');
  await stage.page.getByText(/Mixmax Token in the org is not the one/).waitFor();
  await stage.page.getByText(/Connect the org again/).waitFor();
  await takePictures(stage.page, 'overview-error');
  await expectAccessible(stage.page);
  // What the gateway refused has made the package pause for a quarter of an hour.
  await stage.machine.receiver.advanceClocks(16 * 60);
  await recoverBy({ Token__c });
  expect(stage.complaints).toEqual([]);
});
