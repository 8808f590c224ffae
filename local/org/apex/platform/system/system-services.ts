import type { DuplicateOptions, DuplicateResult } from '../../../duplicate-result.ts';
import type { FieldValues } from '../../../schema/schema.ts';
import type { AccessMode } from '../../realm.ts';
import type { SObjectValue } from '../../sobject.ts';
import type { ApexObject, ApexValue, Suspendable } from '../../values.ts';
import type { CacheServices } from './cache-services.ts';

/** What the system library asks of the running transaction, beyond what compiled code asks of its realm. */
export interface SystemServices {
  /** Governor limits of the running transaction. */
  readonly limits: LimitsReader;
  /** Bytes of what the transaction holds, nearly. */
  heldBytes(): number;
  readonly database: DatabaseServices;
  readonly events: EventServices;
  readonly jobs: JobServices;
  /** Undefined outside tests. */
  readonly test: TestServices | undefined;
  /** How the transaction began, as `System.Quiddity` names it. */
  readonly quiddity: string;
  readonly requestId: string;
  readonly cache: CacheServices;
  /** Whose values the session cache holds; null in code that runs in no session: asynchronous and anonymous Apex. */
  readonly cacheSession: string | null;
  /** Where users and clients reach the org, without a slash at the end. */
  readonly instanceUrl: string;
  /** Whether the running user has a custom permission, by its name in any case. */
  hasCustomPermission(name: string): boolean;
  /** A deployed static resource by its name in any case. Counts no query. */
  staticResource(name: string): FieldValues | undefined;
  /** Org-wide allowances by their names in `OrgLimits`, e.g. `DailyAsyncApexExecutions`. */
  orgLimits(): ReadonlyMap<string, { readonly used: number; readonly maximum: number }>;
  /** A stored record by id, without counting a query: what UserInfo and the custom settings read. */
  readRecord(object: string, id: string): FieldValues | undefined;
  /** All rows of an object that holds settings (list settings, custom metadata), by name. Counts no query. */
  namedRows(object: string): readonly FieldValues[];
  /** Rows of RecordType for the object, by name. Counts no query. */
  recordTypes(object: string): readonly FieldValues[];
  /** Counts one invocation; the mails are sent when the transaction commits. @throws LimitError */
  sendMail(mails: readonly OutgoingMail[]): void;
  /** 18 characters. */
  readonly organizationId: string;
  /** The stored row of a custom setting by owner (organization, profile or user id). Counts no query. */
  settingRow(object: string, ownerId: string): FieldValues | undefined;
}

