import type { Database } from './database.ts';
import { tableName } from './tables.ts';
import { dateOf, stampOf } from './times.ts';

const archiveAfterMs = 365 * 86_400_000;

/**
 * Archives old activities, as the platform does in the background: events and closed tasks dated 365 days ago or
 * earlier, closed tasks without date created so long ago. Open tasks never. Only ALL ROWS shows archived ones.
 */
export function archiveActivities(database: Database, nowMs: number): void {
  const stamp = stampOf(nowMs);
  const limit = stampOf(nowMs - archiveAfterMs);
  database.run(
    `UPDATE ${tableName('Task')} SET "IsArchived" = 1, "SystemModstamp" = ?1
     WHERE "IsArchived" = 0 AND "IsClosed" = 1 AND coalesce("ActivityDate", substr("CreatedDate", 1, 10)) <= ?2`,
    stamp,
    dateOf(limit),
  );
  database.run(
    `UPDATE ${tableName('Event')} SET "IsArchived" = 1, "SystemModstamp" = ?1
     WHERE "IsArchived" = 0 AND "EndDateTime" <= ?2`,
    stamp,
    limit,
  );
}
