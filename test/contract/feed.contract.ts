import { describe, expect } from 'vitest';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { FeedEvent } from '#core/record.ts';
import type { Feed } from '#ports/feed.ts';
import { appErrorOf } from '../support/app-error-of.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { aFeedEvent, feedEvents } from '../support/feed-events.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { freshOrgId, recordIdOf } from '../support/salesforce-ids.ts';

export interface FeedSubject {
  readonly feed: Feed;
  /** The clock the feed lives by. */
  readonly clock: ManualClock;
}

const DAY_MS = 24 * 3_600_000;

/** What every `Feed` promises. */
export function defineFeedContract(name: string, make: () => Promise<Harness<FeedSubject>>): void {
  describe(`feed: ${name}`, () => {
    const inOrg = contractCases({ make, seed, observe });
    defineReading(inOrg);
    defineReplay(inOrg);
    defineConcurrency(inOrg);
    defineCursors(inOrg);
    defineWaiting(inOrg);
    defineKeeping(contractCases({ make, seed, observe: observeEnd }));
    defineReplayByTime(contractCases({ make, seed, observe: observeEnd }));
  });
}

type InOrg = ReturnType<typeof contractCases<FeedSubject>>;

async function seed({ feed, clock }: FeedSubject, orgId: OrgId): Promise<void> {
  await feed.append(orgId, feedEvents(orgId, 3), clock.now());
  await feed.append(orgId, feedEvents(orgId, 2, 3), clock.now());
}

async function observe({ feed }: FeedSubject, orgId: OrgId): Promise<unknown> {
  return feed.read(orgId, undefined, 10);
}

/** For cases that move the clock by days: the neighbours' events grow too old meanwhile. */
async function observeEnd({ feed }: FeedSubject, orgId: OrgId): Promise<unknown> {
  return feed.read(orgId, 'latest', 10);
}

const idsOf = (events: readonly FeedEvent[]): string[] => events.map(({ id }) => id);

async function readAll(feed: Feed, orgId: OrgId, limit: number, after?: string) {
  const events: FeedEvent[] = [];
  for (let cursor = after; ; ) {
    const page = await feed.read(orgId, cursor, limit);
    expect(page.events.length).toBeLessThanOrEqual(limit);
    if (page.events.length === 0) return { events, next: page.next };
    events.push(...page.events);
    cursor = page.next;
  }
}

function defineReading(inOrg: InOrg): void {
  inOrg('is empty at first, with a cursor that stays good', async ({ feed, clock }, org) => {
    const page = await feed.read(org, undefined, 10);
    expect(page.events).toEqual([]);
    expect(await feed.read(org, page.next, 10)).toEqual(page);
    expect(await feed.read(org, 'latest', 10)).toEqual(page);
    await feed.append(org, feedEvents(org, 2), clock.now());
    expect((await feed.read(org, page.next, 10)).events).toEqual(feedEvents(org, 2));
  });

  inOrg(
    'gives events in the order they were appended, whatever the page size',
    async (subject, org) => {
      const { feed, clock } = subject;
      for (const [count, from] of [
        [3, 0],
        [1, 3],
        [5, 4],
      ] as const) {
        await feed.append(org, feedEvents(org, count, from), clock.now());
      }
      for (const limit of [1, 2, 3, 4, 9, 100]) {
        expect((await readAll(feed, org, limit)).events).toEqual(feedEvents(org, 9));
      }
    },
  );

  inOrg('takes an append of many events', async ({ feed, clock }, org) => {
    const events = feedEvents(org, 1_234);
    await feed.append(org, events, clock.now());
    expect(idsOf((await readAll(feed, org, 500)).events)).toEqual(idsOf(events));
    expect((await feed.read(org, undefined, 1_000)).events).toHaveLength(1_000);
  });

  inOrg('takes events with long texts', async ({ feed, clock }, org) => {
    const text = { old: 'ä'.repeat(131_072), new: 'ö'.repeat(131_072) };
    const events = [1, 2, 3].map((n) => aFeedEvent(org, n, { changed: { Description: text } }));
    await feed.append(org, events, clock.now());
    expect((await readAll(feed, org, 2)).events).toEqual(events);
  });

  inOrg('appends nothing for no events', async ({ feed, clock }, org) => {
    const { next } = await feed.read(org, 'latest', 10);
    await feed.append(org, [], clock.now());
    expect((await feed.read(org, 'latest', 10)).next).toBe(next);
  });

  inOrg('begins with the last events when asked for so many', async ({ feed, clock }, org) => {
    await feed.append(org, feedEvents(org, 4), clock.now());
    await feed.append(org, feedEvents(org, 3, 4), clock.now());
    const all = idsOf((await feed.read(org, undefined, 100)).events);
    for (const count of [1, 3, 5, 999]) {
      const page = await feed.read(org, `last:${count}`, 100);
      expect(idsOf(page.events)).toEqual(all.slice(-count));
      expect(page.next).toBe((await feed.read(org, 'latest', 1)).next);
    }
    const first = await feed.read(org, 'last:5', 2);
    const rest = await feed.read(org, first.next, 100);
    expect(idsOf([...first.events, ...rest.events])).toEqual(all.slice(-5));
  });

  inOrg('gives only what comes after `latest`', async ({ feed, clock }, org) => {
    await feed.append(org, feedEvents(org, 3), clock.now());
    const end = await feed.read(org, 'latest', 10);
    expect(end.events).toEqual([]);
    expect((await readAll(feed, org, 10)).next).toBe(end.next);
    await feed.append(org, feedEvents(org, 2, 3), clock.now());
    expect((await readAll(feed, org, 10, end.next)).events).toEqual(feedEvents(org, 2, 3));
  });
}

