import type { Context } from 'aws-lambda';
import { once } from '#core/once.ts';
import { openStores } from '../adapters/open-stores.ts';
import { loadConfig } from '../config.ts';
import type { HttpAnswer, HttpEvent } from '../http/answers.ts';
import { makeGateway } from './wire.ts';

/** Stores only: the Salesforce client is never loaded here. */
const gateway = once(async () => makeGateway(await openStores(loadConfig('gateway'))));

/** `POST /v1/orgs/{orgId}/notices`. Reads its configuration and opens its ports at first use. */
export async function handler(event: HttpEvent, context: Context): Promise<HttpAnswer> {
  return (await gateway())(event, context);
}
