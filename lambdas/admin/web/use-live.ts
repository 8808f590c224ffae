import { useEffect, useState } from 'preact/hooks';
import type { FeedEvent } from '#core/record.ts';
import type { Status } from '#core/status.ts';
import { ApiError, fetchFeed, fetchStatus, type Session } from './api.ts';

const KEPT_CHANGES = 50;
const STATUS_EVERY_MS = 2000;
const RETRY_MS = 3000;

/** The status, read again every two seconds, and the reason when it could not be read. */
export function useStatus(session: Session): { status?: Status; failure?: string } {
  const [state, setState] = useState<{ status?: Status; failure?: string }>({});
  useEffect(() => {
    let stopped = false;
    const read = async () => {
      while (!stopped) {
        try {
          const status = await fetchStatus(session);
          if (!stopped) setState({ status });
        } catch (error) {
          const failure = describe(error);
          if (!stopped) setState((before) => ({ ...before, failure }));
        }
        await pause(STATUS_EVERY_MS);
      }
    };
    void read();
    return () => {
      stopped = true;
    };
  }, [session]);
  return state;
}

/** The newest changes, newest first, by long poll; each event id is shown once. */
export function useChanges(session: Session): readonly FeedEvent[] {
  const [changes, setChanges] = useState<readonly FeedEvent[]>([]);
  useEffect(() => {
    let stopped = false;
    const follow = async () => {
      let after = `last:${KEPT_CHANGES}`;
      while (!stopped) {
        try {
          const page = await fetchFeed(session, { after, limit: 200, waitSeconds: 20 });
          after = page.next;
          if (!stopped && page.events.length > 0)
            setChanges((known) => newestFirst(page.events, known));
        } catch {
          await pause(RETRY_MS);
        }
      }
    };
    void follow();
    return () => {
      stopped = true;
    };
  }, [session]);
  return changes;
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

function describe(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return 'The receiver does not answer. Is it still running?';
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
