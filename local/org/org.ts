import type { Random } from '../seeded-random.ts';
import { type AccessControl, createAccessControl } from './access/access-control.ts';
import { type AnonymousOutcome, executeAnonymous } from './anonymous-apex.ts';
import { type ApexEngine, createEngine } from './apex/engine/create-engine.ts';
import { DELAYS } from './apex/engine/delays.ts';
import type { CompileApex, SourceFile } from './apex/program.ts';
import { runApexTests, testClassesOf } from './apex-tests.ts';
import type { ApiOrg } from './api/api-org.ts';
import { findActiveUser, textOf } from './api/auth/users.ts';
import { createApiOrg } from './api/create-api-org.ts';
import { createDispatcher, type Dispatcher } from './api/dispatcher.ts';
import { createHousekeeping, type Housekeeping } from './api/housekeeping.ts';
import type { OrgRequest, OrgResponse } from './api/http.ts';
import { createOrgLimits, type OrgLimits } from './api/limits.ts';
import type { SourceDeployer } from './api/metadata/deploys.ts';
import { createRequestLog, type RequestLog } from './api/request-log.ts';
import { RESOURCES } from './api/resources.ts';
import { createRouter } from './api/router.ts';
import type { ApexRunner } from './api/tooling/apex-runner.ts';
import { deliveryFaults, withDelayFaults } from './async-faults.ts';
import { withCalloutFaults } from './callout-faults.ts';
import { DeployError } from './deploy-error.ts';
import { type Deployed, type Deployments, openDeployments } from './deployments.ts';
import type { Engine } from './engine.ts';
import { createFaults, type Faults } from './faults.ts';
import { createOrgClock, type OrgClock } from './org-clock.ts';
import type { OrgOptions } from './org-options.ts';
import { callRestResource } from './rest-resources.ts';
import type { OrgSchema } from './schema/org-schema.ts';
import { loadStandardSchema } from './schema/standard-schema.ts';
import type { SoqlEngine } from './soql/soql.ts';
import { createSoqlEngine } from './soql/soql-engine.ts';
import { readSourceFolders } from './source-files.ts';
import { createRecordStore, type SqliteRecordStore } from './store/sqlite-record-store.ts';
import { platformUserId, randomOfThisRun, storedOrgId } from './stored-org.ts';

/** A whole Salesforce org in this process, on one database. */
export interface Org {
  /** 18 characters. */
  readonly orgId: string;
  readonly instanceUrl: string;
  /** Answers one HTTP request, and never rejects; HTTP itself is up to the caller. */
  handle(request: OrgRequest): Promise<OrgResponse>;
  readonly store: SqliteRecordStore;
  readonly soql: SoqlEngine;
  /** The present one: a deploy makes a new engine. */
  readonly engine: Engine;
  readonly clock: OrgClock;
  readonly requestLog: RequestLog;
  readonly faults: Faults;
  /**
   * Deploys source over what is there, and deletes what lies at the paths of `removed`.
   * @throws DeployError with everything that is wrong; nothing is changed then
   */
  deploy(files: readonly SourceFile[], removed?: readonly string[]): void;
  /**
   * Runs a block of Apex as that user, in one transaction that is undone when it fails.
   * @param userId 18 characters
   */
  executeAnonymous(block: string, userId: string): Promise<AnonymousOutcome>;
  /**
   * An access token that does not expire, for scripts and tests.
   * @throws Error when no active user has that name
   */
  issueToken(username: string): string;
  /** Resolves when no event, job, callout or Bulk job that is due is waiting or running. */
  whenIdle(): Promise<void>;
  /** Stops work and closes the database; what was unfinished goes on when the org is opened again. */
  close(): void;
}

/**
 * Opens the org: its database (made when it does not exist), its deployed source, its unfinished work.
 * @throws DeployError; Error for a folder or a database that cannot be opened
 */
export async function createOrg(options: OrgOptions): Promise<Org> {
  const files = options.sourceFiles ?? (await readSourceFolders(options.sources ?? []));
  const schema = loadStandardSchema();
  const store = createRecordStore({
    path: options.database,
    schema,
    now: () => options.scheduler.now(),
    storageLimitMB: options.limits?.DataStorageMB,
    seed: {
      orgId: options.orgId,
      nowMs: options.scheduler.now(),
      ...(options.edition && { edition: options.edition.name }),
    },
  });
  // Loaded only where it is used: the parser costs more memory than the rest of the org.
  const compile = options.compile ?? (await import('./apex/compile-apex.ts')).compileApex;
  try {
    return new RunningOrg(options, compile, schema, store, files);
  } catch (error) {
    store.close();
    throw error;
  }
}

