import type { LedgerRow } from '#core/activities/ledger-entry.ts';
import type { RecordId } from '#core/ids.ts';
import { soqlName, soqlText } from '#core/soql.ts';
import type { Salesforce } from '#ports/salesforce.ts';

/** Keys have up to 64 characters, and the query travels in a URL. */
const KEYS_PER_QUERY = 150;

/**
 * Tasks or Events that earlier tries left in the org although their answer was lost, by the key each carries. Costs a call for
 * every 150 rows.
 *
 * @param keyField `Mixmax_Activity_Id__c`, with the package's namespace
 */
export async function findWritten(
  salesforce: Pick<Salesforce, 'query'>,
  object: LedgerRow['object'],
  keyField: string,
  rows: readonly LedgerRow[],
): Promise<ReadonlyMap<string, RecordId>> {
  const keys = [...new Set(rows.map(({ key }) => key))];
  const found = new Map<string, RecordId>();
  for (let start = 0; start < keys.length; start += KEYS_PER_QUERY) {
    const some = keys.slice(start, start + KEYS_PER_QUERY);
    const list = some.map(soqlText).join(',');
    const field = soqlName(keyField);
    const soql = `SELECT Id, ${field} FROM ${object} WHERE ${field} IN (${list}) ORDER BY Id`;
    for await (const { records } of salesforce.query(soql)) {
      // SOQL compares without regard to case, keys do not.
      for (const { id, fields } of records) {
        const key = String(fields[keyField]);
        if (!found.has(key)) found.set(key, id);
      }
    }
  }
  return found;
}
