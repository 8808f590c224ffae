import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { expect, test } from 'vitest';

const MODULE = new URL('../../../../scripts/stand-alone-org/quiet-warnings.ts', import.meta.url);

const warn =
  "process.emitWarning('of Node', 'ExperimentalWarning'); process.emitWarning('of ours');";

function stderrOf(code: string): string {
  const args = ['--input-type=module', '--eval', code];
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stderr;
}

test('experimental parts of Node are not told of; other warnings are', () => {
  const hide = `import { hideExperimentalWarnings } from '${MODULE.href}'; hideExperimentalWarnings();`;
  expect(stderrOf(`${hide} ${warn}`)).toBe('Warning: of ours\n');
  expect(stderrOf(warn)).toContain('ExperimentalWarning: of Node');
});
