import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { once } from '#core/once.ts';
import { openPorts } from '../adapters/open-ports.ts';
import { loadConfig } from '../config.ts';
import { makeBulk } from './wire.ts';

const bulk = once(async () => makeBulk(await openPorts(loadConfig('bulk'))));

/** The bulk queue's consumer. Reads its configuration and opens its ports at first use. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return (await bulk())(event, context);
}
