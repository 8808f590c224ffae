import type { Page } from 'playwright-core';
import { makePageLink } from '../../scripts/one-machine/page-link.ts';
import type { PageMachine } from './page-machine.ts';

/** Opens the page of a machine by a link of its own, and waits until it shows the state. */
export async function openPage(page: Page, machine: PageMachine): Promise<void> {
  await page.goto(await makePageLink(machine.local));
  await page.getByRole('heading', { name: 'Objects' }).waitFor();
}
