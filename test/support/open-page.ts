import type { Page } from 'playwright-core';
import type { PageMachine } from './page-machine.ts';

/** Opens the page of a machine and waits until it shows the state. */
export async function openPage(page: Page, machine: PageMachine): Promise<void> {
  await page.goto(machine.local.page);
  await page.getByRole('heading', { name: 'Objects' }).waitFor();
}
