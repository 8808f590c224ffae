import { availableParallelism } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { histogram, unreached } from './simulate/histogram.ts';
import type { Verdict } from './simulate/judge-seed.ts';
import { replaySeed } from './simulate/replay-seed.ts';
import { runMutants } from './simulate/run-mutants.ts';
import { runSeeds, type SeedThreads, withThreads } from './simulate/run-seeds.ts';
import { SCENARIOS, type ScenarioName } from './simulate/scenarios.ts';

/**
 * Receiver and practice org in one process, on one virtual clock, in every kind of trouble; an oracle that shares no
 * code with the receiver says whether its promises held.
 *
 *   npm run simulate -- --seeds 2000        seeds 0 to 1999; every 20th twice, both runs must be the same
 *   npm run simulate -- --mutants           each mutant's broken rule must be found within 2,000 seeds, or --seeds
 *   npm run simulate -- --activities        the same of histories in which activities are logged, also beside the others
 *   npm run simulate -- --seed 17           that seed again, told step by step; --steps 3,8 only these; --verbose all
 *
 * From 600 seeds on, every fault, operation and mode must have been reached.
 * Exit code 0 when all held (with --mutants: when all were found and everything was reached), else 1.
 */
const USAGE = `npm run simulate -- [--seeds N] [--from N] [--workers N] [--activities] [--mutants | --mutant NAME]
npm run simulate -- --seed N [--activities] [--steps 1,2,3] [--mutant NAME] [--verbose]`;

const MOST_SHRUNK = 3;
/** So many come across everything there is. */
const SEEDS_THAT_REACH_ALL = 600;
const SEEDS = { all: '200', mutants: '2000' };

interface Range {
  readonly from: number;
  readonly count: number;
  readonly threads: SeedThreads;
}

function seedsOf({ from, count }: Pick<Range, 'from' | 'count'>): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(from + index));
}

async function runAll(range: Range, mutant: string | undefined): Promise<boolean> {
  const started = performance.now();
  let done = 0;
  const verdicts = await runSeeds({
    seeds: seedsOf(range),
    threads: range.threads,
    ...(mutant !== undefined && { mutant }),
    onVerdict: ({ seed, violation }) => {
      done += 1;
      if (violation !== undefined)
        console.log(`seed ${seed}: ${violation.kind}: ${violation.detail}`);
      else if (done % 100 === 0) console.log(`${done} of ${range.count} seeds`);
      return false;
    },
  });
  const failed = verdicts.filter(({ violation }) => violation !== undefined);
  await explain(range.threads, failed.slice(0, MOST_SHRUNK), mutant);
  const cpuMs = verdicts.reduce((sum, one) => sum + one.cpuMs, 0) / verdicts.length;
  const seconds = (performance.now() - started) / 1_000;
  console.log(
    `${verdicts.length} seeds, ${failed.length} broke a promise; ${seconds.toFixed(0)} s, ${cpuMs.toFixed(0)} ms of CPU a seed`,
  );
  const whole = mutant === undefined && verdicts.length >= SEEDS_THAT_REACH_ALL;
  return (!whole || showHistogram(verdicts)) && failed.length === 0;
}

/** The command that replays a seed, and its history cut down to what is needed. */
async function explain(
  [thread]: SeedThreads,
  verdicts: readonly Verdict[],
  mutant: string | undefined,
): Promise<void> {
  if (thread === undefined) return;
  const of = scenarioName === 'activities' ? ' --activities' : '';
  const as = mutant === undefined ? of : `${of} --mutant ${mutant}`;
  for (const { seed } of verdicts) {
    const { steps, before, lines } = await thread.shrink(seed, mutant);
    console.log(`\nreplay: npm run simulate -- --seed ${seed}${as}`);
    console.log(`shrunk from ${before} to ${steps.length} steps:`);
    console.log(`        npm run simulate -- --seed ${seed} --steps ${steps.join(',')}${as}`);
    for (const line of lines) console.log(`  ${line}`);
  }
}

async function findMutants(range: Range): Promise<boolean> {
  const started = performance.now();
  const { missed, whole, brokenRuns } = await runMutants({
    scenario,
    seeds: seedsOf(range),
    threads: range.threads,
    print: (line) => console.log(line),
  });
  const isAllReached = showHistogram(whole);
  const seconds = (performance.now() - started) / 1_000;
  const { length } = scenario.mutants;
  const found = length - missed.length;
  console.log(
    `${found} of ${length} mutants were found; ${whole.length} seeds, ${brokenRuns} runs with a rule broken, ${seconds.toFixed(0)} s`,
  );
  if (missed.length > 0) console.log(`NOT FOUND: ${missed.join(', ')}`);
  return isAllReached && missed.length === 0 && whole.every((one) => one.violation === undefined);
}

/** @returns whether everything was reached */
function showHistogram(verdicts: readonly Verdict[]): boolean {
  const counts = histogram(verdicts, scenario.reachable);
  for (const [what, times] of [...counts].toSorted())
    console.log(`${String(times).padStart(8)} ${what}`);
  const missing = unreached(counts);
  if (missing.length > 0) console.log(`Never reached: ${missing.join(', ')}`);
  return missing.length === 0;
}

function wholeNumber(name: string, text: string, least: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  console.error(`--${name} must be a whole number from ${least} on, and is ${text}.\n${USAGE}`);
  process.exit(2);
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '0' },
    workers: { type: 'string', default: String(Math.min(availableParallelism(), 8)) },
    seed: { type: 'string' },
    steps: { type: 'string' },
    mutant: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    activities: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const range = {
  from: wholeNumber('from', values.from, 0),
  count: wholeNumber('seeds', values.seeds ?? (values.mutants ? SEEDS.mutants : SEEDS.all), 1),
};
const workers = wholeNumber('workers', values.workers, 1);
const scenarioName: ScenarioName = values.activities ? 'activities' : 'records';
const scenario = SCENARIOS[scenarioName];

async function main(): Promise<boolean> {
  const { seed, steps, mutant, verbose } = values;
  if (seed === undefined) {
    return await withThreads(workers, scenarioName, (threads) =>
      values.mutants ? findMutants({ ...range, threads }) : runAll({ ...range, threads }, mutant),
    );
  }
  const violation = await replaySeed({
    scenario,
    seed,
    verbose,
    ...(steps !== undefined && {
      steps: steps.split(',').map((id) => wholeNumber('steps', id, 0)),
    }),
    ...(mutant !== undefined && { mutant }),
    print: (line) => console.log(line),
  });
  console.log(
    violation === undefined ? 'All promises held.' : `${violation.kind}: ${violation.detail}`,
  );
  return violation === undefined;
}

process.exitCode = (await main()) ? 0 : 1;
