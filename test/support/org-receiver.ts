import { fieldSetOf, MIRRORED_OBJECTS } from '#core/field-sets.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import type { SalesforceCredentials } from '#ports/secrets.ts';
import { LogNotifier } from '../../lambdas/adapters/log-notifier.ts';
import { createFetchTransport } from '../../lambdas/adapters/salesforce/fetch-transport.ts';
import { createSalesforceOrgs } from '../../lambdas/adapters/salesforce/salesforce-orgs.ts';
import { openSqliteStores } from '../../lambdas/adapters/sqlite/open-sqlite-stores.ts';
import { SystemRandom } from '../../lambdas/adapters/system-random.ts';
import { makeBulk } from '../../lambdas/bulk/wire.ts';
import { ADMIN_USERNAME, startTestOrg, type TestOrg } from './org/test-org.ts';
import { context, RecordingTelemetry, sqsRecord, TOKEN } from './test-receiver.ts';

export const APP: SalesforceCredentials = {
  kind: 'client-credentials',
  clientId: 'receiver',
  clientSecret: 'hush',
};

/** A practice org on real HTTP, and the receiver's ports and bulk function over it. */
export interface OrgReceiver {
  readonly practice: TestOrg;
  readonly ports: Ports;
  readonly orgId: OrgId;
  readonly telemetry: RecordingTelemetry;
  readonly consumers: ReturnType<typeof openSqliteStores>['consumers'];
  salesforce(): Promise<Salesforce>;
  /** Delivers bulk messages until none is left; org and receiver move on together over what they wait for. */
  drainBulk(): Promise<void>;
  /** Delivers the next bulk message, once its time has come; false when there is none. */
  stepBulk(): Promise<boolean>;
  orgState(): Promise<OrgState>;
  close(): Promise<void>;
}

export interface OrgReceiverOptions {
  readonly practice?: Parameters<typeof startTestOrg>[0];
  readonly dataDir?: string;
}

export async function startOrgReceiver(options: OrgReceiverOptions = {}): Promise<OrgReceiver> {
  const practice = await startTestOrg({
    connectedApps: [{ clientId: 'receiver', clientSecret: 'hush', runAsUsername: ADMIN_USERNAME }],
    ...options.practice,
  });
  // Nobody waits: a pause of the client moves the clock of both.
  const clock = {
    now: () => practice.org.clock.now(),
    sleep: (ms: number) => practice.org.clock.advance(ms),
  };
  const { consumers, close, ...stores } = openSqliteStores(options.dataDir ?? ':memory:', clock);
  const telemetry = new RecordingTelemetry();
  const random = new SystemRandom();
  const { secrets, usage } = stores;
  const transport = createFetchTransport();
  const loginHosts = [practice.url];
  const salesforce = createSalesforceOrgs({
    transport,
    secrets,
    clock,
    random,
    telemetry,
    usage,
    loginHosts,
  });
  const notifier = new LogNotifier(telemetry);
  const ports: Ports = { ...stores, clock, random, telemetry, notifier, salesforce };
  const bulk = makeBulk(ports);
  const orgId = practice.org.orgId as OrgId;
  const orgState = async () => {
    const org = await ports.orgs.get(orgId);
    if (org === undefined) throw new Error('the org is not connected');
    return org;
  };
  return {
    practice,
    ports,
    orgId,
    telemetry,
    consumers,
    salesforce: async () => ports.salesforce.forOrg(await orgState()),
    drainBulk: async () => {
      while (await step(consumers.bulk, bulk, practice));
    },
    stepBulk: () => step(consumers.bulk, bulk, practice),
    orgState,
    close: async () => {
      await close();
      await practice.close();
    },
  };
}

/** Stores the org as connected and active, without a package: for tests of what needs none. */
export async function connectWithoutPackage(
  receiver: OrgReceiver,
  change: Partial<OrgState> = {},
): Promise<void> {
  const { ports, practice, orgId } = receiver;
  await ports.secrets.put(orgId, { token: TOKEN, credentials: APP });
  const nowMs = ports.clock.now();
  const reach = { instanceUrl: practice.url, loginUrl: practice.url, apiVersion: '66.0' };
  const salesforce = await ports.salesforce.forOrg({ orgId, ...reach });
  const { userId, username, orgName } = await salesforce.identity();
  const objects = await Promise.all(
    MIRRORED_OBJECTS.map(async (object) => {
      const fields = (await salesforce.describe(object))?.fields;
      if (fields === undefined) return [];
      return [[object, { fieldSet: fieldSetOf(object, fields, { on: false }) }] as const];
    }),
  );
  await ports.orgs.create({
    orgId,
    revision: 1,
    name: orgName,
    ...reach,
    syncUser: { id: userId, username },
    phase: 'auditing',
    phaseSinceMs: nowMs,
    mode: { name: 'realtime', sinceMs: nowMs, epoch: 1 },
    conditions: { on: false },
    objects: Object.fromEntries(objects.flat()),
    ...change,
  });
}

type BulkConsumer = ReturnType<typeof openSqliteStores>['consumers']['bulk'];

async function step(
  queue: BulkConsumer,
  bulk: ReturnType<typeof makeBulk>,
  practice: TestOrg,
): Promise<boolean> {
  const messages = await queue.receive(1, 60_000);
  for (const message of messages) {
    try {
      const answer = await bulk({ Records: [sqsRecord(message)] }, context());
      if (answer.batchItemFailures.length === 0) await queue.delete(message.receipt);
      else await queue.release(message.receipt, 0, 'failed in a test');
    } catch {
      await queue.release(message.receipt, 0, 'failed in a test');
    }
  }
  if (messages.length > 0) return true;
  const nextMs = queue.nextVisibleAtMs();
  if (nextMs === undefined) return false;
  await practice.org.whenIdle();
  await skipTo(practice, nextMs);
  return true;
}

/** Pushes the clock of org and receiver to a time, if that is still to come. */
export async function skipTo({ org }: TestOrg, timeMs: number): Promise<void> {
  const waitMs = timeMs - org.clock.now();
  if (waitMs > 0) await org.clock.advance(waitMs);
}
