import type { OrgId, RecordId } from './ids.ts';

/** A field's value as the mirror keeps it: REST's JSON types; dates `YYYY-MM-DD`, date-times ISO 8601 UTC with `Z`. */
export type FieldValue = string | number | boolean | null;
export type Fields = Readonly<Record<string, FieldValue>>;

/** How a value reached the mirror. */
export type Via = 'notice' | 'read' | 'bulk';

/**
 * A record's version (R1). Both times are Salesforce's clock, milliseconds since the epoch.
 */
export interface RecordVersion {
  /** SystemModstamp, whole seconds. For a tombstone from a notice: the change's `at`, cut to the second. */
  readonly modstampMs: number;
  /** When the read that saw this content began. Tombstones from notices: equal to `modstampMs`. */
  readonly readAtMs: number;
}

export interface MirrorRecord {
  readonly object: string;
  readonly id: RecordId;
  readonly version: RecordVersion;
  /** 1, 2, 3 … counts applied writes of this record; feed event ids are `id:revision`. */
  readonly revision: number;
  readonly deleted: boolean;
  /** The org neither shows nor declares it deleted (R2). */
  readonly hidden: boolean;
  readonly mergedInto?: RecordId;
  readonly fields: Fields;
  /** Hash of the field set that `fields` covers (core/conditions.ts); `*` = every readable field. */
  readonly fieldSet: string;
  /** What the last applied write changed, so that its feed event can be published again (R15). */
  readonly lastChange: LastChange;
}

export type ChangeType =
  | 'record.created'
  | 'record.updated'
  | 'record.deleted'
  | 'record.merged'
  | 'record.hidden'
  | 'record.refreshed';

export interface LastChange {
  readonly type: ChangeType;
  readonly via: Via;
  /** When the receiver applied it, receiver's clock, ms. */
  readonly appliedAtMs: number;
  /** Previous values of the fields that changed (absent before: null). */
  readonly old: Fields;
}

interface WriteBase {
  readonly object: string;
  readonly id: RecordId;
  readonly version: RecordVersion;
  readonly via: Via;
}

/** The whole content of a record's field set at a version. */
export interface UpsertWrite extends WriteBase {
  readonly kind: 'upsert';
  readonly fields: Fields;
  readonly fieldSet: string;
  /** An unknown record whose CreatedDate is at or after this (ms) is announced as created, an older one as refreshed. */
  readonly bornAfterMs: number;
}

export interface TombstoneWrite extends WriteBase {
  readonly kind: 'tombstone';
  readonly mergedInto?: RecordId;
}

/** R2: kept, left out of look-ups, listed. */
export interface HideWrite extends WriteBase {
  readonly kind: 'hide';
  /** It is hidden already, and may not have been announced. */
  readonly again?: true;
}

export type RecordWrite = UpsertWrite | TombstoneWrite | HideWrite;

export type WriteOutcome =
  /** Written; `record` is the new state. */
  | { readonly outcome: 'applied'; readonly record: MirrorRecord }
  /** The stored version is newer. */
  | { readonly outcome: 'stale'; readonly record: MirrorRecord }
  /** Same version, same content; `record.lastChange` may be published again. */
  | { readonly outcome: 'unchanged'; readonly record: MirrorRecord }
  /** Same stamp, different content, neither settled: what is stored stays, the record must be verified. */
  | { readonly outcome: 'tie'; readonly record: MirrorRecord };

/** One entry of the change feed (R15). */
export interface FeedEvent {
  /** `recordId:revision`: at least once, holes visible. */
  readonly id: string;
  readonly type: ChangeType;
  readonly orgId: OrgId;
  readonly object: string;
  readonly recordId: RecordId;
  readonly revision: number;
  readonly via: Via;
  /** SystemModstamp of the version, ISO UTC. */
  readonly modstamp: string;
  /** When the receiver applied it, ISO UTC. */
  readonly appliedAt: string;
  readonly mergedInto?: RecordId;
  /** Changed fields, old and new. */
  readonly changed: Readonly<
    Record<string, { readonly old: FieldValue; readonly new: FieldValue }>
  >;
}
