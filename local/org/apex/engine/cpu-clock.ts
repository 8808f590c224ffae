/** Counts a transaction's CPU time: what the host's clock shows while the transaction runs, not while it waits. */
export class CpuClock {
  readonly #now: () => number;
  readonly #onResume: () => void;
  #spentMs = 0;
  #runningSince: number | undefined;

  /**
   * @param now the host's clock in milliseconds; its zero does not matter
   * @param onResume told whenever the transaction goes on
   */
  constructor(now: () => number, onResume: () => void = () => {}) {
    this.#now = now;
    this.#onResume = onResume;
  }

  resume(): void {
    this.#onResume();
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
