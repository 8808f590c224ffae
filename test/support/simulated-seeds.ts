import type { runSeeds } from '../../scripts/simulate/run-seeds.ts';

export function seedsUpTo(count: number): readonly string[] {
  return Array.from({ length: count }, (_, seed) => String(seed));
}

/**
 * Promises that were broken, each with the command that shows how.
 * @param options of that command
 */
export function failures(
  verdicts: Awaited<ReturnType<typeof runSeeds>>,
  options = '',
): readonly string[] {
  return verdicts.flatMap(({ seed, violation }) =>
    violation === undefined
      ? []
      : [`${violation.kind}: ${violation.detail} — npm run simulate -- --seed ${seed}${options}`],
  );
}

/** How the promise was broken that a receiver breaks with one rule less; none when nobody noticed. */
export function breaches(verdicts: Awaited<ReturnType<typeof runSeeds>>): readonly string[] {
  return verdicts.flatMap(({ violation }) => violation?.kind ?? []);
}
