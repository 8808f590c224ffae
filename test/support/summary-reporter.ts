import process from 'node:process';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
  durationMs: number;
}

/**
 * Ends a run with what a reader and a machine want: time per project, every skipped test with its reason, every
 * failed one with the first line of its error, and `N passed, N failed` as the last line. Where `CI` is true a skipped test fails the run: nothing may hide there.
 */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const projects = new Map<string, Totals>();
    const notes: string[] = [];
    for (const module of modules) {
      const totals = projects.get(module.project.name) ?? noTotals();
      projects.set(module.project.name, totals);
      totals.durationMs += module.diagnostic().duration;
      for (const error of module.errors())
        notes.push(failure(module.relativeModuleId, error.message));
      if (module.state() === 'failed' && [...module.children.allTests()].length === 0)
        totals.failed++;
      for (const test of module.children.allTests()) countTest(test, totals, notes);
    }
    const all = sum([...projects.values()]);
    all.failed += unhandledErrors.length;
    print(projects, notes);
    if (all.passed === 0) process.exitCode = 1;
    if (all.skipped > 0 && process.env['CI'] === 'true') process.exitCode = 1;
    process.stdout.write(
      `${all.passed} passed, ${all.failed} failed${all.skipped > 0 ? `, ${all.skipped} skipped` : ''}\n`,
    );
  }
}

function countTest(test: TestCase, totals: Totals, notes: string[]): void {
  const result = test.result();
  if (result.state === 'passed') totals.passed++;
  else if (result.state === 'failed') {
    totals.failed++;
    notes.push(failure(`${test.module.project.name}: ${test.fullName}`, result.errors[0]?.message));
  } else {
    totals.skipped++;
    const reason = 'note' in result && result.note ? result.note : 'no reason given';
    notes.push(`skipped ${test.module.project.name}: ${test.fullName} (${reason})`);
  }
}

function failure(name: string, message = 'no message'): string {
  return `failed ${name} (${message.split('\n', 1)[0]})`;
}

function print(projects: ReadonlyMap<string, Totals>, notes: readonly string[]): void {
  const lines = [...projects].map(
    ([name, totals]) =>
      `  ${name.padEnd(12)} ${String(totals.passed).padStart(5)} passed ${String(totals.failed).padStart(4)} failed ${String(totals.skipped).padStart(4)} skipped ${(totals.durationMs / 1000).toFixed(1).padStart(8)} s`,
  );
  process.stdout.write(`\nTests per project (time spent in its files)\n${lines.join('\n')}\n`);
  for (const line of notes) process.stdout.write(`  ${line}\n`);
}

function noTotals(): Totals {
  return { passed: 0, failed: 0, skipped: 0, durationMs: 0 };
}

function sum(totals: readonly Totals[]): Totals {
  const all = noTotals();
  for (const one of totals) {
    all.passed += one.passed;
    all.failed += one.failed;
    all.skipped += one.skipped;
  }
  return all;
}
