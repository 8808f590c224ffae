import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Denial } from '../../../local/cloud/aws-front.ts';
import { type Cloud, type CloudOptions, startCloud } from '../../../local/cloud/cloud.ts';
import { loopbackClient } from '../../../local/cloud/services/loopback-service.ts';
import { operatorReceiver } from '../../../scripts/cloud/operator-receiver.ts';
import { newSetupCode, openControlTable } from '../../../scripts/cloud/setup-code.ts';
import { ADMIN_USERNAME, startTestOrg, type TestOrg } from '../org/test-org.ts';
import { PACKAGE_FOLDERS } from '../package/package-org.ts';
import { synthesized } from './synthesized.ts';

const ORG_HOST = 'https://practice.my.salesforce.com';
const CLIENT = { clientId: 'receiver', clientSecret: 'hush' };
/** More batches than any step needs: what goes on beyond them goes on for ever. */
const MAX_BATCHES = 400;

export interface ApiAnswer {
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
  /** A request to the org's API; the path begins after the org's id. */
  call(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Works off what the org sends and every queue holds. @throws Error when a message fails */
  settle(): Promise<void>;
  /** Forgets messages that failed: they would come again. */
  purge(): Promise<void>;
  /** Every function begins anew, with nothing remembered. */
  restart(): Promise<void>;
  token(): Promise<string>;
  close(): Promise<void>;
}

export async function startCloudUnderTest(
  options: Pick<CloudOptions, 'onRequest'> & {
    readonly environment?: () => Readonly<Record<string, string>>;
  } = {},
): Promise<CloudUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'rts-cloud-'));
  const denials: Denial[] = [];
  const errors: unknown[] = [];
  const lines: CloudUnderTest['lines'] = [];
  let orgUrl = '';
  const cloud = await startCloud({
    assembly: await synthesized(folder),
    byHand: true,
    environment: () => ({
      HOST_MAP: JSON.stringify({ [ORG_HOST]: orgUrl }),
      ...options.environment?.(),
    }),
    onLine: (functionId, line) => void lines.push({ functionId, line }),
    onError: (error) => void errors.push(error),
    onDenied: (denial) => void denials.push(denial),
    onRequest: options.onRequest,
  });
  const practice = await startTestOrg({
    instanceUrl: ORG_HOST,
    sources: PACKAGE_FOLDERS,
    calloutMap: new Map([[cloud.output('GatewayUrl'), cloud.url]]),
    connectedApps: [{ ...CLIENT, runAsUsername: ADMIN_USERNAME }],
  });
  orgUrl = practice.url;
  const { apiKey, orgId } = await connect(cloud).catch((error: unknown) => {
    throw new Error(`${error}\n${errors.join('\n')}\n${lines.map(({ line }) => line).join('\n')}`);
  });
  const call = (method: string, path: string, body?: unknown) =>
    ask(`${cloud.url}/v1/orgs/${orgId}${path}`, method, apiKey, body);
  return {
    ...{ cloud, practice, orgId, denials, errors, lines, call },
    settle: () => settle(cloud, practice, errors),
    purge: () => purge(cloud),
    restart: async () => {
      await Promise.all([...cloud.functions.values()].map((one) => one.kill()));
    },
    token: () => operatorReceiver(cloud).tokenOf(orgId),
    close: async () => {
      await cloud.close();
      await practice.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Connects the org of `ORG_HOST`, whoever stands behind it. */
export async function connect(cloud: Cloud): Promise<{ apiKey: string; orgId: string }> {
  const client = loopbackClient(cloud.front.endpoint, cloud.operatorKey);
  const code = await newSetupCode(openControlTable(cloud.output('ControlTable'), client));
  const { status, body } = await ask(`${cloud.url}/v1/orgs`, 'POST', code, {
    loginUrl: ORG_HOST,
    credentials: { kind: 'client-credentials', ...CLIENT },
  });
  if (status !== 201) throw new Error(`The org was not connected: ${JSON.stringify(body)}`);
  return body;
}

export async function ask(
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

async function settle(cloud: Cloud, practice: TestOrg, errors: unknown[]): Promise<void> {
  for (let batches = 0; batches < MAX_BATCHES; batches += 1) {
    await practice.org.whenIdle();
    const before = errors.length;
    const { taken, failed } = await cloud.poll();
    if (failed > 0) {
      throw new Error(`${failed} messages failed: ${errors.slice(before).map(String).join('; ')}`);
    }
    if (taken === 0) return;
  }
  throw new Error(`The queues are not empty after ${MAX_BATCHES} rounds.`);
}

async function purge(cloud: Cloud): Promise<void> {
  const { endpoint } = cloud.services.sqs;
  const sqs = new SQSClient({ ...loopbackClient(endpoint), useQueueUrlAsEndpoint: false });
  for (const { type, physical } of cloud.resources) {
    if (type !== 'AWS::SQS::Queue') continue;
    await sqs.send(new PurgeQueueCommand({ QueueUrl: physical.ref }));
  }
  sqs.destroy();
}
