import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initialisationMs } from '../../scripts/bench/cloud/cold-start.ts';
import { bundleFunctions, type FunctionBundle } from '../../scripts/build/bundle-functions.ts';
import { FUNCTION_BUDGETS, type FunctionName } from '../../scripts/build/function-budgets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const NAMES = Object.keys(FUNCTION_BUDGETS) as FunctionName[];
const JSFORCE = /node_modules\/(jsforce|undici|xml2js)\//;

let bundles: readonly FunctionBundle[];

const folder = mkdtempSync(join(tmpdir(), 'rts-bundles-'));

/** Six functions and the page, which takes a busy machine long. */
const LONGEST_MS = 600_000;
beforeAll(async () => {
  bundles = await bundleFunctions(join(folder, 'functions'));
}, LONGEST_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bundleOf(name: FunctionName): FunctionBundle {
  const found = bundles.find((bundle) => bundle.name === name);
  if (found === undefined) throw new Error(`${name} was not bundled.`);
  return found;
}

describe.each(NAMES)('the bundle of %s', (name) => {
  test('stays within its budget', () => {
    const { startBytes, wholeBytes } = bundleOf(name);
    const budget = FUNCTION_BUDGETS[name];
    expect(startBytes).toBeGreaterThan(100_000);
    expect(startBytes).toBeLessThanOrEqual(budget.start);
    expect(wholeBytes).toBeLessThanOrEqual(budget.whole);
  });

  test('loads in a fresh process with nothing else installed, and says what its environment lacks', async () => {
    const alone = join(temporaryFolder(), name);
    cpSync(bundleOf(name).folder, alone, { recursive: true });
    const call = `import('./index.mjs')
      .then(({ handler }) => handler({ Records: [], headers: {}, requestContext: { http: {} } }, {}))
      .catch((error) => console.log(error.message))`;
    const { stdout } = await run(process.execPath, ['-e', call], {
      cwd: alone,
      env: { RTS_MODE: 'aws' },
    });
    expect(stdout).toContain(`The environment of the function ${name} is not complete.`);
    expect(stdout).toContain('RTS_CONTROL_TABLE is missing');
  });

  test('loads whatever it imports at need', async () => {
    const { folder: code } = bundleOf(name);
    const chunks = readdirSync(code).filter(
      (file) => file.endsWith('.mjs') && file !== 'index.mjs',
    );
    expect(chunks.length).toBeGreaterThan(1);
    const load = `Promise.all(${JSON.stringify(chunks)}.map((chunk) => import('./' + chunk).then(
      () => 'loaded', (error) => error.message))).then((results) => console.log(JSON.stringify(results)))`;
    const { stdout } = await run(process.execPath, ['-e', load], { cwd: code, env: {} });
    const failed = (JSON.parse(stdout) as string[]).filter((result) => result !== 'loaded');
    for (const reason of failed) expect(reason).toContain(`is not part of the function ${name}`);
  });

  test('holds nothing of one machine', () => {
    const local = bundleOf(name).inputs.filter((path) =>
      /adapters\/sqlite\/|^local\/|nodemailer/.test(path),
    );
    expect(local).toEqual([]);
  });
});

test.each(['gateway', 'scheduler'] as const)('%s never loads the Salesforce client', (name) => {
  expect(bundleOf(name).inputs.filter((path) => JSFORCE.test(path))).toEqual([]);
  expect(bundleOf('bulk').inputs.filter((path) => JSFORCE.test(path))).not.toEqual([]);
});

test('the initialisation of a bundle is measured, and one that does not load is no short one', async () => {
  expect(await initialisationMs(bundleOf('gateway').folder, 1)).not.toBeNaN();
  const empty = temporaryFolder();
  await expect(initialisationMs(empty, 1)).rejects.toThrow(/Cannot find module/);
});

test('admin carries the source of the package along, and the tests that production wants', () => {
  const carried = join(bundleOf('admin').folder, 'package');
  expect(readdirSync(carried).sort()).toEqual(['package.zip', 'tests.json']);
  expect(statSync(join(carried, 'package.zip')).size).toBeGreaterThan(20_000);
});
