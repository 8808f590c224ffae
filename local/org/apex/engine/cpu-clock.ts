/** Counts a transaction's CPU time: what the host's clock shows while the transaction runs, not while it waits. */
export class CpuClock {
  readonly #now: () => number;
  readonly #onChange: (isRunning: boolean) => void;
  #spentMs = 0;
  #runningSince: number | undefined;

  /**
   * @param now the host's clock in milliseconds; its zero does not matter
   * @param onChange told whenever the transaction goes on or rests
   */
  constructor(now: () => number, onChange: (isRunning: boolean) => void) {
    this.#now = now;
    this.#onChange = onChange;
  }

  get isRunning(): boolean {
    return this.#runningSince !== undefined;
  }

  resume(): void {
    this.#onChange(true);
    this.#runningSince ??= this.#now();
  }

  pause(): void {
    this.#spentMs = this.spentMs();
    this.#runningSince = undefined;
    this.#onChange(false);
  }

  /** Does work that the code is not to pay for: the org's own. */
  uncounted<T>(work: () => T): T {
    this.#spentMs = this.spentMs();
    try {
      return work();
    } finally {
      if (this.isRunning) this.#runningSince = this.#now();
    }
  }

  spentMs(): number {
    return this.#runningSince === undefined
      ? this.#spentMs
      : this.#spentMs + (this.#now() - this.#runningSince);
  }
}
