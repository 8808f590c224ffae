import type { Context } from 'aws-lambda';
import { once } from '#core/once.ts';
import { openPorts } from '../adapters/open-ports.ts';
import { loadConfig } from '../config.ts';
import type { HttpAnswer, HttpEvent } from '../http/answers.ts';
import { makeAdmin } from './wire.ts';

const admin = once(async () => {
  const config = loadConfig('admin');
  return makeAdmin(await openPorts(config), config);
});

/** The HTTP API and the page. Reads its configuration and opens its ports at first use. */
export async function handler(event: HttpEvent, context: Context): Promise<HttpAnswer> {
  return (await admin())(event, context);
}
