import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalFile } from './local-file.ts';

export interface FeedEvent {
  readonly id: string;
  readonly type: string;
  readonly object: string;
  readonly recordId: string;
  readonly via: string;
  readonly changed: Readonly<Record<string, { readonly old: unknown; readonly new: unknown }>>;
}

interface Status {
  readonly state: string;
  readonly mode: string;
  readonly lastApexSeenAt?: string;
  readonly objects: readonly { readonly object: string; readonly rows: number }[];
  readonly pass?: {
    readonly id: string;
    readonly kind: string;
    readonly state: string;
    readonly rows: number;
  };
}

/** The receiver's public API, and the clock of the one machine. */
export class ReceiverClient {
  readonly #local: LocalFile;

  constructor(local: LocalFile) {
    this.#local = local;
  }

  async status(): Promise<Status> {
    return (await this.ask('GET', '/status')) as Status;
  }

  async foundByEmail(email: string): Promise<boolean> {
    const found = (await this.ask('GET', `/records?email=${encodeURIComponent(email)}`)) as {
      records: readonly unknown[];
    };
    return found.records.length > 0;
  }

  async startAudit(): Promise<string> {
    return ((await this.ask('POST', '/audits', {})) as { id: string }).id;
  }

  async audit(id: string): Promise<{ state: string; rows: number }> {
    return (await this.ask('GET', `/audits/${id}`)) as { state: string; rows: number };
  }

  async setConditions(conditions: unknown): Promise<void> {
    await this.ask('PUT', '/conditions', conditions);
  }

  async feed(
    after: string,
    waitSeconds: number,
  ): Promise<{ events: readonly FeedEvent[]; next: string }> {
    const query = `after=${encodeURIComponent(after)}&waitSeconds=${waitSeconds}&limit=500`;
    return (await this.ask('GET', `/feed?${query}`)) as {
      events: readonly FeedEvent[];
      next: string;
    };
  }

  /** Moves the clocks of receiver and practice org together. */
  async advanceClocks(seconds: number): Promise<void> {
    const response = await fetch(`${this.#local.api}/__local/clock`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#local.controlToken}` },
      body: JSON.stringify({ advanceSeconds: seconds }),
    });
    if (!response.ok) throw new Error(`The clocks could not be moved (${response.status}).`);
  }

  /** Any request to the org's API; the path begins after the org's id. @throws Error unless it is answered well */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#local.api}/v1/orgs/${this.#local.orgId}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#local.apiKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    }
    return await response.json();
  }
}

/** Collects the feed in the background, so that a step can wait for the event its change must cause. */
export class FeedFollower {
  readonly #events: FeedEvent[] = [];
  #stopped = false;
  #following: Promise<void> = Promise.resolve();

  static async open(client: ReceiverClient): Promise<FeedFollower> {
    const follower = new FeedFollower();
    const { next } = await client.feed('latest', 0);
    follower.#following = follower.#follow(client, next);
    return follower;
  }

  /** The first event that fits, already collected or still to come. */
  async wait(fits: (event: FeedEvent) => boolean, timeoutMs: number): Promise<FeedEvent> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = this.#events.find(fits);
      if (found) return found;
      if (performance.now() > deadline) throw new Error(`No such event within ${timeoutMs} ms.`);
      await sleep(5);
    }
  }

  /** Forgets what was collected: events of earlier steps must not answer later ones. */
  clear(): void {
    this.#events.length = 0;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#following;
  }

  async #follow(client: ReceiverClient, from: string): Promise<void> {
    let after = from;
    while (!this.#stopped) {
      const page = await client.feed(after, 2).catch(() => undefined);
      if (page === undefined) {
        await sleep(200);
        continue;
      }
      this.#events.push(...page.events);
      after = page.next;
    }
  }
}
