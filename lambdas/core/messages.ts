import type { OrgId, RecordId } from './ids.ts';
import type { Notice } from './notice.ts';

/** Put back on the queue after its last try, because what it failed of passes: a redelivery all the same (R15). */
type Again = true;

/** Messages between functions. Versioned; a reader that does not know `type` sends it to the dead letters. */
export type NoticeApplyMessage = {
  readonly type: 'notice.apply.v1';
  readonly orgId: OrgId;
  /** `webhook-id` of the request: the correlation id of every log line. */
  readonly webhookId: string;
  /** Receiver's clock, ms. */
  readonly receivedAtMs: number;
  readonly notice: Notice;
  readonly again?: Again;
};

/**
 * Read these records again and settle what the mirror holds (R1 ties, R2 nulls, R4, R5). At most 2,000 ids. By reason:
 * `merge`: the losers' former children, as the mirror still shows them; `undelete`: all children (of undeleted records
 * and of merge winners); `cascade`: the children that went with deleted records; else the records themselves.
 */
export type RecordVerifyMessage = {
  readonly type: 'record.verify.v1';
  readonly orgId: OrgId;
  readonly object: string;
  readonly ids: readonly RecordId[];
  readonly reason: 'tie' | 'missing' | 'merge' | 'undelete' | 'cascade' | 'conditions-drift';
  readonly again?: Again;
  /** How often the records were already hidden from one read and shown by the next; absent = never. */
  readonly reappearances?: number;
  /** Of the notices that brought it about, parted by blanks; absent where none did. */
  readonly webhookId?: string;
};

/** Start or go on with a pass; idempotent. */
export type PassAdvanceMessage = {
  readonly type: 'pass.advance.v1';
  readonly orgId: OrgId;
  readonly passId: string;
  /** Also wakes the jobs of running parts: sent when a message may have been lost. */
  readonly resume?: boolean;
};
/**
 * Take a job one step further from `revision`; idempotent. A message about an older revision is dropped, unless it
 * is a redelivery: then the step after it may have been lost between store and queue, and is sent again.
 */
export type JobAdvanceMessage = {
  readonly type: 'job.advance.v1';
  readonly orgId: OrgId;
  readonly jobId: string;
  readonly revision: number;
};

/** Make the org's synced fields say again what our conditions say; idempotent. */
type ConditionsRepairMessage = {
  readonly type: 'conditions.repair.v1';
  readonly orgId: OrgId;
};

/** Compare the org's fields with what is mirrored (R13); idempotent. */
type FieldsRefreshMessage = {
  readonly type: 'fields.refresh.v1';
  readonly orgId: OrgId;
};

/** Find out why Apex is quiet (R8); idempotent. */
type OrgExamineMessage = {
  readonly type: 'org.examine.v1';
  readonly orgId: OrgId;
};

/** Look whether the package is in the org by now, and set it up (R17); idempotent. */
export type PackageLookMessage = {
  readonly type: 'package.look.v1';
  readonly orgId: OrgId;
  /** Of the chain of looks that this one belongs to. */
  readonly chain: number;
};

/** Erase what was copied from a removed org; idempotent. */
type OrgEraseMessage = {
  readonly type: 'org.erase.v1';
  readonly orgId: OrgId;
};

/** Write these activities (ids of the ledger); idempotent. At most 500. */
export type ActivityWriteMessage = {
  readonly type: 'activity.write.v1';
  readonly orgId: OrgId;
  readonly ids: readonly string[];
};

export type WorkerMessage = NoticeApplyMessage | RecordVerifyMessage;
export type BulkMessage =
  | PassAdvanceMessage
  | JobAdvanceMessage
  | ConditionsRepairMessage
  | FieldsRefreshMessage
  | OrgExamineMessage
  | PackageLookMessage
  | OrgEraseMessage;
/** Look again for people who were not in Salesforce, and for activities whose messages were lost; idempotent. */
type ActivityRecheckMessage = {
  readonly type: 'activity.recheck.v1';
  readonly orgId: OrgId;
};

export type ActivityMessage = ActivityWriteMessage | ActivityRecheckMessage;
export type QueueMessage = WorkerMessage | BulkMessage | ActivityMessage;
