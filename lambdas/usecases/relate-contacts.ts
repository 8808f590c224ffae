import type { LedgerRow } from '#core/activities/ledger-entry.ts';
import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import { idsCondition, MAX_IDS_PER_QUERY, soqlSelect } from '#core/soql.ts';
import { MAX_SAVED_ROWS, type Salesforce } from '#ports/salesforce.ts';
import type { RowEnd } from './save-rows.ts';

interface Relation {
  readonly row: LedgerRow;
  readonly taskId: RecordId;
  readonly contactId: RecordId;
}

/**
 * Gives Tasks their further contacts (G2): a Task is created with its primary one. What is related already is left alone,
 * so a lost answer does no harm. Costs a query for every 400 such Tasks, and a call for every 200 contacts.
 *
 * @param ends how the rows were saved; rows whose contacts could not all be related are changed in it
 */
export async function relateContacts(
  salesforce: Pick<Salesforce, 'query' | 'createRows'>,
  ends: Map<LedgerRow, RowEnd>,
): Promise<void> {
  const wanted = [...ends].flatMap(([row, end]) =>
    end.outcome === 'saved' ? relationsOf(row, end.recordId) : [],
  );
  if (wanted.length === 0) return;
  try {
    const present = await readRelations(salesforce, [
      ...new Set(wanted.map(({ taskId }) => taskId)),
    ]);
    const missing = wanted.filter((relation) => !present.has(keyOf(relation)));
    for (let start = 0; start < missing.length; start += MAX_SAVED_ROWS) {
      await relate(salesforce, missing.slice(start, start + MAX_SAVED_ROWS), ends);
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    for (const { row, taskId } of wanted) {
      ends.set(row, { outcome: 'not-tried', error, recordId: taskId });
    }
  }
}

function relationsOf(row: LedgerRow, taskId: RecordId): Relation[] {
  return row.whoIds.slice(1).map((contactId) => ({ row, taskId, contactId }));
}

async function readRelations(
  salesforce: Pick<Salesforce, 'query'>,
  taskIds: readonly RecordId[],
): Promise<ReadonlySet<string>> {
  const present = new Set<string>();
  for (let start = 0; start < taskIds.length; start += MAX_IDS_PER_QUERY) {
    const some = taskIds.slice(start, start + MAX_IDS_PER_QUERY);
    const fields = ['Id', 'TaskId', 'RelationId'];
    const soql = soqlSelect('TaskRelation', fields, idsCondition('TaskId', some));
    for await (const { records } of salesforce.query(soql)) {
      for (const { fields: one } of records) present.add(`${one['TaskId']} ${one['RelationId']}`);
    }
  }
  return present;
}

function keyOf({ taskId, contactId }: Relation): string {
  return `${taskId} ${contactId}`;
}

async function relate(
  salesforce: Pick<Salesforce, 'createRows'>,
  relations: readonly Relation[],
  ends: Map<LedgerRow, RowEnd>,
): Promise<void> {
  const rows = relations.map(({ taskId, contactId }) => ({
    TaskId: taskId,
    RelationId: contactId,
    IsWhat: false,
  }));
  const saved = await salesforce.createRows('TaskRelation', rows);
  relations.forEach(({ row, taskId }, place) => {
    const one = saved[place];
    if (one?.outcome === 'refused') ends.set(row, { ...one, recordId: taskId });
  });
}
