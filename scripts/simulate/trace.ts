import { createHash } from 'node:crypto';

const LONGEST_PENDING = 16_384;

/** What happened, as one hash: two runs of a seed that differ anywhere have different ones. */
export class Trace {
  readonly #hash = createHash('sha256');
  readonly #listener: ((atMs: number, text: string) => void) | undefined;
  /** Not hashed yet: one long text is hashed sooner than many short ones. */
  #pending = '';
  #notes = 0;

  /** @param listener told of every note, for a person who replays a seed */
  constructor(listener?: (atMs: number, text: string) => void) {
    this.#listener = listener;
  }

  get notes(): number {
    return this.#notes;
  }

  /** @param atMs milliseconds since the epoch on the simulation's clock */
  note(atMs: number, text: string): void {
    this.#notes += 1;
    this.#pending += `${atMs} ${text}\n`;
    if (this.#pending.length > LONGEST_PENDING) this.#hashPending();
    this.#listener?.(atMs, text);
  }

  /** Hex SHA-256 of everything noted so far. */
  digest(): string {
    this.#hashPending();
    return this.#hash.copy().digest('hex');
  }

  #hashPending(): void {
    this.#hash.update(this.#pending);
    this.#pending = '';
  }
}
