import type { OrgId, RecordId } from './ids.ts';
import type { Purpose } from './quota.ts';
import type { Slice } from './slices.ts';

/**
 * A pass brings objects to completeness up to a bound: the initial audit, one interval sync, the closing pass, the
 * fill of a gap; while Apex is healthy, the sweep, which reads everything changed since the last one, and the light
 * check, which compares stamps (R9). It has one part per object; when all are done it is finished and its effects are
 * recorded.
 */
export type PassKind = 'audit' | 'interval' | 'closing' | 'gap' | 'sweep' | 'check';

export interface Pass {
  readonly id: string;
  readonly orgId: OrgId;
  readonly revision: number;
  readonly kind: PassKind;
  /** Mode epoch under which it was started (R7). */
  readonly epoch: number;
  readonly state: 'running' | 'done' | 'failed';
  readonly startedAtMs: number;
  readonly finishedAtMs?: number;
  /** Receiver's clock, ms, of the last change: what the sweep calls lost stands still for 30 minutes. */
  readonly progressAtMs: number;
  readonly reason: string;
  /** Of an audit: objects that are proven are compared by id and stamp, and only what differs is read (R12). */
  readonly compare?: true;
  /** Somebody asked for a pause; nothing of it runs until it is resumed. Receiver's clock, ms. */
  readonly pausedAtMs?: number;
  /** At most so many rows of each object are read a minute; absent = as fast as they come. */
  readonly rowsPerMinute?: number;
  readonly parts: Readonly<Record<string, PassPart>>;
}

export interface PassPart {
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** Lower bound, Salesforce's clock, ms; null = everything. */
  readonly sinceMs: number | null;
  /** Exclusive upper bound, Salesforce's clock, ms; set when the part starts. */
  readonly upperMs?: number;
  /** What the part proves once it is done (R9): at most `upperMs`, Salesforce's clock, ms. */
  readonly coveredMs?: number;
  readonly jobId?: string;
  readonly rows: number;
  /** Why it failed; of a part that is done, why it proves nothing. */
  readonly error?: string;
}

/**
 * What an audit found wrong with a record (R12): `missing` from the mirror; `stale`, an older state of it; `extra`, held
 * alive and deleted in the org; `hidden`, held and neither shown nor declared deleted (R2).
 */
export interface AuditFinding {
  readonly object: string;
  readonly id: RecordId;
  readonly kind: FindingKind;
}

export const FINDING_KINDS = ['missing', 'stale', 'extra', 'hidden'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** A column of a Bulk result: the field's API name and Salesforce's type of it. */
export interface BulkColumn {
  readonly name: string;
  readonly type: string;
}

/** One Bulk query as a state machine in the store, driven by queue messages (R11). */
export interface Job {
  readonly id: string;
  readonly orgId: OrgId;
  readonly revision: number;
  readonly passId: string;
  readonly object: string;
  readonly soql: string;
  /** In SELECT order, with their described types, so that rows are read without another describe. */
  readonly columns: readonly BulkColumn[];
  /** Field set hash the rows are written under. */
  readonly fieldSet: string;
  /** The field set's names when the job was planned: `*` stands for whatever the Sync User can read just then. */
  readonly fields: readonly string[];
  readonly operation: 'query' | 'queryAll';
  /** Its rows are ids and stamps, to be compared with the mirror. */
  readonly compare?: true;
  /** The Bulk API does not serve its object: REST does, page by page in id order. `locator` is the last id read. */
  readonly rest?: true;
  /** What it writes is reported as its pass's findings. */
  readonly audits?: true;
  /** As its pass's. */
  readonly rowsPerMinute?: number;
  /** What its calls are counted under; absent in jobs of earlier releases. */
  readonly purpose?: Purpose;
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
  /** Slices still to be read, the one being read first (core/slices.ts); absent where the object has no CreatedDate. */
  readonly slices?: readonly Slice[];
  /** Of `rowsImported`, those of slices that are done. */
  readonly rowsOfSlices?: number;
  /** When the read of the first slice began, as `readAtMs`. */
  readonly firstReadAtMs?: number;
  readonly rowsImported: number;
  /** `numberRecordsProcessed` of the finished job; rows are counted against it. */
  readonly rowsExpected?: number;
  readonly polls: number;
  /** Salesforce jobs that were given up; each is followed by a new one, at most three. */
  readonly failures: number;
  /** Steps in a row that met an outage or an exhausted quota. */
  readonly stalls: number;
  /** Receiver's clock, ms. */
  readonly startedAtMs: number;
  /** Receiver's clock, ms, of the last step. */
  readonly progressAtMs: number;
  readonly error?: string;
}
