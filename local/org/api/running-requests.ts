import { OrgError } from '../errors.ts';

/** How long a request must have been running to count. */
const LONG_MS = 20_000;
const DEVELOPER_EDITION_MOST = 5;
const MOST = 25;

/** Requests that are being answered: an org bears only so many long ones at once. */
export interface RunningRequests {
  enter(): RunningRequest;
}

interface RunningRequest {
  /** @throws OrgError REQUEST_LIMIT_EXCEEDED (403) when too many others had been running for 20 seconds and more */
  requireRoom(): void;
  leave(): void;
}

/** @param now milliseconds since the epoch */
export function createRunningRequests(edition: string, now: () => number): RunningRequests {
  const startedMs = new Set<{ readonly ms: number }>();
  const most = edition === 'Developer Edition' ? DEVELOPER_EDITION_MOST : MOST;

  function isFull(): boolean {
    if (startedMs.size < most) return false;
    const longSinceMs = now() - LONG_MS;
    return [...startedMs].filter(({ ms }) => ms <= longSinceMs).length >= most;
  }

  return {
    enter() {
      const isRefused = isFull();
      const entry = { ms: now() };
      startedMs.add(entry);
      return {
        requireRoom() {
          if (!isRefused) return;
          const message = 'ConcurrentRequests Limit exceeded.';
          throw new OrgError('REQUEST_LIMIT_EXCEEDED', message, { status: 403 });
        },
        leave: () => void startedMs.delete(entry),
      };
    },
  };
}