/** A mail that is complete. */
export interface OutgoingMail {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string | null;
  readonly plainText: string | null;
  readonly html: string | null;
  readonly replyTo: string | null;
  readonly senderName: string | null;
  readonly attachments: readonly { readonly name: string; readonly bytes: number }[];
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

export interface LimitsReader {
  used(limit: LimitName): number;
  allowed(limit: LimitName): number;
}

export interface RowError {
  /** `StatusCode` name, e.g. `REQUIRED_FIELD_MISSING`. */
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
  /** Of DUPLICATES_DETECTED only. */
  readonly duplicates?: DuplicateResult;
}

/** What became of one record of a DML statement or one published event. */
export interface RowOutcome {
  readonly success: boolean;
  /** 18 characters; null when the record never got one. */
  readonly id: string | null;
  readonly created: boolean;
  readonly errors: readonly RowError[];
}

export type SaveOperation = 'insert' | 'update' | 'upsert' | 'delete' | 'undelete';

export interface LeadConversionRequest {
  /** 18 characters. */
  readonly leadId: string;
  readonly convertedStatus: string;
  /** Existing records to convert into; made from the lead when left out. */
  readonly accountId?: string;
  readonly contactId?: string;
  /** The new opportunity's name; the company's when left out. */
  readonly opportunityName?: string;
  readonly doNotCreateOpportunity?: boolean;
  /** Owner of the new records; the lead's when left out. */
  readonly ownerId?: string;
}

export interface LeadConversionOutcome {
  readonly leadId: string;
  readonly accountId: string | null;
  readonly contactId: string | null;
  readonly opportunityId: string | null;
  /** Empty when the lead was converted; otherwise nothing was changed. */
  readonly errors: readonly RowError[];
}

export interface SaveOptions {
  readonly allOrNone: boolean;
  readonly externalIdField?: string;
  /** Undefined: as the running class says. */
  readonly mode?: AccessMode | undefined;
  /** Undefined: rules that alert refuse the save. */
  readonly duplicates?: DuplicateOptions;
}

export interface DatabaseServices {
  /**
   * Counts one DML statement and its rows; one outcome per record, in order. New ids are set on the records.
   * @throws DmlException when `allOrNone` and a record fails
   */
  save(
    operation: SaveOperation,
    records: readonly SObjectValue[],
    options: SaveOptions,
  ): RowOutcome[];
  /** @throws DmlException when `allOrNone` and the merge fails */
  merge(master: SObjectValue, loserIds: readonly string[], options: SaveOptions): RowOutcome;
  /** Counts one DML statement. @throws DmlException when `allOrNone` and the lead cannot be converted */
  convertLead(request: LeadConversionRequest, allOrNone: boolean): LeadConversionOutcome;
  /** Purges deleted records. */
  emptyRecycleBin(ids: readonly string[]): RowOutcome[];
  /** Counts one DML statement; the number identifies the savepoint in this transaction. */
  setSavepoint(): number;
  /** @throws TypeException when the savepoint is of another transaction or was released */
  rollback(savepoint: number): void;
  releaseSavepoint(savepoint: number): void;
}

/** The delivery that runs a platform event trigger. */
export interface EventSubscription {
  /** Deliveries of this batch before this one. */
  readonly retries: number;
  /** Message of the RetryableException that asked for this delivery; null on the first. */
  readonly lastError: string | null;
  /** Replay id after which the next batch starts; null means after the last event. */
  resumeCheckpoint: string | null;
}

export interface EventServices {
  /** One outcome per event, in order; never throws for an event that was refused. */
  publish(events: readonly SObjectValue[]): RowOutcome[];
  /** Null outside platform event triggers. */
  readonly subscription: EventSubscription | null;
}

export interface EnqueueOptions {
  /** 0–10. */
  readonly delayMinutes: number;
  readonly maximumStackDepth: number | null;
  readonly duplicateSignature: string | null;
}

/** The asynchronous job that runs this transaction. */
export interface JobContext {
  /** Id of the AsyncApexJob; of the Queueable's for a finalizer. 18 characters. */
  readonly jobId: string;
  readonly stackDepth: number;
  readonly maximumStackDepth: number | null;
  readonly minimumDelayMinutes: number;
  readonly hasMaximumStackDepth: boolean;
}

export interface JobServices {
  /**
   * Id of the new AsyncApexJob.
   * @throws AsyncException, DuplicateMessageException
   */
  enqueue(job: ApexObject, options: EnqueueOptions): string;
  /**
   * Puts a Database.Batchable into the flex queue. Id of its AsyncApexJob.
   * @param scope how many rows a chunk takes at most; a query locator's chunks end at 2,000
   * @throws AsyncException where no batch may be started, or when the flex queue is full
   */
  executeBatch(job: ApexObject, scope: number): string;
  /**
   * Schedules a Schedulable by a cron expression, or one start of a batch. Id of the CronTrigger.
   * @throws StringException, AsyncException
   */
  schedule(
    job: ApexObject,
    schedule: {
      readonly name: string;
      readonly when: { readonly expression: string } | { readonly atMs: number };
      readonly batchScope: number | null;
    },
  ): string;
  /** @throws AsyncException outside a Queueable or when one is attached already */
  attachFinalizer(finalizer: ApexObject): void;
  abort(jobId: string): void;
  /** Null outside asynchronous jobs. */
  readonly current: JobContext | null;
}

export interface TestServices {
  /** Gives a record of the test another CreatedDate. @throws SObjectException */
  setCreatedDate(id: string, epochMs: number): void;
  /** Ids of the records that searches find, 18 characters. */
  fixedSearchResults: readonly string[];
  start(): void;
  /** Delivers events and runs jobs of the test. */
  stop(): void;
  setMock(mock: ApexObject): void;
  deliverEvents(): void;
  /** Makes the publishes of the test fail, for their callbacks. */
  failEvents(): void;
  /** Answers in place of the network. */
  respond(request: ApexValue): Suspendable<ApexValue>;
}
