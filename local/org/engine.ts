import type {
  LeadConversionOutcome,
  LeadConversionRequest,
} from './apex/platform/system/system-services.ts';
import type { DuplicateOptions, DuplicateResult } from './duplicate-result.ts';
import type { FieldValues } from './schema/schema.ts';

/** A save as a client asks for it, whatever the protocol. */
export interface SaveRequest {
  readonly operation: 'insert' | 'update' | 'upsert' | 'delete' | 'undelete' | 'hardDelete';
  /** One object for all, or per record by its own `object`. */
  readonly records: readonly {
    readonly object: string;
    readonly input: Readonly<Record<string, unknown>>;
  }[];
  readonly externalIdField?: string;
  readonly allOrNone: boolean;
  /** Running user, 18 characters. */
  readonly userId: string;
  /** Bulk requests get the higher of the synchronous and asynchronous limits and keep statics between chunks. */
  readonly source: 'rest' | 'bulk' | 'apex';
  /**
   * Names the batch of a Bulk job that this chunk belongs to, e.g. `<job id>/<number>`: saves with the same name share
   * their statics, as chunks of one Bulk request do. Left out, a save shares them with no other.
   */
  readonly bulkBatch?: string;
  /**
   * Runs inside the transaction, just before it commits: what it writes to the document store is kept with the records
   * or not at all.
   */
  readonly beforeCommit?: (results: readonly SaveResult[]) => void;
  /** Left out, duplicate rules that alert refuse the save. */
  readonly duplicates?: DuplicateOptions;
}

export type SaveResult =
  | {
      readonly success: true;
      readonly id: string;
      readonly created: boolean;
      readonly object: string;
    }
  | {
      readonly success: false;
      readonly id?: string;
      readonly created?: boolean;
      readonly errors: readonly {
        readonly code: string;
        readonly message: string;
        readonly fields: readonly string[];
        readonly duplicates?: DuplicateResult;
      }[];
    };

/**
 * The org's save engine: order of execution, triggers in chunks of 200, partial success with its retries, governor
 * limits, after-commit work (events, Queueables, callouts).
 */
export interface Engine {
  /** One result per record, in order. Each call is one transaction (per chunk of 200 for bulk). */
  save(request: SaveRequest): SaveResult[];
  /**
   * Several saves as one transaction: all of them are undone, events and jobs included, when `work` throws. After-commit
   * work starts when it returns.
   */
  inTransaction<T>(work: () => T): T;
  /**
   * Does what several saves would do and undoes all of it, events of every kind included: nothing is left but what
   * `work` has noted.
   */
  rehearse(work: () => void): void;
  /** Merges through the same triggers as Apex `merge`. */
  merge(
    object: string,
    winner: FieldValues,
    loserIds: readonly string[],
    userId: string,
  ): SaveResult;
  /** Converts a lead with the triggers of all records involved; nothing is changed when it answers errors. */
  convertLead(request: LeadConversionRequest, userId: string): LeadConversionOutcome;
  /** Publishes platform events sent by API; one result per event. */
  publish(
    object: string,
    events: readonly Readonly<Record<string, unknown>>[],
    userId: string,
  ): SaveResult[];
  /** Resolves when no event, job or callout is waiting or running (delayed work included only if it is due). */
  whenIdle(): Promise<void>;
  /** What waits or runs: events on the bus, asynchronous jobs, callouts under way. */
  asyncCounts(): { readonly events: number; readonly jobs: number; readonly callouts: number };
  /** Adds to the org's use of DailyAsyncApexExecutions, to try what happens when it runs out. */
  countAsyncExecutions(count: number): void;
  /** Adds to the org's use of HourlyPublishedPlatformEvents. */
  countPublishedEvents(count: number): void;
}
