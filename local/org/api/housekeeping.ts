import type { SqliteRecordStore } from '../store/sqlite-record-store.ts';
import type { BulkJobs } from './bulk/bulk-jobs.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BIN_KEEPS_MS = 15 * DAY_MS;
const JOBS_LIVE_MS = 7 * DAY_MS;
const OPEN_JOBS_LIVE_MS = DAY_MS;

export interface HousekeepingDeps {
  readonly store: Pick<SqliteRecordStore, 'archiveActivities' | 'purgeOlderThan'>;
  readonly bulk: BulkJobs;
  readonly now: () => number;
}

/**
 * What the platform clears away by and by: X
 * one. Done at most once an hour when the org is asked for something, so that no timer keeps an idle org awake.
 */
export function createHousekeeping({ store, bulk, now }: HousekeepingDeps): () => void {
  let nextMs = 0;
  return () => {
    if (now() < nextMs) return;
    nextMs = now() + HOUR_MS;
    store.purgeOlderThan(now() - BIN_KEEPS_MS);
    store.archiveActivities(now());
    bulk.dropOlderThan({
      ended: now() - JOBS_LIVE_MS,
      open: now() - OPEN_JOBS_LIVE_MS,
    });
  };
}
