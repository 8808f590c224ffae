export type FunctionName = 'gateway' | 'worker' | 'scheduler' | 'bulk' | 'activity' | 'admin';

/** In bytes of minified code, source maps apart. */
export interface Budget {
  /** What an invocation loads that saves nothing in Salesforce: the cold start. */
  readonly start: number;
  /** With what is loaded at need: jsforce and its HTTP client, for saves. */
  readonly whole: number;
}

const KB = 1_000;

/** A function that grows past its budget fails the build's test: cold starts are billed and felt. */
export const FUNCTION_BUDGETS: Readonly<Record<FunctionName, Budget>> = {
  gateway: { start: 420 * KB, whole: 420 * KB },
  scheduler: { start: 440 * KB, whole: 500 * KB },
  worker: { start: 560 * KB, whole: 1_100 * KB },
  bulk: { start: 580 * KB, whole: 1_100 * KB },
  activity: { start: 620 * KB, whole: 1_100 * KB },
  admin: { start: 780 * KB, whole: 1_300 * KB },
};
