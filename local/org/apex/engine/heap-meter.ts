import { type HeapAccount, liveBytes } from '../heap-census.ts';
import { SObjectValue } from '../sobject.ts';
import { LimitError } from '../values.ts';

/**
 * How far past the maximum a transaction is ended. The garbage collector may keep what a frame holds but no longer
 * uses, and the platform would not: code that runs there must run here.
 */
const TOLERANCE = 1.5;
/** Share of the maximum that must be new before live objects are looked for again. */
const STEP = 0.25;
/** Share of the maximum below which code that asks gets the estimate: code asks in order to stop well above it. */
const ASKED = 0.7;
/** Each census that finds little makes the next one this much rarer, up to a bound: garbage is no reason to slow down. */
const PATIENCE = 2;
const MOST_PATIENCE = 8;

/**
 * Ends a transaction that holds too much. What queries bring and what Apex makes is added up as it comes, which is cheap
 * and sees no garbage; only when the sum passes the maximum is that measured which is still reachable.
 */
export class HeapMeter implements HeapAccount {
  added = 0;
  /** Reachable when last measured. */
  #held = 0;
  #patience = 1;
  readonly #maximum: () => number;
  readonly #uncounted: (census: () => number) => number;

  /**
   * @param maximum of the transaction's limit, in bytes
   * @param uncounted runs a census, which takes as long as this process has objects: no time of the transaction's
   */
  constructor(maximum: () => number, uncounted: (census: () => number) => number) {
    this.#maximum = maximum;
    this.#uncounted = uncounted;
  }

  /** At most what is reachable now, by what is known without looking. */
  get bytes(): number {
    return this.#held + this.added;
  }

  /**
   * Counts a record with its parents and children.
   * @throws LimitError when what is still reachable is past the maximum
   */
  hold(record: SObjectValue): void {
    this.added += this.#claim(record);
    this.check();
  }

  /** @throws LimitError when what is still reachable is past the maximum */
  check(): void {
    const maximum = this.#maximum();
    const isNoticeable = this.added > maximum * STEP * this.#patience;
    if (!isNoticeable || this.bytes <= maximum * TOLERANCE) return;
    this.#measure();
    if (this.#held > maximum * TOLERANCE) {
      throw new LimitError(`Apex heap size too large: ${this.#held}`);
    }
    const isGarbage = this.#held < maximum * STEP;
    this.#patience = isGarbage ? Math.min(this.#patience * PATIENCE, MOST_PATIENCE) : 1;
  }

  /** For code that asks how much it holds: nearly what it does, never a maximum that garbage alone has reached. */
  ask(): number {
    const maximum = this.#maximum();
    if (this.bytes > maximum * ASKED && this.added > maximum * STEP) this.#measure();
    return this.bytes;
  }

  #measure(): void {
    this.#held = this.#uncounted(() => liveBytes(this));
    this.added = 0;
  }

  #claim(record: SObjectValue): number {
    record.heapOwner = this;
    let bytes = record.heapBytes((text) => text.length);
    for (const [, parent] of record.populatedParents()) {
      bytes += parent === null ? 0 : this.#claim(parent);
    }
    for (const [, children] of record.populatedChildren()) {
      for (const child of children.values) {
        bytes += child instanceof SObjectValue ? this.#claim(child) : 0;
      }
    }
    return bytes;
  }
}
