import { ApexException, UncatchableError } from '../values.ts';

/** What ended a transaction, in words that survive it. */
export interface Failure {
  /** As a catch clause names it: `DmlException`, `LimitException`. */
  readonly type: string;
  readonly message: string;
  /** Apex stack trace; empty when no Apex was running. */
  readonly stack: string;
}

export function describeFailure(error: unknown): Failure {
  if (error instanceof ApexException) {
    return { type: error.apexType, message: error.message, stack: error.stackTrace };
  }
  if (error instanceof UncatchableError) {
    const type = error.apexType.replace(/^System\./, '');
    return { type, message: error.message, stack: error.stackTrace };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'UnexpectedException', message, stack: '' };
}
