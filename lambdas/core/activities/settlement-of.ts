import type { LedgerRow, Skip } from './ledger-entry.ts';
import type { Settlement } from './ledger-steps.ts';

/** What is known of a row after a try. */
export type RowResult =
  | { readonly row: LedgerRow; readonly outcome: 'saved' | 'removed' }
  | {
      readonly row: LedgerRow;
      readonly outcome: 'refused' | 'not-tried' | 'uncertain';
      readonly reason: string;
      /** A later try may succeed. */
      readonly retryable: boolean;
      /** It may be in Salesforce: a later try must look again. */
      readonly doubtful?: true;
    };

/** A row that is refused for a passing reason (its record is locked, say) so often is given up. */
const MAX_REFUSALS = 8;

/**
 * How an activity stands after a try, by its rows. What was saved is kept, whatever became of the others.
 *
 * @param refusals earlier tries that Salesforce answered by refusing a row
 */
export function settlementOf(
  results: readonly RowResult[],
  skips: readonly Skip[],
  refusals: number,
): Settlement {
  const left = results.filter(({ outcome }) => outcome !== 'removed');
  const rows = left.map(({ row }) => row);
  const uncertain = results.some(({ outcome }) => outcome === 'uncertain');
  const failed = results.flatMap((result) => ('reason' in result ? [result] : []));
  const [first] = failed.toSorted((a, b) => Number(a.retryable) - Number(b.retryable));
  if (first !== undefined) {
    // What may be there, or waits for an outage to end, is never given up here.
    const hopeless = failed.some(({ retryable }) => !retryable);
    const refused = failed.some(({ outcome }) => outcome === 'refused');
    const tired = refused && refusals + 1 >= MAX_REFUSALS;
    const state = (hopeless || tired) && !uncertain ? 'failed' : 'queued';
    const doubtful = failed.some((result) => result.doubtful === true);
    const inDoubt = uncertain || doubtful;
    return { state, rows, skips, uncertain: inDoubt, refused, problem: first.reason };
  }
  const gone = results.filter(({ outcome }) => outcome === 'removed');
  const removed = gone.flatMap(({ row }) => row.recordId ?? []);
  return { state: endOf(rows, gone.length > 0), rows, skips, removed, uncertain: false };
}

function endOf(rows: readonly LedgerRow[], removed: boolean): Settlement['state'] {
  if (rows.length === 0) return removed ? 'written' : 'skipped';
  return rows.some(({ whoIds }) => whoIds.length === 0) ? 'unresolved' : 'written';
}
