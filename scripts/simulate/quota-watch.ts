import type { HttpTransport, TransportRequest } from '#ports/http-transport.ts';
import type { Org } from '../../local/org/org.ts';

export interface QuotaWatchOptions {
  /** Asked late: the receiver is there before the org. */
  readonly org: () => Org;
  readonly syncUsername: string;
  /** API requests a day of the whole org. */
  readonly apiRequests: number;
  /** Our share of them; undefined where the org has more than a history can spend. */
  readonly sharePercent: number | undefined;
  readonly reached: (what: string) => void;
}

const DAY_MS = 24 * 60 * 60_000;
/** R14: from this share of the org's own use on, whatever spends requests waits. */
const FULL_AT = 0.9;
/**
 * R14: processes count for themselves, and store 25 calls late: so many may be spent by all of them beyond the cap, and
 * so many more for each process that died with its counts.
 */
const UNSTORED = 100;
const LOST_WITH_A_PROCESS = 25;

/**
 * Jobs and reads of records: what must wait when the quota is used up, whoever asked for it. Pings, examinations and an
 * admin's requests go on.
 */
const SPENDS = /\/jobs\/query|\/composite\/sobjects\/(?!Mixmax)/;

/** Holds the receiver to its share of the org's requests (R14), by the org's own books. */
export class QuotaWatch {
  readonly #options: QuotaWatchOptions;
  readonly #ownCalls: number[] = [];
  #logged = 0;
  #deaths = 0;
  #syncUserId: string | undefined;
  /** When the org last told anybody of room. */
  #roomToldMs = Number.NEGATIVE_INFINITY;
  readonly breaches: string[] = [];
  #sharePercent: number;

  constructor(options: QuotaWatchOptions) {
    this.#options = options;
    this.#sharePercent = options.sharePercent ?? 100;
  }

  /** An admin gave us another share. */
  set sharePercent(percent: number) {
    this.#sharePercent = percent;
  }

  noteDeath(): void {
    this.#deaths += 1;
  }

  /** One process's way to the org. */
  watching(transport: HttpTransport): HttpTransport {
    if (this.#options.sharePercent === undefined) return transport;
    let fullToldMs = Number.NEGATIVE_INFINITY;
    return {
      send: async (request) => {
        this.#look(request, fullToldMs);
        const response = await transport.send(request);
        const share = shareOf(response.headers['sforce-limit-info']);
        const nowMs = this.#nowMs();
        if (share !== undefined && share >= FULL_AT) fullToldMs = nowMs;
        else if (share !== undefined) this.#roomToldMs = nowMs;
        return response;
      },
    };
  }

  #look({ url, method }: TransportRequest, fullToldMs: number): void {
    const { pathname } = new URL(url);
    if (!SPENDS.test(pathname)) return;
    const { apiRequests, reached } = this.#options;
    if (fullToldMs > this.#roomToldMs) {
      this.breaches.push(`${method} ${pathname} although 90 % of the org's requests were used`);
    }
    const cap = Math.floor((apiRequests * this.#sharePercent) / 100);
    const own = this.#ownSince(this.#nowMs() - DAY_MS);
    if (own >= cap * 0.7) reached('quota-nearly-used');
    const most = cap + UNSTORED + LOST_WITH_A_PROCESS * this.#deaths;
    if (own > most) this.breaches.push(`${method} ${pathname}: ${own} requests made of ${cap}`);
  }

  /** By the org's log: what it counted for the Sync User. */
  #ownSince(sinceMs: number): number {
    const org = this.#options.org();
    this.#syncUserId ??= org.store.findByKey('User', 'Username', this.#options.syncUsername)[0];
    for (const { sequence, counted, userId, at } of org.requestLog.since(this.#logged)) {
      this.#logged = sequence;
      if (counted && userId === this.#syncUserId) this.#ownCalls.push(Date.parse(at));
    }
    while ((this.#ownCalls[0] ?? sinceMs) < sinceMs) this.#ownCalls.shift();
    return this.#ownCalls.length;
  }

  #nowMs(): number {
    return this.#options.org().clock.now();
  }
}

/** `api-usage=22/15000` → what part is used. */
function shareOf(limitInfo: string | undefined): number | undefined {
  const [, used, most] = /api-usage=(\d+)\/(\d+)/.exec(limitInfo ?? '') ?? [];
  return used === undefined || most === undefined ? undefined : Number(used) / Number(most);
}
