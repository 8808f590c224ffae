import type { MovableScheduler } from '../scheduler.ts';

/** The org's time, with transactions that take their stamp now and commit later. */
export interface OrgClock extends MovableScheduler {
  /**
   * Runs work after a delay although its clock shows the time of this call: what it saves becomes visible behind
   * readers who have already passed that time.
   */
  commitLate<T>(delayMs: number, work: () => T): Promise<T>;
  /** Runs work on a clock that is that far ahead, or behind; what `work` waits for runs on the right one again. */
  skewed<T>(byMs: number, work: () => T): T;
  /** Start of the oldest transaction that has not committed, milliseconds since the epoch; now when there is none. */
  oldestOpenMs(): number;
}

/** @param skewMs how far the org's clock is ahead of the scheduler's, asked each time */
export function createOrgClock(scheduler: MovableScheduler, skewMs = (): number => 0): OrgClock {
  const open = new Set<{ readonly startedMs: number }>();
  let shownMs: number | undefined;

  const now = (): number => shownMs ?? scheduler.now() + skewMs();

  function showing<T>(atMs: number, work: () => T): T {
    const before = shownMs;
    shownMs = atMs;
    try {
      return work();
    } finally {
      shownMs = before;
    }
  }

  return {
    now,
    schedule: (delayMs, label, task) => scheduler.schedule(delayMs, label, task),
    advance: (byMs) => scheduler.advance(byMs),
    skewed: (byMs, work) => (byMs === 0 ? work() : showing(now() + byMs, work)),
    async commitLate(delayMs, work) {
      const transaction = { startedMs: now() };
      open.add(transaction);
      try {
        await new Promise<void>((resolve) => {
          scheduler.schedule(delayMs, 'late commit', resolve);
        });
        return showing(transaction.startedMs, work);
      } finally {
        open.delete(transaction);
      }
    },
    oldestOpenMs: () => Math.min(now(), ...[...open].map(({ startedMs }) => startedMs)),
  };
}
