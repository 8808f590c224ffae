import process from 'node:process';
import type { Reporter, TestModule } from 'vitest/node';

/** The suite whose tests take one grant away each. */
export const WITHOUT_ONE = 'without one of it';

/** Ends a run with how many grants were shown to be needed, of all that roles hold. */
export class GrantsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules
      .flatMap(({ children }) => [...children.allTests()])
      .filter(({ parent }) => parent.type === 'suite' && parent.name === WITHOUT_ONE);
    const needed = tests.filter((test) => test.result().state === 'passed');
    process.stdout.write(`${needed.length} of ${tests.length} grants\n`);
  }
}
