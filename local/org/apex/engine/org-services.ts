import type { Random } from '../../../seeded-random.ts';
import type { AccessControl } from '../../access/access-control.ts';
import type { Schema } from '../../schema/schema.ts';
import type { SoqlEngine } from '../../soql/soql.ts';
import type { RecordStore } from '../../store/record-store.ts';
import type { Program, TriggerInfo } from '../program.ts';
import type { TriggerIndex } from './dml/trigger-runner.ts';
import type { EventBus } from './event-bus.ts';
import type { JobQueue } from './job-queue.ts';
import type { PlatformCache } from './platform-cache.ts';
import type { RemoteSites } from './remote-sites.ts';
import type { TransactionReport } from './transaction-report.ts';
import type { UsageMeter } from './usage-meter.ts';

/** The org around a transaction: what every realm works on. */
export interface OrgServices {
  readonly schema: Schema;
  readonly store: RecordStore;
  readonly soql: SoqlEngine;
  /** Undefined where nobody is held back: in runs of Apex tests. */
  readonly access: AccessControl | undefined;
  readonly program: Program;
  readonly activeTriggers: readonly TriggerInfo[];
  /** The active ones. */
  readonly triggers: TriggerIndex;
  readonly bus: EventBus;
  readonly queue: JobQueue;
  readonly remoteSites: RemoteSites;
  readonly cache: PlatformCache;
  /** Without a slash at the end. */
  readonly instanceUrl: string;
  readonly random: Random;
  readonly now: () => number;
  /** The host's CPU clock in milliseconds. */
  readonly cpuNow: () => number;
  /** 18 characters. */
  readonly organizationId: string;
  /** Runs platform event triggers; 18 characters. */
  readonly automatedProcessUserId: string;
  readonly asyncExecutions: UsageMeter;
  readonly publishedEvents: UsageMeter;
  readonly apiRequests: () => { readonly used: number; readonly maximum: number };
  readonly debug: (message: string) => void;
  /** Told of every transaction that ends; absent where nobody measures. */
  readonly onTransaction?: (report: TransactionReport) => void;
  /** Makes a job run that became durable; does nothing in tests, where `Test.stopTest` runs jobs. */
  readonly scheduleJob: (key: string) => void;
}