function defineReplay(inOrg: InOrg): void {
  const recordOf = (org: OrgId) => feedEvents(org, 1)[0]?.recordId as RecordId;

  inOrg('replays one record, whatever else happened between', async ({ feed, clock }, org) => {
    const record = recordOf(org);
    const other = recordIdOf('003', 99);
    const mine = (revision: number) =>
      aFeedEvent(org, revision, { id: `${record}:${revision}`, recordId: record, revision });
    const others = (count: number) =>
      feedEvents(org, count).map((event) => ({ ...event, recordId: other }));
    await feed.append(org, [mine(1), ...others(3)], clock.now());
    await feed.append(org, others(600), clock.now());
    await feed.append(org, [...others(2), mine(2), mine(4)], clock.now());
    const ids = async (limit: number) => {
      const found: string[] = [];
      let cursor: string | undefined;
      for (;;) {
        const page = await feed.read(org, cursor, limit, record);
        found.push(...idsOf(page.events));
        if (page.next === cursor) return found;
        cursor = page.next;
      }
    };
    const expected = [mine(1), mine(2), mine(4)].map(({ id }) => id);
    expect(await ids(10)).toEqual(expected);
    expect(await ids(1)).toEqual(expected);
  });

  inOrg('ends a search for a rare record, and goes on with it', async ({ feed, clock }, org) => {
    const record = recordOf(org);
    const other = recordIdOf('003', 99);
    for (let batch = 0; batch < 45; batch += 1) {
      const events = feedEvents(org, 1).map((event) => ({ ...event, recordId: other }));
      await feed.append(org, events, clock.now());
    }
    await feed.append(org, feedEvents(org, 1), clock.now());
    const first = await feed.read(org, undefined, 10, record);
    expect(first.events).toEqual([]);
    const second = await feed.read(org, first.next, 10, record);
    expect(idsOf(second.events)).toEqual(idsOf(feedEvents(org, 1)));
  });
}

/** Moves the clock: the neighbours' events grow old. */
function defineReplayByTime(inOrg: InOrg): void {
  inOrg('replays from a time, and refuses one before what is kept', async (subject, org) => {
    const { feed, clock } = subject;
    for (let hour = 0; hour < 9; hour += 1) {
      await feed.append(org, feedEvents(org, 1, hour), clock.now());
      clock.advance(3_600_000);
    }
    const from = async (hoursAgo: number) => {
      const sinceMs = clock.now() - hoursAgo * 3_600_000;
      return idsOf((await feed.read(org, `since:${sinceMs}`, 100)).events);
    };
    const all = idsOf(feedEvents(org, 9));
    expect(await from(9)).toEqual(all);
    expect(await from(100)).toEqual(all);
    expect(await from(5.5)).toEqual(all.slice(4));
    expect(await from(1)).toEqual(all.slice(8));
    expect(await from(0.5)).toEqual([]);
    expect(await from(-1)).toEqual([]);
    expect((await appErrorOf(feed.read(org, `since:${clock.now() - 8 * DAY_MS}`, 1))).code).toBe(
      'gone',
    );
  });
}

