import { type Written, writtenOf } from '#core/activities/echo.ts';
import { eventFields } from '#core/activities/event-fields.ts';
import { mappedFields } from '#core/activities/field-mapping.ts';
import type { LedgerRow } from '#core/activities/ledger-entry.ts';
import { type OrgShape, taskFields } from '#core/activities/task-fields.ts';
import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { Fields } from '#core/record.ts';
import { MAX_SAVED_ROWS, type RowSaved } from '#ports/salesforce.ts';
import type { Writer, WriterOf } from './open-writers.ts';
import type { ActivityPlan } from './plan-activities.ts';
import { relateContacts } from './relate-contacts.ts';
import { removeRows } from './remove-rows.ts';

/** How one row of a plan ended. `recordId`: its Task is there all the same. */
export type RowEnd =
  | { readonly outcome: 'saved'; readonly recordId: RecordId; readonly wrote?: Written }
  | { readonly outcome: 'removed'; readonly recordId?: undefined }
  | {
      readonly outcome: 'refused';
      readonly reason: string;
      readonly retryable: boolean;
      readonly recordId?: RecordId;
      /** It may be there, and nobody can tell. */
      readonly doubtful?: true;
    }
  /** `uncertain`: its call got no answer. `not-tried`: a call before its own failed. */
  | {
      readonly outcome: 'uncertain' | 'not-tried';
      readonly error: AppError;
      readonly recordId?: RecordId;
      readonly wrote?: Written;
    };

interface Save {
  readonly row: LedgerRow;
  readonly fields: Fields;
}

/** What an edit leaves alone: since it was written, somebody may have given it to another user. */
const WRITTEN_ONCE = ['OwnerId'];

/** Salesforce takes bodies of 50 MB; a character may take six bytes of JSON. */
const MAX_TEXT_PER_CALL = 5_000_000;

/** What is to be done to one object's rows. */
interface Work {
  readonly creations: Save[];
  readonly updates: (Save & { readonly fields: Fields & { readonly Id: RecordId } })[];
  readonly removals: (readonly [LedgerRow, RecordId])[];
  /** They are there as they should be; their further contacts may not be. */
  readonly current: (readonly [LedgerRow, RecordId])[];
}

/**
 * Brings the rows of plans into the org: new ones are created, known ones whose content changed are updated, others
 * removed; each by the writer of the user whose row it is. Rows of one record stand together, so that calls that run
 * side by side rarely wait for each other's locks.
 *
 * @param doubtful rows that may be there already, and nobody can tell: they are left alone
 */
export async function saveRows(
  writerOf: WriterOf,
  plans: readonly ActivityPlan[],
  doubtful: ReadonlySet<LedgerRow>,
): Promise<ReadonlyMap<LedgerRow, RowEnd>> {
  const ends = new Map<LedgerRow, RowEnd>();
  const works = new Map<Writer, Record<LedgerRow['object'], Work>>();
  for (const plan of plans) {
    for (const row of plan.rows) {
      const writer = writerOf(row.ownerId ?? plan.entry.userId);
      if (doubtful.has(row)) ends.set(row, DOUBTFUL);
      else if (writer instanceof AppError) ends.set(row, unwritable(row, writer));
      if (ends.has(row) || writer instanceof AppError) continue;
      const work = works.get(writer) ?? { Task: noWork(), Event: noWork() };
      works.set(writer, work);
      sort(work[row.object], plan, row, ends, () => fieldsOf(plan, row, writer.shape));
    }
  }
  for (const [writer, work] of works) await saveAs(writer, work, ends);
  return ends;
}

const DOUBTFUL: RowEnd = {
  outcome: 'refused',
  reason:
    'An answer of Salesforce was lost, and several records there could be it. Give whoever writes it the right to Mixmax_Activity_Id__c, which tells them apart; delete what is double, then retry.',
  retryable: false,
  doubtful: true,
};

function unwritable(row: LedgerRow, error: AppError): RowEnd {
  const known = row.recordId === undefined ? {} : { recordId: row.recordId };
  if (error.retryable) return { outcome: 'not-tried', error, ...known };
  return { outcome: 'refused', reason: error.message, retryable: false, ...known };
}

async function saveAs(
  { salesforce, user }: Writer,
  work: Record<LedgerRow['object'], Work>,
  ends: Map<LedgerRow, RowEnd>,
): Promise<void> {
  const own = new Map<LedgerRow, RowEnd>();
  for (const object of ['Task', 'Event'] as const) {
    const { creations, updates, removals, current } = work[object];
    for (const [row, recordId] of current) own.set(row, { outcome: 'saved', recordId });
    await saveAll(byParent(creations), own, (rows) => salesforce.createRows(object, rows));
    await saveAll(byParent(updates), own, (rows) => salesforce.updateRows(object, rows));
    await removeRows(salesforce, object, removals, own);
  }
  await relateContacts(salesforce, own);
  for (const [row, end] of own) {
    ends.set(row, user === undefined ? end : await endAs(user, row, end));
  }
}

