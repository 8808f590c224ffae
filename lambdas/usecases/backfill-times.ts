import { bounds } from '#core/activities/calendar-event.ts';
import type { LedgerEntry, LedgerRow } from '#core/activities/ledger-entry.ts';
import type { OrgShape } from '#core/activities/task-fields.ts';
import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Fields } from '#core/record.ts';
import type { LedgerCursor } from '#ports/activity-ledger.ts';
import type { Ports } from '#ports/ports.ts';
import { MAX_SAVED_ROWS, type Salesforce } from '#ports/salesforce.ts';
import { readOrgShape } from './read-org-shape.ts';

/** How far one call goes. */
export const MAX_BACKFILLED = 2_000;

export interface BackfillRequest {
  /** Activities that happened in this stretch, ms; `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Where the call before ended. */
  readonly after?: LedgerCursor;
}

export interface Backfilled {
  readonly updated: number;
  /** By Salesforce's own code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Absent = all were looked at. */
  readonly next?: LedgerCursor;
}

type Update = readonly [LedgerRow['object'], Fields & { readonly Id: RecordId }];

/**
 * Writes when it happened to Tasks and Events that were logged before the org had the field. Nothing does so by itself
 * (A66); a call is bounded, and counts as what is shed first (R14). Repeatable.
 *
 * @throws AppError conflict where the org has no such field that the Sync User may write
 */
export async function backfillTimes(
  ports: Pick<Ports, 'activityLedger' | 'salesforce'>,
  org: OrgState,
  { fromMs, toMs, after }: BackfillRequest,
): Promise<Backfilled> {
  const salesforce = await ports.salesforce.forOrg(org, 'backfill');
  const shape = await readOrgShape(salesforce);
  requireField(shape);
  const options = { limit: MAX_BACKFILLED, ...(after !== undefined && { after }) };
  const page = await ports.activityLedger.list(org.orgId, 'written', options);
  const inTime = page.filter(({ activity }) => {
    const atMs = Date.parse(activity.at);
    return atMs >= fromMs && atMs < toMs;
  });
  const updates = inTime.flatMap((entry) => updatesOf(entry, shape));
  const refused: Record<string, number> = {};
  let updated = 0;
  for (const object of ['Task', 'Event'] as const) {
    const rows = updates.flatMap(([of, row]) => (of === object ? [row] : []));
    updated += await updateAll(salesforce, object, rows, refused);
  }
  const last = page.length < MAX_BACKFILLED ? undefined : page.at(-1);
  const next = last && { stateSinceMs: last.stateSinceMs, id: last.id };
  return { updated, refused, ...(next !== undefined && { next }) };
}

function requireField({ task, event }: OrgShape): void {
  if (task.timeFields.length > 0 || event.timeFields.length > 0) return;
  throw new AppError(
    'conflict',
    'The org has no MixmaxActivityDateTime__c that the Sync User may write: create it first.',
  );
}

function updatesOf({ activity, rows }: LedgerEntry, shape: OrgShape): readonly Update[] {
  const atMs =
    activity.kind === 'calendar.event' ? bounds(activity.when)[0] : Date.parse(activity.at);
  const at = new Date(atMs).toISOString();
  return rows.flatMap(({ object, recordId: Id }) => {
    const { timeFields } = object === 'Event' ? shape.event : shape.task;
    if (Id === undefined || timeFields.length === 0) return [];
    const times = Object.fromEntries(timeFields.map((field) => [field, at]));
    return [[object, { Id, ...times } as Update[1]] as const];
  });
}

async function updateAll(
  salesforce: Salesforce,
  object: LedgerRow['object'],
  rows: readonly Update[1][],
  refused: Record<string, number>,
): Promise<number> {
  let updated = 0;
  for (let start = 0; start < rows.length; start += MAX_SAVED_ROWS) {
    const saved = await salesforce.updateRows(object, rows.slice(start, start + MAX_SAVED_ROWS));
    for (const one of saved) {
      if (one.outcome === 'saved') updated += 1;
      else refused[one.reason] = (refused[one.reason] ?? 0) + 1;
    }
  }
  return updated;
}
