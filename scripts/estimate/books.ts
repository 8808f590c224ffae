import type { LivedOrg } from './lived-org.ts';

/** What an org counted, per day. */
export interface BookedUsage {
  readonly apiCalls: number;
  readonly bulkJobs: number;
  readonly asyncApexExecutions: number;
  readonly platformEvents: number;
}

/** Reads an org's own books while it lives: its request log, and what `GET /limits` says is used. */
export class Books {
  readonly #lived: LivedOrg;
  #sequence: number;
  #apiCalls = 0;
  #bulkJobs = 0;
  #executions = 0;
  #events = 0;
  #days = 0;

  constructor(lived: LivedOrg) {
    this.#lived = lived;
    this.#sequence = lived.org.requestLog.since(0).at(-1)?.sequence ?? 0;
  }

  /** To be called each hour: events are counted over the last one. */
  async readHour(): Promise<void> {
    for (const { sequence, counted, userId, method, path } of this.#newRequests()) {
      this.#sequence = sequence;
      if (!counted || userId !== this.#lived.syncUserId) continue;
      this.#apiCalls += 1;
      if (method === 'POST' && path.endsWith('/jobs/query')) this.#bulkJobs += 1;
    }
    this.#events += await this.#used('HourlyPublishedPlatformEvents');
  }

  /** To be called each day: executions are counted over the last one. */
  async readDay(): Promise<void> {
    this.#executions += await this.#used('DailyAsyncApexExecutions');
    this.#days += 1;
  }

  perDay(): BookedUsage {
    return {
      apiCalls: Math.round(this.#apiCalls / this.#days),
      bulkJobs: Math.round(this.#bulkJobs / this.#days),
      asyncApexExecutions: Math.round(this.#executions / this.#days),
      platformEvents: Math.round(this.#events / this.#days),
    };
  }

  #newRequests() {
    return this.#lived.org.requestLog.since(this.#sequence);
  }

  async #used(limit: string): Promise<number> {
    const limits = (await this.#lived.request('GET', '/limits')) as Record<
      string,
      { readonly Max: number; readonly Remaining: number }
    >;
    const { Max = 0, Remaining = 0 } = limits[limit] ?? {};
    return Max - Remaining;
  }
}
