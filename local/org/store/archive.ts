import type { Database } from './database.ts';
import { tableName } from './tables.ts';
import { dateOf, stampOf } from './times.ts';

const archiveAfterMs = 365 * 86_400_000;

/** Rows of each object one call changes: some milliseconds of work. */
const rowsAtOnce = 2_000;

/**
 * Archives old activities, as the platform does in the background: events and closed tasks dated 365 days ago or
 * earlier, closed tasks without date created so long ago. Open tasks never. Only ALL ROWS shows archived ones.
 * @returns whether more are left
 */
export function archiveActivities(database: Database, nowMs: number): boolean {
  const stamp = stampOf(nowMs);
  const limit = stampOf(nowMs - archiveAfterMs);
  const tasks = archive(
    database,
    'Task',
    `"IsClosed" = 1 AND coalesce("ActivityDate", substr("CreatedDate", 1, 10)) <= ?2`,
    [stamp, dateOf(limit)],
  );
  const events = archive(database, 'Event', `"EndDateTime" <= ?2`, [stamp, limit]);
  return tasks === rowsAtOnce || events === rowsAtOnce;
}

function archive(
  database: Database,
  object: string,
  isOld: string,
  [stamp, limit]: readonly [string, string],
): number {
  const table = tableName(object);
  return database.run(
    `UPDATE ${table} SET "IsArchived" = 1, "SystemModstamp" = ?1 WHERE "Id" IN
       (SELECT "Id" FROM ${table} WHERE "IsArchived" = 0 AND ${isOld} LIMIT ${rowsAtOnce})`,
    stamp,
    limit,
  );
}
