import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { once } from '#core/once.ts';
import { openPorts } from '../adapters/open-ports.ts';
import { loadConfig } from '../config.ts';
import { makeActivity } from './wire.ts';

const activity = once(async () => makeActivity(await openPorts(loadConfig('activity'))));

/** The activity queue's consumer. Reads its configuration and opens its ports at first use. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return (await activity())(event, context);
}
