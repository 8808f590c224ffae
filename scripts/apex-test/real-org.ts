import { z } from 'zod';
import type { TestOutcome } from '../../local/org/apex/engine/test-runner.ts';
import { readPackage } from '../check/package-source.ts';
import { UserError } from '../one-machine/user-error.ts';
import type { Sf } from '../package/sf.ts';
import { projectRoot } from '../project-root.ts';
import type { Coverage, TestReport } from './print-report.ts';

const SUITE = 'MixmaxRts';
const WAIT_MINUTES = '60';

/** The answer of `sf apex run test --code-coverage --json`, as far as it is used. */
const answerSchema = z.object({
  tests: z.array(
    z.object({
      ApexClass: z.object({ Name: z.string() }),
      MethodName: z.string(),
      Outcome: z.string(),
      RunTime: z.number().nullish(),
      Message: z.string().nullish(),
      StackTrace: z.string().nullish(),
    }),
  ),
  coverage: z
    .object({
      coverage: z.array(
        z.object({
          name: z.string(),
          totalLines: z.number(),
          totalCovered: z.number(),
          lines: z.record(z.string(), z.number()),
        }),
      ),
    })
    .optional(),
});

type Answer = z.infer<typeof answerSchema>;

/**
 * Runs the package's suite in a real org, where it was deployed before.
 * @param names classes or `Class.method`s; empty = the whole suite
 * @throws UserError when the org does not run the tests: no sign-in, no suite, no answer
 */
export async function runInOrg(
  sf: Sf,
  targetOrg: string,
  names: readonly string[],
): Promise<TestReport> {
  const selection =
    names.length === 0 ? ['--suite-names', SUITE] : names.flatMap((name) => ['--tests', name]);
  const { result, message } = await sf.ask(
    [
      ...['apex', 'run', 'test', ...selection, '--code-coverage'],
      ...['--result-format', 'json', '--wait', WAIT_MINUTES, '--target-org', targetOrg],
    ],
    projectRoot,
  );
  const answer = answerSchema.safeParse(result);
  if (!answer.success) {
    throw new UserError(
      `The org ${targetOrg} ran no tests: ${message ?? 'the answer of sf is not known'}`,
    );
  }
  const ours = packageCode();
  const coverage = coverageOf(answer.data, ours);
  const told = new Set(coverage.map(({ file }) => file));
  return {
    outcomes: answer.data.tests.map(outcomeOf).sort(byName),
    coverage,
    unreached: [...ours].filter((name) => !told.has(name)).sort(),
  };
}

function outcomeOf(test: Answer['tests'][number]): TestOutcome {
  const passed = test.Outcome === 'Pass';
  return {
    className: test.ApexClass.Name,
    method: test.MethodName,
    passed,
    durationMs: test.RunTime ?? 0,
    message: passed ? '' : (test.Message ?? `Outcome: ${test.Outcome}`),
    stack: test.StackTrace ?? '',
    reached: [],
  };
}

function byName(a: TestOutcome, b: TestOutcome): number {
  return `${a.className}.${a.method}` < `${b.className}.${b.method}` ? -1 : 1;
}

/** The org also tells of its own classes that the tests happened to reach. */
function coverageOf(answer: Answer, ours: ReadonlySet<string>): Coverage[] {
  return (answer.coverage?.coverage ?? [])
    .filter(({ name }) => ours.has(name))
    .map(({ name, totalLines, totalCovered, lines }) => ({
      file: name,
      lines: totalLines,
      covered: totalCovered,
      missed: Object.entries(lines)
        .filter(([, hits]) => hits === 0)
        .map(([line]) => Number(line)),
    }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Names of the package's classes and triggers, tests left out. */
function packageCode(): ReadonlySet<string> {
  const code = readPackage().filter(
    ({ path }) => path.startsWith('main/') && /\.(cls|trigger)$/.test(path),
  );
  return new Set(code.map(({ name }) => name));
}
