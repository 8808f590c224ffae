import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { recordId, orgId as toOrgId } from '#core/ids.ts';
import type { Notice } from '#core/notice.ts';
import type { Fields } from '#core/record.ts';
import { signWebhook } from '#core/signature.ts';
import { DynamoOrgStore } from '../../../lambdas/adapters/aws/dynamo-org-store.ts';
import { DynamoTable } from '../../../lambdas/adapters/aws/dynamo-table.ts';
import { DynamoUsageStore } from '../../../lambdas/adapters/aws/dynamo-usage-store.ts';
import { recordKey } from '../../../lambdas/adapters/aws/keys.ts';
import { fromItem, toItem } from '../../../lambdas/adapters/aws/mirror-items.ts';
import { SsmSecrets } from '../../../lambdas/adapters/aws/ssm-secrets.ts';
import { systemClock } from '../../../lambdas/adapters/system-clock.ts';
import type { AllowedRequest, Denial } from '../../../local/cloud/aws-front.ts';
import { type Cloud, type CloudOptions, startCloud } from '../../../local/cloud/cloud.ts';
import { loopbackClient } from '../../../local/cloud/services/loopback-service.ts';
import { newSetupCode, openControlTable } from '../../../scripts/cloud/setup-code.ts';
import { ADMIN_USERNAME, ORG_ID, startTestOrg, type TestOrg } from '../org/test-org.ts';
import { PACKAGE_FOLDERS } from '../package/package-org.ts';

const ORG_HOST = 'https://practice.my.salesforce.com';
const CLIENT = { clientId: 'receiver', clientSecret: 'hush' };
/** Machines that run tests may be many times slower than Lambda: no test is about time-outs. */
const PATIENCE = 10;
/** A little more than the second for which a batch by hand is hidden. */
const VISIBLE_AGAIN_MS = 1_200;
/** More batches than any step needs: what goes on beyond them goes on for ever. */
const MAX_BATCHES = 400;

interface ApiAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose form other tests check.
  readonly body: any;
}

/** The deployment as it was synthesized, on loopback, worked off by hand, with a practice org connected to it. */
export interface CloudUnderTest {
  readonly cloud: Cloud;
  readonly practice: TestOrg;
  readonly orgId: string;
  /** Everything that was denied, failed or was logged so far. */
  readonly denials: Denial[];
  readonly errors: unknown[];
  readonly lines: { readonly functionId: string; readonly line: string }[];
  /** Requests to AWS that were allowed. */
  readonly requests: AllowedRequest[];
  readonly operator: Operator;
  /** A request to the org's API; the path begins after the org's id. */
  call(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** A notice, signed as the package signs. @returns the status */
  notify(notice: Notice): Promise<number>;
  /**
   * Works off what the org sends and every queue holds.
   * @param until stops it earlier: some messages are sent again until time has passed
   * @throws Error when a message fails, or when the queues are empty and what it waits for has not come
   */
  settle(until?: () => boolean): Promise<void>;
  /** Moves the clocks of both, and has the schedule run once. */
  advance(seconds: number): Promise<void>;
  /** The next request that fits is answered with an error in the service's place. */
  failOnce(fits: (request: AllowedRequest) => boolean, type: string): void;
  /** Resolves when messages that failed are visible again. */
  redeliver(): Promise<void>;
  /** Forgets messages that failed: they would come again. */
  purge(): Promise<void>;
  /** Functions begin anew, with nothing remembered: all, or those whose names begin so. */
  restart(name?: string): Promise<void>;
  /** Connects the org, for the first time or again. */
  connect(): Promise<void>;
  /** Functions that start from now on find Salesforce at this address. */
  reroute(url: string): void;
  close(): Promise<void>;
}

/** What only the operator of a deployment sees and does, past its HTTP API. */
interface Operator {
  readonly orgs: DynamoOrgStore;
  readonly secrets: SsmSecrets;
  readonly usage: DynamoUsageStore;
  /** Spoils a mirrored record as no store would: same version, another value. */
  spoil(object: string, id: string, fields: Fields): Promise<void>;
  /** Takes a record out of the mirror, as nothing of ours does. */
  lose(object: string, id: string): Promise<void>;
  /** @param queue id of the queue in the templates, or its beginning */
  send(queue: string, body: string): Promise<void>;
  /** Messages of a queue, hidden ones too; named as for `send`. */
  depth(queue: string): Promise<number>;
}

type CloudUnderTestOptions = Pick<CloudOptions, 'assembly' | 'onRequest' | 'environment'>;

export async function startCloudUnderTest(options: CloudUnderTestOptions): Promise<CloudUnderTest> {
  const denials: Denial[] = [];
  const errors: unknown[] = [];
  const lines: CloudUnderTest['lines'] = [];
  const requests: AllowedRequest[] = [];
  let failing: { fits: (request: AllowedRequest) => boolean; type: string } | undefined;
  let salesforce = '';
  let apiKey = '';
  const cloud = await startCloud({
    assembly: options.assembly,
    byHand: true,
    patience: PATIENCE,
    environment: () => ({
      HOST_MAP: JSON.stringify({ [ORG_HOST]: salesforce }),
      ...options.environment?.(),
    }),
    onLine: (functionId, line) => void lines.push({ functionId, line }),
    onError: (error) => void errors.push(error),
    onDenied: (denial) => void denials.push(denial),
    onRequest: (request) => {
      requests.push(request);
      if (failing?.fits(request) !== true) return options.onRequest?.(request);
      const { type } = failing;
      failing = undefined;
      return { status: 400, type };
    },
  });
  const practice = await startPracticeOrg(cloud);
  const orgId = practice.org.orgId;
  salesforce = practice.url;
  const operator = operatorOf(cloud);
  const call = (method: string, path: string, body?: unknown) =>
    ask(`${cloud.url}/v1/orgs/${orgId}${path}`, method, apiKey, body);
  const connect = async () => {
    apiKey = await connectOrg(cloud);
  };
  await connect();
  return {
    ...{ cloud, practice, orgId, denials, errors, lines, requests, operator, call, connect },
    notify: async (notice) => {
      const secrets = await operator.secrets.find(toOrgId(orgId));
      return await post(cloud, notice, secrets?.token ?? '');
    },
    settle: (until) => settle(cloud, practice, errors, until),
    advance: async (seconds) => {
      await practice.control('POST', 'clock', { advanceSeconds: seconds });
      await cloud.advance(seconds);
    },
    failOnce: (fits, type) => {
      failing = { fits, type };
    },
    redeliver: () => sleep(VISIBLE_AGAIN_MS),
    purge: () => purge(cloud),
    restart: async (begin = '') => {
      const named = [...cloud.functions.values()].filter(({ name }) => name.startsWith(begin));
      await Promise.all(named.map((one) => one.kill()));
    },
    reroute: (url) => {
      salesforce = url;
    },
    close: async () => {
      await cloud.close();
      await practice.close();
    },
  };
}

function startPracticeOrg(cloud: Cloud): Promise<TestOrg> {
  return startTestOrg({
    instanceUrl: ORG_HOST,
    sources: PACKAGE_FOLDERS,
    calloutMap: new Map([[cloud.output('GatewayUrl'), cloud.url]]),
    connectedApps: [{ ...CLIENT, runAsUsername: ADMIN_USERNAME }],
  });
}

/** @returns the org's first key */
async function connectOrg(cloud: Cloud): Promise<string> {
  const client = loopbackClient(cloud.front.endpoint, cloud.operatorKey);
  const code = await newSetupCode(openControlTable(cloud.output('ControlTable'), client));
  const { status, body } = await ask(`${cloud.url}/v1/orgs`, 'POST', code, {
    loginUrl: ORG_HOST,
    credentials: { kind: 'client-credentials', ...CLIENT },
  });
  if (status !== 201) throw new Error(`The org was not connected: ${JSON.stringify(body)}`);
  return body.apiKey;
}

function operatorOf(cloud: Cloud): Operator {
  const client = loopbackClient(cloud.front.endpoint, cloud.operatorKey);
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const control = new DynamoTable(documents, cloud.output('ControlTable'), systemClock);
  const mirror = new DynamoTable(documents, cloud.output('MirrorTable'), systemClock);
  const sqs = queueClient(cloud);
  return {
    orgs: new DynamoOrgStore(control),
    usage: new DynamoUsageStore(control),
    spoil: async (object, id, fields) => {
      const key = recordKey(toOrgId(ORG_ID), object, recordId(id));
      const record = fromItem((await mirror.get(key)) ?? {});
      await mirror.put(
        toItem(toOrgId(ORG_ID), { ...record, fields: { ...record.fields, ...fields } }),
      );
    },
    lose: async (object, id) => {
      await mirror.delete(recordKey(toOrgId(ORG_ID), object, recordId(id)));
    },
    secrets: new SsmSecrets(new SSMClient(client), cloud.output('ParameterPrefix')),
    send: async (queue, MessageBody) => {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueNamed(cloud, queue), MessageBody }));
    },
    depth: async (queue) => {
      const counts = [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
      ] as const;
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: queueNamed(cloud, queue),
          AttributeNames: [...counts],
        }),
      );
      return counts.reduce((sum, name) => sum + Number(Attributes[name]), 0);
    },
  };
}