/** What Salesforce refuses a user is told with the user's name: an admin gives rights to users. */
async function endAs(
  user: NonNullable<Writer['user']>,
  row: LedgerRow,
  end: RowEnd,
): Promise<RowEnd> {
  if (end.outcome === 'refused') return { ...end, reason: `As ${user.username}: ${end.reason}` };
  const signIn = end.outcome === 'not-tried' && end.error.code === 'unauthorized';
  return signIn ? unwritable(row, await user.refused(end.error)) : end;
}

function noWork(): Work {
  return { creations: [], updates: [], removals: [], current: [] };
}

function sort(
  work: Work,
  plan: ActivityPlan,
  row: LedgerRow,
  ends: Map<LedgerRow, RowEnd>,
  fields: () => Fields,
): void {
  const { recordId: id } = row;
  if (row.remove === true) {
    if (id === undefined) ends.set(row, { outcome: 'removed' });
    else work.removals.push([row, id]);
  } else if (id === undefined) work.creations.push({ row, fields: fields() });
  else if (isCurrent(row, plan.entry.rows)) work.current.push([row, id]);
  else work.updates.push({ row, fields: { ...without(fields(), WRITTEN_ONCE), Id: id } });
}

/** What is written of a row: the product's own fields, and those that take more of the activity. */
export function fieldsOf(
  { entry, role, timeZone, mapping }: ActivityPlan,
  row: LedgerRow,
  shape: OrgShape,
): Fields {
  const { activity } = entry;
  const { fields, wellKnown } = row.object === 'Event' ? shape.event : shape.task;
  const own =
    activity.kind === 'calendar.event'
      ? eventFields(activity, row, shape.event, role)
      : taskFields(entry, row, shape.task, role, timeZone);
  const wanted = { ...wellKnown, ...mapping?.[row.object] };
  return { ...mappedFields(activity, row, wanted, fields), ...own };
}

/** What was found in the org and the ledger does not hold was left by a worker that died: it may say anything. */
function isCurrent(row: LedgerRow, known: readonly LedgerRow[]): boolean {
  const before = known.find(({ key }) => key === row.key);
  return (
    before !== undefined &&
    before.version === row.version &&
    before.whatId === row.whatId &&
    before.whoIds.join() === row.whoIds.join()
  );
}

async function saveAll<S extends Save>(
  saves: readonly S[],
  ends: Map<LedgerRow, RowEnd>,
  call: (rows: readonly S['fields'][]) => Promise<readonly RowSaved[]>,
): Promise<void> {
  let broken: AppError | undefined;
  for (const some of callsOf(saves)) {
    if (broken !== undefined) {
      for (const { row } of some) ends.set(row, { outcome: 'not-tried', error: broken });
      continue;
    }
    try {
      const saved = await call(some.map(({ fields }) => fields));
      some.forEach(({ row, fields }, place) => {
        const one = saved[place];
        if (one !== undefined) ends.set(row, endOf(one, fields));
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      broken = error;
      const outcome = error.code === 'salesforce-unavailable' ? 'uncertain' : 'not-tried';
      for (const { row, fields } of some)
        ends.set(row, { outcome, error, wrote: writtenOf(fields) });
    }
  }
}

/** As many rows as a call takes, and no more text than its body may have. */
function callsOf<S extends Save>(saves: readonly S[]): readonly (readonly S[])[] {
  const calls: S[][] = [];
  let characters = 0;
  for (const save of saves) {
    const size = String(save.fields['Description'] ?? '').length;
    const last = calls.at(-1);
    const fits = characters + size <= MAX_TEXT_PER_CALL;
    if (last !== undefined && fits && last.length < MAX_SAVED_ROWS) last.push(save);
    else calls.push([save]);
    characters = calls.at(-1)?.length === 1 ? size : characters + size;
  }
  return calls;
}

function endOf(saved: RowSaved, fields: Fields): RowEnd {
  if (saved.outcome === 'refused') return saved;
  return { outcome: 'saved', recordId: saved.id, wrote: writtenOf(fields) };
}

function byParent<S extends Save>(saves: readonly S[]): readonly S[] {
  const parent = ({ row }: Save) => `${row.whatId ?? ''} ${row.whoIds[0] ?? ''}`;
  return saves.toSorted((a, b) => (parent(a) < parent(b) ? -1 : 1));
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
