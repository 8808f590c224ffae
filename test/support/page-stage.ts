import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { launchChromium, NO_CHROMIUM } from '../../scripts/bench/chromium.ts';
import { type PageMachine, startPageMachine } from './page-machine.ts';

/** What the page's tests of a file share, from the first of them on. */
export interface PageStage {
  readonly browser: Browser;
  readonly machine: PageMachine;
}

/** A Chromium and `npm start`'s own processes for all tests of a file; without Chromium they are skipped, with the reason. */
export function openPageStage(): PageStage {
  const stage: { browser: Browser; machine: PageMachine } = Object.create(null);
  beforeAll(async () => {
    const browser = await launchChromium();
    if (browser) Object.assign(stage, { browser, machine: await startPageMachine() });
  });
  beforeEach(({ skip }) => {
    if (!('browser' in stage)) skip(NO_CHROMIUM);
  });
  afterAll(async () => {
    await stage.browser?.close();
    await stage.machine?.stop();
  });
  return stage;
}
