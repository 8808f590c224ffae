import { expect, test } from 'vitest';
import { histogram } from '../../scripts/simulate/histogram.ts';
import { MUTANTS } from '../../scripts/simulate/mutants.ts';
import { runSeeds, withThreads } from '../../scripts/simulate/run-seeds.ts';

const SEEDS = 200;
const WORKERS = 2;

/** A promise that was broken, with the command that shows how. */
function failures(verdicts: Awaited<ReturnType<typeof runSeeds>>): readonly string[] {
  return verdicts.flatMap(({ seed, violation }) =>
    violation === undefined
      ? []
      : [`${violation.kind}: ${violation.detail} — npm run simulate -- --seed ${seed}`],
  );
}

test(`all promises hold in ${SEEDS} seeds, and every 20th runs the same twice`, async () => {
  const seeds = Array.from({ length: SEEDS }, (_, seed) => String(seed));
  const verdicts = await withThreads(WORKERS, (threads) => runSeeds({ seeds, threads }));
  expect(verdicts).toHaveLength(SEEDS);
  expect(failures(verdicts)).toEqual([]);
  // Not a run in which nothing happens.
  const counts = histogram(verdicts);
  const common = ['saved-update', 'told-delete', 'kill-worker', 'mode-closing', 'look'];
  expect(common.filter((what) => (counts.get(what) ?? 0) < 10)).toEqual([]);
});

/** Rules whose breach most seeds show; the rest are tried by `npm run simulate -- --mutants`. */
const QUICKLY_FOUND = ['hole-for-overlap', 'advance-early', 'close-without-pass'];

test.each(QUICKLY_FOUND)('a receiver that breaks a rule is found: %s', async (mutant) => {
  expect(MUTANTS.map(({ name }) => name)).toContain(mutant);
  const seeds = Array.from({ length: 60 }, (_, seed) => String(seed));
  const onVerdict = ({ violation }: { violation?: unknown }) => violation !== undefined;
  const verdicts = await withThreads(WORKERS, (threads) =>
    runSeeds({ seeds, threads, mutant, onVerdict }),
  );
  const found = verdicts
    .map(({ violation }) => violation?.kind)
    .filter((kind) => kind !== undefined);
  expect(found).not.toEqual([]);
  // Found by a promise that was broken, not by a simulation that fell over.
  expect(found).not.toContain('crash');
});
