import type { RowLoad } from '#core/bulk-rows.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { MirrorRecord, RecordWrite, WriteOutcome } from '#core/record.ts';

export interface VersionRow {
  readonly id: RecordId;
  readonly modstampMs: number;
  /** When the read that last saw this content began, Salesforce's clock, ms. */
  readonly readAtMs: number;
  readonly deleted: boolean;
  readonly hidden: boolean;
}

export interface ObjectCounts {
  /** Neither deleted nor hidden. */
  readonly live: number;
  readonly deleted: number;
  readonly hidden: number;
}

/**
 * The mirror of every org's records. Every method takes the org id first; one org never sees another's rows.
 */
export interface MirrorStore {
  /**
   * Applies each write by the version rule (`decideWrite` of core/versions.ts): one atomic conditional step per
   * record, never backwards, whatever runs at the same time. Outcomes in the order of the writes. Several writes to
   * one record in one call are applied in order. SQLite: one transaction per 500 writes; DynamoDB: a batched read,
   * then conditional puts, repeated on conflict.
   */
  apply(
    orgId: OrgId,
    writes: readonly RecordWrite[],
    nowMs: number,
  ): Promise<readonly WriteOutcome[]>;
  /**
   * Writes rows of records that the mirror knows nothing of, not even that they are gone: revision 1, `record.refreshed`
   * by Bulk, which is what `apply` makes of them, at a fraction of the cost. One atomic step per record. A store may pass
   * any row by; DynamoDB, where a write costs the same either way, passes all by. Of rows with the same id it takes one.
   * @returns the records that were written; all others are for `apply`
   */
  addUnknown(orgId: OrgId, load: RowLoad, nowMs: number): Promise<ReadonlySet<RecordId>>;
  get(orgId: OrgId, object: string, id: RecordId): Promise<MirrorRecord | undefined>;
  getMany(
    orgId: OrgId,
    object: string,
    ids: readonly RecordId[],
  ): Promise<ReadonlyMap<RecordId, MirrorRecord>>;
  /**
   * Live records whose `Email` is the address, without regard to case; any object. DynamoDB: some moments behind, as
   * are a task list's.
   */
  findByEmail(orgId: OrgId, email: string): Promise<readonly MirrorRecord[]>;
  /** Live Tasks of an owner, newest SystemModstamp first. */
  tasksByOwner(orgId: OrgId, ownerId: RecordId, limit: number): Promise<readonly MirrorRecord[]>;
  /** Versions in id order, from `after` (exclusive): for comparing with the org. */
  versions(
    orgId: OrgId,
    object: string,
    options: { after?: RecordId; limit: number },
  ): Promise<readonly VersionRow[]>;
  /** Whole records in id order, from `after` (exclusive). */
  scan(
    orgId: OrgId,
    object: string,
    options: { after?: RecordId; limit: number },
  ): Promise<readonly MirrorRecord[]>;
  /**
   * Live records of `object` whose reference `field` is `target`, in id order (R4). Costs a scan of the object:
   * called on merges only.
   */
  referrers(
    orgId: OrgId,
    object: string,
    field: string,
    target: RecordId,
    options: { after?: RecordId; limit: number },
  ): Promise<readonly RecordId[]>;
  /**
   * A maintained count. DynamoDB: at most some seconds behind; a call of `apply` that was killed is missing from it until
   * the object is cleared and read anew.
   */
  counts(orgId: OrgId, object: string): Promise<ObjectCounts>;
  /**
   * Takes away what is kept of records beyond what the org shows (`withoutValues` of core/data-subject.ts), one atomic
   * step per record. Unknown ids are passed by. Look-ups and counts stay as they are.
   * @returns how many records had such values
   */
  forgetValues(orgId: OrgId, object: string, ids: readonly RecordId[]): Promise<number>;
  /** Forgets an org's records, or one object's. */
  clear(orgId: OrgId, object?: string): Promise<void>;
}
