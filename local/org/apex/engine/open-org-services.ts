import type { Random } from '../../../seeded-random.ts';
import type { AccessControl } from '../../access/access-control.ts';
import type { CachePartitionSource } from '../../schema/metadata.ts';
import type { Schema } from '../../schema/schema.ts';
import type { SoqlEngine } from '../../soql/soql.ts';
import type { RecordStore } from '../../store/record-store.ts';
import type { Program } from '../program.ts';
import { TriggerIndex } from './dml/trigger-runner.ts';
import { EventBus } from './event-bus.ts';
import { JobQueue } from './job-queue.ts';
import type { OrgServices } from './org-services.ts';
import { PlatformCache } from './platform-cache.ts';
import { type RemoteOrigin, RemoteSites } from './remote-sites.ts';
import type { TransactionReport } from './transaction-report.ts';
import { UsageMeter } from './usage-meter.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Of an org with few licences (Execution Governors and Limits; Platform Event Allocations, Enterprise Edition). */
const DEFAULT_ASYNC_EXECUTIONS = 250_000;
const DEFAULT_PUBLISHED_EVENTS = 250_000;
/** Of an org that nobody calls: one that runs Apex tests. */
const UNREACHABLE = 'https://practice.example';
const UNKNOWN_API_REQUESTS = { used: 0, maximum: 100_000 };

export interface OrgOptions {
  readonly schema: Schema;
  readonly store: RecordStore;
  readonly soql: SoqlEngine;
  /** Who may save what by API, and query in user mode; left out, everybody everything. */
  readonly access?: AccessControl;
  readonly program: Program;
  /** Names in lower case of triggers that do not run. */
  readonly inactiveTriggers?: ReadonlySet<string>;
  readonly random: Random;
  readonly remoteSites: readonly RemoteOrigin[];
  /** Parts of Platform Cache; none when left out. */
  readonly cachePartitions?: readonly CachePartitionSource[];
  /** Where users and clients reach the org; a made-up address when left out. */
  readonly instanceUrl?: string;
  /** Origins as Apex calls them → where this machine serves them. */
  readonly calloutMap?: ReadonlyMap<string, string>;
  /** 18 characters. */
  readonly organizationId: string;
  /** Runs platform event triggers; 18 characters. */
  readonly automatedProcessUserId: string;
  /** Used and allowed API calls of the last 24 hours, for OrgLimits. */
  readonly apiRequests?: () => { readonly used: number; readonly maximum: number };
  readonly maximumAsyncExecutions?: number;
  readonly maximumPublishedEvents?: number;
  /** The host's CPU clock in milliseconds; without it no transaction runs out of CPU time. */
  readonly cpuNow?: () => number;
  /** Told of what Apex and the engine log. */
  readonly debug?: (message: string) => void;
  /** Told of every transaction that ends, with what it used. */
  readonly onTransaction?: (report: TransactionReport) => void;
}

/** @param scheduleJob makes a job run that became durable */
export function openOrgServices(
  options: OrgOptions,
  now: () => number,
  scheduleJob: (key: string) => void,
): OrgServices {
  const { store, inactiveTriggers = new Set<string>() } = options;
  const { documents } = store;
  const activeTriggers = options.program.triggers.filter(
    ({ name }) => !inactiveTriggers.has(name.toLowerCase()),
  );
  const publishedEvents = new UsageMeter({
    documents,
    name: 'HourlyPublishedPlatformEvents',
    maximum: options.maximumPublishedEvents ?? DEFAULT_PUBLISHED_EVENTS,
    windowMs: HOUR_MS,
    bucketMs: MINUTE_MS,
    now,
  });
  return {
    schema: options.schema,
    store,
    soql: options.soql,
    access: options.access,
    program: options.program,
    activeTriggers,
    triggers: new TriggerIndex(activeTriggers),
    bus: new EventBus({ documents, now, published: publishedEvents }),
    queue: new JobQueue(store),
    cache: new PlatformCache(options.cachePartitions ?? [], now),
    instanceUrl: options.instanceUrl ?? UNREACHABLE,
    remoteSites: new RemoteSites(options.remoteSites, options.calloutMap),
    random: options.random.fork('engine'),
    now,
    cpuNow: options.cpuNow ?? (() => 0),
    organizationId: options.organizationId,
    automatedProcessUserId: options.automatedProcessUserId,
    asyncExecutions: new UsageMeter({
      documents,
      name: 'DailyAsyncApexExecutions',
      maximum: options.maximumAsyncExecutions ?? DEFAULT_ASYNC_EXECUTIONS,
      windowMs: 24 * HOUR_MS,
      bucketMs: 15 * MINUTE_MS,
      now,
    }),
    publishedEvents,
    apiRequests: options.apiRequests ?? (() => UNKNOWN_API_REQUESTS),
    debug: options.debug ?? (() => {}),
    scheduleJob,
    ...(options.onTransaction === undefined ? {} : { onTransaction: options.onTransaction }),
  };
}
