import type { Scheduler } from '../../scheduler.ts';
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
  readonly scheduler: Scheduler;
  /** Told when something could not be cleared away; it is tried again an hour later. */
  readonly onError: (error: unknown) => void;
}

export interface Housekeeping {
  /** Begins when an hour has gone by since the last time. */
  begin(): void;
  /** Does nothing more. */
  stop(): void;
}

/** One bit of work, some milliseconds; tells whether more of the same kind is left. */
type Chore = () => boolean;

/**
 * What the platform clears away by and by: Recycle Bins after 15 days, Bulk jobs and finished Apex jobs after 7,
 * uploads that never began after one, the log of deletions after 16, sessions and open queries when they expire; and
 * it archives old activities. Begun at most once an hour when the org is asked for something, so that no timer keeps an
 * idle org awake, and done bit by bit, so that nobody has to wait for it.
 */
export function createHousekeeping(deps: HousekeepingDeps): Housekeeping {
  const { scheduler, onError } = deps;
  const chores = choresOf(deps);
  let nextMs = 0;
  let stopped = false;

  function go(index: number): void {
    const chore = chores[index];
    if (chore === undefined) return;
    scheduler.schedule(0, 'housekeeping', () => {
      if (stopped) return;
      try {
        go(chore() ? index : index + 1);
      } catch (error) {
        onError(error);
      }
    });
  }

  return {
    begin() {
      if (scheduler.now() < nextMs) return;
      nextMs = scheduler.now() + HOUR_MS;
      go(0);
    },
    stop() {
      stopped = true;
    },
  };
}

function choresOf({ store, bulk, cursors, sessions, scheduler }: HousekeepingDeps): Chore[] {
  const ago = (ms: number): number => scheduler.now() - ms;
  return [
    () => store.purgeOlderThan(ago(BIN_KEEPS_MS)),
    () => store.forgetDeletionsBefore(ago(DELETIONS_KEPT_MS)),
    () => store.archiveActivities(scheduler.now()),
    () => bulk.dropOlderThan({ ended: ago(JOBS_LIVE_MS), open: ago(OPEN_JOBS_LIVE_MS) }),
    () => cursors.dropExpired(),
    once(() => store.purgeAsyncJobsEndedBefore(ago(ASYNC_JOBS_SHOW_MS))),
    once(() => sessions.dropExpired()),
  ];
}

/** Work so small that it is done in one go. */
function once(work: () => void): Chore {
  return () => {
    work();
    return false;
  };
}
