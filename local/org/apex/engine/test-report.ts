import type { Program } from '../program.ts';
import type { TestOutcome, TestRun } from './test-runner.ts';

export interface FileCoverage {
  /** Path of the class or trigger in the source. */
  readonly file: string;
  readonly lines: number;
  readonly covered: number;
  readonly coveredLines: readonly number[];
  /** Executable lines that no test reached. */
  readonly missed: readonly number[];
}

/** Line coverage of classes and triggers; test classes are left out. */
export function coverageOf(
  program: Program,
  run: TestRun,
  isTestFile: (file: string) => boolean,
): FileCoverage[] {
  const files: FileCoverage[] = [];
  for (const [file, executable] of program.executableLines) {
    if (executable.length > 0 && !isTestFile(file)) {
      const counts = run.coverage.get(file);
      const isCovered = (line: number): boolean => (counts?.[line] ?? 0) > 0;
      const coveredLines = executable.filter(isCovered);
      files.push({
        file,
        lines: executable.length,
        covered: coveredLines.length,
        coveredLines,
        missed: executable.filter((line) => !isCovered(line)),
      });
    }
  }
  return files.sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** JUnit XML as CI systems read it: one suite a class. */
export function junitXml(outcomes: readonly TestOutcome[]): string {
  const suites = Map.groupBy(outcomes, ({ className }) => className);
  const body = [...suites].map(([name, cases]) => suiteXml(name, cases)).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${body}\n</testsuites>\n`;
}

function suiteXml(name: string, cases: readonly TestOutcome[]): string {
  const failures = cases.filter(({ passed }) => !passed).length;
  const seconds = cases.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  const attributes = `name="${escapeXml(name)}" tests="${cases.length}" failures="${failures}" time="${seconds.toFixed(3)}"`;
  return `  <testsuite ${attributes}>\n${cases.map(caseXml).join('\n')}\n  </testsuite>`;
}

function caseXml(outcome: TestOutcome): string {
  const { className, method, durationMs, passed, message, stack } = outcome;
  const seconds = (durationMs / 1000).toFixed(3);
  const attributes = `classname="${escapeXml(className)}" name="${escapeXml(method)}" time="${seconds}"`;
  return passed
    ? `    <testcase ${attributes}/>`
    : `    <testcase ${attributes}><failure message="${escapeXml(message)}">${escapeXml(stack)}</failure></testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

function escapeXml(text: string): string {
  return text
    .replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? character)
    .replace(/[^\t\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
