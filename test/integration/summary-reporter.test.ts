import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const VITEST = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
const REPORTER = join(import.meta.dirname, '../support/summary-reporter.ts');

/** A run of two tests, one of which finds that the machine lacks what it needs. */
function runWithSkip(environment: Readonly<Record<string, string>>) {
  const root = temporaryFolder();
  const config = `import { SummaryReporter } from ${JSON.stringify(REPORTER)};
    export default { test: { globals: true, reporters: [new SummaryReporter()] } };`;
  writeFileSync(join(root, 'vitest.config.ts'), config);
  const tests = `test('runs', () => {}); test('needs Java', ({ skip }) => skip('no Java here'));`;
  writeFileSync(join(root, 'two.test.js'), tests);
  const args = [VITEST, 'run', '--root', root];
  const env = { ...process.env, CI: '', ...environment };
  return spawnSync(process.execPath, args, { encoding: 'utf8', env });
}

test('a skipped test is told with its reason, and where CI runs it fails the run', () => {
  const [here, onCi] = [runWithSkip({}), runWithSkip({ CI: 'true' })];
  for (const { stdout } of [here, onCi]) {
    expect(stdout).toContain('needs Java (no Java here)');
    expect(stdout.trimEnd()).toMatch(/1 passed, 0 failed, 1 skipped$/);
  }
  expect([here.status, onCi.status]).toEqual([0, 1]);
});
