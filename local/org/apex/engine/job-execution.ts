import type { ApexValue, Suspendable } from '../values.ts';
import type { Transaction } from './transactions.ts';

/** A job that runs now. Drive `code`, then tell how it ended. */
export interface JobExecution {
  readonly label: string;
  readonly transaction: Transaction;
  code(): Suspendable<ApexValue>;
  succeed(): void;
  /** Undoes what the job wrote; what follows a failure (finalizer, next chunk) runs all the same. */
  fail(error: unknown): void;
}
