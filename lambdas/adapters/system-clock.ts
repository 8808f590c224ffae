import type { Clock } from '#ports/clock.ts';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** The longest that `setTimeout` can wait; who sleeps longer is looked at again then. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** The machine's clock, which can be pushed forward where a person wants to see what happens half an hour later. */
export class SystemClock implements Clock {
  #offsetMs = 0;
  readonly #sleepers = new Set<Sleeper>();

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** `sleep(0)` only gives the event loop its turn: cheaper than a timer, which takes at least a millisecond. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true || ms <= 0) {
        setImmediate(resolve);
        return;
      }
      const wake = (): void => {
        clearTimeout(sleeper.timer);
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { dueMs: this.now() + ms, wake, timer: undefined };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake, { once: true });
      this.#arm(sleeper);
    });
  }

  /** Moves this clock forward, ms. Those whose time has come on the way wake up. */
  advance(ms: number): void {
    this.#offsetMs += ms;
    for (const sleeper of this.#sleepers) this.#arm(sleeper);
  }

  #arm(sleeper: Sleeper): void {
    clearTimeout(sleeper.timer);
    const waitMs = sleeper.dueMs - this.now();
    if (waitMs <= 0) sleeper.wake();
    else sleeper.timer = setTimeout(() => this.#arm(sleeper), Math.min(waitMs, LONGEST_TIMEOUT_MS));
  }
}

/** One clock for a process, so that whoever moves it moves it for all. */
export const systemClock = new SystemClock();
