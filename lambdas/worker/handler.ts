import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { once } from '#core/once.ts';
import { openPorts } from '../adapters/open-ports.ts';
import { loadConfig } from '../config.ts';
import { makeWorker } from './wire.ts';

const worker = once(async () => makeWorker(await openPorts(loadConfig('worker'))));

/** The notice queue's consumer. Reads its configuration and opens its ports at first use. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return (await worker())(event, context);
}
