import type { LimitName, LimitsReader } from '../platform/system/system-services.ts';
import { LimitError } from '../values.ts';

/**
 * Which set of maxima a transaction gets. `bulk` is what a Bulk API chunk gets: the higher of synchronous and
 * asynchronous. `subscriber` (platform event triggers) and `finalizer` are synchronous with their own exceptions.
 */
export type LimitProfile =
  | 'sync'
  | 'async'
  | 'bulk'
  | 'subscriber'
  | 'finalizer'
  | 'future'
  | 'batch'
  | 'batchStart';

type Maxima = Readonly<Record<LimitName, number>>;

const SYNC: Maxima = {
  queries: 100,
  queryRows: 50_000,
  aggregateQueries: 300,
  queryLocatorRows: 10_000,
  soslQueries: 20,
  dmlStatements: 150,
  dmlRows: 10_000,
  publishImmediate: 150,
  callouts: 100,
  calloutTimeMs: 120_000,
  queueableJobs: 50,
  futureCalls: 50,
  emailInvocations: 10,
  cpuTimeMs: 10_000,
  heapBytes: 6_000_000,
};

const ASYNC: Maxima = {
  ...SYNC,
  queries: 200,
  queueableJobs: 1,
  cpuTimeMs: 60_000,
  heapBytes: 12_000_000,
};

const MAXIMA: Readonly<Record<LimitProfile, Maxima>> = {
  sync: SYNC,
  async: ASYNC,
  bulk: { ...ASYNC, queueableJobs: SYNC.queueableJobs },
  subscriber: SYNC,
  future: { ...ASYNC, futureCalls: 0 },
  batch: { ...ASYNC, futureCalls: 0 },
  batchStart: { ...ASYNC, futureCalls: 0, queryLocatorRows: 50_000_000 },
  finalizer: { ...SYNC, heapBytes: ASYNC.heapBytes, queueableJobs: 1, futureCalls: 0 },
};

const MESSAGES: Readonly<Record<LimitName, (used: number) => string>> = {
  queries: (used) => `Too many SOQL queries: ${used}`,
  queryRows: (used) => `Too many query rows: ${used}`,
  aggregateQueries: (used) => `Too many Aggregate queries: ${used}`,
  queryLocatorRows: (used) => `Too many query locator rows: ${used}`,
  soslQueries: (used) => `Too many SOSL queries: ${used}`,
  dmlStatements: (used) => `Too many DML statements: ${used}`,
  dmlRows: (used) => `Too many DML rows: ${used}`,
  publishImmediate: (used) => `Too many Publish Immediate DML statements: ${used}`,
  callouts: (used) => `Too many callouts: ${used}`,
  calloutTimeMs: () => 'Exceeded maximum time allotted for callout (120000 ms)',
  queueableJobs: (used) => `Too many queueable jobs added to the queue: ${used}`,
  futureCalls: (used) => `Too many future calls: ${used}`,
  emailInvocations: (used) => `Too many Email Invocations: ${used}`,
  cpuTimeMs: () => 'Apex CPU time limit exceeded',
  heapBytes: (used) => `Apex heap size too large: ${used}`,
};

const NAMES = Object.keys(SYNC).filter((name): name is LimitName => name in MESSAGES);

function nothingUsed(): Record<LimitName, number> {
  return { ...SYNC, ...Object.fromEntries(NAMES.map((name) => [name, 0])) };
}

/**
 * What one transaction has used of its governor limits. Passing one throws `LimitError`, which no Apex code catches.
 * Maxima: Salesforce, Execution Governors and Limits.
 */
export class LimitCounter implements LimitsReader {
  readonly profile: LimitProfile;
  readonly #used = nothingUsed();

  constructor(profile: LimitProfile) {
    this.profile = profile;
  }

  used(limit: LimitName): number {
    return this.#used[limit];
  }

  allowed(limit: LimitName): number {
    return MAXIMA[this.profile][limit];
  }

  /** Counts `amount` more. @throws LimitError past the maximum */
  add(limit: LimitName, amount = 1): void {
    this.set(limit, this.#used[limit] + amount);
  }

  /** What the heap meter knows; it ends the transaction itself. */
  showHeap(bytes: number): void {
    this.#used.heapBytes = bytes;
  }

  /** For limits that are measured, not counted (CPU, callout time). @throws LimitError past the maximum */
  set(limit: LimitName, used: number): void {
    this.#used[limit] = used;
    if (used > this.allowed(limit)) {
      throw new LimitError(MESSAGES[limit](used));
    }
  }

  snapshot(): Readonly<Record<LimitName, number>> {
    return { ...this.#used };
  }

  /**
   * Partial saves give back what a failed attempt used, time excepted: CPU and callout time were really spent.
   */
  restore(snapshot: Readonly<Record<LimitName, number>>): void {
    const { cpuTimeMs, calloutTimeMs } = this.#used;
    Object.assign(this.#used, snapshot, { cpuTimeMs, calloutTimeMs });
  }
}