function defineConcurrency(inOrg: InOrg): void {
  inOrg('keeps every event of appends that run at the same time', async ({ feed, clock }, org) => {
    const appends = Array.from({ length: 10 }, (_, n) => feedEvents(org, 3, n * 3));
    await Promise.all(appends.map((events) => feed.append(org, events, clock.now())));
    const { events } = await readAll(feed, org, 4);
    expect(idsOf(events).toSorted()).toEqual(
      appends
        .flat()
        .map(({ id }) => id)
        .toSorted(),
    );
    for (const append of appends) {
      const start = events.findIndex(({ id }) => id === append[0]?.id);
      expect(events.slice(start, start + 3), 'one append stays together').toEqual(append);
    }
    expect((await readAll(feed, org, 7)).events, 'the same order for all').toEqual(events);
  });

  inOrg(
    'lets a reader who follows `next` miss nothing while others append',
    async (subject, org) => {
      const { feed, clock } = subject;
      let appending = true;
      const writers = [0, 1, 2].map(async (writer) => {
        for (let n = 0; n < 8; n += 1) {
          await feed.append(org, feedEvents(org, 2, writer * 100 + n * 2), clock.now());
        }
      });
      const finished = Promise.all(writers).then(() => {
        appending = false;
      });
      const seen: FeedEvent[] = [];
      for (let after: string | undefined, more = true; more || appending; ) {
        const page = await feed.read(org, after, 3);
        seen.push(...page.events);
        after = page.next;
        more = page.events.length > 0;
        if (!more) await new Promise(setImmediate);
      }
      await finished;
      expect(idsOf(seen)).toEqual(idsOf((await readAll(feed, org, 50)).events));
      expect(seen).toHaveLength(48);
    },
  );
}

function defineCursors(inOrg: InOrg): void {
  inOrg('refuses cursors it never gave', async ({ feed, clock }, org) => {
    await feed.append(org, feedEvents(org, 3), clock.now());
    const end = (await feed.read(org, 'latest', 10)).next;
    const wrong = ['', ' ', 'x', '1', '0.0', '-1.0', '1.0.0', '1.00', '1e1.0', '٣.0', `${end}; --`];
    const beyond = ['999.0', end.replace(/0$/, '1'), end.replace(/\.\d+$/, '.9'), '1.3', '1.77'];
    for (const after of [...wrong, ...beyond]) {
      const reading = feed.read(org, after, 10);
      await expect(reading, after).rejects.toMatchObject({
        code: 'invalid-input',
        pointer: 'after',
      });
    }
  });

  inOrg('answers a cursor again and again alike', async ({ feed, clock }, org) => {
    await feed.append(org, feedEvents(org, 5), clock.now());
    const first = await feed.read(org, undefined, 2);
    const again = await feed.read(org, first.next, 2);
    expect(again.events).toEqual(feedEvents(org, 2, 2));
    expect(await feed.read(org, first.next, 2)).toEqual(again);
  });
}

