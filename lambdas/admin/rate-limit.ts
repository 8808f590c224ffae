import { AppError } from '#core/errors.ts';
import type { Clock } from '#ports/clock.ts';

const WINDOW_MS = 60_000;
/** Counted apart; beyond it the memory starts anew. */
const MAX_SUBJECTS = 10_000;

/**
 * At most so many requests a minute of one subject, counted in this process: on AWS each container counts for itself, and
 * the HTTP API's own throttling stands before it.
 */
export class RateLimit {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #counts = new Map<string, { sinceMs: number; requests: number }>();

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** @throws AppError throttled, with when to come again */
  take(subject: string): void {
    const nowMs = this.#clock.now();
    const known = this.#counts.get(subject);
    if (known === undefined || nowMs - known.sinceMs >= WINDOW_MS) {
      if (this.#counts.size >= MAX_SUBJECTS) this.#counts.clear();
      this.#counts.set(subject, { sinceMs: nowMs, requests: 1 });
      return;
    }
    known.requests += 1;
    if (known.requests <= this.#perMinute) return;
    const retryAfterSeconds = Math.ceil((known.sinceMs + WINDOW_MS - nowMs) / 1_000);
    throw new AppError('throttled', 'Too many requests: wait a minute.', {
      retryable: true,
      retryAfterSeconds,
    });
  }
}
