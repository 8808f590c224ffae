import type { Clock } from '#ports/clock.ts';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #passesByItselfMs: number;
  readonly #sleepers = new Set<Sleeper>();

  /** @param passesByItselfMs sleeps up to so long end at once: back-off, where no case is about it */
  constructor(nowMs = Date.UTC(2026, 10, 21, 12), passesByItselfMs = 0) {
    this.#nowMs = nowMs;
    this.#passesByItselfMs = passesByItselfMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (ms <= this.#passesByItselfMs || signal?.aborted === true)
        return void setImmediate(resolve);
      const sleeper = { atMs: this.#nowMs + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => this.#wake(sleeper), { once: true });
    });
  }

  /** Moves the clock on, waking those whose time has come, earliest first. */
  advance(ms: number): void {
    this.#nowMs += ms;
    const due = [...this.#sleepers].filter(({ atMs }) => atMs <= this.#nowMs);
    for (const sleeper of due.sort((a, b) => a.atMs - b.atMs)) this.#wake(sleeper);
  }

  /** How many are asleep: a test waits for one before it moves the clock. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  #wake(sleeper: Sleeper): void {
    if (this.#sleepers.delete(sleeper)) sleeper.wake();
  }
}
