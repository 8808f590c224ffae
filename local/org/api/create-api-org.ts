import type { Random } from '../../seeded-random.ts';
import type { AccessControl } from '../access/access-control.ts';
import { editionOf } from '../editions.ts';
import type { Engine } from '../engine.ts';
import type { Faults } from '../faults.ts';
import { createLateCommits } from '../late-commits.ts';
import type { OrgClock } from '../org-clock.ts';
import type { OrgOptions } from '../org-options.ts';
import type { RemoteSite } from '../schema/metadata.ts';
import { clientAppsOf } from '../schema/source/read-client-app.ts';
import type { SoqlEngine } from '../soql/soql.ts';
import type { SqliteRecordStore } from '../store/sqlite-record-store.ts';
import type { ApiOrg } from './api-org.ts';
import { createConnectedApps } from './auth/connected-apps.ts';
import { createRefreshTokens } from './auth/refresh-tokens.ts';
import { createSessionStore } from './auth/sessions.ts';
import { BULK_START_DELAYS_MS, type BulkJobs, createBulkJobs } from './bulk/bulk-jobs.ts';
import { createRowOpener } from './bulk/open-rows.ts';
import type { OrgLimits } from './limits.ts';
import { createDeploys, type SourceDeployer } from './metadata/deploys.ts';
import { orgSource } from './metadata/org-source.ts';
import { createRetrieves } from './metadata/retrieves.ts';
import type { PackageVersion } from './packaging/package-version.ts';
import { createPackages, type Packages } from './packaging/packages.ts';
import type { RequestLog } from './request-log.ts';
import { createQueryCursors } from './rest/query-cursors.ts';
import { createRecentItems } from './rest/recent-items.ts';
import type { ApexRunner } from './tooling/apex-runner.ts';
import { packageSource } from './tooling/package-source.ts';
import { remoteSiteSource } from './tooling/remote-site-source.ts';
import { testSource } from './tooling/test-rows.ts';
import { createTestRuns, type TestRuns } from './tooling/test-runs.ts';
import { createTooling, type Tooling } from './tooling/tooling-data.ts';

export interface ApiOrgParts {
  readonly orgId: string;
  readonly options: OrgOptions;
  readonly clock: OrgClock;
  readonly store: SqliteRecordStore;
  readonly soql: SoqlEngine;
  readonly access: AccessControl;
  /** The present engine: a deploy makes a new one. */
  readonly engine: () => Engine;
  readonly random: Random;
  readonly faults: Faults;
  readonly limits: OrgLimits;
  readonly requestLog: RequestLog;
  readonly deployedAtMs: () => number;
  readonly deployer: SourceDeployer;
  readonly apex: ApexRunner;
  readonly packages: readonly PackageVersion[];
  readonly remoteSites: () => readonly RemoteSite[];
  /** The platform's own user, 18 characters. */
  readonly platformUserId: string;
}

/** Puts together what the API's resources are built on. */
export function createApiOrg(parts: ApiOrgParts): ApiOrg {
  const { orgId, options, store, soql, faults, limits, requestLog } = parts;
  const scheduler = parts.clock;
  const { documents, schema } = store;
  const now = (): number => scheduler.now();
  const bulk = openBulk(parts);
  const { deployer, packages: versions } = parts;
  const packages = createPackages({ documents, deployer, now, versions });
  const testRuns = createTestRuns({ documents, scheduler, apex: parts.apex });
  const random = parts.random.fork('api');
  const tokenRandom = parts.random.fork('tokens');
  return {
    orgId,
    instanceUrl: options.instanceUrl,
    schema,
    store,
    soql,
    access: parts.access,
    get engine() {
      return parts.engine();
    },
    scheduler,
    commitLate: createLateCommits({
      engine: parts.engine,
      locks: store.rows.locks,
      clock: scheduler,
    }),
    random,
    apps: createConnectedApps(options.connectedApps ?? [], () => clientAppsOf(deployer.files)),
    jwtRules: options.jwtRules ?? {},
    edition: options.edition ?? editionOf('Developer Edition'),
    sessions: createSessionStore({ orgId, documents, scheduler, random: tokenRandom }),
    refreshTokens: createRefreshTokens(documents, tokenRandom),
    limits,
    faults,
    requestLog,
    bulk,
    tooling: toolingOf(parts, testRuns, packages),
    apex: parts.apex,
    testRuns,
    packages,
    deployer: parts.deployer,
    deploys: createDeploys({
      documents,
      scheduler,
      deployer: parts.deployer,
      stopwatch: options.cpuNow ?? now,
      seed: options.seed,
    }),
    retrieves: createRetrieves({ documents, files: () => orgSource(deployer, schema) }),
    recentItems: createRecentItems(documents),
    openSnapshot: (userId) => {
      const snapshot = store.inTransaction ? undefined : store.database.openSnapshot();
      if (snapshot === undefined) return undefined;
      const close = (): void => snapshot.close();
      return { soql: parts.access.of(userId).soqlOn(snapshot), close };
    },
    cursors: createQueryCursors({ documents, scheduler, random }),
    deployedAtMs: parts.deployedAtMs,
    adminToken: options.adminToken,
  };
}

function openBulk({
  options,
  store,
  clock,
  access,
  faults,
  limits,
  engine,
}: ApiOrgParts): BulkJobs {
  const { database, documents, schema } = store;
  const now = (): number => clock.now();
  return createBulkJobs({
    documents,
    scheduler: clock,
    schema,
    faults,
    limits,
    openRows: createRowOpener({ database, access, faults, now }),
    save: (request) => {
      const object = request.records[0]?.object;
      const { seconds = 0 } = faults.take(['clock-skew'], { object }) ?? {};
      return clock.skewed(seconds * 1000, () => engine().save(request));
    },
    startDelayMs: BULK_START_DELAYS_MS[options.delays ?? 'default'],
    onError: options.onError ?? (() => undefined),
  });
}

function toolingOf(
  { store, soql, clock, remoteSites, deployedAtMs, platformUserId }: ApiOrgParts,
  runs: TestRuns,
  packages: Packages,
): Tooling {
  const { documents } = store;
  const sources = [
    remoteSiteSource({ documents, remoteSites, deployedAtMs, userId: platformUserId }),
    testSource({ runs, soql, deployedAtMs }),
    packageSource(packages),
  ];
  return createTooling(sources, () => clock.now());
}
