import type { Trace } from './trace.ts';

/**
 * What a call of a dead process waits for: it never ends, so no catch and no finally of its caller runs. A promise of its
 * own each time, since one for all would hold on to whatever ever waited for it.
 */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

/**
 * One process: a function's environment with everything it holds in memory. When it is killed, whatever it awaits never
 * comes back, and nothing it still calls has an effect.
 */
export class Life {
  readonly name: string;
  readonly #trace: Trace;
  readonly #now: () => number;
  #alive = true;
  #kill: { callsLeft: number; readonly when: 'before' | 'after' } | undefined;
  readonly #mourners: (() => void)[] = [];

  constructor(name: string, trace: Trace, now: () => number) {
    this.name = name;
    this.#trace = trace;
    this.#now = now;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Dies at its n-th call from now of anything outside itself, before the call's effect or after it. */
  killAt(calls: number, when: 'before' | 'after'): void {
    this.#kill = { callsLeft: calls, when };
  }

  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#trace.note(this.#now(), `killed ${this.name}`);
    for (const mourn of this.#mourners.splice(0)) mourn();
  }

  /** Nothing of it goes on, and nobody is told: the simulation is over. */
  end(): void {
    this.#alive = false;
    this.#mourners.length = 0;
  }

  /** Called once, at once or when it dies. */
  onDeath(listener: () => void): void {
    if (this.#alive) this.#mourners.push(listener);
    else listener();
  }

  /** Carries out one call of something outside, unless the process dies at it. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    const dies = this.#dueKill();
    if (dies === 'before') this.kill();
    if (!this.#alive) return never();
    try {
      return await work();
    } finally {
      if (dies === 'after') this.kill();
      // A promise that was settled meanwhile reaches nobody: the caller is gone.
      if (!this.#alive) await never();
    }
  }

  #dueKill(): 'before' | 'after' | undefined {
    if (this.#kill === undefined) return undefined;
    this.#kill.callsLeft -= 1;
    if (this.#kill.callsLeft > 0) return undefined;
    const { when } = this.#kill;
    this.#kill = undefined;
    return when;
  }
}
