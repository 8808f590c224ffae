import type { ConformanceCase, World } from './conformance-case.ts';

/**
 * Runs every case once, in order, and prints one line each.
 * @returns how many held
 */
export async function runCases(cases: readonly ConformanceCase[], world: World): Promise<number> {
  let held = 0;
  for (const one of cases) {
    const started = performance.now();
    const failure = await outcomeOf(one, world);
    const took = `${((performance.now() - started) / 1000).toFixed(1)} s`.padStart(7);
    console.log(`${failure === undefined ? 'ok  ' : 'FAIL'} ${took}  ${one.name}`);
    if (failure === undefined) held += 1;
    else console.log(failure.replace(/^/gm, '               '));
  }
  return held;
}

async function outcomeOf(one: ConformanceCase, world: World): Promise<string | undefined> {
  try {
    await one.run(world);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
