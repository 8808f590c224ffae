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
  gateway: { start: 320 * KB, whole: 320 * KB },
  scheduler: { start: 340 * KB, whole: 400 * KB },
  worker: { start: 460 * KB, whole: 930 * KB },
  bulk: { start: 450 * KB, whole: 950 * KB },
  activity: { start: 520 * KB, whole: 990 * KB },
  admin: { start: 730 * KB, whole: 1_200 * KB },
};
