import type { LedgerRow } from '#core/activities/ledger-entry.ts';
import { type TaskShape, taskFields } from '#core/activities/task-fields.ts';
import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { Fields } from '#core/record.ts';
import { MAX_SAVED_ROWS, type RowSaved, type Salesforce } from '#ports/salesforce.ts';
import type { ActivityPlan } from './plan-activities.ts';
import { relateContacts } from './relate-contacts.ts';

/** How one row of a plan ended. `recordId`: its Task is there all the same. */
export type RowEnd =
  | { readonly outcome: 'saved'; readonly recordId: RecordId }
  | {
      readonly outcome: 'refused';
      readonly reason: string;
      readonly retryable: boolean;
      readonly recordId?: RecordId;
    }
  /** `uncertain`: its call got no answer. `not-tried`: a call before its own failed. */
  | {
      readonly outcome: 'uncertain' | 'not-tried';
      readonly error: AppError;
      readonly recordId?: RecordId;
    };

interface Save {
  readonly row: LedgerRow;
  readonly fields: Fields;
}

/** What an edit leaves alone: since it was written, somebody may have given the Task to another user. */
const WRITTEN_ONCE = ['OwnerId'];

/**
 * Writes the rows of plans: new ones are created, known ones whose content changed are updated. Rows of one record stand
 * together, so that calls that run side by side rarely wait for each other's locks.
 */
export async function saveTasks(
  salesforce: Salesforce,
  plans: readonly ActivityPlan[],
  shape: TaskShape,
  timeZoneOf: (plan: ActivityPlan) => string,
): Promise<ReadonlyMap<LedgerRow, RowEnd>> {
  const ends = new Map<LedgerRow, RowEnd>();
  const creations: Save[] = [];
  const updates: (Save & { readonly id: RecordId })[] = [];
  for (const plan of plans) {
    for (const row of plan.rows) {
      const fields = taskFields(plan.entry, row, shape, plan.role, timeZoneOf(plan));
      const { recordId: id } = row;
      if (id === undefined) creations.push({ row, fields });
      else if (isCurrent(row, plan.entry.rows)) ends.set(row, { outcome: 'saved', recordId: id });
      else updates.push({ row, fields: { ...without(fields, WRITTEN_ONCE), Id: id }, id });
    }
  }
  await saveAll(byParent(creations), ends, (rows) => salesforce.createRows('Task', rows));
  await saveAll(byParent(updates), ends, (rows) =>
    salesforce.updateRows('Task', rows as (Fields & { Id: RecordId })[]),
  );
  await relateContacts(salesforce, ends);
  return ends;
}

function isCurrent(row: LedgerRow, known: readonly LedgerRow[]): boolean {
  const before = known.find(({ key }) => key === row.key);
  return (
    before === undefined ||
    (before.version === row.version &&
      before.whatId === row.whatId &&
      before.whoIds.join() === row.whoIds.join())
  );
}

async function saveAll(
  saves: readonly Save[],
  ends: Map<LedgerRow, RowEnd>,
  call: (rows: readonly Fields[]) => Promise<readonly RowSaved[]>,
): Promise<void> {
  let broken: AppError | undefined;
  for (let start = 0; start < saves.length; start += MAX_SAVED_ROWS) {
    const some = saves.slice(start, start + MAX_SAVED_ROWS);
    if (broken !== undefined) {
      for (const { row } of some) ends.set(row, { outcome: 'not-tried', error: broken });
      continue;
    }
    try {
      const saved = await call(some.map(({ fields }) => fields));
      some.forEach(({ row }, place) => {
        const one = saved[place];
        if (one !== undefined) ends.set(row, endOf(one));
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      broken = error;
      const outcome = error.code === 'salesforce-unavailable' ? 'uncertain' : 'not-tried';
      for (const { row } of some) ends.set(row, { outcome, error });
    }
  }
}

function endOf(saved: RowSaved): RowEnd {
  return saved.outcome === 'saved' ? { outcome: 'saved', recordId: saved.id } : saved;
}

function byParent(saves: readonly Save[]): readonly Save[] {
  const parent = ({ row }: Save) => `${row.whatId ?? ''} ${row.whoIds[0] ?? ''}`;
  return saves.toSorted((a, b) => (parent(a) < parent(b) ? -1 : 1));
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
