import { afterAll, beforeAll, expect, test } from 'vitest';
import { histogram } from '../../scripts/simulate/histogram.ts';
import { endThreads, runSeeds, startThreads } from '../../scripts/simulate/run-seeds.ts';
import { SCENARIOS } from '../../scripts/simulate/scenarios.ts';
import { breaches, failures, seedsUpTo } from '../support/simulated-seeds.ts';

const SEEDS = 20;
const WORKERS = 2;

/** What so many seeds come across often; everything that there is takes more (`-- --seeds 600 --activities`). */
const COMMON = [
  ...['told-accepted', 'told-updated', 'told-duplicate', 'told-doubled', 'kind-twins'],
  ...['created-Task', 'updated-Task', 'created-Event', 'kill-activity', 'fault-answer-lost'],
  ...['ended-written', 'ended-skipped', 'api-role', 'snapshot-taken'],
];

let threads: ReturnType<typeof startThreads> = [];

beforeAll(() => {
  threads = startThreads(WORKERS, 'activities');
});

afterAll(async () => {
  await endThreads(threads);
});

test(`no activity is lost or written twice in ${SEEDS} seeds, and every 20th runs the same twice`, async () => {
  const verdicts = await runSeeds({ seeds: seedsUpTo(SEEDS), threads });
  expect(verdicts).toHaveLength(SEEDS);
  expect(failures(verdicts, ' --activities')).toEqual([]);
  // Not a run in which nothing happens.
  const counts = histogram(verdicts, SCENARIOS.activities.reachable);
  expect(COMMON.filter((what) => (counts.get(what) ?? 0) === 0)).toEqual([]);
});

/** Rules whose breach most seeds show; the rest are tried by `npm run simulate -- --mutants --activities`. */
const QUICKLY_FOUND = ['forget-what-was-written', 'everything-is-the-sync-users'];

test.each(QUICKLY_FOUND)('a receiver that breaks a rule is found: %s', async (mutant) => {
  expect(SCENARIOS.activities.mutants.map(({ name }) => name)).toContain(mutant);
  const onVerdict = ({ violation }: { violation?: unknown }) => violation !== undefined;
  const found = breaches(await runSeeds({ seeds: seedsUpTo(40), threads, mutant, onVerdict }));
  expect(found).not.toEqual([]);
  // Found by a promise that was broken, not by a simulation that fell over.
  expect(found).not.toContain('crash');
});
