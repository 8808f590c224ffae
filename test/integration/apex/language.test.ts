import { describe, expect, test } from 'vitest';
import type { SourceFile } from '../../../local/org/apex/program.ts';
import { runApexTests } from '../../../local/org/apex-tests.ts';
import { readSourceFolders } from '../../../local/org/source-files.ts';

/**
 * The rules of the language and of the platform around it, asserted in Apex: one small class per rule under
 * `test/apex`. A method behind a comment `// fails: …` must fail with that message, because nothing in Apex could see
 * it: exceptions no code catches. `…` at its end stands for anything.
 */
const files = await readSourceFolders(['test/apex']);
const report = runApexTests({
  files,
  names: [],
  now: () => Date.UTC(2026, 10, 21, 12),
  // Of this thread alone: a busy machine spends nobody's CPU time limit.
  stopwatch: () => process.threadCpuUsage().user / 1000,
  seed: 'language',
});
const outcomes = report.kind === 'run' ? report.outcomes : [];
const failing = expectedFailures(files);

test('the Apex compiles, and every class of tests holds some', () => {
  expect(report.kind === 'refused' ? report.problems : []).toEqual([]);
  const classes = files.filter(({ path }) => path.endsWith('Test.cls'));
  const tested = new Set(outcomes.map(({ className }) => `${className}.cls`));
  expect(classes.filter(({ path }) => !tested.has(path.split('/').at(-1) ?? ''))).toEqual([]);
});

describe.each([...Map.groupBy(outcomes, ({ className }) => className)])('%s', (name, methods) => {
  test.each(methods.map((outcome) => [outcome.method, outcome] as const))(
    '%s',
    (method, outcome) => {
      const { message, stack } = outcome;
      const expected = failing.get(`${name}.${method}`) ?? '';
      if (expected.endsWith('…')) expect(message).toContain(expected.slice(0, -1));
      else expect(message === expected ? message : `${message}\n${stack}`).toBe(expected);
    },
  );
});

/** What must go wrong, by `Class.method`. */
function expectedFailures(sources: readonly SourceFile[]): Map<string, string> {
  const failures = new Map<string, string>();
  for (const { path, text } of sources) {
    const name = path.split('/').at(-1)?.replace('.cls', '');
    const found = text.matchAll(/\/\/ fails: (.+)\n\s*@IsTest\s+static void (\w+)/g);
    for (const [, message = '', method] of found) failures.set(`${name}.${method}`, message);
  }
  return failures;
}
