import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../..');

/** Whether a fresh process that imports the modules has loaded jsforce. */
function loadsJsforce(...modules: readonly string[]): boolean {
  const script = `
    import { createRequire } from 'node:module';
    for (const path of ${JSON.stringify(modules)}) await import(path);
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    console.log(loaded.some((path) => path.includes('/jsforce/')));`;
  const answer = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return answer.trim() === 'true';
}

it('reads from Salesforce without loading jsforce', () => {
  const functions = ['gateway', 'worker', 'bulk', 'scheduler'].map(
    (name) => `./lambdas/${name}/handler.ts`,
  );
  expect(loadsJsforce(...functions, './lambdas/adapters/salesforce/salesforce-orgs.ts')).toBe(
    false,
  );
  expect(loadsJsforce('./lambdas/adapters/salesforce/jsforce-writes.ts')).toBe(true);
});
