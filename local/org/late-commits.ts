import type { Engine } from './engine.ts';
import type { OrgClock } from './org-clock.ts';
import type { RowLocks } from './store/row-locks.ts';

/** Saves that take their stamp and their rows at once and commit later. */
export type CommitLate = <T>(delayMs: number, save: () => T) => Promise<T>;

export interface LateCommitDeps {
  /** The present engine: a deploy makes a new one. */
  readonly engine: () => Engine;
  readonly locks: RowLocks;
  readonly clock: OrgClock;
}

/**
 * A database with one writer cannot leave a transaction open while others save. So a late save is rehearsed and undone
 * at once, to learn which rows it holds; they are locked for everybody else until it is done in earnest, on the clock of
 * its beginning.
 */
export function createLateCommits({ engine, locks, clock }: LateCommitDeps): CommitLate {
  return async (delayMs, save) => {
    const claim = locks.claim(locks.record(() => engine().rehearse(() => attempt(save))));
    try {
      return await clock.commitLate(delayMs, () => claim.use(save));
    } finally {
      claim.release();
    }
  };
}

/** What goes wrong here goes wrong in earnest, too, and is answered then. */
function attempt(save: () => unknown): void {
  try {
    Promise.resolve(save()).catch(() => undefined);
  } catch {
    // The same.
  }
}
