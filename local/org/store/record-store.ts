import type { FieldValues } from '../schema/schema.ts';
import type { LeadConversion } from './lead-conversion.ts';

/** Who saves and when; stamps and owners come from here. */
export interface SaveContext {
  /** Milliseconds since the epoch, UTC; stamps are cut to whole seconds. */
  readonly nowMs: number;
  /** 18-character id of the running user. */
  readonly userId: string;
  /**
   * Takes CreatedDate, CreatedById, LastModifiedDate and LastModifiedById of a new record from its values, as the
   * permission "Set Audit Fields upon Record Creation" allows.
   */
  readonly auditFields?: boolean;
  /** Lets duplicate rules run. */
  readonly duplicates?: DuplicateHandling;
}

/** What duplicate rules need to know of the save that a record is part of. */
interface DuplicateHandling {
  /** Passes rules that alert. */
  readonly allowSave: boolean;
  /** Ids of records the same save has written; the store adds to it. */
  readonly sameSave: Set<string>;
  /** Whether the running user sees a record; left out, rules look at all. */
  readonly sees?: (object: string, id: string) => boolean;
}

export interface RecordKey {
  readonly object: string;
  /** 18 characters. */
  readonly id: string;
}

/**
 * The org's records, kept in SQLite: one table per object. Everything is synchronous; one thread owns the database.
 *
 * The data rules live here: defaults, coercion, required, length, unique, picklist, reference and activity-relation
 * checks, ids, stamps, the Recycle Bin, cascades, merges. Triggers, chunks, partial success and limits do not: the
 * Apex engine calls these methods between its triggers.
 *
 * Methods that save throw `OrgError` with Salesforce's code, text and fields, and then have changed nothing.
 */
export interface RecordStore {
  /** Opens a transaction; changes are visible to this thread at once and on disk after `commit`. */
  begin(): void;
  commit(): void;
  rollback(): void;
  readonly inTransaction: boolean;
  /** Nested savepoints; `rollbackTo` keeps the savepoint usable, `release` forgets it. */
  savepoint(): Savepoint;

  /** Undefined when the id was never used or is purged; a record in the Recycle Bin has `IsDeleted: true`. */
  read(object: string, id: string): FieldValues | undefined;
  readMany(object: string, ids: readonly string[]): Map<string, FieldValues>;

  /**
   * Resolves names and turns raw input (REST JSON, CSV text, Apex values already plain) into field values: `"-4"` for
   * an int becomes -4, 15-character ids become 18, `Account: {ExtId__c: 'x'}` (JSON) or `Account.ExtId__c` (CSV) becomes
   * AccountId. With a purpose, fields that may not be written for it are refused (the Id of an update may be given).
   * @throws OrgError INVALID_FIELD, MALFORMED_ID, INVALID_TYPE_ON_FIELD_IN_RECORD, INVALID_FIELD_FOR_INSERT_UPDATE …
   */
  coerce(
    object: string,
    input: Readonly<Record<string, unknown>>,
    purpose?: 'insert' | 'update',
  ): FieldValues;
  /** Adds constant defaults, owner and record type to the values of a new record (what a before-insert trigger sees). */
  withDefaults(object: string, values: FieldValues, context: SaveContext): FieldValues;
  /** Refuses what an insert would refuse by the values alone, and writes nothing: for platform events. Adds defaults. */
  check(object: string, values: FieldValues, context: SaveContext): FieldValues;
  /** Checks and writes; returns the stored record with Id and stamps. Values of read-only fields are passed over. */
  insert(object: string, values: FieldValues, context: SaveContext): FieldValues;
  /** Checks and writes the given fields over the stored ones; returns the stored record. */
  update(object: string, id: string, changes: FieldValues, context: SaveContext): FieldValues;
  /**
   * To the Recycle Bin (or gone, for objects without one). Cascades to children whose look-up says so; other look-ups
   * to the record are cleared. Returns every record deleted with it, itself first.
   * @throws OrgError ENTITY_IS_DELETED, INVALID_CROSS_REFERENCE_KEY (no such id), DELETE_FAILED
   */
  remove(object: string, id: string, context: SaveContext): readonly RecordKey[];
  /** Restores the record and what was deleted with it. Returns all restored, itself first. */
  undelete(object: string, id: string, context: SaveContext): readonly RecordKey[];
  /**
   * Re-parents children of the losers (stamping them), deletes the losers with `MasterRecordId` = winner. Returns the
   * losers, then the children that moved.
   */
  merge(
    object: string,
    winnerId: string,
    loserIds: readonly string[],
    context: SaveContext,
  ): readonly RecordKey[];
  /**
   * Marks a lead as converted and moves what hangs on it; the records it becomes exist already. Returns the lead.
   * @throws OrgError INVALID_STATUS, CANNOT_UPDATE_CONVERTED_LEAD, INVALID_CROSS_REFERENCE_KEY
   */
  convertLead(conversion: LeadConversion, context: SaveContext): FieldValues;
  /** Gives a record another CreatedDate and nothing else: for tests of code that looks at a record's age. */
  backdate(object: string, id: string, epochMs: number): void;
  /** Purges from the Recycle Bin. */
  purge(object: string, ids: readonly string[]): void;

  /** Ids of records with that value in an external-id, unique or idLookup field. */
  findByKey(object: string, field: string, value: string): readonly string[];
  /** For getUpdated: ids whose SystemModstamp lies in [startMs, endMs). Deleted ones left out. */
  changedBetween(object: string, startMs: number, endMs: number): readonly string[];
  /** For getDeleted; knows hard-deleted records too. Times are ISO UTC. */
  deletedBetween(
    object: string,
    startMs: number,
    endMs: number,
  ): readonly { id: string; deletedDate: string }[];
  count(object: string): number;

  /** Small persistent documents of the engine (async jobs, bus events, bulk jobs), in the same transactions. */
  readonly documents: DocumentStore;
}

export interface Savepoint {
  rollback(): void;
  release(): void;
}

/** JSON documents by collection and key, kept in the org's database so that they survive a kill with the records. */
export interface DocumentStore {
  get(collection: string, key: string): unknown;
  put(collection: string, key: string, document: unknown): void;
  delete(collection: string, key: string): void;
  /** Long text that nobody reads as a document: kept as it is. */
  putText(collection: string, key: string, text: string): void;
  /** In UTF-8, ready to be sent. */
  textBytes(collection: string, key: string): Uint8Array | undefined;
  /** Every document and text whose key begins so. */
  deleteWithPrefix(collection: string, prefix: string): void;
  /** In key order, from `after` (exclusive). */
  list(
    collection: string,
    options?: { after?: string; limit?: number },
  ): readonly { key: string; document: unknown }[];
  /** Next number of a named sequence, from 1. */
  next(sequence: string): number;
}
