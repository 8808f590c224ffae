import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
/** Makes this Node claim to be an old one. */
const OLD_NODE =
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.1.0"}})';

it('says what to do on a Node that is too old, without a stack trace', async () => {
  const failure = await run(process.execPath, [
    '--import',
    OLD_NODE,
    'scripts/run.js',
    'scripts/start.ts',
  ]).then(
    () => undefined,
    (error: { code: number; stderr: string }) => error,
  );
  expect(failure?.code).toBe(1);
  expect(failure?.stderr).toMatch(
    /^This needs Node 24 or newer, but runs on 20\.1\.0\. On Linux, `npm ci`/,
  );
  expect(failure?.stderr.trim().split('\n')).toHaveLength(1);
});
