import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { collectComplaints, expectAccessible, takePictures } from '../support/browser.ts';
import { openPage } from '../support/open-page.ts';
import type { PageMachine } from '../support/page-machine.ts';
import { openPageStage } from '../support/page-stage.ts';

const USER = 'alex@practice.example';

const stage = openPageStage();
let machine: PageMachine;
let page: Page;
let complaints: string[];

beforeEach(async () => {
  machine = stage.machine;
  page = await stage.browser.newPage();
  complaints = collectComplaints(page, machine.local.api);
  await openPage(page, machine);
  await page.getByRole('navigation').getByRole('link', { name: 'Activities' }).click();
  await page.getByRole('heading', { level: 1, name: 'Activities' }).waitFor();
});

afterEach(async () => {
  await page?.close();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const row = (name: string) => page.getByRole('row', { name: new RegExp(name) });

async function looksRight(name: string): Promise<void> {
  await expect.poll(() => page.getByText(/^Reading .*…$/).count()).toBe(0);
  await takePictures(page, name);
  await expectAccessible(page);
  expect(complaints).toEqual([]);
}

function sent(id: string, to: string, subject = 'Hello'): object {
  return { id, kind: 'email.sent', at: '2026-11-20T09:30:00Z', user: USER, to: [to], subject };
}

async function showState(state: string): Promise<void> {
  await page.getByRole('combobox', { name: 'State' }).selectOption(state);
}

const written = async (senderId: string) =>
  (await machine.call('GET', `/activities?state=written&id=${senderId}`)).activities[0];

it('shows a skipped activity with its reason, logs it anyway, and tries one out', async () => {
  const addresses = ['andy.young@example.com'];
  await machine.call('PUT', '/roles/default', { exclusions: { addresses, domains: [] } });
  await machine.call('POST', '/activities', {
    activities: [sent('browser-1', 'andy.young@example.com')],
  });
  await showState('skipped');
  await page.getByText(/andy.young@example.com: excluded address/).waitFor({ timeout: 30_000 });
  await button('Log it anyway').click();
  await page.getByText('None fits.').waitFor({ timeout: 30_000 });
  await expect.poll(() => written('browser-1')).toMatchObject({ senderId: 'browser-1' });

  await page.getByRole('textbox', { name: 'Mixmax user', exact: true }).fill(USER);
  await page.getByRole('textbox', { name: 'Recipient' }).fill('nobody@stranger.example');
  await button('Try').click();
  await page.getByText('It would not be written:').waitFor();
  await page.getByRole('textbox', { name: 'Recipient' }).fill('jane.grey@example.com');
  await button('Try').click();
  await page.getByRole('row', { name: /^Written as the Sync User/ }).waitFor();
  await looksRight('activities');
});

it('matches an unresolved activity to a contact, leaves another as it is, and finds both', async () => {
  await machine.call('PUT', '/roles/default', { unresolved: true });
  await machine.call('POST', '/activities', {
    activities: [
      sent('browser-match', 'ada@stranger.example', 'To be matched'),
      sent('browser-ignore', 'bob@stranger.example', 'To be ignored'),
    ],
  });
  const contact = await machine.org.create('Contact', { LastName: 'Lovelace' });
  await expect
    .poll(async () => (await machine.call('GET', '/unresolved')).activities.length)
    .toBe(2);
  await showState('unresolved');
  await row('To be matched').getByText('Match', { exact: true }).click();
  await looksRight('activities-unresolved');
  await row('To be matched').getByRole('textbox').fill(contact);
  await row('To be matched').getByRole('button', { name: 'Log it there' }).click();
  await expect
    .poll(() => written('browser-match'))
    .toMatchObject({
      tasks: [{ whoIds: [contact] }],
    });
  await row('To be ignored').getByRole('button', { name: 'Ignore' }).click();
  await page.getByText('None fits.').waitFor({ timeout: 30_000 });

  await showState('any');
  await page.getByRole('combobox', { name: 'Search by' }).selectOption('subject');
  await page.getByRole('searchbox').fill('ignored');
  await button('Search').click();
  await row('To be ignored').getByRole('cell', { name: 'ignored', exact: true }).waitFor();
  expect(await row('To be matched').count()).toBe(0);
  await page.getByRole('combobox', { name: 'Search by' }).selectOption('record');
  await page.getByRole('searchbox').fill(contact);
  await button('Search').click();
  await row('To be matched').waitFor();
  await page.getByLabel('From').fill('2026-11-21');
  await button('Search').click();
  await page.getByText('None fits.').waitFor();
  expect(complaints).toEqual([]);
});

it('saves a role, the exclusions of system addresses, and tells who may edit the date/time', async () => {
  await page.getByRole('checkbox', { name: 'E-mail opened' }).uncheck();
  await page.getByRole('checkbox', { name: /manage their own Salesforce settings/ }).check();
  await button('Save role').click();
  await expect
    .poll(() => machine.call('GET', '/roles/default'))
    .toMatchObject({ notLogged: ['email.opened'], membersManage: true });
  await page.getByRole('textbox', { name: 'Added here' }).fill('bot\nrobot');
  await button('Save exclusions').click();
  await expect
    .poll(async () => (await machine.call('GET', '/exclusions')).localParts)
    .toEqual(['bot', 'robot']);
  await page.getByText(/^MixmaxActivityDateTime__c: \d+ of \d+ active users may edit it/).click();
  await page.getByRole('row', { name: new RegExp(`^${USER}`) }).waitFor();
  await looksRight('activities-roles');
});
