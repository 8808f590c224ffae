import type { ActivityMessage, BulkMessage, WorkerMessage } from '#core/messages.ts';
import type { ActivityLedger } from './activity-ledger.ts';
import type { ActivitySettingsStore } from './activity-settings-store.ts';
import type { ChangeLog } from './change-log.ts';
import type { Clock } from './clock.ts';
import type { Creations } from './creations.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Feed } from './feed.ts';
import type { JobStore } from './job-store.ts';
import type { KeyStore } from './key-store.ts';
import type { MirrorStore } from './mirror-store.ts';
import type { Notifier } from './notifier.ts';
import type { OrgStore } from './org-store.ts';
import type { PageSessions } from './page-sessions.ts';
import type { Queue } from './queue.ts';
import type { Random } from './random.ts';
import type { SalesforceOrgs } from './salesforce.ts';
import type { Secrets } from './secrets.ts';
import type { Telemetry } from './telemetry.ts';
import type { UsageStore } from './usage-store.ts';
import type { UserConnections } from './user-connections.ts';

/** Everything a function may need from the world; each takes what it uses by `Pick`. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly notifier: Notifier;
  readonly secrets: Secrets;
  readonly orgs: OrgStore;
  readonly mirror: MirrorStore;
  readonly feed: Feed;
  readonly jobs: JobStore;
  readonly keys: KeyStore;
  readonly noticeQueue: Queue<WorkerMessage>;
  readonly bulkQueue: Queue<BulkMessage>;
  readonly activityQueue: Queue<ActivityMessage>;
  readonly activityLedger: ActivityLedger;
  readonly activitySettings: ActivitySettingsStore;
  readonly userConnections: UserConnections;
  readonly creations: Creations;
  readonly pageSessions: PageSessions;
  readonly changeLog: ChangeLog;
  readonly deadLetters: DeadLetters;
  readonly usage: UsageStore;
  readonly salesforce: SalesforceOrgs;
}
