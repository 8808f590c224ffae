import type { FeedEntry, MirrorRow } from './mirror-facts.ts';
import type { Value } from './org-facts.ts';

/**
 * What is left over when the feed is replayed over nothing and compared with the mirror. An event may come again; none
 * may be missing. A record that was there before the feed, brought by the initial audit, tells its values only as they
 * change.
 */
export function replayDifferences(
  feed: readonly FeedEntry[],
  mirror: ReadonlyMap<string, MirrorRow>,
): readonly string[] {
  const byRecord = Map.groupBy(feed, ({ recordId }) => recordId);
  const faults: string[] = [];
  for (const [id, row] of mirror) {
    const fault = recordFault(byRecord.get(id) ?? [], row);
    if (fault !== undefined) faults.push(`${id} ${fault}`);
  }
  for (const id of byRecord.keys()) {
    if (!mirror.has(id)) faults.push(`${id} is in the feed and not in the mirror`);
  }
  return faults;
}

function recordFault(events: readonly FeedEntry[], row: MirrorRow): string | undefined {
  const byRevision = new Map(events.map((event) => [event.revision, event]));
  const told = new Map<string, Value>();
  let whole = false;
  for (let revision = 1; revision <= row.revision; revision += 1) {
    const event = byRevision.get(revision);
    if (event === undefined) return `lacks the event of revision ${revision} of ${row.revision}`;
    if (revision === 1) whole = tellsAll(event);
    for (const [name, change] of Object.entries(event.changed)) {
      const before = told.get(name) ?? null;
      if ((whole || told.has(name)) && before !== change.old) {
        return `tells ${name} of ${before} as ${change.old} at revision ${revision}`;
      }
      told.set(name, change.new);
    }
  }
  if (events.some(({ revision }) => revision > row.revision)) return 'has events of the future';
  return lastFault(told, row, whole);
}

function tellsAll({ type, via }: FeedEntry): boolean {
  return type !== 'record.refreshed' || via !== 'bulk';
}

function lastFault(
  told: ReadonlyMap<string, Value>,
  { fields }: MirrorRow,
  whole: boolean,
): string | undefined {
  for (const [name, value] of told) {
    if ((fields[name] ?? null) !== value) return `was told ${name} ${value}, holds ${fields[name]}`;
  }
  if (!whole) return undefined;
  const untold = Object.keys(fields).find((name) => fields[name] !== null && !told.has(name));
  return untold === undefined ? undefined : `was never told ${untold}`;
}
