import type { RecordId } from '#core/ids.ts';
import { idsCondition, MAX_IDS_PER_QUERY, soqlSelect } from '#core/soql.ts';
import type { ReadRecord, Salesforce } from '#ports/salesforce.ts';

/** Rows of an object whose field points to one of the ids, each id asked for once. Costs a call for every 2,000 ids. */
export async function readByIds(
  salesforce: Pick<Salesforce, 'queryAll'>,
  object: string,
  fields: readonly string[],
  field: string,
  ids: readonly RecordId[],
): Promise<readonly ReadRecord[]> {
  const distinct = [...new Set(ids)];
  const soqls: string[] = [];
  for (let start = 0; start < distinct.length; start += MAX_IDS_PER_QUERY) {
    const some = distinct.slice(start, start + MAX_IDS_PER_QUERY);
    soqls.push(soqlSelect(object, ['Id', ...fields], idsCondition(field, some)));
  }
  return (await salesforce.queryAll(soqls)).flat();
}
