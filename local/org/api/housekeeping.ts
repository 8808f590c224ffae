import type { SqliteRecordStore } from '../store/sqlite-record-store.ts';
import type { SessionStore } from './auth/sessions.ts';
import type { BulkJobs } from './bulk/bulk-jobs.ts';
import type { QueryCursors } from './rest/query-cursors.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BIN_KEEPS_MS = 15 * DAY_MS;
/** getDeleted reaches back 15 days, cut to the minute. */
const DELETIONS_KEPT_MS = 16 * DAY_MS;
const JOBS_LIVE_MS = 7 * DAY_MS;
const OPEN_JOBS_LIVE_MS = DAY_MS;
const ASYNC_JOBS_SHOW_MS = 7 * DAY_MS;

export interface HousekeepingDeps {
  readonly store: Pick<
    SqliteRecordStore,
    'archiveActivities' | 'forgetDeletionsBefore' | 'purgeAsyncJobsEndedBefore' | 'purgeOlderThan'
  >;
  readonly bulk: Pick<BulkJobs, 'dropOlderThan'>;
  readonly cursors: Pick<QueryCursors, 'dropExpired'>;
  readonly sessions: Pick<SessionStore, 'dropExpired'>;
  readonly now: () => number;
  /** Told when something could not be cleared away; it is tried again an hour later. */
  readonly onError: (error: unknown) => void;
}

/**
 * What the platform clears away by and by: Recycle Bins after 15 days, Bulk jobs and finished Apex jobs after 7,
 * uploads that never began after one, the log of deletions after 16, sessions and open queries when they expire; and
 * it archives old activities. Done at most once an hour when the org is asked for something, so that no timer keeps an
 * idle org awake.
 */
export function createHousekeeping({
  store,
  bulk,
  cursors,
  sessions,
  now,
  onError,
}: HousekeepingDeps): () => void {
  let nextMs = 0;
  const clearAway = (): void => {
    store.purgeOlderThan(now() - BIN_KEEPS_MS);
    store.forgetDeletionsBefore(now() - DELETIONS_KEPT_MS);
    store.purgeAsyncJobsEndedBefore(now() - ASYNC_JOBS_SHOW_MS);
    store.archiveActivities(now());
    cursors.dropExpired();
    sessions.dropExpired();
    bulk.dropOlderThan({
      ended: now() - JOBS_LIVE_MS,
      open: now() - OPEN_JOBS_LIVE_MS,
    });
  };
  return () => {
    if (now() < nextMs) return;
    nextMs = now() + HOUR_MS;
    try {
      clearAway();
    } catch (error) {
      // The request that came along has nothing to do with it.
      onError(error);
    }
  };
}
