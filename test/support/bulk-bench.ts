import type { OrgState } from '#core/org.ts';
import type { FeedEvent, MirrorRecord } from '#core/record.ts';
import type { Clock } from '#ports/clock.ts';
import type { Ports } from '#ports/ports.ts';
import type { SalesforceOrgs } from '#ports/salesforce.ts';
import { LogNotifier } from '../../lambdas/adapters/log-notifier.ts';
import { openSqliteStores } from '../../lambdas/adapters/sqlite/open-sqlite-stores.ts';
import { makeBulk } from '../../lambdas/bulk/wire.ts';
import { ManualClock } from './manual-clock.ts';
import { ModelOrg } from './model-org.ts';
import { freshOrgId, recordIdOf } from './salesforce-ids.ts';
import { context, RecordingTelemetry, sqsRecord } from './test-receiver.ts';

const OBJECT = 'Contact';

export interface BulkBench {
  readonly clock: ManualClock;
  readonly model: ModelOrg;
  readonly ports: Ports;
  readonly telemetry: RecordingTelemetry;
  readonly org: OrgState;
  /** Delivers messages until none is left, moving the clock over their delays. */
  drain(ports?: Ports): Promise<void>;
  mirrored(): Promise<readonly MirrorRecord[]>;
  feed(): Promise<readonly FeedEvent[]>;
  completeThrough(): Promise<number | undefined>;
  close(): Promise<void>;
}

/** The bulk function over SQLite in memory and a model of one object. */
export async function openBulkBench(
  change: Partial<OrgState> = {},
  options: { pageRows?: number; orgAheadMs?: number } = {},
): Promise<BulkBench> {
  const clock = new ManualClock();
  const { pageRows = 3, orgAheadMs = 0 } = options;
  const orgClock: Clock = {
    now: () => clock.now() + orgAheadMs,
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
  const model = new ModelOrg(orgClock, OBJECT, pageRows);
  const { consumers, close, ...stores } = openSqliteStores(':memory:', clock);
  const telemetry = new RecordingTelemetry();
  let uuids = 0;
  const random = {
    uuid: () => `uuid-${++uuids}`,
    bytes: (length: number) => new Uint8Array(length),
    fraction: () => 0.5,
  };
  const refuse = (): never => {
    throw new Error('not asked for here');
  };
  const salesforce: SalesforceOrgs = {
    forOrg: async () => model.client(),
    forUser: async () => refuse(),
    withCredentials: async () => refuse(),
    authorizeUrl: refuse,
    redeemCode: async () => refuse(),
  };
  const notifier = new LogNotifier(telemetry);
  const ports: Ports = { ...stores, clock, random, telemetry, notifier, salesforce };
  const org: OrgState = {
    orgId: freshOrgId(),
    revision: 1,
    name: 'Model',
    instanceUrl: 'https://model.my.salesforce.com',
    loginUrl: 'https://login.salesforce.com',
    apiVersion: '66.0',
    syncUser: { id: recordIdOf('005', 1), username: 'sync@model.example' },
    phase: 'active',
    phaseSinceMs: clock.now(),
    mode: { name: 'realtime', sinceMs: clock.now(), epoch: 1 },
    conditions: { on: false },
    objects: { [OBJECT]: { fieldSet: { fields: ['Name'], hash: '*' } } },
    ...change,
  };
  await ports.orgs.create(org);
  return {
    clock,
    model,
    ports,
    telemetry,
    org,
    drain: (over = ports) => drain(consumers.bulk, makeBulk(over), clock),
    mirrored: () => ports.mirror.scan(org.orgId, OBJECT, { limit: 1000 }),
    feed: async () => (await ports.feed.read(org.orgId, undefined, 1000)).events,
    completeThrough: async () =>
      (await ports.orgs.get(org.orgId))?.objects[OBJECT]?.completeThroughMs,
    close,
  };
}

type BulkConsumer = ReturnType<typeof openSqliteStores>['consumers']['bulk'];

const VISIBILITY_MS = 60_000;
const STEP_MS = 1_000;
/** A day of the manual clock: longer than any delay that a test waits for. */
const MAX_STEPS = 86_400;

async function drain(
  queue: BulkConsumer,
  bulk: ReturnType<typeof makeBulk>,
  clock: ManualClock,
): Promise<void> {
  for (let step = 0; step < MAX_STEPS; step++) {
    const messages = await queue.receive(10, VISIBILITY_MS);
    for (const message of messages) {
      const delivered = await deliver(bulk, message);
      if (delivered) await queue.delete(message.receipt);
      else await queue.release(message.receipt, 0, 'failed in a test');
    }
    if (messages.length > 0) continue;
    if (queue.nextVisibleAtMs() === undefined) return;
    clock.advance(STEP_MS);
  }
  throw new Error('the queue does not run dry');
}

async function deliver(
  bulk: ReturnType<typeof makeBulk>,
  message: Parameters<typeof sqsRecord>[0],
): Promise<boolean> {
  try {
    const answer = await bulk({ Records: [sqsRecord(message)] }, context());
    return answer.batchItemFailures.length === 0;
  } catch {
    return false;
  }
}
