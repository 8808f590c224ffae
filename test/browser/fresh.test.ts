import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium, NO_CHROMIUM } from '../../scripts/bench/chromium.ts';
import { expectAccessible, takePictures } from '../support/browser.ts';
import { type PageMachine, startPageMachine } from '../support/page-machine.ts';

const ADMIN = 'alex@practice.example';

let browser: Browser | undefined;
let machine: PageMachine;

beforeAll(async () => {
  browser = await launchChromium();
  if (browser) machine = await startPageMachine('--fresh', '--empty');
});

afterAll(async () => {
  await browser?.close();
  await machine?.stop();
});

it('walks from an empty org to Active as the article tells it', async ({ skip }) => {
  if (!browser) return skip(NO_CHROMIUM);
  const page = await browser.newPage();
  await page.goto(machine.local.page);
  await page.getByRole('heading', { name: 'Connect Sync User' }).waitFor();
  await takePictures(page, 'fresh-1-connect');
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Connect to/ }).click();
  await page.locator(`button[value="${ADMIN}"]`).click();

  await page.getByRole('heading', { name: "The org's first API key" }).waitFor();
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

  await page.getByText('Active: changes arrive as they happen done').waitFor({ timeout: 180_000 });
  await takePictures(page, 'fresh-3-active');
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { name: 'Active' }).waitFor();
  expect(await page.getByRole('row', { name: /^User/ }).count()).toBe(1);
});
