import { writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { junitXml } from '../local/org/apex/engine/test-report.ts';
import { runApexTests } from '../local/org/apex-tests.ts';
import { readSourceFolders } from '../local/org/source-files.ts';
import { printReport, type TestReport } from './apex-test/print-report.ts';
import { runInOrg } from './apex-test/real-org.ts';
import { createSf } from './package/sf.ts';

const USAGE = `Runs Apex tests on the practice org, or the package's in an org of yours.

  npm run apex:test -- [TestClass | TestClass.method …] [options]

  --target-org X     runs the suite MixmaxRts there, with your own Salesforce CLI; deploy the package first
  --source PATH      source folder to deploy on the practice org, may be repeated (default: force-app)
  --junit FILE       writes the results as JUnit XML
  --coverage         lists the lines no test reached
  --min-coverage N   percent of lines each class must reach (default 90 when all tests run, else 0)
  --debug            prints what System.debug says on the practice org
  --seed TEXT        repeats a run's random values on the practice org
  --help             this text

Exit code: 0 all passed, 1 a test failed or a class is covered too little, 2 the source does not compile, the org
could not be reached, or the call was wrong.`;

const DEFAULT_MINIMUM_PERCENT = 90;

interface Options {
  readonly names: readonly string[];
  /** Undefined: the practice org. */
  readonly targetOrg: string | undefined;
  readonly sources: readonly string[];
  readonly junit: string | undefined;
  readonly listMissed: boolean;
  readonly minimumPercent: number;
  readonly debug: boolean;
  readonly seed: string;
}

/** Undefined when only help was asked for. @throws TypeError naming an unknown option */
function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'target-org': { type: 'string' },
      source: { type: 'string', multiple: true },
      junit: { type: 'string' },
      coverage: { type: 'boolean', default: false },
      'min-coverage': { type: 'string' },
      debug: { type: 'boolean', default: false },
      seed: { type: 'string', default: 'apex-test' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    return undefined;
  }
  return {
    names: positionals,
    targetOrg: values['target-org'],
    sources: values.source ?? ['force-app'],
    junit: values.junit,
    listMissed: values.coverage,
    minimumPercent: minimumPercent(values['min-coverage'], positionals),
    debug: values.debug,
    seed: values.seed,
  };
}

/** Some of the tests cover some of the classes: then nothing is demanded unless asked for. */
function minimumPercent(text: string | undefined, names: readonly string[]): number {
  if (text === undefined) return names.length === 0 ? DEFAULT_MINIMUM_PERCENT : 0;
  if (/^(?:\d{1,2}|100)$/.test(text)) return Number(text);
  throw new TypeError(`--min-coverage ${text} is no percentage from 0 to 100.`);
}

async function main(options: Options): Promise<number> {
  const report =
    options.targetOrg === undefined
      ? await runOnPracticeOrg(options)
      : await runInOrg(createSf(), options.targetOrg, options.names);
  if (options.junit !== undefined) {
    await writeFile(options.junit, junitXml(report.outcomes));
  }
  return printReport(report, options, console.log);
}

/** @throws Error when the source does not compile */
async function runOnPracticeOrg(options: Options): Promise<TestReport> {
  const report = runApexTests({
    files: await readSourceFolders(options.sources),
    names: options.names,
    now: () => Date.now(),
    stopwatch: () => performance.now(),
    seed: options.seed,
    ...(options.debug ? { debug: (message: string) => console.log(`  DEBUG ${message}`) } : {}),
  });
  if (report.kind === 'run') return report;
  throw new Error(`The source does not compile:\n${report.problems.join('\n')}`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(USAGE);
  } else {
    process.exitCode = await main(options);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
