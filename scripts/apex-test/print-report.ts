import type { FileCoverage } from '../../local/org/apex/engine/test-report.ts';
import type { TestOutcome } from '../../local/org/apex/engine/test-runner.ts';

/** What a test run found, on whichever org. */
export interface TestReport {
  readonly outcomes: readonly TestOutcome[];
  readonly coverage: readonly Coverage[];
  /** Classes and triggers of which the org told no coverage: no test reached them. */
  readonly unreached?: readonly string[];
}

export type Coverage = Pick<FileCoverage, 'file' | 'lines' | 'covered' | 'missed'>;

export interface PrintOptions {
  /** List the lines that no test reached. */
  readonly listMissed: boolean;
  /** Percent of lines that each class and trigger must reach; 0 asks for none. */
  readonly minimumPercent: number;
}

/** @returns the exit code: 1 when a test failed or a class is covered too little */
export function printReport(
  { outcomes, coverage, unreached = [] }: TestReport,
  options: PrintOptions,
  print: (line: string) => void,
): 0 | 1 {
  printOutcomes(outcomes, print);
  printCoverage(coverage, options.listMissed, print);
  const failed = outcomes.filter(({ passed }) => !passed).length;
  const weak = weakFiles(coverage, options.minimumPercent);
  const share = percentOf(coverage);
  const lines = share === undefined ? 'no executable lines' : `${Math.round(share)} % of lines`;
  print(`\n${outcomes.length - failed} passed, ${failed} failed, ${lines} covered`);
  for (const file of weak) {
    print(
      `Covered too little: ${file.file}, ${shareOf(file)} of at least ${options.minimumPercent} %`,
    );
  }
  const missing = options.minimumPercent > 0 ? unreached : [];
  for (const name of missing) print(`Covered too little: ${name}, reached by no test`);
  const isEnough = weak.length === 0 && missing.length === 0;
  return failed === 0 && isEnough && outcomes.length > 0 ? 0 : 1;
}

function printOutcomes(outcomes: readonly TestOutcome[], print: (line: string) => void): void {
  const width = Math.max(0, ...outcomes.map((outcome) => nameOf(outcome).length));
  for (const outcome of outcomes) {
    const verdict = outcome.passed ? 'pass' : 'FAIL';
    const duration = `${outcome.durationMs.toFixed(0)} ms`.padStart(8);
    print(`${verdict}  ${nameOf(outcome).padEnd(width)} ${duration}`);
    if (!outcome.passed) print(indent(`${outcome.message}\n${outcome.stack}`));
  }
}

function nameOf({ className, method }: TestOutcome): string {
  return `${className}.${method}`;
}

function indent(text: string): string {
  return text.trim().replace(/^/gm, '      ');
}

function printCoverage(
  files: readonly Coverage[],
  listMissed: boolean,
  print: (line: string) => void,
): void {
  const width = Math.max(0, ...files.map(({ file }) => file.length));
  print('\nLine coverage');
  for (const file of files) {
    const { missed } = file;
    const hint = listMissed && missed.length > 0 ? `  missed: ${missed.join(', ')}` : '';
    const counts = `${file.covered}/${file.lines}`;
    print(`${shareOf(file).padStart(5)}  ${file.file.padEnd(width)} ${counts}${hint}`);
  }
}

/** Rounded down: 89.9 % is not 90 %. */
const shareOf = (file: Coverage) => `${Math.floor(percentOf([file]) ?? 100)} %`;

function weakFiles(files: readonly Coverage[], minimumPercent: number): readonly Coverage[] {
  return files.filter((file) => (percentOf([file]) ?? 100) < minimumPercent);
}

/** Undefined when there is nothing to cover. */
function percentOf(files: readonly Coverage[]): number | undefined {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const covered = files.reduce((sum, file) => sum + file.covered, 0);
  return lines === 0 ? undefined : (100 * covered) / lines;
}
