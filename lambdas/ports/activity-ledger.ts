import type { ActivityState, LedgerEntry } from '#core/activities/ledger-entry.ts';
import type { OrgId } from '#core/ids.ts';

/** A place in the list of a state. */
export type LedgerCursor = Pick<LedgerEntry, 'stateSinceMs' | 'id'>;

/**
 * What became of every activity, by the sender's id: what makes an activity be written once. Entries are kept until
 * the org is erased.
 */
export interface ActivityLedger {
  getMany(orgId: OrgId, ids: readonly string[]): Promise<ReadonlyMap<string, LedgerEntry>>;
  /**
   * Writes each entry with revision + 1 if the stored revision is the entry's (0 = none is stored); outcomes in the
   * order of the entries. One step per entry, not one for all: a crash may leave some written. Ids are given once each.
   */
  put(orgId: OrgId, entries: readonly LedgerEntry[]): Promise<readonly ('stored' | 'conflict')[]>;
  /** Entries of a state, longest in it first, from `after` (exclusive). DynamoDB: consistent, costs 16 queries. */
  list(
    orgId: OrgId,
    state: ActivityState,
    options: { readonly limit: number; readonly after?: LedgerCursor },
  ): Promise<readonly LedgerEntry[]>;
  clear(orgId: OrgId): Promise<void>;
}
