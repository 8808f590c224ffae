import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { packageVersion } from '../../local/org/api/packaging/package-version.ts';
import { startTestOrg, type TestOrg } from '../support/org/test-org.ts';

const CHROMIUM = '/usr/bin/chromium';

function metadata(type: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><${type} xmlns="http://soap.sforce.com/2006/04/metadata">${content}</${type}>`;
}

const PARCELS = packageVersion('Parcels & Co', { major: 1, minor: 2, patch: 0, build: 4 }, [
  {
    path: 'objects/Parcel__c/Parcel__c.object-meta.xml',
    text: metadata(
      'CustomObject',
      '<label>Parcel</label><pluralLabel>Parcels</pluralLabel><deploymentStatus>Deployed</deploymentStatus>' +
        '<sharingModel>ReadWrite</sharingModel><nameField><label>Name</label><type>Text</type></nameField>',
    ),
  },
  {
    path: 'objects/Parcel__c/fields/Weight__c.field-meta.xml',
    text: metadata(
      'CustomField',
      '<fullName>Weight__c</fullName><label>Weight</label><type>Number</type><precision>9</precision><scale>2</scale>',
    ),
  },
  {
    path: 'remoteSiteSettings/Carrier.remoteSite-meta.xml',
    text: metadata(
      'RemoteSiteSetting',
      '<fullName>Carrier</fullName><disableProtocolSecurity>false</disableProtocolSecurity>' +
        '<isActive>true</isActive><url>https://carrier.example</url>',
    ),
  },
  { path: 'classes/Carrier.cls', text: 'public class Carrier {}' },
]);

let browser: Browser | undefined;
let context: BrowserContext;
let page: Page;
let org: TestOrg;

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) return;
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
});
afterAll(() => browser?.close());

beforeEach(async (test) => {
  if (!browser) return test.skip(`Chromium is not installed at ${CHROMIUM}`);
  org = await startTestOrg({ packages: [PARCELS] });
  context = await browser.newContext();
  page = await context.newPage();
});
afterEach(async () => {
  await context?.close();
  await org?.close();
  expect(org?.errors ?? []).toEqual([]);
});

async function openLink(user: string): Promise<void> {
  await page.goto(`${org.url}/packaging/installPackage.apexp?p0=${PARCELS.id}`);
  await page.getByRole('button', { name: user }).click();
}

async function install({
  grant,
  everybody,
}: {
  grant: boolean;
  everybody: boolean;
}): Promise<void> {
  await openLink('Alex Admin');
  await page.getByRole('heading', { name: 'Install Parcels & Co' }).waitFor();
  if (everybody) await page.getByLabel('Install for All Users').check();
  await page.getByRole('button', { name: 'Install' }).click();
  await page.getByRole('heading', { name: 'Approve Third-Party Access' }).waitFor();
  await page.getByRole('cell', { name: 'https://carrier.example' }).waitFor();
  if (grant) await page.getByLabel('Yes, grant access').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Installation Complete!' }).waitFor();
  await page.getByRole('link', { name: 'Done' }).click();
  await page.getByRole('heading', { name: 'Installed Packages' }).waitFor();
}

async function tooling(soql: string): Promise<unknown[]> {
  const path = `/services/data/v66.0/tooling/query?q=${encodeURIComponent(soql)}`;
  return ((await (await org.fetch('GET', path)).json()) as { records: unknown[] }).records;
}

async function statusFor(username: string): Promise<number> {
  const answer = await fetch(`${org.url}/services/data/v66.0/sobjects/Parcel__c/describe`, {
    headers: { authorization: `Bearer ${org.org.issueToken(username)}` },
  });
  return answer.status;
}

const INSTALLED =
  'SELECT SubscriberPackage.Name, SubscriberPackageVersion.MajorVersion, SubscriberPackageVersion.BuildNumber FROM InstalledSubscriberPackage';
const SITES = 'SELECT EndpointUrl, IsActive FROM RemoteProxy';

test('installs for all users, with access to the third party, and uninstalls', async () => {
  await install({ grant: true, everybody: true });
  expect(await page.getByRole('cell').allTextContents()).toEqual(
    expect.arrayContaining(['Parcels & Co', '1.2.0.4']),
  );
  expect(await tooling(INSTALLED)).toMatchObject([
    {
      SubscriberPackage: { Name: 'Parcels & Co' },
      SubscriberPackageVersion: { MajorVersion: 1, BuildNumber: 4 },
    },
  ]);
  expect(await tooling(SITES)).toMatchObject([
    { EndpointUrl: 'https://carrier.example', IsActive: true },
  ]);
  expect(await tooling('SELECT Name FROM ApexClass')).toMatchObject([{ Name: 'Carrier' }]);
  expect(await statusFor('sam@practice.example')).toBe(200);

  await page.getByRole('link', { name: 'Uninstall' }).click();
  await page.getByLabel('Yes, I want to uninstall').check();
  await page.getByRole('button', { name: 'Uninstall' }).click();
  await page.getByText('None').waitFor();
  expect(await tooling(INSTALLED)).toEqual([]);
  expect(await tooling(SITES)).toEqual([]);
  expect(await statusFor('alex@practice.example')).toBe(404);
});

test('who declines third-party access gets the package with the site inactive', async () => {
  await install({ grant: false, everybody: false });
  expect(await tooling(SITES)).toMatchObject([{ IsActive: false }]);
  expect(await statusFor('alex@practice.example')).toBe(200);
});

test('installed for admins only, others do not see its objects', async () => {
  await install({ grant: true, everybody: false });
  expect(await statusFor('sam@practice.example')).toBe(404);
});

test('others than administrators may not install', async () => {
  await openLink('Sam');
  await page.getByRole('heading', { name: 'Insufficient Privileges' }).waitFor();
  expect(await tooling(INSTALLED)).toEqual([]);
});
