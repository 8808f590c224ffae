import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSourceFolders } from '../../local/org/source-files.ts';
import { type ConformanceCase, expectEqual, expectTrue, type World } from './conformance-case.ts';
import { ALIAS } from './sf-login-cases.ts';

const TARGET = ['--target-org', ALIAS];

/** Deploying the package's source, running a block of Apex, running tests. */
export const SF_CODE_CASES: readonly ConformanceCase[] = [
  { name: 'sf project deploy start', run: deploy },
  { name: 'sf project deploy start (source that does not compile)', run: deployBroken },
  { name: 'sf project retrieve start', run: retrieve },
  { name: 'sf apex run', run: runBlock },
  { name: 'sf apex run (a block that fails)', run: runFailingBlock },
  { name: 'sf apex run test --code-coverage', run: runTests },
];

interface DeployResult {
  readonly status: string;
  readonly numberComponentErrors: number;
  readonly details: {
    readonly componentFailures: readonly {
      readonly problem: string;
      readonly lineNumber: string;
    }[];
  };
}

async function deploy({ sf, org }: World): Promise<void> {
  const args = ['project', 'deploy', 'start', '--source-dir', 'force-app/main', '--source-dir'];
  const result = await sf.run([...args, 'force-app/test', '--wait', '5', ...TARGET]);
  expectEqual((result as DeployResult).status, 'Succeeded', 'status');
  const classes = (await readSourceFolders(['force-app/main', 'force-app/test']))
    .flatMap(({ path }) => /([^/]+)\.cls$/.exec(path)?.[1] ?? [])
    .sort();
  const deployed = await org.toolingQuery('SELECT Name FROM ApexClass ORDER BY Name');
  expectEqual(deployed.map((row) => row['Name']).sort(), classes, 'classes in the org');
}

/** By the REST way of deploying, and all or nothing: what was there stays as it was. */
async function deployBroken({ sf, org, folder }: World): Promise<void> {
  const classes = join(folder, 'broken/main/default/classes');
  mkdirSync(classes, { recursive: true });
  const meta =
    '<?xml version="1.0" encoding="UTF-8"?>\n<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata">' +
    '<apiVersion>66.0</apiVersion><status>Active</status></ApexClass>\n';
  for (const [name, body] of [
    ['Whole', 'public class Whole {}'],
    ['Broken', 'public class Broken {\n  Integer i = nothing;\n}'],
  ] as const) {
    writeFileSync(join(classes, `${name}.cls`), body);
    writeFileSync(join(classes, `${name}.cls-meta.xml`), meta);
  }
  const args = ['project', 'deploy', 'start', '--source-dir', join(folder, 'broken')];
  const result = await sf.run([...args, '--wait', '5', ...TARGET], {
    env: { SF_ORG_METADATA_REST_DEPLOY: 'true' },
    exitCode: 1,
  });
  const [failure] = (result as DeployResult).details.componentFailures;
  expectTrue(failure?.problem.includes('nothing') === true, `problem: ${failure?.problem}`);
  expectEqual(Number(failure.lineNumber), 2, 'line');
  const left = await org.toolingQuery(
    "SELECT Name FROM ApexClass WHERE Name IN ('Whole', 'Broken')",
  );
  expectEqual(left.length, 0, 'classes left in the org');
}

/** Into a project of its own: what comes back is what was deployed, in the source format. */
async function retrieve({ sf, folder }: World): Promise<void> {
  const project = join(folder, 'retrieved');
  const classes = join(project, 'force-app/main/default/classes');
  mkdirSync(join(project, 'force-app'), { recursive: true });
  writeFileSync(
    join(project, 'sfdx-project.json'),
    JSON.stringify({
      packageDirectories: [{ path: 'force-app', default: true }],
      sourceApiVersion: '66.0',
    }),
  );
  const wanted = [
    'ApexClass:RtsSettings',
    'CustomObject:Mixmax_Settings__c',
    'Settings:Activities',
  ];
  const args = ['project', 'retrieve', 'start', ...wanted.flatMap((name) => ['--metadata', name])];
  const result = await sf.run([...args, '--wait', '5', ...TARGET], { cwd: project });
  expectEqual((result as { success: boolean }).success, true, 'success');
  const [deployed] = (await readSourceFolders(['force-app/main'])).filter(({ path }) =>
    path.endsWith('/RtsSettings.cls'),
  );
  expectEqual(readFileSync(join(classes, 'RtsSettings.cls'), 'utf8'), deployed?.text, 'the class');
  const fieldsOf = async (source: string): Promise<string[]> =>
    (await readSourceFolders([source])).flatMap(
      ({ path }) => /^objects\/Mixmax_Settings__c\/fields\/(.+)$/.exec(path)?.[1] ?? [],
    );
  expectEqual(
    (await fieldsOf(join(project, 'force-app'))).sort(),
    (await fieldsOf('force-app/main')).sort(),
    'fields of the object',
  );
}

