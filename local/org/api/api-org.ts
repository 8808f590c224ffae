import type { Random } from '../../seeded-random.ts';
import type { AccessControl } from '../access/access-control.ts';
import type { RequestStore } from '../access/visible-store.ts';
import type { Edition } from '../editions.ts';
import type { Engine } from '../engine.ts';
import type { Faults } from '../faults.ts';
import type { CommitLate } from '../late-commits.ts';
import type { OrgClock } from '../org-clock.ts';
import type { Schema } from '../schema/schema.ts';
import type { SoqlEngine } from '../soql/soql.ts';
import type { ConnectedApps } from './auth/connected-apps.ts';
import type { JwtRules } from './auth/jwt-assertion.ts';
import type { RefreshTokens } from './auth/refresh-tokens.ts';
import type { SessionStore } from './auth/sessions.ts';
import type { BulkJobs } from './bulk/bulk-jobs.ts';
import type { OrgLimits } from './limits.ts';
import type { Deploys, SourceDeployer } from './metadata/deploys.ts';
import type { Retrieves } from './metadata/retrieves.ts';
import type { Packages } from './packaging/packages.ts';
import type { RequestLog } from './request-log.ts';
import type { QueryCursors } from './rest/query-cursors.ts';
import type { QuerySnapshot } from './rest/query-rows.ts';
import type { RecentItems } from './rest/recent-items.ts';
import type { ApexRunner } from './tooling/apex-runner.ts';
import type { TestRuns } from './tooling/test-runs.ts';
import type { Tooling } from './tooling/tooling-data.ts';

/** What the API's resources are built on. */
export interface ApiOrg {
  /** 18 characters. */
  readonly orgId: string;
  /** Without a slash at the end. */
  readonly instanceUrl: string;
  readonly schema: Schema;
  readonly store: RequestStore;
  readonly soql: SoqlEngine;
  /** Who may see and do what; requests of one user run on an org narrowed to that (`orgAs`). */
  readonly access: AccessControl;
  readonly engine: Engine;
  readonly scheduler: OrgClock;
  readonly commitLate: CommitLate;
  readonly random: Random;
  readonly apps: ConnectedApps;
  readonly jwtRules: Partial<JwtRules>;
  readonly edition: Edition;
  readonly sessions: SessionStore;
  readonly refreshTokens: RefreshTokens;
  readonly limits: OrgLimits;
  readonly faults: Faults;
  readonly requestLog: RequestLog;
  readonly bulk: BulkJobs;
  /** What only the Tooling API shows, as of now. */
  readonly tooling: Tooling;
  readonly apex: ApexRunner;
  readonly testRuns: TestRuns;
  readonly packages: Packages;
  readonly deployer: SourceDeployer;
  readonly deploys: Deploys;
  readonly retrieves: Retrieves;
  readonly recentItems: RecentItems;
  readonly cursors: QueryCursors;
  /** What the user's queries see now, kept as it is; undefined in memory and inside a transaction. */
  openSnapshot(userId: string): QuerySnapshot | undefined;
  /** When source was last deployed, milliseconds since the epoch: describe answers carry it. */
  deployedAtMs(): number;
  /** Guards `/__org/…`. */
  readonly adminToken: string;
}
