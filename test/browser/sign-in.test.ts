import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { makePageLink } from '../../scripts/one-machine/page-link.ts';
import { collectComplaints, expectAccessible, takePictures } from '../support/browser.ts';
import { openPage } from '../support/open-page.ts';
import { userFields } from '../support/org/user-fields.ts';
import { openPageStage } from '../support/page-stage.ts';

const ADMIN = 'alex@practice.example';
const SELLER = 'sam@practice.example';
const SCRIPT = '<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>';

const stage = openPageStage();

const button = (name: string | RegExp) => stage.page.getByRole('button', { name });
const signInHeading = () =>
  stage.page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();

it('says how to sign in when it is opened without its link', async () => {
  await stage.page.goto(stage.machine.local.api);
  await signInHeading();
  await stage.page.getByText('npm run page').waitFor();
  await takePictures(stage.page, 'signed-out');
  await expectAccessible(stage.page);
  expect(stage.complaints).toEqual([]);
});

it('takes a link once, keeps the browser signed in, and lets go of it', async () => {
  const link = await makePageLink(stage.machine.local);
  await stage.page.goto(link);
  await stage.page.getByRole('heading', { name: 'Objects' }).waitFor();
  await stage.page.reload();
  await stage.page.getByRole('heading', { name: 'Objects' }).waitFor();
  const [cookie] = await stage.page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  expect(
    await stage.page.evaluate<string>('document.cookie + JSON.stringify({...sessionStorage})'),
  ).toBe('{}');
  await button('Sign out').click();
  await signInHeading();
  await stage.page.goto(link);
  await stage.page.reload();
  await signInHeading();
});

it('says that a link was used already', async () => {
  const link = await makePageLink(stage.machine.local);
  await stage.page.goto(link);
  await stage.page.getByRole('heading', { name: 'Objects' }).waitFor();
  const other = await (await stage.browser.newContext())?.newPage();
  await other?.goto(link);
  await other?.getByText(/This link was used already/).waitFor();
  await other?.context().close();
});

async function signIn(username: string, path = '/'): Promise<void> {
  await stage.page.goto(stage.machine.local.api + path);
  await stage.page.getByRole('textbox').fill(stage.machine.local.orgId);
  await button('Sign in with Salesforce').click();
  await stage.page.locator(`button[value="${username}"]`).click();
}

it('lets an admin in by Sign in with Salesforce, and nobody else', async () => {
  await signIn(SELLER);
  await stage.page.getByText(/is no admin: Customize Application or Modify All Data/).waitFor();
  await signIn(ADMIN);
  await stage.page.getByRole('heading', { name: 'Objects' }).waitFor();
  await stage.page.getByText(ADMIN).waitFor();
  await stage.page.goto(`${stage.machine.local.api}/#/limits`);
  await stage.page.getByRole('slider').fill('66');
  await button('Save').click();
  await stage.page.getByText('In force.').waitFor();
  await stage.page.getByRole('link', { name: 'Log of changes' }).click();
  await stage.page
    .getByRole('row', { name: new RegExp(`${ADMIN} this page put limits`) })
    .waitFor();
  await stage.page.getByRole('row', { name: new RegExp(`${ADMIN} this page sign in`) }).waitFor();
  await takePictures(stage.page, 'log-of-changes');
  await expectAccessible(stage.page);
});

it('sends an admin out who is none any more, within the hour', async () => {
  const [admin] = await stage.machine.org.query<{ Id: string }>(
    "SELECT Id FROM Profile WHERE Name = 'System Administrator'",
  );
  const [standard] = await stage.machine.org.query<{ Id: string }>(
    "SELECT Id FROM Profile WHERE Name = 'Standard User'",
  );
  const username = 'demoted@practice.example';
  const id = await stage.machine.org.create(
    'User',
    userFields({ username, alias: 'demoted', profileId: admin?.Id }),
  );
  await signIn(username);
  await stage.page.getByRole('heading', { name: 'Objects' }).waitFor();
  await stage.machine.org.update('User', id, { ProfileId: standard?.Id });
  await stage.page.reload();
  await stage.page.getByRole('heading', { name: 'Objects' }).waitFor();
  await stage.machine.receiver.advanceClocks(61 * 60);
  await signInHeading();
  await stage.page.reload();
  await signInHeading();
});

