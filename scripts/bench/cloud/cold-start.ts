import { execFile } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const RUNS = 15;

/**
 * How much longer a fresh process takes to load a function's bundle than to do nothing: what Lambda's initialisation
 * adds to that of Node itself. The quickest of many runs each: whatever else the machine does only makes them slower.
 *
 * @param bundle folder with `index.mjs`
 * @param runs of each
 * @returns ms
 * @throws Error when the bundle does not load
 */
export async function initialisationMs(bundle: string, runs = RUNS): Promise<number> {
  const loading = `await import(${JSON.stringify(join(bundle, 'index.mjs'))});`;
  let [bareMs, loadedMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let pair = 0; pair < runs; pair += 1) {
    bareMs = Math.min(bareMs, await timed(''));
    loadedMs = Math.min(loadedMs, await timed(loading));
  }
  return loadedMs - bareMs;
}

async function timed(code: string): Promise<number> {
  const begun = performance.now();
  await run(process.execPath, ['--input-type=module', '-e', code], { env: { RTS_MODE: 'aws' } });
  return performance.now() - begun;
}
