import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { launchChromium, NO_CHROMIUM } from '../../scripts/bench/chromium.ts';
import { collectComplaints } from './browser.ts';
import { type PageMachine, startPageMachine } from './page-machine.ts';

/** What the page's tests of a file share, from the first of them on. */
export interface PageStage {
  readonly browser: Browser;
  readonly machine: PageMachine;
  /** A new one for each test, not yet open. */
  readonly page: Page;
  /** What the page did that a good one never does; see `collectComplaints`. */
  readonly complaints: readonly string[];
}

/** A Chromium and `npm start`'s own processes for all tests of a file; without Chromium they are skipped, with the reason. */
export function openPageStage(): PageStage {
  const stage: { browser: Browser; machine: PageMachine; page: Page; complaints: string[] } =
    Object.create(null);
  beforeAll(async () => {
    const browser = await launchChromium();
    if (browser) Object.assign(stage, { browser, machine: await startPageMachine() });
  });
  beforeEach(async ({ skip }) => {
    if (!('browser' in stage)) return skip(NO_CHROMIUM);
    const context = await stage.browser.newContext();
    stage.page = await context.newPage();
    stage.complaints = collectComplaints(stage.page, stage.machine.local.api);
  });
  afterEach(async () => {
    await stage.page?.context().close();
  });
  afterAll(async () => {
    await stage.browser?.close();
    await stage.machine?.stop();
  });
  return stage;
}
