import type { OrgId } from './ids.ts';

/**
 * A pass brings objects to completeness up to a bound: the initial audit, one interval sync, the closing pass, the
 * fill of a gap. It has one part per object; when all parts are done it is finished and its effects are recorded.
 */
export type PassKind = 'audit' | 'interval' | 'closing' | 'gap';

export interface Pass {
  readonly id: string;
  readonly orgId: OrgId;
  readonly revision: number;
  readonly kind: PassKind;
  /** Mode epoch under which it was started (R7). */
  readonly epoch: number;
  readonly state: 'running' | 'done' | 'failed' | 'abandoned';
  readonly startedAtMs: number;
  readonly finishedAtMs?: number;
  readonly reason: string;
  readonly parts: Readonly<Record<string, PassPart>>;
}

export interface PassPart {
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** Lower bound, Salesforce's clock, ms; null = everything. */
  readonly sinceMs: number | null;
  /** Exclusive upper bound, Salesforce's clock, ms; set when the part starts. */
  readonly upperMs?: number;
  readonly jobId?: string;
  readonly rows: number;
  readonly error?: string;
}

/** One Bulk query as a state machine in the store, driven by queue messages (R11). */
export interface Job {
  readonly id: string;
  readonly orgId: OrgId;
  readonly revision: number;
  readonly passId: string;
  readonly object: string;
  readonly soql: string;
  /** Columns in SELECT order. */
  readonly fields: readonly string[];
  /** Field set hash the rows are written under. */
  readonly fieldSet: string;
  readonly operation: 'query' | 'queryAll';
  /** Rows unknown so far and created at or after this are announced as created, ms. */
  readonly bornAfterMs: number;
  readonly state: 'planned' | 'submitted' | 'importing' | 'done' | 'failed';
  /** Job id at Salesforce, 18 characters. */
  readonly salesforceJobId?: string;
  /** Results must be read with the version that created the job, else 409. */
  readonly apiVersion: string;
  /** `createdDate` of the job, Salesforce's clock, ms: when its read began (R1). */
  readonly readAtMs?: number;
  /** Next page; absent = first page, null = no more. */
  readonly locator?: string | null;
  readonly rowsImported: number;
  /** `numberRecordsProcessed` of the finished job; rows are counted against it. */
  readonly rowsExpected?: number;
  readonly polls: number;
  readonly failures: number;
  readonly error?: string;
}
