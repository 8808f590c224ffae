import { expect, test } from 'vitest';
import { Iam } from '../../local/cloud/iam.ts';
import { readTemplates } from '../../local/cloud/template.ts';
import { FAILS_WITHOUT, shortName } from '../support/cloud/fails-without.ts';
import { OPERATION_STEPS } from '../support/cloud/operation-steps.ts';
import { stubBundles } from '../support/cloud/stub-bundles.ts';
import { SYNC_STEPS } from '../support/cloud/sync-steps.ts';
import { synthesized } from '../support/cloud/synthesized.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Templates are synthesized and judged by cdk-nag, which takes a busy machine long. */
const LONGEST_MS = 600_000;

/** What takes seconds of `npm run grants`: that it leaves out nothing. That the steps fail indeed, it shows itself. */

test(
  'whatever a role may do is needed by a step, and no step is for what no role may do',
  async () => {
    const assembly = await synthesized(temporaryFolder(), stubBundles);
    const { resources } = readTemplates(assembly, 'http://127.0.0.1:1');
    const grants = new Iam(resources).grants().map(shortName);
    expect(grants.length).toBeGreaterThan(120);
    expect(grants.toSorted()).toEqual(Object.keys(FAILS_WITHOUT).toSorted());
  },
  LONGEST_MS,
);

test('every one of these steps is there, once', () => {
  const names = [...SYNC_STEPS, ...OPERATION_STEPS].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const [grant, step] of Object.entries(FAILS_WITHOUT)) expect(names, grant).toContain(step);
});
