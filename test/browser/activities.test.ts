import { beforeEach, expect, it } from 'vitest';
import { expectAccessible, takePictures } from '../support/browser.ts';
import { openPage } from '../support/open-page.ts';
import { openPageStage } from '../support/page-stage.ts';

const USER = 'alex@practice.example';

const stage = openPageStage();

beforeEach(async () => {
  await openPage(stage.page, stage.machine);
  await stage.page.getByRole('navigation').getByRole('link', { name: 'Activities' }).click();
  await stage.page.getByRole('heading', { level: 1, name: 'Activities' }).waitFor();
});

const button = (name: string | RegExp) => stage.page.getByRole('button', { name });
const row = (name: string) => stage.page.getByRole('row', { name: new RegExp(name) });

async function looksRight(name: string): Promise<void> {
  await expect.poll(() => stage.page.getByText(/^Reading .*…$/).count()).toBe(0);
  await takePictures(stage.page, name);
  await expectAccessible(stage.page);
  expect(stage.complaints).toEqual([]);
}

function sent(id: string, to: string, subject = 'Hello'): object {
  return { id, kind: 'email.sent', at: '2026-11-20T09:30:00Z', user: USER, to: [to], subject };
}

async function showState(state: string): Promise<void> {
  await stage.page.getByRole('combobox', { name: 'State' }).selectOption(state);
}

const written = async (senderId: string) =>
  (await stage.machine.call('GET', `/activities?state=written&id=${senderId}`)).activities[0];

it('shows a skipped activity with its reason, logs it anyway, and tries one out', async () => {
  const addresses = ['andy.young@example.com'];
  await stage.machine.call('PUT', '/roles/default', { exclusions: { addresses, domains: [] } });
  await stage.machine.call('POST', '/activities', {
    activities: [sent('browser-1', 'andy.young@example.com')],
  });
  await showState('skipped');
  await stage.page
    .getByText(/andy.young@example.com: excluded address/)
    .waitFor({ timeout: 30_000 });
  await button('Log it anyway').click();
  await stage.page.getByText('None fits.').waitFor({ timeout: 30_000 });
  await expect.poll(() => written('browser-1')).toMatchObject({ senderId: 'browser-1' });

  await stage.page.getByRole('textbox', { name: 'Mixmax user', exact: true }).fill(USER);
  await stage.page.getByRole('textbox', { name: 'Recipient' }).fill('nobody@stranger.example');
  await button('Try').click();
  await stage.page.getByText('It would not be written:').waitFor();
  await stage.page.getByRole('textbox', { name: 'Recipient' }).fill('jane.grey@example.com');
  await button('Try').click();
  await stage.page.getByRole('row', { name: /^Written as the Sync User/ }).waitFor();
  await looksRight('activities');
});

it('matches an unresolved activity to a contact, leaves another as it is, and finds both', async () => {
  await stage.machine.call('PUT', '/roles/default', { unresolved: true });
  await stage.machine.call('POST', '/activities', {
    activities: [
      sent('browser-match', 'ada@stranger.example', 'To be matched'),
      sent('browser-ignore', 'bob@stranger.example', 'To be ignored'),
    ],
  });
  const contact = await stage.machine.org.create('Contact', { LastName: 'Lovelace' });
  await expect
    .poll(async () => (await stage.machine.call('GET', '/unresolved')).activities.length)
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
  await stage.page.getByText('None fits.').waitFor({ timeout: 30_000 });

  await showState('any');
  await stage.page.getByRole('combobox', { name: 'Search by' }).selectOption('subject');
  await stage.page.getByRole('searchbox').fill('ignored');
  await button('Search').click();
  await row('To be ignored').getByRole('cell', { name: 'ignored', exact: true }).waitFor();
  expect(await row('To be matched').count()).toBe(0);
  await stage.page.getByRole('combobox', { name: 'Search by' }).selectOption('record');
  await stage.page.getByRole('searchbox').fill(contact);
  await button('Search').click();
  await row('To be matched').waitFor();
  await stage.page.getByLabel('From').fill('2026-11-21');
  await button('Search').click();
  await stage.page.getByText('None fits.').waitFor();
  expect(stage.complaints).toEqual([]);
});

it('saves a role, the exclusions of system addresses, and tells who may edit the date/time', async () => {
  await stage.page.getByRole('checkbox', { name: 'E-mail opened' }).uncheck();
  await stage.page.getByRole('checkbox', { name: /manage their own Salesforce settings/ }).check();
  await button('Save role').click();
  await expect
    .poll(() => stage.machine.call('GET', '/roles/default'))
    .toMatchObject({ notLogged: ['email.opened'], membersManage: true });
  await stage.page.getByRole('textbox', { name: 'Added here' }).fill('bot\nrobot');
  await button('Save exclusions').click();
  await expect
    .poll(async () => (await stage.machine.call('GET', '/exclusions')).localParts)
    .toEqual(['bot', 'robot']);
  await stage.page
    .getByText(/^MixmaxActivityDateTime__c: \d+ of \d+ active users may edit it/)
    .click();
  await stage.page.getByRole('row', { name: new RegExp(`^${USER}`) }).waitFor();
  await looksRight('activities-roles');
});
