import type { Context, ScheduledEvent } from 'aws-lambda';
import { once } from '#core/once.ts';
import { openStores } from '../adapters/open-stores.ts';
import { loadConfig } from '../config.ts';
import { makeScheduler } from './wire.ts';

const scheduler = once(async () => makeScheduler(await openStores(loadConfig('scheduler'))));

/** The clock's minute. Reads its configuration and opens its stores at first use. */
export async function handler(event: ScheduledEvent, context: Context): Promise<void> {
  await (await scheduler())(event, context);
}
