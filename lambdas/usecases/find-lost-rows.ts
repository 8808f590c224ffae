import type { LedgerEntry, LedgerRow } from '#core/activities/ledger-entry.ts';
import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { findBySigns, type Sought } from './find-by-signs.ts';
import { findWritten } from './find-written.ts';
import type { WriterOf } from './open-writers.ts';
import type { ActivityPlan } from './plan-activities.ts';
import { fieldsOf } from './save-rows.ts';

interface Lost extends Sought {
  readonly userId: RecordId;
  /** That the row was written with; undefined = its writer may not write it. */
  readonly keyField: string | undefined;
}

/**
 * Fills in the ids of rows that an earlier try wrote without our knowing: by the key that they carry, or by owner, name,
 * subject and time where the writer may not write the key. What several records could be is left for people to tell.
 *
 * @param lookFirst entries of which an earlier try may have written something
 * @returns the plans, and why rows must not be written
 */
export async function findLostRows(
  ports: Pick<Ports, 'activityLedger'>,
  salesforce: Salesforce,
  org: OrgState,
  plans: readonly ActivityPlan[],
  lookFirst: ReadonlySet<LedgerEntry>,
  writerOf: WriterOf,
): Promise<{ readonly plans: readonly ActivityPlan[]; readonly doubtful: ReadonlySet<LedgerRow> }> {
  const lost = plans
    .filter(({ entry }) => lookFirst.has(entry))
    .flatMap((plan) => lostOf(plan, writerOf));
  const found = new Map<LedgerRow, RecordId>();
  const doubtful = new Set<LedgerRow>();
  for (const object of ['Task', 'Event'] as const) {
    const own = lost.filter(({ row }) => row.object === object);
    for (const [keyField, group] of Map.groupBy(own, (one) => one.keyField)) {
      if (keyField === undefined) {
        const writers = [...group.map(({ userId }) => userId), org.syncUser.id as RecordId];
        const seen = await findBySigns(ports, salesforce, org.orgId, object, group, writers);
        for (const [row, id] of seen.found) found.set(row, id);
        for (const row of seen.ambiguous) doubtful.add(row);
        continue;
      }
      const rows = group.map(({ row }) => row);
      const ids = await findWritten(salesforce, object, keyField, rows);
      for (const row of rows) {
        const id = ids.get(row.key);
        if (id !== undefined) found.set(row, id);
      }
    }
  }
  return { plans: plans.map((plan) => withFound(plan, found, doubtful)), doubtful };
}

function lostOf(plan: ActivityPlan, writerOf: WriterOf): readonly Lost[] {
  return plan.rows.flatMap((row) => {
    const userId = row.ownerId ?? plan.entry.userId;
    const writer = writerOf(userId);
    // Who cannot be opened writes nothing either.
    if (row.recordId !== undefined || writer instanceof AppError) return [];
    const { keyField } = row.object === 'Event' ? writer.shape.event : writer.shape.task;
    const fields = fieldsOf(plan, row, writer.shape);
    return [{ row, fields, userId, keyField, sinceMs: plan.entry.acceptedAtMs }];
  });
}

/** Rows are the same objects as before where nothing was found: `doubtful` names them. */
function withFound(
  plan: ActivityPlan,
  found: ReadonlyMap<LedgerRow, RecordId>,
  doubtful: ReadonlySet<LedgerRow>,
): ActivityPlan {
  const rows = plan.rows.map((row) => {
    const recordId = found.get(row);
    return recordId === undefined || doubtful.has(row) ? row : { ...row, recordId };
  });
  return { ...plan, rows };
}
