import type { OrgId } from '#core/ids.ts';
import type { FeedPage } from '#ports/feed.ts';
import type { Ports } from '#ports/ports.ts';

export interface FeedRequest {
  /** Cursor; undefined = from the oldest kept, `latest` = from now on. */
  readonly after: string | undefined;
  readonly limit: number;
  /** How long to wait for the first event. */
  readonly waitMs: number;
}

/**
 * Events after a cursor; if there are none, waits for some (R15). An empty page after the wait is no error: its `next`
 * goes on.
 */
export async function readFeed(
  ports: Pick<Ports, 'feed' | 'clock'>,
  orgId: OrgId,
  { after, limit, waitMs }: FeedRequest,
): Promise<FeedPage> {
  const deadlineMs = ports.clock.now() + waitMs;
  let page = await ports.feed.read(orgId, after, limit);
  while (page.events.length === 0) {
    const leftMs = deadlineMs - ports.clock.now();
    if (leftMs <= 0) break;
    await ports.feed.waitForNews(orgId, page.next, leftMs);
    page = await ports.feed.read(orgId, page.next, limit);
  }
  return page;
}
