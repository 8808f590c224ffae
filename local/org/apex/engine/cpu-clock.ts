/** Counts a transaction's CPU time: what the host's clock shows while the transaction runs, not while it waits. */
export class CpuClock {
  readonly #now: () => number;
  #spentMs = 0;
  #runningSince: number | undefined;

  /** @param now the host's clock in milliseconds; its zero does not matter */
  constructor(now: () => number) {
    this.#now = now;
  }

  resume(): void {
    this.#runningSince ??= this.#now();
  }

  pause(): void {
    this.#spentMs = this.spentMs();
    this.#runningSince = undefined;
  }

  spentMs(): number {
    return this.#runningSince === undefined
      ? this.#spentMs
      : this.#spentMs + (this.#now() - this.#runningSince);
  }
}
