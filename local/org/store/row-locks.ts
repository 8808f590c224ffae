import { OrgError } from '../errors.ts';
import { toId15 } from '../schema/ids.ts';

/** A transaction's claim on the rows it has changed and not committed yet. */
export interface RowClaim {
  /** Runs `work` as the transaction that holds the rows. */
  use<T>(work: () => T): T;
  /** To be called when the transaction has ended. */
  release(): void;
}

/**
 * Rows that transactions hold which have taken their stamps and commit later. Whoever comes second is refused at once;
 * Salesforce would let it wait for up to ten seconds first.
 */
export class RowLocks {
  /** Who claims a row, first come first. */
  readonly #queues = new Map<string, RowClaim[]>();
  /** The transaction that is writing, if it holds rows. */
  #writer: RowClaim | undefined;
  #recorded: Set<string> | undefined;

  /** False as long as nothing can be refused. */
  get inUse(): boolean {
    return this.#queues.size > 0;
  }

  isHeld(id: string): boolean {
    return this.#queues.has(id);
  }

  /**
   * To be called before a row is changed or erased.
   * @param stamps the row's SystemModstamp as it is and as it will be; asked only of a transaction that commits late
   * @throws OrgError UNABLE_TO_LOCK_ROW
   */
  touch(id: string, stamps: () => { readonly held: string; readonly given: string }): void {
    if (this.#recorded !== undefined) {
      this.#recorded.add(id);
      return;
    }
    const owner = this.#queues.get(id)?.[0];
    if (owner !== undefined && owner !== this.#writer) throw unableToLockRow(id);
    if (this.#writer === undefined) return;
    // Changed meanwhile, although the transaction had not claimed it: two that want the same row, and one of them loses.
    const { held, given } = stamps();
    if (given < held) throw unableToLockRow(id);
  }

  /** The rows that `work` changes; no lock stops it, so what it does must be undone. */
  record(work: () => void): ReadonlySet<string> {
    const recorded = new Set<string>();
    this.#recorded = recorded;
    try {
      work();
    } finally {
      this.#recorded = undefined;
    }
    return recorded;
  }

  claim(ids: ReadonlySet<string>): RowClaim {
    const claim: RowClaim = {
      use: (work) => this.#writeAs(claim, work),
      release: () => {
        for (const id of ids) this.#leaveQueue(id, claim);
      },
    };
    for (const id of ids) this.#queues.set(id, [...(this.#queues.get(id) ?? []), claim]);
    return claim;
  }

  #writeAs<T>(claim: RowClaim, work: () => T): T {
    this.#writer = claim;
    try {
      return work();
    } finally {
      this.#writer = undefined;
    }
  }

  #leaveQueue(id: string, claim: RowClaim): void {
    const others = (this.#queues.get(id) ?? []).filter((one) => one !== claim);
    if (others.length === 0) this.#queues.delete(id);
    else this.#queues.set(id, others);
  }
}

/** The platform names the record by 15 characters. @param id 15 or 18 characters; empty for a record without id yet */
export function unableToLockRow(id: string): OrgError {
  return new OrgError(
    'UNABLE_TO_LOCK_ROW',
    `unable to obtain exclusive access to this record or 1 records: ${toId15(id)}`,
  );
}
