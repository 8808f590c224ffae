import type { APIGatewayProxyEventV2, Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { FeedEvent } from '#core/record.ts';
import { signWebhook } from '#core/signature.ts';
import type { Clock } from '#ports/clock.ts';
import type { Ports } from '#ports/ports.ts';
import type { LogFields, Telemetry } from '#ports/telemetry.ts';
import { LogNotifier } from '../../lambdas/adapters/log-notifier.ts';
import { openSqliteStores } from '../../lambdas/adapters/sqlite/open-sqlite-stores.ts';
import { SystemRandom } from '../../lambdas/adapters/system-random.ts';
import { makeGateway } from '../../lambdas/gateway/wire.ts';
import type { HttpAnswer } from '../../lambdas/http/answers.ts';
import { makeWorker } from '../../lambdas/worker/wire.ts';
import { httpEvent as lambdaEvent } from '../../scripts/simulate/http-event.ts';
import { ManualClock } from './manual-clock.ts';
import { SalesforceDouble } from './salesforce-double.ts';
import { freshOrgId, recordIdOf } from './salesforce-ids.ts';

export const TOKEN = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** Remembers what was logged: ids and reasons, which tests may expect, and values, which they must not find. */
export class RecordingTelemetry implements Telemetry {
  readonly lines: { level: string; message: string; fields: LogFields | undefined }[] = [];
  readonly metrics = new Map<string, number>();
  /** Each measure with what stands beside it in its line. */
  readonly measures: { name: string; fields: LogFields | undefined }[] = [];

  info(message: string, fields?: LogFields): void {
    this.lines.push({ level: 'info', message, fields });
  }
  warn(message: string, fields?: LogFields): void {
    this.lines.push({ level: 'warn', message, fields });
  }
  error(message: string, fields?: LogFields): void {
    this.lines.push({ level: 'error', message, fields });
  }
  metric(name: string, value: number, fields?: LogFields): void {
    this.measures.push({ name, fields });
    this.metrics.set(name, (this.metrics.get(name) ?? 0) + value);
  }
}

export interface TestReceiver {
  readonly clock: ManualClock;
  readonly salesforce: SalesforceDouble;
  readonly telemetry: RecordingTelemetry;
  readonly ports: Ports;
  readonly consumers: ReturnType<typeof openSqliteStores>['consumers'];
  /** Signs a notice with the org's token and posts it through the gateway's chain. */
  post(orgId: OrgId, notice: unknown, options?: PostOptions): Promise<HttpAnswer>;
  /** Delivers every message that is due to the worker's chain; answers how many it took. */
  work(): Promise<number>;
  feed(orgId: OrgId): Promise<readonly FeedEvent[]>;
  close(): Promise<void>;
}

export interface PostOptions {
  readonly token?: string;
  readonly webhookId?: string;
  readonly timestampSeconds?: number;
  /** Sent instead of the body that was signed. */
  readonly tamper?: (body: string) => string;
  readonly path?: string;
  readonly base64?: boolean;
  readonly headers?: Record<string, string>;
}

/**
 * Gateway and worker over SQLite, with a clock that stands still and an org in memory.
 *
 * @param change puts something between the functions and their ports
 * @param dataDir of files that are there already; by default all is in memory
 */
export function openTestReceiver(
  change: (ports: Ports) => Ports = (ports) => ports,
  dataDir = ':memory:',
): TestReceiver {
  const clock = new ManualClock();
  const salesforce = new SalesforceDouble(clock);
  const telemetry = new RecordingTelemetry();
  const { consumers, close, ...stores } = openSqliteStores(dataDir, clock);
  const notifier = new LogNotifier(telemetry);
  const world = { clock, random: new SystemRandom(), telemetry, notifier };
  const ports = change({ ...stores, ...world, salesforce: salesforce.orgs });
  const gateway = makeGateway(ports);
  const worker = makeWorker(ports);
  return {
    clock,
    salesforce,
    telemetry,
    ports,
    consumers,
    post: (orgId, notice, options = {}) =>
      gateway(noticeRequest(orgId, notice, clock, options), context()),
    work: () => deliver(consumers.notices, (event) => worker(event, context())),
    feed: async (orgId) => (await stores.feed.read(orgId, undefined, 1_000)).events,
    close,
  };
}

export function noticeRequest(
  orgId: string,
  notice: unknown,
  clock: Clock,
  options: PostOptions,
): APIGatewayProxyEventV2 {
  const body = typeof notice === 'string' ? notice : JSON.stringify(notice);
  const id = options.webhookId ?? 'msg0001';
  const seconds = options.timestampSeconds ?? Math.floor(clock.now() / 1_000);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signWebhook(options.token ?? TOKEN, id, seconds, Buffer.from(body)),
    ...options.headers,
  };
  const sent = options.tamper?.(body) ?? body;
  return httpEvent('POST', options.path ?? `/v1/orgs/${orgId}/notices`, headers, {
    body: options.base64 ? Buffer.from(sent).toString('base64') : sent,
    isBase64Encoded: options.base64 ?? false,
  });
}