interface BlockResult {
  readonly success: boolean;
  readonly compiled: boolean;
  readonly logs: string;
}

async function runBlock({ sf, org, folder }: World): Promise<void> {
  const file = join(folder, 'block.apex');
  writeFileSync(
    file,
    "Account made = new Account(Name = 'Anonymous & Co');\ninsert made;\nSystem.debug('made ' + made.Name);\n",
  );
  const result = (await sf.run(['apex', 'run', '--file', file, ...TARGET])) as BlockResult;
  expectEqual([result.compiled, result.success], [true, true], 'compiled and success');
  expectTrue(
    /\|USER_DEBUG\|.*\|DEBUG\|made Anonymous & Co/.test(result.logs),
    'the log lacks what the block said',
  );
  const rows = await org.query("SELECT Id FROM Account WHERE Name = 'Anonymous & Co'");
  expectEqual(rows.length, 1, 'records');
}

async function runFailingBlock({ sf, org, folder }: World): Promise<void> {
  const file = join(folder, 'failing.apex');
  writeFileSync(
    file,
    "insert new Account(Name = 'Never');\nInteger zero = 0;\nInteger one = 1 / zero;\n",
  );
  const message = await messageOf(sf.run(['apex', 'run', '--file', file, ...TARGET]));
  expectTrue(message.includes('System.MathException: Divide by 0'), `it said: ${message}`);
  const rows = await org.query("SELECT Id FROM Account WHERE Name = 'Never'");
  expectEqual(rows.length, 0, 'records left');
}

async function messageOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'success';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

interface TestResult {
  readonly summary: {
    readonly outcome: string;
    readonly testsRan: number;
    readonly testRunId: string;
  };
  readonly tests: readonly { readonly FullName: string; readonly Outcome: string }[];
  readonly coverage: {
    readonly coverage: readonly { readonly name: string; readonly coveredPercent: number }[];
  };
}

const TEST_CLASS = 'RtsSettingsTest';

async function runTests({ sf, org }: World): Promise<void> {
  const args = ['apex', 'run', 'test', '--class-names', TEST_CLASS, '--code-coverage'];
  const result = (await sf.run([...args, '--wait', '5', ...TARGET])) as TestResult;
  expectEqual(result.summary.outcome, 'Passed', 'outcome');
  const inOrg = await org.toolingQuery(
    `SELECT MethodName, Outcome FROM ApexTestResult WHERE AsyncApexJobId = '${result.summary.testRunId}'`,
  );
  expectEqual(
    result.tests.map(({ FullName }) => FullName).sort(),
    inOrg.map((row) => `${TEST_CLASS}.${row['MethodName']}`).sort(),
    'tests',
  );
  expectTrue(inOrg.length > 3, `only ${inOrg.length} tests ran`);
  const settings = result.coverage.coverage.find(({ name }) => name === 'RtsSettings');
  const [stored] = await org.toolingQuery(
    "SELECT NumLinesCovered, NumLinesUncovered FROM ApexCodeCoverageAggregate WHERE ApexClassOrTrigger.Name = 'RtsSettings'",
  );
  const [covered, uncovered] = [stored?.['NumLinesCovered'], stored?.['NumLinesUncovered']].map(
    Number,
  );
  expectEqual(
    settings?.coveredPercent,
    Math.round((100 * (covered ?? 0)) / ((covered ?? 0) + (uncovered ?? 0))),
    'coverage of RtsSettings',
  );
}
