import { liveBytes } from '../heap-census.ts';
import { SObjectValue } from '../sobject.ts';
import { LimitError } from '../values.ts';

/**
 * How far past the maximum a transaction is ended. The garbage collector may keep what a frame holds but no longer
 * uses, and the platform would not: code that runs there must run here.
 */
const TOLERANCE = 1.5;
/** Share of the maximum that must be new before live records are looked for again. */
const STEP = 0.25;

/**
 * Ends a transaction that holds too much of what it queried. Rows are added up as they come, which is cheap and sees no
 * garbage; only when the sum passes the maximum are the rows measured that are still reachable. Values that Apex
 * computes itself are not counted.
 */
export class HeapMeter {
  /** Reachable when last measured. */
  #held = 0;
  /** Came since. */
  #added = 0;

  /**
   * Counts a record with its parents and children. Returns their bytes.
   * @param maximum of the transaction's limit, in bytes
   * @throws LimitError when what is still reachable is past the maximum
   */
  hold(record: SObjectValue, maximum: number): number {
    const bytes = this.#claim(record);
    this.#added += bytes;
    const isNoticeable = this.#added > maximum * STEP;
    if (isNoticeable && this.#held + this.#added > maximum * TOLERANCE) {
      this.#held = liveBytes(this, SObjectValue);
      this.#added = 0;
      if (this.#held > maximum * TOLERANCE) {
        throw new LimitError(`Apex heap size too large: ${this.#held}`);
      }
    }
    return bytes;
  }

  #claim(record: SObjectValue): number {
    record.heapOwner = this;
    let bytes = record.heapBytes();
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
