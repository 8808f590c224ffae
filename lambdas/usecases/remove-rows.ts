import type { LedgerRow } from '#core/activities/ledger-entry.ts';
import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import type { RowEnd } from './save-rows.ts';

/** Salesforce's words for a record that is not there any more: what was wanted. */
const GONE = /ENTITY_IS_DELETED|NOT_FOUND|INVALID_CROSS_REFERENCE_KEY/;

/**
 * Deletes rows, each for itself: cancelled meetings are few, and one that somebody deleted already must not keep the
 * others. A repeat after a lost answer finds them gone.
 */
export async function removeRows(
  salesforce: Pick<Salesforce, 'remove'>,
  object: LedgerRow['object'],
  removals: readonly (readonly [LedgerRow, RecordId])[],
  ends: Map<LedgerRow, RowEnd>,
): Promise<void> {
  for (const [row, id] of removals) {
    try {
      await salesforce.remove(object, [id]);
      ends.set(row, { outcome: 'removed' });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const gone = error.code === 'salesforce-refused' && GONE.test(error.message);
      ends.set(row, gone ? { outcome: 'removed' } : { outcome: 'not-tried', error, recordId: id });
    }
  }
}