export function httpEvent(
  method: string,
  path: string,
  headers: Record<string, string>,
  { body = '', isBase64Encoded = false }: { body?: string; isBase64Encoded?: boolean } = {},
): APIGatewayProxyEventV2 {
  return { ...lambdaEvent(method, path, headers, body), isBase64Encoded };
}

export function context(): Context {
  return {
    awsRequestId: 'request-1',
    functionName: 'test',
    functionVersion: '1',
    invokedFunctionArn: 'arn',
    memoryLimitInMB: '512',
    logGroupName: 'log',
    logStreamName: 'log',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => 30_000,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

export type NoticeConsumer = ReturnType<typeof openSqliteStores>['consumers']['notices'];

/** One delivery of every due message, as the event source mapping would; failures stay on the queue. */
export async function deliver(
  queue: NoticeConsumer,
  handler: (event: SQSEvent) => Promise<SQSBatchResponse>,
): Promise<number> {
  const messages = await queue.receive(10, 60_000);
  if (messages.length === 0) return 0;
  const event: SQSEvent = { Records: messages.map((message) => sqsRecord(message)) };
  let failed: Set<string>;
  try {
    const { batchItemFailures } = await handler(event);
    failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  } catch {
    failed = new Set(messages.map(({ id }) => id));
  }
  for (const { id, receipt } of messages) {
    if (failed.has(id)) await queue.release(receipt, 0, 'failed in a test');
    else await queue.delete(receipt);
  }
  return messages.length;
}

export function sqsRecord(message: {
  id: string;
  body: string;
  receiveCount: number;
  orgId?: string;
}): SQSEvent['Records'][number] {
  return {
    messageId: message.id,
    receiptHandle: message.id,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: '0',
      SenderId: 'test',
      ApproximateFirstReceiveTimestamp: '0',
      ...(message.orgId !== undefined && { MessageGroupId: message.orgId }),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:test:000000000000:notices',
    awsRegion: 'test',
  };
}

/** Stores a connected, active org whose mirror holds Account, Contact and Task, conditions off. */
export async function connectTestOrg(
  receiver: TestReceiver,
  change: Partial<OrgState> = {},
): Promise<OrgState> {
  const orgId = freshOrgId();
  const nowMs = receiver.clock.now();
  const all = (fields: string[]) => ({ fieldSet: { fields, hash: '*' }, viewAll: true });
  const org: OrgState = {
    orgId,
    revision: 1,
    name: 'Test org',
    instanceUrl: 'https://test.my.salesforce.example',
    loginUrl: 'https://login.salesforce.example',
    apiVersion: '66.0',
    syncUser: { id: recordIdOf('005', 1), username: 'sync@test.example' },
    phase: 'active',
    phaseSinceMs: nowMs,
    mode: { name: 'realtime', sinceMs: nowMs, epoch: 1 },
    conditions: { on: false },
    objects: {
      Account: all(['Name', 'OwnerId']),
      Contact: all(['AccountId', 'CreatedDate', 'Email', 'Name', 'OwnerId']),
      Task: all(['OwnerId', 'Status', 'Subject', 'WhatId', 'WhoId']),
    },
    ...change,
  };
  await receiver.ports.orgs.create(org);
  await receiver.ports.secrets.put(orgId, {
    token: TOKEN,
    credentials: { kind: 'client-credentials', clientId: 'id', clientSecret: 'secret' },
  });
  return org;
}
