import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launchChromium, NO_CHROMIUM } from '../../scripts/bench/chromium.ts';
import { expectAccessible, takePictures } from '../support/browser.ts';
import { type PageMachine, startPageMachine } from '../support/page-machine.ts';

/** Two starts of an org, an installation and a first audit take a busy machine long. */
const LONGEST = { timeout: 600_000 };
const ADMIN = 'alex@practice.example';

let browser: Browser | undefined;
let machine: PageMachine | undefined;

beforeAll(async () => {
  browser = await launchChromium();
});

afterEach(async () => {
  await machine?.stop();
  machine = undefined;
});

afterAll(async () => {
  await browser?.close();
});

/** A new org that nobody has connected, up to the page of its Sync User. */
async function connected(chromium: Browser, ...options: readonly string[]): Promise<Page> {
  machine = await startPageMachine('--fresh', '--empty', ...options);
  const page = await chromium.newPage();
  await page.goto(machine.local.page);
  await page.getByRole('heading', { name: 'Connect Sync User' }).waitFor();
  await takePictures(page, 'fresh-1-connect');
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Connect to/ }).click();
  await page.locator(`button[value="${ADMIN}"]`).click();

  await page.getByRole('heading', { name: "The org's first API key" }).waitFor();
  return page;
}

/** What the page asks for from now on and is answered with a fault of the receiver's own, as a list that grows. */
function collectFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on('response', (answer) => {
    if (answer.status() >= 500) faults.push(`${answer.status()} ${new URL(answer.url()).pathname}`);
  });
  return faults;
}

async function becomesActive(page: Page): Promise<void> {
  await page.getByText('Active: changes arrive as they happen done').waitFor({ timeout: 180_000 });
}

it('walks from an empty org to Active as the article tells it', LONGEST, async ({ skip }) => {
  if (!browser) return skip(NO_CHROMIUM);
  const page = await connected(browser);
  const faults = collectFaults(page);
  await page.getByText('Package installed under way').waitFor();
  await page.getByRole('row', { name: /^Modify All Data granted/ }).waitFor();
  await takePictures(page, 'fresh-2-not-installed');
  await expectAccessible(page);

  const [tab] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: /Install the Mixmax Salesforce Package/ }).click(),
  ]);
  await tab.locator(`button[value="${ADMIN}"]`).click();
  await tab.getByText('Install for All Users').click();
  await tab.getByRole('button', { name: 'Install' }).click();
  await tab.getByText('Yes, grant access').click();
  await tab.getByRole('button', { name: 'Continue' }).click();
  await tab.close();

  await becomesActive(page);
  await takePictures(page, 'fresh-3-active');
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { name: 'Active' }).waitFor();
  expect(await page.getByRole('row', { name: /^User/ }).count()).toBe(1);
  expect(faults).toEqual([]);
});

it(
  'deploys the source as the Sync User where no version is configured',
  LONGEST,
  async ({ skip }) => {
    if (!browser) return skip(NO_CHROMIUM);
    const page = await connected(browser, '--from-source');
    const faults = collectFaults(page);
    await page
      .getByText(/source that came with this receiver is deployed, as the Sync User/)
      .waitFor();
    await takePictures(page, 'fresh-source-1-not-installed');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Install the Mixmax Salesforce Package' }).click();
    await page.getByText('The source is in the org.').waitFor({ timeout: 120_000 });
    await becomesActive(page);
    await takePictures(page, 'fresh-source-2-active');
    expect(faults).toEqual([]);
  },
);
