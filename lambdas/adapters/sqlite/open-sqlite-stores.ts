import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { ActivityMessage, BulkMessage, WorkerMessage } from '#core/messages.ts';
import type { Clock } from '#ports/clock.ts';
import type { Ports } from '#ports/ports.ts';
import { Checkpointer } from './checkpointer.ts';
import { openDatabase } from './database.ts';
import { RECEIVER_SHAPE } from './receiver-shape.ts';
import { SqliteActivityLedger } from './sqlite-activity-ledger.ts';
import { SqliteActivitySettings } from './sqlite-activity-settings.ts';
import { SqliteChangeLog } from './sqlite-change-log.ts';
import { SqliteCreations } from './sqlite-creations.ts';
import { SqliteDeadLetters } from './sqlite-dead-letters.ts';
import { SqliteFeed } from './sqlite-feed.ts';
import { SqliteJobStore } from './sqlite-job-store.ts';
import { SqliteKeyStore } from './sqlite-key-store.ts';
import { SqliteMirrorStore } from './sqlite-mirror-store.ts';
import { SqliteOrgStore } from './sqlite-org-store.ts';
import { SqlitePageSessions } from './sqlite-page-sessions.ts';
import { SqliteQueue } from './sqlite-queue.ts';
import { SECRETS_SHAPE, SqliteSecrets } from './sqlite-secrets.ts';
import { SqliteUsageStore } from './sqlite-usage-store.ts';
import { SqliteUserConnections } from './sqlite-user-connections.ts';

export const RECEIVER_FILE = 'receiver.db';
export const SECRETS_FILE = 'secrets.db';

type StorePorts = Pick<
  Ports,
  | 'secrets'
  | 'orgs'
  | 'mirror'
  | 'feed'
  | 'jobs'
  | 'keys'
  | 'noticeQueue'
  | 'bulkQueue'
  | 'activityQueue'
  | 'activityLedger'
  | 'activitySettings'
  | 'userConnections'
  | 'creations'
  | 'pageSessions'
  | 'changeLog'
  | 'deadLetters'
  | 'usage'
>;

/** The stores of one machine. Its queues are also given out to whatever delivers their messages. */
export interface SqliteStorePorts extends StorePorts {
  readonly consumers: {
    readonly notices: SqliteQueue<WorkerMessage>;
    readonly bulk: SqliteQueue<BulkMessage>;
    readonly activities: SqliteQueue<ActivityMessage>;
  };
  /** Closes the files. Nothing may be called afterwards. */
  close(): Promise<void>;
}

/**
 * Opens the database files of a folder, creating what is missing.
 *
 * @param dataDir `:memory:` keeps nothing
 * @throws AppError internal when a file cannot be used
 */
export function openSqliteStores(dataDir: string, clock: Clock): SqliteStorePorts {
  const fileOf = (name: string) => (dataDir === ':memory:' ? dataDir : join(dataDir, name));
  const receiver = openDatabase(fileOf(RECEIVER_FILE), RECEIVER_SHAPE);
  const secrets = openDatabase(fileOf(SECRETS_FILE), SECRETS_SHAPE);
  return dataDir === ':memory:'
    ? storesOver(receiver, secrets, clock)
    : storesOver(receiver, secrets, clock, new Checkpointer(fileOf(RECEIVER_FILE)));
}

/** The stores over databases that are open: a second call over the same ones is a restart of the process. */
export function storesOver(
  receiver: DatabaseSync,
  secrets: DatabaseSync,
  clock: Clock,
  checkpointer?: Checkpointer,
): SqliteStorePorts {
  const mirror = new SqliteMirrorStore(receiver, clock, checkpointer && { checkpointer });
  const notices = new SqliteQueue<WorkerMessage>(receiver, clock, 'notices');
  const bulk = new SqliteQueue<BulkMessage>(receiver, clock, 'bulk');
  const activities = new SqliteQueue<ActivityMessage>(receiver, clock, 'activities');
  // Leftovers of a clearing that a stop cut short.
  const cleaned = mirror.removeCleared();
  return {
    secrets: new SqliteSecrets(secrets),
    orgs: new SqliteOrgStore(receiver),
    mirror,
    feed: new SqliteFeed(receiver, clock),
    jobs: new SqliteJobStore(receiver),
    keys: new SqliteKeyStore(receiver),
    noticeQueue: notices,
    bulkQueue: bulk,
    activityQueue: activities,
    activityLedger: new SqliteActivityLedger(receiver),
    activitySettings: new SqliteActivitySettings(receiver),
    userConnections: new SqliteUserConnections(receiver),
    creations: new SqliteCreations(receiver),
    pageSessions: new SqlitePageSessions(receiver),
    changeLog: new SqliteChangeLog(receiver),
    usage: new SqliteUsageStore(receiver),
    deadLetters: new SqliteDeadLetters(receiver, { notices, bulk, activities }),
    consumers: { notices, bulk, activities },
    close: async () => {
      await cleaned;
      await checkpointer?.close();
      receiver.close();
      secrets.close();
    },
  };
}
