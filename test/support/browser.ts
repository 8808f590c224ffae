import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** The narrowest and the widest screen that the page is made for, and two in between. */
const WIDTHS = [320, 768, 1280, 2560] as const;
/** Run in the page, whose types tests do not have. */
const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
const PICTURES = join(import.meta.dirname, '../../coverage/pages');

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

/** What a good page never has: errors and warnings of the console, and requests to any other host. */
export function collectComplaints(page: Page, origin: string): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && url.protocol !== 'data:') complaints.push(`to ${url.origin}`);
  });
  return complaints;
}

/** Pictures to look at, light and dark, narrow and wide, in `coverage/pages` (not kept in git). */
export async function takePictures(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  const size = page.viewportSize() ?? { width: 1280, height: 720 };
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const path = join(PICTURES, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(size);
}

/** No violation that axe-core finds, in light and in dark, and nothing wider than the screen at any width. */
export async function expectAccessible(page: Page): Promise<void> {
  const size = page.viewportSize() ?? { width: 1280, height: 720 };
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate<number>(OVERFLOW);
    expect(overflow, `pixels too wide at ${width}`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(size);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), colorScheme).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const { violations: found } = await page.evaluate(() => {
    const { axe } = globalThis as unknown as {
      axe: { run(options?: RunOptions): Promise<AxeResults> };
    };
    return axe.run();
  });
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
