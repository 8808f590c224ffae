import type { Verdict } from './examination.ts';
import type { OrgId } from './ids.ts';
import type { SyncMode } from './org.ts';
import type { StageTotals } from './stage-latency.ts';
import type { PermissionLine } from './sync-user.ts';

/**
 * What `GET /v1/orgs/{orgId}/status` answers, and what the page shows (R18). Times are ISO 8601 UTC.
 */
export type StateName =
  | 'not-installed'
  | 'setting-up'
  | 'auditing'
  | 'active'
  | 'quiet'
  | 'interval'
  | 'closing'
  | 'paused'
  | 'disabled'
  | 'removed'
  | 'error';

export interface Status {
  readonly orgId: OrgId;
  readonly orgName: string;
  readonly instanceUrl: string;
  readonly state: StateName;
  /** Since when this state holds. */
  readonly since: string;
  /** One sentence: why the state is what it is. */
  readonly cause: string;
  /** What was seen, one fact a line. */
  readonly evidence: readonly string[];
  /** What to do, or undefined when nothing needs doing. */
  readonly fix?: string;
  /** While Apex is quiet, once it has been examined (R8). */
  readonly verdict?: Verdict;
  readonly mode: SyncMode['name'];
  readonly conditionsOn: boolean;
  readonly lastApexSeenAt?: string;
  readonly lastPingAt?: string;
  /** Receiver's clock. */
  readonly now: string;
  readonly objects: readonly ObjectStatus[];
  /** Sums since the org was connected: two readings tell the latency by stage of what came in between. */
  readonly stages: StageTotals;
  /** Messages that were given up; they wait under `/dead-letters`. */
  readonly deadLetters: number;
  /** The Sync User and what it may, as last tried (R18). */
  readonly syncUser?: SyncUserStatus;
  /** Running or last pass. */
  readonly pass?: {
    readonly id: string;
    readonly kind: string;
    readonly state: string;
    readonly startedAt: string;
    readonly rows: number;
  };
}

export interface SyncUserStatus {
  readonly username: string;
  readonly checkedAt?: string;
  readonly permissions: readonly PermissionLine[];
}

export interface ObjectStatus {
  readonly object: string;
  /** Live records in the mirror. */
  readonly rows: number;
  readonly hidden: number;
  /** Counted at the end of the last sweep or audit: an honest difference is what was saved in between, or is hidden. */
  readonly counted?: { readonly org: number; readonly mirror: number; readonly at: string };
  /** Proven complete through (R9); absent before the first audit has finished. */
  readonly completeThrough?: string;
  /** Change time of the newest applied notice; not proven. */
  readonly liveThrough?: string;
  /** Seconds since `completeThrough`: how far the proof is behind. Notices keep the mirror ahead of it. */
  readonly lagSeconds?: number;
}
