import type { FeedEvent } from '#core/record.ts';

/** Batches that one call of `Feed.forgetValues` looks at. */
export const BATCHES_PER_SEARCH = 50;

/** A batch whose wanted events have no values any more, and how many of them had. */
export function withoutValues(
  events: readonly FeedEvent[],
  wanted: (event: FeedEvent) => boolean,
): { readonly batch: readonly FeedEvent[]; readonly emptied: number } {
  let emptied = 0;
  const batch = events.map((event) => {
    if (Object.keys(event.changed).length === 0 || !wanted(event)) return event;
    emptied += 1;
    return { ...event, changed: {} };
  });
  return { batch, emptied };
}
