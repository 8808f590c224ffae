import type { OrgId, RecordId } from '#core/ids.ts';
import type { FeedPage } from '#ports/feed.ts';
import type { Ports } from '#ports/ports.ts';

export interface FeedRequest {
  /** Where to begin, as `Feed.read` takes it. */
  readonly after: string | undefined;
  /** Only this record's events. */
  readonly record?: RecordId | undefined;
  readonly limit: number;
  /** How long to wait for the first event. */
  readonly waitMs: number;
}

/** A record's events may lie far apart; beyond so many searches the reader asks on, from `next`. */
const MAX_SEARCHES = 10;

/**
 * Events after a cursor; if there are none, waits for some (R15). An empty page after the wait is no error: its `next`
 * goes on.
 */
export async function readFeed(
  ports: Pick<Ports, 'feed' | 'clock'>,
  orgId: OrgId,
  { after, limit, waitMs, record }: FeedRequest,
): Promise<FeedPage> {
  const deadlineMs = ports.clock.now() + waitMs;
  let page = await ports.feed.read(orgId, after, limit, record);
  for (let reads = 1; page.events.length === 0 && reads < MAX_SEARCHES; reads += 1) {
    const { next } = page;
    page = await ports.feed.read(orgId, next, limit, record);
    if (page.next === next) break;
  }
  while (page.events.length === 0) {
    const leftMs = deadlineMs - ports.clock.now();
    if (leftMs <= 0) break;
    await ports.feed.waitForNews(orgId, page.next, leftMs);
    page = await ports.feed.read(orgId, page.next, limit, record);
  }
  return page;
}
