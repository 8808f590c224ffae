import { expect, test } from 'vitest';
import { runApexTests } from '../../../local/org/apex-tests.ts';
import { readSourceFolders } from '../../../local/org/source-files.ts';
import { elements, metadataOf, packageFiles } from '../../../scripts/check/package-source.ts';

/** Salesforce rolls a deployment to production back when a class or trigger of it is covered by less. */
const DEMANDED = 0.75;

test('the suite for production alone covers every class and trigger', async () => {
  const names = packageFiles('RtsDeploy.testSuite-meta.xml')
    .map(metadataOf)
    .flatMap((root) => elements(root, 'testClassName').map(String));
  const report = runApexTests({
    files: await readSourceFolders(['force-app']),
    names,
    now: () => Date.UTC(2026, 10, 22),
    stopwatch: () => performance.now(),
    seed: 'production',
  });
  if (report.kind === 'refused') throw new Error(report.problems.join('\n'));
  expect(report.outcomes.filter(({ passed }) => !passed)).toEqual([]);
  const weak = report.coverage.filter(({ lines, covered }) => covered < DEMANDED * lines);
  expect(weak.map(({ file }) => file)).toEqual([]);
  expect(report.coverage.length).toBeGreaterThan(40);
});
