import { writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { FileCoverage } from '../local/org/apex/engine/test-report.ts';
import { junitXml } from '../local/org/apex/engine/test-report.ts';
import type { TestOutcome } from '../local/org/apex/engine/test-runner.ts';
import { runApexTests } from '../local/org/apex-tests.ts';
import { readSourceFolders } from '../local/org/source-files.ts';

const USAGE = `Runs Apex tests on the practice org.

  npm run apex:test -- [TestClass | TestClass.method …] [options]

  --source PATH   source folder to deploy, may be repeated (default: force-app)
  --junit FILE    writes the results as JUnit XML
  --coverage      lists the lines no test reached
  --debug         prints what System.debug says
  --seed TEXT     repeats a run's random values
  --help          this text

Exit code: 0 all passed, 1 a test failed, 2 the source does not compile or the call was wrong.`;

interface Options {
  readonly names: readonly string[];
  readonly sources: readonly string[];
  readonly junit: string | undefined;
  readonly listMissed: boolean;
  readonly debug: boolean;
  readonly seed: string;
}

/** Undefined when only help was asked for. @throws TypeError naming an unknown option */
function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      source: { type: 'string', multiple: true },
      junit: { type: 'string' },
      coverage: { type: 'boolean', default: false },
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
    sources: values.source ?? ['force-app'],
    junit: values.junit,
    listMissed: values.coverage,
    debug: values.debug,
    seed: values.seed,
  };
}

async function main(options: Options): Promise<number> {
  const files = await readSourceFolders(options.sources);
  const report = runApexTests({
    files,
    names: options.names,
    now: () => Date.now(),
    stopwatch: () => performance.now(),
    seed: options.seed,
    ...(options.debug ? { debug: (message: string) => console.log(`  DEBUG ${message}`) } : {}),
  });
  if (report.kind === 'refused') {
    console.error(`The source does not compile:\n${report.problems.join('\n')}`);
    return 2;
  }
  printOutcomes(report.outcomes);
  printCoverage(report.coverage, options.listMissed);
  if (options.junit !== undefined) {
    await writeFile(options.junit, junitXml(report.outcomes));
  }
  return printSummary(report.outcomes, report.coverage);
}

function printOutcomes(outcomes: readonly TestOutcome[]): void {
  const width = Math.max(0, ...outcomes.map((outcome) => nameOf(outcome).length));
  for (const outcome of outcomes) {
    const verdict = outcome.passed ? 'pass' : 'FAIL';
    const duration = `${outcome.durationMs.toFixed(0)} ms`.padStart(8);
    console.log(`${verdict}  ${nameOf(outcome).padEnd(width)} ${duration}`);
    if (!outcome.passed) {
      console.log(indent(`${outcome.message}\n${outcome.stack}`));
    }
  }
}

function nameOf({ className, method }: TestOutcome): string {
  return `${className}.${method}`;
}

function indent(text: string): string {
  return text.trim().replace(/^/gm, '      ');
}

function printCoverage(files: readonly FileCoverage[], listMissed: boolean): void {
  const width = Math.max(0, ...files.map(({ file }) => file.length));
  console.log('\nLine coverage');
  for (const { file, lines, covered, missed } of files) {
    const share = `${Math.round((100 * covered) / lines)} %`.padStart(5);
    const hint = listMissed && missed.length > 0 ? `  missed: ${missed.join(', ')}` : '';
    console.log(`${share}  ${file.padEnd(width)} ${covered}/${lines}${hint}`);
  }
}

function printSummary(outcomes: readonly TestOutcome[], files: readonly FileCoverage[]): number {
  const failed = outcomes.filter(({ passed }) => !passed).length;
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const covered = files.reduce((sum, file) => sum + file.covered, 0);
  const share =
    lines === 0 ? 'no executable lines' : `${Math.round((100 * covered) / lines)} % of lines`;
  console.log(`\n${outcomes.length - failed} passed, ${failed} failed, ${share} covered`);
  return failed === 0 ? 0 : 1;
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
