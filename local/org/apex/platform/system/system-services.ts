/** What the system library asks of the running transaction, beyond what compiled code asks of its realm. */
export interface SystemServices {
  /** Governor limits of the running transaction. */
  readonly limits: LimitsReader;
}

export interface LimitsReader {
  used(limit: LimitName): number;
  allowed(limit: LimitName): number;
}

export type LimitName =
  | 'queries'
  | 'queryRows'
  | 'aggregateQueries'
  | 'queryLocatorRows'
  | 'soslQueries'
  | 'dmlStatements'
  | 'dmlRows'
  | 'publishImmediate'
  | 'callouts'
  | 'calloutTimeMs'
  | 'queueableJobs'
  | 'futureCalls'
  | 'emailInvocations'
  | 'cpuTimeMs'
  | 'heapBytes';
