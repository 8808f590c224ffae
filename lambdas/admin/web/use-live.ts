import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { FeedEvent } from '#core/record.ts';
import type { Status } from '#core/status.ts';
import type { Api } from './api.ts';
import { followFeed } from './feed-reader.ts';
import { type Flow, type Minute, newFlow, withArrivals, withStatus } from './flow.ts';
import { type Resource, useResource } from './use-resource.ts';

/** The last changes that are kept, for the list and its filter. */
const KEPT_CHANGES = 500;
/** Every reading costs a request, on AWS an invocation. */
const STATUS_EVERY_MS = { stream: 2_000, poll: 10_000, lost: 5_000 } as const;
/** However fast changes come, the page is drawn this often. */
const DRAW_EVERY_MS = 500;

export type FeedMode = keyof typeof STATUS_EVERY_MS;

export interface Live {
  readonly status: Resource<Status>;
  /** Newest first, each event id once. */
  readonly changes: readonly FeedEvent[];
  readonly feedMode: FeedMode | undefined;
  readonly minutes: readonly Minute[];
}

/** What every panel stands on: the status, and the changes as they come. */
export function useLive(api: Api): Live {
  const { changes, feedMode, flow } = useChanges(api);
  const load = useCallback(async () => {
    const status = await api.get<Status>('/status');
    flow.current = withStatus(flow.current, status);
    return status;
  }, [api, flow]);
  const status = useResource(load, STATUS_EVERY_MS[feedMode ?? 'stream']);
  return { status, changes, feedMode, minutes: flow.current.minutes };
}

function useChanges(api: Api) {
  const [changes, setChanges] = useState<readonly FeedEvent[]>([]);
  const [feedMode, setFeedMode] = useState<FeedMode>();
  const flow = useRef<Flow>(newFlow());
  useEffect(() => {
    const stop = new AbortController();
    let arrived: FeedEvent[] = [];
    const draw = () => {
      if (arrived.length === 0) return;
      const fresh = arrived;
      arrived = [];
      flow.current = withArrivals(flow.current, fresh);
      setChanges((known) => newestFirst(fresh, known));
    };
    const timer = setInterval(draw, DRAW_EVERY_MS);
    const onEvents = (events: readonly FeedEvent[]) => {
      arrived.push(...events);
    };
    void followFeed(api, `last:${KEPT_CHANGES}`, { onEvents, onMode: setFeedMode }, stop.signal);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, [api]);
  return { changes, feedMode, flow };
}

function newestFirst(
  arrived: readonly FeedEvent[],
  known: readonly FeedEvent[],
): readonly FeedEvent[] {
  const seen = new Set<string>();
  return [...arrived.toReversed(), ...known]
    .filter((event) => !seen.has(event.id) && seen.add(event.id))
    .slice(0, KEPT_CHANGES);
}
