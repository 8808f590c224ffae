import { createHash } from 'node:crypto';

/** What happened, as one hash: two runs of a seed that differ anywhere have different ones. */
export class Trace {
  readonly #hash = createHash('sha256');
  readonly #listener: ((atMs: number, text: string) => void) | undefined;
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
    this.#hash.update(`${atMs} ${text}\n`);
    this.#listener?.(atMs, text);
  }

  /** Hex SHA-256 of everything noted so far. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
