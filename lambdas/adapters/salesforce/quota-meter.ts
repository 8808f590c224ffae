import { AppError } from '#core/errors.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import {
  HOUR_MS,
  type HourlyUse,
  type OrgQuota,
  type Purpose,
  parseLimitInfo,
  QUOTA_WINDOW_MS,
  refusalOf,
  usedSince,
} from '#core/quota.ts';
import type { Clock } from '#ports/clock.ts';
import type { UsageStore } from '#ports/usage-store.ts';

export interface QuotaMeter {
  /**
   * Counts a call, and notes what its answer tells of the org's use.
   * @param userId who it was made as; absent = the Sync User
   */
  note(
    orgId: OrgId,
    purpose: Purpose,
    headers: Readonly<Record<string, string>>,
    userId?: RecordId,
  ): void;
  /**
   * Before a call.
   * @param ask `GET /limits`, where what is known is too old to refuse by
   * @throws AppError salesforce-quota (retryable) when the purpose must wait
   */
  allow(
    orgId: OrgId,
    purpose: Purpose,
    sharePercent: number,
    ask: () => Promise<OrgQuota>,
  ): Promise<void>;
}

/** Counts are stored after so many calls, or so long; a process that is killed in between loses them. */
const CALLS_PER_WRITE = 25;
const WRITE_EVERY_MS = 10_000;
/** What other containers have counted is looked up so often. */
const READ_EVERY_MS = 15_000;
/** R14: how long a refusal holds until it is looked at again. */
const RECHECK_MS = 30 * 60_000;
const RETRY_SECONDS = 900;
const MAX_ORGS = 2_000;

interface Book {
  /** Not stored yet, by hour, purpose and user. */
  pending: Map<string, HourlyUse>;
  pendingCalls: number;
  writtenAtMs: number;
  /** Calls of the window, as stored; and those of this process since then. */
  storedCalls: number;
  callsSinceRead: number;
  readAtMs: number;
  quota: OrgQuota | undefined;
  quotaChanged: boolean;
}

/** Keeps an account per org, of this process and, some seconds behind, of all. */
export function createQuotaMeter(deps: {
  readonly usage: UsageStore;
  readonly clock: Clock;
}): QuotaMeter {
  const books = new Map<OrgId, Book>();

  function bookOf(orgId: OrgId): Book {
    const known = books.get(orgId);
    if (known !== undefined) return known;
    if (books.size >= MAX_ORGS) books.clear();
    const book = newBook(deps.clock.now());
    books.set(orgId, book);
    return book;
  }

  async function write(orgId: OrgId, book: Book): Promise<void> {
    const nowMs = deps.clock.now();
    const due = book.pendingCalls >= CALLS_PER_WRITE || nowMs - book.writtenAtMs >= WRITE_EVERY_MS;
    if (!due || book.pendingCalls === 0) return;
    const { pending, quota, quotaChanged } = book;
    Object.assign(book, { pending: new Map(), pendingCalls: 0, writtenAtMs: nowMs });
    book.quotaChanged = false;
    await deps.usage.add(orgId, [...pending.values()]);
    if (quotaChanged && quota !== undefined) await deps.usage.noteQuota(orgId, quota);
  }

  async function read(orgId: OrgId, book: Book): Promise<void> {
    const nowMs = deps.clock.now();
    if (nowMs - book.readAtMs < READ_EVERY_MS) return;
    const uses = await deps.usage.list(orgId, nowMs - QUOTA_WINDOW_MS - HOUR_MS);
    const stored = await deps.usage.quota(orgId);
    book.storedCalls = usedSince(uses, nowMs);
    book.callsSinceRead = book.pendingCalls;
    book.readAtMs = nowMs;
    if ((stored?.atMs ?? 0) > (book.quota?.atMs ?? 0)) book.quota = stored;
  }

  return {
    note(orgId, purpose, headers, userId) {
      const book = bookOf(orgId);
      const nowMs = deps.clock.now();
      const quota = parseLimitInfo(headers['sforce-limit-info'], nowMs);
      // Answers without it are of calls that Salesforce does not count.
      if (quota === undefined) return;
      Object.assign(book, { quota, quotaChanged: true });
      const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
      count(book, { hourMs, purpose, ...(userId !== undefined && { userId }) });
    },

    async allow(orgId, purpose, sharePercent, ask) {
      const book = bookOf(orgId);
      await write(orgId, book);
      await read(orgId, book);
      const refusal = () => {
        const ownUsed = book.storedCalls + book.callsSinceRead;
        return refusalOf(purpose, { quota: book.quota, ownUsed, sharePercent });
      };
      if (refusal() === undefined) return;
      if (deps.clock.now() - (book.quota?.atMs ?? 0) >= RECHECK_MS) {
        book.quota = await ask();
        await deps.usage.noteQuota(orgId, book.quota);
      }
      const reason = refusal();
      if (reason === undefined) return;
      const options = { retryable: true, retryAfterSeconds: RETRY_SECONDS };
      throw new AppError('salesforce-quota', reason, options);
    },
  };
}

function newBook(nowMs: number): Book {
  return {
    pending: new Map(),
    pendingCalls: 0,
    writtenAtMs: nowMs,
    storedCalls: 0,
    callsSinceRead: 0,
    readAtMs: 0,
    quota: undefined,
    quotaChanged: false,
  };
}

function count(book: Book, use: Omit<HourlyUse, 'calls'>): void {
  const key = `${use.hourMs} ${use.purpose} ${use.userId}`;
  const known = book.pending.get(key)?.calls ?? 0;
  book.pending.set(key, { ...use, calls: known + 1 });
  book.pendingCalls += 1;
  book.callsSinceRead += 1;
}
