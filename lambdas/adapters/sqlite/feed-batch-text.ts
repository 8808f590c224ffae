import type { FeedEvent } from '#core/record.ts';

/*
 * Events of one batch have most of their members in common: an import's differ in their record ids alone. A batch is
 * stored as `{"all":{…},"each":[{…},…]}`, what is in `all` holding for each event; an audit's feed is a third of the
 * size so. Batches of earlier releases are plain lists.
 */

const SHARED = ['orgId', 'object', 'type', 'via', 'revision', 'modstamp', 'appliedAt'] as const;

type SharedMembers = Partial<Pick<FeedEvent, (typeof SHARED)[number]>>;

export function feedBatchText(events: readonly FeedEvent[]): string {
  const [first] = events;
  if (first === undefined) return '[]';
  const names = SHARED.filter((name) => events.every((event) => event[name] === first[name]));
  const all = Object.fromEntries(names.map((name) => [name, first[name]]));
  // What is undefined is not written.
  const none = Object.fromEntries(names.map((name) => [name, undefined]));
  return JSON.stringify({ all, each: events.map((event) => ({ ...event, ...none })) });
}

export function feedBatchOf(text: string): FeedEvent[] {
  const batch = JSON.parse(text) as FeedEvent[] | { all: SharedMembers; each: FeedEvent[] };
  return Array.isArray(batch) ? batch : batch.each.map((event) => ({ ...batch.all, ...event }));
}
