import { seededRandom } from '../seeded-random.ts';
import { type AccessControl, createAccessControl } from './access/access-control.ts';
import { compileApex } from './apex/compile-apex.ts';
import { coverageOf, type FileCoverage } from './apex/engine/test-report.ts';
import { runTests, type TestOutcome } from './apex/engine/test-runner.ts';
import type { Program, SourceFile } from './apex/program.ts';
import type { TestClass } from './api/tooling/apex-runner.ts';
import { writeCodeRows } from './code-rows.ts';
import { createKeyPrefixes } from './schema/key-prefixes.ts';
import type { Metadata } from './schema/metadata.ts';
import type { OrgSchema } from './schema/org-schema.ts';
import { deploySource } from './schema/source/deploy-source.ts';
import { isLabelFile } from './schema/source/read-labels.ts';
import { loadStandardSchema } from './schema/standard-schema.ts';
import { queryProblem } from './soql/query-problem.ts';
import type { SoqlEngine } from './soql/soql.ts';
import { createSoqlEngine } from './soql/soql-engine.ts';
import { seededAliases } from './store/seed.ts';
import { createRecordStore, type SqliteRecordStore } from './store/sqlite-record-store.ts';
import { inactiveTriggers } from './trigger-status.ts';

export interface ApexTestOptions {
  /** SFDX source by component path: objects, classes, triggers, settings. */
  readonly files: readonly SourceFile[];
  /** `OrderTest` or `OrderTest.shouldShip`; empty = every test. */
  readonly names: readonly string[];
  readonly now: () => number;
  /** Milliseconds; measures durations and CPU time. */
  readonly stopwatch: () => number;
  readonly seed: string;
  readonly debug?: (message: string) => void;
  /** The program the files were compiled to already. */
  readonly program?: Program;
}

export type ApexTestReport =
  | {
      readonly kind: 'run';
      readonly outcomes: readonly TestOutcome[];
      readonly coverage: readonly FileCoverage[];
    }
  /** The source does not compile; one line a problem. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

const ORG_ID = '00DDp0000000001MAA';

/**
 * Deploys source into an empty org in memory and runs its Apex tests there.
 * @throws Error naming a selected test that does not exist
 */
export function runApexTests(options: ApexTestOptions): ApexTestReport {
  const schema = loadStandardSchema();
  const deployed = deploySource(schema, options.files, createKeyPrefixes());
  if (deployed.problems.length > 0) {
    return {
      kind: 'refused',
      problems: deployed.problems.map(({ file, message }) => `${file}: ${message}`),
    };
  }
  const store = createRecordStore({
    path: ':memory:',
    schema,
    seed: { orgId: ORG_ID, nowMs: options.now() },
    now: options.now,
  });
  try {
    const soql = createSoqlEngine({ schema, database: store.database });
    const { program, problems } =
      options.program === undefined
        ? compile(options.files, schema, soql)
        : { program: options.program, problems: [] };
    return program === undefined
      ? { kind: 'refused', problems }
      : run(options, { schema, store, soql, program, metadata: deployed.metadata });
  } finally {
    store.close();
  }
}

function compile(
  files: readonly SourceFile[],
  schema: OrgSchema,
  soql: SoqlEngine,
): { readonly program: Program | undefined; readonly problems: readonly string[] } {
  const sources = files.filter(({ path }) => /\.(cls|trigger)$/.test(path) || isLabelFile(path));
  const { program, problems } = compileApex(sources, schema, {
    checkSoql: queryProblem(soql),
  });
  return {
    program,
    problems: problems.map(
      ({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`,
    ),
  };
}

interface TestOrg {
  readonly schema: OrgSchema;
  readonly store: SqliteRecordStore;
  readonly soql: SoqlEngine;
  readonly program: Program;
  readonly metadata: Metadata;
}

function run(options: ApexTestOptions, org: TestOrg): ApexTestReport {
  const { now, stopwatch, names, seed, debug } = options;
  writeCode(org, options);
  const result = runTests(
    {
      ...org,
      access: accessTo(org, now),
      random: seededRandom(seed),
      remoteSites: org.metadata.remoteSites,
      cachePartitions: org.metadata.cachePartitions,
      subscriberConfigs: org.metadata.subscriberConfigs,
      inactiveTriggers: inactiveTriggers(options.files),
      organizationId: ORG_ID,
      automatedProcessUserId: userWithAlias(org, seededAliases.automatedProcess),
      userId: userWithAlias(org, seededAliases.admin),
      now,
      stopwatch,
      cpuNow: stopwatch,
      ...(debug === undefined ? {} : { debug }),
    },
    { names },
  );
  const tests = new Set(
    org.program.classes.filter(({ isTest }) => isTest).map(({ name }) => name.toLowerCase()),
  );
  const isTestFile = (file: string): boolean => tests.has(baseName(file).toLowerCase());
  return {
    kind: 'run',
    outcomes: result.outcomes,
    coverage: coverageOf(org.program, result, isTestFile),
  };
}

/** Tests may look for the code they test. */
function writeCode({ store, soql }: TestOrg, { files, now }: ApexTestOptions): void {
  const userId = userWithAlias({ soql }, seededAliases.automatedProcess);
  writeCodeRows(store, files, { nowMs: now(), userId });
}

/** Users of the test org see and save what its profiles and the deployed permission sets allow. */
function accessTo({ schema, store, soql, metadata }: TestOrg, now: () => number): AccessControl {
  const { permissionSets } = metadata;
  const context = { nowMs: now(), userId: userWithAlias({ soql }, seededAliases.automatedProcess) };
  store.applyDeployedRows(metadata, context);
  store.applyPermissionSets(permissionSets, context);
  const settingsOf = (set: string) =>
    permissionSets.find(({ name }) => name === set)?.customSettings ?? [];
  return createAccessControl({ schema, store, soql, now, settingsOf });
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
}

function userWithAlias({ soql }: Pick<TestOrg, 'soql'>, alias: string): string {
  const plan = soql.plan('SELECT Id FROM User WHERE Alias = :alias');
  for (const row of soql.run(plan, { binds: new Map([['alias', alias]]), nowMs: 0, userId: '' })) {
    if (row.id !== undefined) {
      return row.id;
    }
  }
  throw new Error(`A new org has no user ${alias}.`);
}

/** The program's classes that hold tests, with their test methods. */
export function testClassesOf(program: Program): TestClass[] {
  return program.classes.flatMap(({ name, methods }) => {
    const tests = methods.filter(({ isTest }) => isTest).map((method) => method.name);
    return tests.length === 0 ? [] : [{ name, methods: tests }];
  });
}
