import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPorts } from '../../../lambdas/adapters/open-ports.ts';
import { handler as admin } from '../../../lambdas/admin/handler.ts';
import { loadConfig } from '../../../lambdas/config.ts';
import { handler as gateway } from '../../../lambdas/gateway/handler.ts';
import { handler as worker } from '../../../lambdas/worker/handler.ts';
import { freshOrgId } from '../../support/salesforce-ids.ts';
import { context, httpEvent, sqsRecord } from '../../support/test-receiver.ts';

/** The exports as Lambda and the one machine call them, over files. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handlers-'));
  Object.assign(process.env, {
    RTS_MODE: 'sqlite',
    RTS_DATA_DIR: folder,
    RTS_GATEWAY_URL: 'https://rts.example',
    RTS_LOG_LEVEL: 'ERROR',
  });
});

afterAll(async () => {
  const { RTS_MODE: _mode, ...environment } = process.env;
  await (await openPorts(loadConfig('worker'))).close();
  process.env = environment;
  await rm(folder, { recursive: true });
});

/** HTTP knows no case in header names. */
function lowerCase(headers: object = {}): object {
  return Object.fromEntries(Object.entries(headers).map(([name, v]) => [name.toLowerCase(), v]));
}

it('gateway: maps a refusal to its answer', async () => {
  const path = `/v1/orgs/${freshOrgId()}/notices`;
  const answer = await gateway(httpEvent('POST', path, {}, { body: '{}' }), context());
  expect(answer).toMatchObject({ statusCode: 401 });
  expect(lowerCase(answer.headers)).toMatchObject({
    'content-type': 'application/problem+json',
    'x-content-type-options': 'nosniff',
  });
});

it('admin: serves its document and refuses what it does not know', async () => {
  const document = await admin(httpEvent('GET', '/openapi.json', {}), context());
  expect(document.statusCode).toBe(200);
  const nothing = await admin(httpEvent('GET', '/nothing', {}), context());
  expect(nothing).toMatchObject({ statusCode: 404 });
  for (const { headers } of [document, nothing]) {
    expect(lowerCase(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  }
});

it('worker: answers which messages stay on the queue', async () => {
  const message = { type: 'record.verify.v1', object: 'Task', ids: [], reason: 'tie' };
  const records: SQSEvent['Records'] = [
    sqsRecord({
      id: 'good',
      body: JSON.stringify({ ...message, orgId: freshOrgId() }),
      receiveCount: 1,
    }),
    sqsRecord({ id: 'bad', body: '{}', receiveCount: 1 }),
  ];
  const answer = await worker({ Records: records }, context());
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] });
});