function defineKeeping(inOrg: InOrg): void {
  inOrg('keeps events for 7 days, and says so when they are gone', async ({ feed, clock }, org) => {
    await feed.append(org, feedEvents(org, 2), clock.now());
    const inside = await feed.read(org, undefined, 1);
    const start = await feed.read(org, undefined, 2);
    clock.advance(7 * DAY_MS - 1_000);
    expect((await feed.read(org, inside.next, 5)).events).toEqual(feedEvents(org, 1, 1));
    clock.advance(2_000);
    await expect(feed.read(org, inside.next, 5)).rejects.toMatchObject({ code: 'gone' });
    expect((await feed.read(org, undefined, 5)).events).toEqual([]);

    await feed.append(org, feedEvents(org, 2, 2), clock.now());
    await expect(feed.read(org, inside.next, 5)).rejects.toMatchObject({ code: 'gone' });
    expect((await feed.read(org, undefined, 5)).events).toEqual(feedEvents(org, 2, 2));
    expect((await feed.read(org, start.next, 5)).events, 'who had read all').toEqual(
      feedEvents(org, 2, 2),
    );
  });

  inOrg('forgets an org’s events, and its old cursors stay told apart', async (subject, org) => {
    const { feed, clock } = subject;
    await feed.append(org, feedEvents(org, 3), clock.now());
    const middle = await feed.read(org, undefined, 1);
    const end = await feed.read(org, 'latest', 1);
    await feed.clear(org);
    expect((await feed.read(org, undefined, 5)).events).toEqual([]);
    await expect(feed.read(org, middle.next, 5)).rejects.toMatchObject({ code: 'gone' });
    await feed.append(org, feedEvents(org, 2, 7), clock.now());
    await expect(feed.read(org, middle.next, 5)).rejects.toMatchObject({ code: 'gone' });
    expect((await feed.read(org, end.next, 5)).events).toEqual(feedEvents(org, 2, 7));
  });
}

function defineWaiting(inOrg: InOrg): void {
  const WAIT_MS = 20_000;

  /** Moves the clock on in small steps until the promise is settled; answers how far it went. */
  async function elapse(
    clock: ManualClock,
    promise: Promise<void>,
    mostMs: number,
  ): Promise<number> {
    let settled = false;
    const watched = promise.finally(() => {
      settled = true;
    });
    let passedMs = 0;
    while (!settled && passedMs < mostMs) {
      // Real work (a request on loopback) may lie between two sleeps.
      for (let turn = 0; turn < 200 && clock.sleeping === 0 && !settled; turn += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      if (settled) break;
      clock.advance(100);
      passedMs += 100;
      await new Promise(setImmediate);
    }
    await watched;
    return passedMs;
  }

  inOrg('does not wait when there is something already', async ({ feed, clock }, org) => {
    const { next } = await feed.read(org, undefined, 1);
    await feed.append(org, feedEvents(org, 2), clock.now());
    await feed.waitForNews(org, next, WAIT_MS);
    const first = await feed.read(org, next, 1);
    await feed.waitForNews(org, first.next, WAIT_MS);
    expect(clock.sleeping).toBe(0);
  });

  inOrg(
    'wakes when something is appended, and not for another org',
    async ({ feed, clock }, org) => {
      const { next } = await feed.read(org, 'latest', 1);
      let woken = false;
      const waiting = feed.waitForNews(org, next, 10 * WAIT_MS).then(() => {
        woken = true;
      });
      const other = freshOrgId();
      await feed.append(other, feedEvents(other, 1), clock.now());
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      expect(woken).toBe(false);
      await feed.append(org, feedEvents(org, 1), clock.now());
      expect(await elapse(clock, waiting, WAIT_MS)).toBeLessThan(WAIT_MS);
      expect((await feed.read(org, next, 5)).events).toEqual(feedEvents(org, 1));
      await feed.clear(other);
    },
  );

  inOrg('gives up after the time it was given', async ({ feed, clock }, org) => {
    const { next } = await feed.read(org, 'latest', 1);
    const waited = await elapse(clock, feed.waitForNews(org, next, WAIT_MS), 10 * WAIT_MS);
    expect(waited).toBeGreaterThanOrEqual(WAIT_MS);
    expect(clock.sleeping, 'sleepers left behind').toBe(0);
  });

  inOrg('stops waiting when it is told to', async ({ feed, clock }, org) => {
    const { next } = await feed.read(org, 'latest', 1);
    const over = new AbortController();
    const waiting = feed.waitForNews(org, next, WAIT_MS, over.signal);
    over.abort();
    expect(await elapse(clock, waiting, 10 * WAIT_MS)).toBeLessThan(WAIT_MS);
    await feed.waitForNews(org, next, WAIT_MS, over.signal);
    expect(clock.sleeping, 'sleepers left behind').toBe(0);
  });

  inOrg('waits from `latest` too', async ({ feed, clock }, org) => {
    const waiting = feed.waitForNews(org, 'latest', WAIT_MS);
    expect(await elapse(clock, waiting, 10 * WAIT_MS)).toBeGreaterThanOrEqual(WAIT_MS);
  });
}