async function ask(
  url: string,
  method: string,
  bearer: string,
  body?: unknown,
): Promise<ApiAnswer> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${bearer}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function post(cloud: Cloud, notice: Notice, token: string): Promise<number> {
  const body = JSON.stringify(notice);
  const id = randomUUID();
  const seconds = Math.floor(Date.parse(notice.sentAt) / 1_000);
  const response = await fetch(`${cloud.url}/v1/orgs/${notice.orgId}/notices`, {
    method: 'POST',
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signWebhook(token, id, seconds, Buffer.from(body)),
    },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

async function settle(
  cloud: Cloud,
  practice: TestOrg,
  errors: readonly unknown[],
  until?: () => boolean,
): Promise<void> {
  for (let batches = 0; batches < MAX_BATCHES; batches += 1) {
    await practice.org.whenIdle();
    const before = errors.length;
    const { taken, failed } = await cloud.poll();
    if (failed > 0) {
      throw new Error(`${failed} messages failed: ${errors.slice(before).map(String).join('; ')}`);
    }
    if (until?.() === true) return;
    if (taken > 0) continue;
    if (until === undefined) return;
    throw new Error('The queues are empty, and what was waited for has not come.');
  }
  throw new Error(`The queues are not empty after ${MAX_BATCHES} rounds.`);
}

async function purge(cloud: Cloud): Promise<void> {
  const sqs = queueClient(cloud);
  for (const QueueUrl of queuesOf(cloud)) await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  sqs.destroy();
}

function queueNamed(cloud: Cloud, beginning: string): string {
  const found = queuesOf(cloud).find((url) => url.includes(`/${beginning}`));
  if (found === undefined) throw new Error(`No queue's name begins with ${beginning}.`);
  return found;
}

function queuesOf({ resources }: Cloud): readonly string[] {
  return resources
    .filter(({ type }) => type === 'AWS::SQS::Queue')
    .map(({ physical }) => physical.ref);
}

function queueClient({ services }: Cloud): SQSClient {
  const client = loopbackClient(services.sqs.endpoint);
  return new SQSClient({ ...client, useQueueUrlAsEndpoint: false });
}
