import { performance } from 'node:perf_hooks';
import type { SourceFile } from '../../local/org/apex/program.ts';
import { runApexTests } from '../../local/org/apex-tests.ts';
import type { Breakage, Verdict } from './breakage.ts';

/** Test methods by name, `Class.method`, with what failed in each; undefined for a pass. */
type Outcomes = ReadonlyMap<string, string | undefined>;

/**
 * Breaks the source in memory and runs the tests that are to notice.
 * @param files the whole package, tests included
 */
export function tryBreakage(breakage: Breakage, files: readonly SourceFile[]): Verdict {
  const broken = breakSource(breakage, files);
  if (typeof broken === 'string') return { kind: 'fault', reason: broken };
  const outcomes = outcomesOf(broken, testClasses([breakage]));
  if (typeof outcomes === 'string') return { kind: 'fault', reason: outcomes };
  const missing = breakage.foundBy.filter((name) => !outcomes.has(name));
  if (missing.length > 0) return { kind: 'fault', reason: `no test ${missing.join(', ')}` };
  const passing = breakage.foundBy.filter((name) => outcomes.get(name) === undefined);
  return passing.length === 0 ? { kind: 'found' } : { kind: 'not found', passing };
}

/**
 * Runs the tests of these breakages on the source as it stands: a test that fails without a breakage finds nothing.
 * @returns one line for each fault
 */
export function soundnessFaults(
  breakages: readonly Breakage[],
  files: readonly SourceFile[],
): readonly string[] {
  const outcomes = outcomesOf(files, testClasses(breakages));
  if (typeof outcomes === 'string') return [outcomes];
  return [...outcomes].flatMap(([name, failure]) =>
    failure === undefined ? [] : [`${name} fails on the source as it stands: ${failure}`],
  );
}

/** @returns the broken source, or why it cannot be broken so */
export function breakSource(
  { file, find, replace }: Pick<Breakage, 'file' | 'find' | 'replace'>,
  files: readonly SourceFile[],
): readonly SourceFile[] | string {
  const index = files.findIndex(({ path }) => path.endsWith(`/${file}`));
  const source = files[index];
  if (source === undefined) return `there is no ${file}`;
  const places = source.text.split(find).length - 1;
  if (places !== 1) return `its text stands in ${file} ${places} times, not once`;
  if (find === replace) return 'it breaks nothing';
  // A function: `$` in the replacement has no meaning of its own.
  return files.with(index, { ...source, text: source.text.replace(find, () => replace) });
}

function testClasses(breakages: readonly Breakage[]): ReadonlySet<string> {
  const names = breakages.flatMap(({ foundBy }) => foundBy);
  return new Set(names.map((name) => name.replace(/\..*$/, '')));
}

/** @returns the outcome of each test method, or why nothing ran */
function outcomesOf(files: readonly SourceFile[], classes: ReadonlySet<string>): Outcomes | string {
  const report = runApexTests({
    files: files.filter(({ path }) => isNeeded(path, classes)),
    names: [...classes],
    now: () => Date.now(),
    stopwatch: () => performance.now(),
    seed: 'breakages',
  });
  if (report.kind === 'refused') return `it does not compile: ${report.problems[0]}`;
  return new Map(
    report.outcomes.map(({ className, method, passed, message }) => [
      `${className}.${method}`,
      passed ? undefined : message,
    ]),
  );
}

/** Other test classes are left out: compiling them takes longer than running these. */
function isNeeded(path: string, classes: ReadonlySet<string>): boolean {
  const [, testClass] = /\/(\w+Test)\.cls$/.exec(path) ?? [];
  return testClass === undefined || classes.has(testClass);
}
