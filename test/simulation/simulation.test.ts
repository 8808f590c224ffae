import { afterAll, beforeAll, expect, test } from 'vitest';
import { histogram, REACHABLE } from '../../scripts/simulate/histogram.ts';
import { MUTANTS } from '../../scripts/simulate/mutants.ts';
import { endThreads, runSeeds, startThreads } from '../../scripts/simulate/run-seeds.ts';
import { breaches, failures, seedsUpTo } from '../support/simulated-seeds.ts';

const SEEDS = 200;
const WORKERS = 2;

/** What so many seeds come across often; everything that there is takes more (`npm run simulate -- --seeds 600`). */
const COMMON = [
  ...['saved-insert', 'saved-update', 'saved-delete', 'saved-merge', 'saved-in-a-flurry'],
  ...['told-update', 'told-delete', 'told-values', 'kill-worker', 'kill-bulk', 'restart', 'look'],
  ...['realtime', 'interval', 'closing'].map((mode) => `mode-${mode}`),
  ...['audit', 'interval', 'closing', 'gap', 'check'].map((kind) => `pass-${kind}`),
  ...['planned', 'submitted', 'importing', 'done'].map((state) => `job-${state}`),
  ...['verdict-idle', 'verdict-broken', 'fault-bulk-short-page', 'fault-callout-swallowed'],
];

let threads: ReturnType<typeof startThreads> = [];

beforeAll(() => {
  threads = startThreads(WORKERS, 'records');
});

afterAll(async () => {
  await endThreads(threads);
});

test(`all promises hold in ${SEEDS} seeds, and every 20th runs the same twice`, async () => {
  const verdicts = await runSeeds({ seeds: seedsUpTo(SEEDS), threads });
  expect(verdicts).toHaveLength(SEEDS);
  expect(failures(verdicts)).toEqual([]);
  // Not a run in which nothing happens.
  const counts = histogram(verdicts, REACHABLE);
  expect(COMMON.filter((what) => (counts.get(what) ?? 0) === 0)).toEqual([]);
});

/** Rules whose breach most seeds show; the rest are tried by `npm run simulate -- --mutants`. */
const QUICKLY_FOUND = ['hole-for-overlap', 'advance-early', 'close-without-pass'];

test.each(QUICKLY_FOUND)('a receiver that breaks a rule is found: %s', async (mutant) => {
  expect(MUTANTS.map(({ name }) => name)).toContain(mutant);
  const onVerdict = ({ violation }: { violation?: unknown }) => violation !== undefined;
  const found = breaches(await runSeeds({ seeds: seedsUpTo(60), threads, mutant, onVerdict }));
  expect(found).not.toEqual([]);
  // Found by a promise that was broken, not by a simulation that fell over.
  expect(found).not.toContain('crash');
});