it('shows a user his own settings, to read or to change as his role says, and nothing else', async () => {
  await signIn(SELLER, '/me');
  await stage.page.getByText(/^Your role is default/).waitFor();
  // Signing in led through the org's own pages.
  const complaints = collectComplaints(stage.page, stage.machine.local.api);
  await stage.page.getByText(/cannot set this for themselves/).waitFor();
  const opened = stage.page.getByRole('checkbox', { name: 'E-mail opened' });
  expect(await opened.isDisabled()).toBe(true);
  await takePictures(stage.page, 'me-read-only');
  await expectAccessible(stage.page);

  await stage.machine.call('PUT', '/roles/default', { membersManage: true });
  await stage.page.reload();
  await opened.uncheck();
  await button('Save my settings').click();
  const settings = () => stage.machine.call('GET', `/users/${SELLER}/settings`);
  await expect.poll(async () => (await settings()).own).toEqual({ notLogged: ['email.opened'] });
  await takePictures(stage.page, 'me');
  await button('Use those of the role').click();
  await expect.poll(async () => (await settings()).own).toEqual({});

  const { api, orgId } = stage.machine.local;
  await stage.page.goto(`${api}/#/limits`);
  await stage.page.getByText(/^Your role is default/).waitFor();
  expect(complaints).toEqual([]);
  const status = await stage.page.evaluate<number>(
    `fetch('/v1/orgs/${orgId}/limits').then(({ status }) => status)`,
  );
  expect(status).toBe(403);
});

it('shows script in the names of records as text', async () => {
  await openPage(stage.page, stage.machine);
  const id = await stage.machine.org.create('Contact', { LastName: SCRIPT });
  await stage.page.getByRole('link', { name: new RegExp(id) }).click();
  await stage.page.getByRole('cell', { name: SCRIPT, exact: true }).first().waitFor();
  await stage.page.goto(
    `${stage.machine.local.api}/#/records/Contact/${encodeURIComponent(SCRIPT)}`,
  );
  await stage.page.getByRole('heading', { name: 'History of seven days' }).waitFor();
  await stage.page.getByRole('alert').first().waitFor();
  expect(await stage.page.evaluate('globalThis.pwned')).toBeUndefined();
});

it('refuses to be framed, and changes asked for by another site', async () => {
  await openPage(stage.page, stage.machine);
  const { api, orgId } = stage.machine.local;
  const attacker = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<iframe src="${api}/" title="framed"></iframe>
      <form method="post" enctype="text/plain" action="${api}/v1/orgs/${orgId}/settings/disable"><button>Win</button></form>`);
  });
  await new Promise<void>((resolve) => attacker.listen(0, '127.0.0.1', resolve));
  const { port } = attacker.address() as AddressInfo;
  const evil = await stage.page.context().newPage();
  await evil.goto(`http://localhost:${port}/`);
  expect(await evil.frameLocator('iframe').locator('#page').count()).toBe(0);
  const answered = evil.waitForResponse((response) => response.url().includes('/settings/disable'));
  await evil.getByRole('button', { name: 'Win' }).click();
  expect([401, 403]).toContain((await answered).status());
  await evil.goto(`http://127.0.0.1:${port}/`);
  const again = evil.waitForResponse((response) => response.url().includes('/settings/disable'));
  await evil.getByRole('button', { name: 'Win' }).click();
  expect((await again).status()).toBe(403);
  attacker.closeAllConnections();
  attacker.close();
  const [row] = await stage.machine.org.query<{ Disable_RTS__c: boolean }>(
    'SELECT Disable_RTS__c FROM Mixmax_Settings__c WHERE Gateway_URL__c != null',
  );
  expect(row?.Disable_RTS__c).toBe(false);
});