class RunningOrg implements Org {
  readonly orgId: string;
  readonly instanceUrl: string;
  readonly store: SqliteRecordStore;
  readonly soql: SoqlEngine;
  readonly clock: OrgClock;
  readonly requestLog = createRequestLog();
  readonly faults: Faults;
  readonly #options: OrgOptions;
  readonly #random: Random;
  readonly #limits: OrgLimits;
  readonly #platformUserId: string;
  readonly #access: AccessControl;
  readonly #deployments: Deployments;
  readonly #api: ApiOrg;
  readonly #dispatcher: Dispatcher;
  readonly #housekeeping: Housekeeping;
  #deployed: Deployed;
  #engine: ApexEngine;

  constructor(
    options: OrgOptions,
    compile: CompileApex,
    schema: OrgSchema,
    store: SqliteRecordStore,
    files: readonly SourceFile[],
  ) {
    const { onError = () => undefined } = options;
    const { scheduler } = options;
    this.#random = randomOfThisRun(options.seed, store);
    this.faults = createFaults({
      now: () => scheduler.now(),
      random: this.#random.fork('faults'),
    });
    const clock = createOrgClock(scheduler, () => this.#skewMs());
    this.#options = options;
    this.clock = clock;
    this.instanceUrl = options.instanceUrl;
    this.store = store;
    this.orgId = storedOrgId(this.store, options.orgId);
    this.#platformUserId = platformUserId(this.store, this.orgId);
    this.soql = createSoqlEngine({ schema, database: this.store.database });
    this.#access = createAccessControl({
      schema,
      store,
      soql: this.soql,
      now: () => clock.now(),
      settingsOf: (set) => this.#settingsOf(set),
    });
    this.#limits = createOrgLimits({
      documents: this.store.documents,
      now: () => clock.now(),
      maxima: options.limits ?? {},
      dataStorageMB: () => store.storage.usedMB(),
    });
    this.#deployments = openDeployments({
      schema,
      store: this.store,
      scheduler: clock,
      compile,
      userId: this.#platformUserId,
    });
    this.#deployed = this.#deployments.deploy({ files, removed: [] });
    this.#engine = this.#createEngine();
    this.#api = this.#createApi();
    this.#dispatcher = createDispatcher(this.#api, createRouter(RESOURCES), { onError });
    this.#housekeeping = createHousekeeping({
      store,
      bulk: this.#api.bulk,
      cursors: this.#api.cursors,
      sessions: this.#api.sessions,
      onError,
      scheduler: clock,
    });
    this.#startEngine();
    this.#api.bulk.resume();
  }

  get engine(): Engine {
    return this.#engine;
  }

  handle(request: OrgRequest): Promise<OrgResponse> {
    this.#housekeeping.begin();
    return this.#dispatcher.handle(request);
  }

  deploy(files: readonly SourceFile[], removed: readonly string[] = []): void {
    this.#requireApexFor(files);
    this.#deployed = this.#deployments.deploy({ files, removed });
    this.#engine.stop();
    this.#engine = this.#createEngine();
    this.#startEngine();
  }

  executeAnonymous(block: string, userId: string): Promise<AnonymousOutcome> {
    const compile = (text: string) => this.#deployments.compileAnonymous(text);
    return executeAnonymous({ compile, engine: this.#engine }, block, userId);
  }

  issueToken(username: string): string {
    const user = findActiveUser(this.store, username);
    if (user === undefined) throw new Error(`The org has no active user ${username}.`);
    return this.#api.sessions.issue(textOf(user['Id']), null);
  }

  async whenIdle(): Promise<void> {
    do {
      await this.#api.bulk.whenIdle();
      await this.#engine.whenIdle();
    } while (this.#api.bulk.active > 0);
  }

  close(): void {
    this.#engine.stop();
    this.#api.bulk.stop();
    this.#api.cursors.stop();
    this.#api.tooling.close();
    this.#housekeeping.stop();
    this.store.close();
  }

  /** A deploy gives event triggers that gave up another chance. */
  #startEngine(): void {
    this.#engine.start();
    if (this.#deployed.changed) this.#engine.resumeEventTriggers();
  }

  #skewMs(): number {
    return this.faults.standing('clock-skew').reduce((sum, { seconds }) => sum + seconds * 1000, 0);
  }

  #createApi(): ApiOrg {
    return createApiOrg({
      orgId: this.orgId,
      options: this.#options,
      clock: this.clock,
      store: this.store,
      soql: this.soql,
      access: this.#access,
      engine: () => this.#engine,
      random: this.#random,
      faults: this.faults,
      limits: this.#limits,
      requestLog: this.requestLog,
      deployedAtMs: () => this.#deployments.source.deployedMs,
      deployer: this.#deployer(),
      apex: this.#apexRunner(),
      packages: this.#options.packages ?? [],
      remoteSites: () => this.#deployed.metadata.remoteSites,
      platformUserId: this.#platformUserId,
    });
  }

  /** Custom settings that the deployed permission set of that name opens. */
  #settingsOf(permissionSet: string): readonly string[] {
    const { permissionSets } = this.#deployed.metadata;
    return permissionSets.find(({ name }) => name === permissionSet)?.customSettings ?? [];
  }

  #deployer(): SourceDeployer {
    const { source } = this.#deployments;
    return {
      get files() {
        return source.files;
      },
      after: (change) => source.after(change),
      deploy: (change, { checkOnly }) => {
        this.#requireApexFor(change.files);
        if (checkOnly) this.#deployments.check(change);
        else this.deploy(change.files, change.removed);
      },
    };
  }

  /** @throws DeployError naming each class and trigger of an org whose edition has no Apex */
  #requireApexFor(files: readonly SourceFile[]): void {
    if (this.#options.edition?.apex !== false) return;
    const code = files.filter(({ path }) => /\.(cls|trigger)$/.test(path));
    if (code.length === 0) return;
    const message = 'Not available for deploy for this organization';
    throw new DeployError(code.map(({ path }) => ({ file: path, message })));
  }

  #apexRunner(): ApexRunner {
    const { seed, cpuNow = () => this.clock.now() } = this.#options;
    return {
      executeAnonymous: (block, userId) => this.executeAnonymous(block, userId),
      callRest: (call) => callRestResource(this.#engine, this.#deployed.program, call),
      testClasses: () => testClassesOf(this.#deployed.program),
      runTests: (names) =>
        runApexTests({
          files: this.#deployments.source.files,
          program: this.#deployed.program,
          names,
          now: () => this.clock.now(),
          stopwatch: cpuNow,
          seed,
        }),
    };
  }

  #createEngine(): ApexEngine {
    const { program, metadata, inactiveTriggers } = this.#deployed;
    const {
      sender,
      calloutMap,
      cpuNow,
      onDebug,
      onTransaction,
      delays = 'default',
    } = this.#options;
    const scheduler = this.clock;
    const limits = this.#limits;
    return createEngine({
      schema: this.store.schema,
      store: this.store,
      soql: this.soql,
      access: this.#access,
      program,
      scheduler,
      random: this.#random.fork('apex'),
      delays: withDelayFaults(DELAYS[delays], this.faults),
      deliveryFaults: deliveryFaults(this.faults),
      isLocked: (object) => this.faults.take(['rows-locked'], { object }) !== undefined,
      sender: withCalloutFaults(sender, this.faults, scheduler),
      remoteSites: metadata.remoteSites,
      cachePartitions: metadata.cachePartitions,
      instanceUrl: this.instanceUrl,
      subscriberConfigs: metadata.subscriberConfigs,
      inactiveTriggers,
      organizationId: this.orgId,
      automatedProcessUserId: this.#platformUserId,
      apiRequests: () => ({
        used: limits.used('DailyApiRequests'),
        maximum: limits.maximum('DailyApiRequests'),
      }),
      maximumAsyncExecutions: limits.maximum('DailyAsyncApexExecutions'),
      maximumPublishedEvents: limits.maximum('HourlyPublishedPlatformEvents'),
      ...(calloutMap === undefined ? {} : { calloutMap }),
      ...(cpuNow === undefined ? {} : { cpuNow }),
      ...(onDebug === undefined ? {} : { debug: onDebug }),
      ...(onTransaction === undefined ? {} : { onTransaction }),
    });
  }
}
